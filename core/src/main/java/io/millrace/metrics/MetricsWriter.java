package io.millrace.metrics;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes metrics in the Prometheus text format, version 0.0.4. A family begins with its kind, name
 * and help; its samples follow:
 *
 * <pre>{@code
 * out.counter("shop_orders_total", "Orders, by way of payment.")
 *         .sample(7, "payment", "card").sample(3, "payment", "cash");
 * }</pre>
 *
 * <p>Names should end in a unit ({@code _seconds}, {@code _bytes}); {@code promtool check metrics}
 * has more advice.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class MetricsWriter {

    private static final String TOTAL = "_total";

    private final StringBuilder text = new StringBuilder(16 << 10);
    private final Set<String> names = new HashSet<>();
    /** The family that samples belong to; null before the first. */
    private String family;

    /** A writer that has written nothing. */
    public MetricsWriter() {
        // Nothing to do: the fields are all there is.
    }

    /**
     * Begins a counter, which only grows.
     *
     * @param name with letters, digits and underscores, ending in {@code _total}
     * @param help a sentence that says what is counted
     * @throws IllegalArgumentException if the name is malformed, has another ending, or was used
     *     already
     */
    public MetricsWriter counter(String name, String help) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("the name of a counter must end in _total: " + name);
        }
        return begin("counter", name, help);
    }

    /**
     * Begins a gauge, which goes up and down.
     *
     * @param name with letters, digits and underscores, not ending in {@code _total}
     * @param help a sentence that says what it shows
     * @throws IllegalArgumentException if the name is malformed, has that ending, or was used
     *     already
     */
    public MetricsWriter gauge(String name, String help) {
        if (name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("only a counter's name ends in _total: " + name);
        }
        return begin("gauge", name, help);
    }

    /**
     * Adds a sample to the counter or gauge that was begun last.
     *
     * @param labels name and value, by turns; a name has letters, digits and underscores
     * @throws IllegalArgumentException if a label has no value, or its name is malformed
     * @throws IllegalStateException if nothing was begun
     */
    public MetricsWriter sample(double value, String... labels) {
        if (family == null) {
            throw new IllegalStateException("begin a counter or a gauge before its samples");
        }
        return line(family, number(value), labels);
    }

    /** As {@link #sample(double, String...)}, for whole numbers of any size. */
    public MetricsWriter sample(long value, String... labels) {
        if (family == null) {
            throw new IllegalStateException("begin a counter or a gauge before its samples");
        }
        return line(family, Long.toString(value), labels);
    }

    /**
     * Writes a histogram of durations.
     *
     * @param name ending in {@code _seconds}
     * @param help a sentence that says what is timed
     * @param bounds upper bounds of the buckets, from the shortest to the longest
     * @param counts one for each bucket alone, and one more for what took longer
     * @param sum of all durations
     * @param labels name and value, by turns
     * @throws IllegalArgumentException if the name or a label is malformed, the name was used
     *     already, or the number of counts doesn't fit
     */
    public MetricsWriter histogram(String name, String help, List<Duration> bounds, long[] counts,
            Duration sum, String... labels) {
        if (counts.length != bounds.size() + 1) {
            throw new IllegalArgumentException("there must be " + (bounds.size() + 1)
                    + " counts: " + counts.length);
        }
        check(labels);
        begin("histogram", name, help);
        String[] all = new String[labels.length + 2];
        System.arraycopy(labels, 0, all, 0, labels.length);
        all[labels.length] = "le";
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i];
            all[labels.length + 1] = i < bounds.size() ? seconds(bounds.get(i)) : "+Inf";
            line(name + "_bucket", Long.toString(count), all);
        }
        line(name + "_sum", seconds(sum), labels);
        line(name + "_count", Long.toString(count), labels);
        family = null; // a histogram has no other samples
        return this;
    }

    /**
     * Begins a summary without quantiles, which is a count of things and the sum of their times;
     * {@link #summarize} adds each.
     */
    MetricsWriter summary(String name, String help) {
        return begin("summary", name, help);
    }

    MetricsWriter summarize(long count, Duration sum, String... labels) {
        line(family + "_count", Long.toString(count), labels);
        return line(family + "_sum", seconds(sum), labels);
    }

    private MetricsWriter begin(String kind, String name, String help) {
        if (!isName(name)) {
            throw new IllegalArgumentException("malformed name of a metric: " + name);
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("a metric can be written only once: " + name);
        }
        family = name;
        text.append("# HELP ").append(name).append(' ');
        escape(help, false);
        text.append("\n# TYPE ").append(name).append(' ').append(kind).append('\n');
        return this;
    }

    private MetricsWriter line(String name, String value, String... labels) {
        check(labels);
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1], true);
            text.append('"');
        }
        text.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
        return this;
    }

    /** Before anything is written: what is refused leaves no part of a line. */
    private static void check(String... labels) {
        for (int i = 0; i < labels.length; i += 2) {
            if (i + 1 == labels.length || labels[i + 1] == null) {
                throw new IllegalArgumentException("a label has no value: " + labels[i]);
            }
            if (!isName(labels[i])) {
                throw new IllegalArgumentException("malformed name of a label: " + labels[i]);
            }
        }
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private void escape(String value, boolean quoted) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '"' -> text.append(quoted ? "\\\"" : "\"");
                default -> text.append(c);
            }
        }
    }

    private static String seconds(Duration duration) {
        return plain(BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9)));
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.isNaN(value) ? "NaN" : plain(BigDecimal.valueOf(value));
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** All that was written. */
    @Override
    public String toString() {
        return text.toString();
    }
}
