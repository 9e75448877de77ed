package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The text format of Prometheus, version 0.0.4, byte for byte. */
class MetricsWriterTest {

    private static final List<Duration> BOUNDS =
            List.of(Duration.ofMillis(1), Duration.ofSeconds(1));

    private final MetricsWriter out = new MetricsWriter();

    @Test
    void familiesHaveTheirHelpTheirKindAndTheirSamples() {
        out.counter("shop_orders_total", "Orders, by payment.")
                .sample(7, "payment", "card", "shop", "1").sample(0, "payment", "cash");
        out.gauge("shop_stock", "Pieces in stock.").sample(-1.5);
        assertEquals("""
                # HELP shop_orders_total Orders, by payment.
                # TYPE shop_orders_total counter
                shop_orders_total{payment="card",shop="1"} 7
                shop_orders_total{payment="cash"} 0
                # HELP shop_stock Pieces in stock.
                # TYPE shop_stock gauge
                shop_stock -1.5
                """, out.toString());
    }

    @Test
    void bucketsOfAHistogramHaveAllThatTookNoLonger() {
        out.histogram("wait_seconds", "Waits.", BOUNDS, new long[] {3, 0, 2},
                Duration.ofMillis(61_500), "queue", "a");
        assertEquals("""
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{queue="a",le="0.001"} 3
                wait_seconds_bucket{queue="a",le="1"} 3
                wait_seconds_bucket{queue="a",le="+Inf"} 5
                wait_seconds_sum{queue="a"} 61.5
                wait_seconds_count{queue="a"} 5
                """, out.toString());
    }

    @Test
    void summaryHasCountsAndSums() {
        out.summary("gc_seconds", "Collections.").summarize(2, Duration.ofMillis(30), "gc", "a");
        assertEquals("""
                # HELP gc_seconds Collections.
                # TYPE gc_seconds summary
                gc_seconds_count{gc="a"} 2
                gc_seconds_sum{gc="a"} 0.03
                """, out.toString());
    }

    @Test
    void whatWouldEndALineOrAValueIsEscaped() {
        out.gauge("a", "A \"quote\", a \\ and a\nline.")
                .sample(1, "b", "a \"quote\", a \\ and a\nü");
        assertEquals("""
                # HELP a A "quote", a \\\\ and a\\nline.
                # TYPE a gauge
                a{b="a \\"quote\\", a \\\\ and a\\nü"} 1
                """, out.toString());
    }

    @Test
    void numbersAreWrittenInFull() {
        out.gauge("a", "A.").sample(Long.MAX_VALUE).sample(1e-4).sample(1e15).sample(0.1)
                .sample(-0.0).sample(Double.NaN).sample(Double.POSITIVE_INFINITY)
                .sample(Double.NEGATIVE_INFINITY);
        assertEquals("""
                a 9223372036854775807
                a 0.0001
                a 1000000000000000
                a 0.1
                a 0
                a NaN
                a +Inf
                a -Inf
                """, out.toString().substring(out.toString().indexOf("\na ") + 1));
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(RuntimeException.class, call).getMessage());
    }

    @Test
    void whatPrometheusWouldRefuseIsRefused() {
        assertRefused("begin a counter or a gauge before its samples", () -> out.sample(1));
        assertRefused("begin a counter or a gauge before its samples", () -> out.sample(1.0));
        for (String name : List.of("", "1a", "a-b", "a b", "ä", "a\n", "@", "[", "`", "{",
                "a/", "a:")) {
            assertRefused("malformed name of a metric: " + name, () -> out.gauge(name, "A."));
            assertRefused("malformed name of a label: " + name,
                    () -> new MetricsWriter().gauge("a", "A.").sample(1, name, ""));
        }
        assertRefused("the name of a counter must end in _total: a", () -> out.counter("a", "A."));
        assertRefused("only a counter's name ends in _total: a_total",
                () -> out.gauge("a_total", "A."));
        assertRefused("a label has no value: b", () -> out.gauge("a", "A.").sample(1, "b"));
        assertRefused("a metric can be written only once: a", () -> out.gauge("a", "A."));
        assertRefused("there must be 3 counts: 2", () -> out.histogram("b_seconds", "B.", BOUNDS,
                new long[2], Duration.ZERO));
        out.histogram("b_seconds", "B.", BOUNDS, new long[3], Duration.ZERO);
        assertRefused("begin a counter or a gauge before its samples", () -> out.sample(1));
    }

    @Test
    void namesAreOfLettersDigitsAndUnderscores() {
        for (String name : List.of("a", "z", "A", "Z", "_", "a0", "a9", "_aZ_0")) {
            assertEquals("# HELP " + name + " A.\n# TYPE " + name + " gauge\n"
                            + name + "{" + name + "=\"b\"} 1\n",
                    new MetricsWriter().gauge(name, "A.").sample(1, name, "b").toString());
        }
    }

    @Test
    void whatIsRefusedLeavesNoPartOfALine() {
        out.gauge("a", "A.").sample(1, "b", "c");
        String before = out.toString();
        assertRefused("malformed name of a label: d-", () -> out.sample(2, "b", "c", "d-", "e"));
        assertRefused("a label has no value: d", () -> out.sample(2, "b", "c", "d", null));
        assertRefused("a label has no value: d", () -> out.sample(2.5, "b", "c", "d"));
        assertRefused("malformed name of a label: d-", () -> out.histogram("e_seconds", "E.",
                BOUNDS, new long[3], Duration.ZERO, "d-", "f"));
        assertEquals(before, out.toString());
        out.sample(3, "b", "d");
        assertEquals(before + "a{b=\"d\"} 3\n", out.toString());
    }
}
