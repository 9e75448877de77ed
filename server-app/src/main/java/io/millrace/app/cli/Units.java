package io.millrace.app.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes, durations and rates as people write them.
 *
 * <p>Threads: any.
 */
public final class Units {

    /** What a size looks like. */
    public static final String SIZES = "a size such as 500, 40MB or 16KiB";
    /** What a duration looks like. */
    public static final String DURATIONS = "a time such as 500ms, 60s, 5m, 1h or 30d";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,19})([A-Za-z]*)");

    private static final Map<String, Long> BYTES_BY_UNIT = Map.of(
            "", 1L, "B", 1L,
            "KB", 1000L, "MB", 1_000_000L, "GB", 1_000_000_000L, "TB", 1_000_000_000_000L,
            "KIB", 1L << 10, "MIB", 1L << 20, "GIB", 1L << 30, "TIB", 1L << 40);

    private static final Map<String, Long> MILLIS_BY_UNIT =
            Map.of("MS", 1L, "S", 1000L, "M", 60_000L, "H", 3_600_000L, "D", 86_400_000L);

    private static final String[] BINARY = {"TiB", "GiB", "MiB", "KiB"};
    private static final String[] DECIMAL = {"TB", "GB", "MB", "KB"};

    private Units() {
    }

    /**
     * Bytes of a size: a number, alone or with KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB,
     * TiB (powers of 1024).
     *
     * @throws IllegalArgumentException saying what a size looks like
     */
    public static long parseSize(String text) {
        return parse(text, BYTES_BY_UNIT, SIZES);
    }

    /**
     * A duration: a number with ms, s, m, h or d.
     *
     * @throws IllegalArgumentException saying what a duration looks like
     */
    public static Duration parseDuration(String text) {
        return Duration.ofMillis(parse(text, MILLIS_BY_UNIT, DURATIONS));
    }

    private static long parse(String text, Map<String, Long> units, String allowed) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (matcher.matches()) {
            Long unit = units.get(matcher.group(2).toUpperCase(Locale.ROOT));
            if (unit != null) {
                try {
                    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
                } catch (ArithmeticException | NumberFormatException tooLarge) {
                    throw new IllegalArgumentException(allowed + ", below 2^63", tooLarge);
                }
            }
        }
        throw new IllegalArgumentException(allowed);
    }

    /** The shortest text that {@link #parseSize} reads as exactly this. */
    public static String exactSize(long bytes) {
        for (int i = 0; i < BINARY.length && bytes > 0; i++) {
            for (String unit : new String[] {DECIMAL[i], BINARY[i]}) {
                long unitBytes = BYTES_BY_UNIT.get(unit.toUpperCase(Locale.ROOT));
                if (bytes % unitBytes == 0) {
                    return bytes / unitBytes + unit;
                }
            }
        }
        return Long.toString(bytes);
    }

    /** The shortest text that {@link #parseDuration} reads as this, to the millisecond. */
    public static String exactDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** A size to read rather than to calculate with: 999 B, 40.0 MB. */
    public static String roundSize(double bytes) {
        if (bytes < 1000) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        double scaled = bytes / 1000;
        int unit = 0;
        while (scaled >= 999.95 && unit < 4) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", scaled, "kMGTP".charAt(unit));
    }

    /** A duration to read: 87 µs, 1.24 ms, 3.50 s, 12 m 5 s. */
    public static String roundDuration(long ns) {
        if (ns < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f µs", ns / 1e3);
        }
        if (ns < 1_000_000_000) {
            return String.format(Locale.ROOT, ns < 100_000_000 ? "%.2f ms" : "%.0f ms", ns / 1e6);
        }
        if (ns < 60_000_000_000L) {
            return String.format(Locale.ROOT, "%.2f s", ns / 1e9);
        }
        return roundSeconds(ns / 1e9);
    }

    /** A duration to read, without parts of seconds: 7 s, 12 m 5 s, 3 h 20 m. */
    public static String roundSeconds(double exactSeconds) {
        long seconds = Math.round(exactSeconds);
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " m " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " m";
    }

    /** A number with its thousands parted: 10,000. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
