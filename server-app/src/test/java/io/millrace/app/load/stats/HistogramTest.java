package io.millrace.app.load.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

    @Test
    void emptyHistogramSaysZero() {
        Histogram empty = new Histogram();
        assertEquals(0, empty.count());
        assertEquals(0, empty.maxNs());
        assertEquals(0, empty.percentileNs(50));
        assertEquals(0, empty.percentileNs(100));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, 257, 511, 512, 1000, 123_456_789,
        Integer.MAX_VALUE, 1L << 40, (1L << 62) - 1, 1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void singleValueIsEveryPercentile(long value) {
        Histogram histogram = new Histogram();
        histogram.record(value);
        assertEquals(value, histogram.maxNs());
        for (double percent : new double[] {0, 50, 99.9, 100}) {
            assertEquals(value, histogram.percentileNs(percent));
        }
    }

    @Test
    void negativeDurationCountsAsZero() {
        Histogram histogram = new Histogram();
        histogram.record(-5);
        assertEquals(1, histogram.count());
        assertEquals(0, histogram.percentileNs(100));
    }

    @Test
    void smallValuesAreExact() {
        Histogram histogram = new Histogram();
        for (int value = 1; value <= 200; value++) {
            histogram.record(value);
        }
        assertEquals(1, histogram.percentileNs(0.5));
        assertEquals(100, histogram.percentileNs(50));
        assertEquals(198, histogram.percentileNs(99));
        assertEquals(200, histogram.percentileNs(99.9));
    }

    @ParameterizedTest
    @CsvSource({"1, 50, 1", "2, 50, 1", "3, 50, 2", "3, 100, 3", "1000, 99.9, 999",
        "1001, 99.9, 1000", "41000, 99.9, 40959", "41001, 99.9, 40960", "1312000, 99.9, 1310688",
        "10000, 99.99, 9999", "10001, 99.99, 10000"})
    void percentileIsTheLeastValueThatSoManyDoNotExceed(int count, double percent, int rank) {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= count; i++) {
            histogram.record(i <= rank ? 1 : 2); // a value of the next rank would say 2
        }
        assertEquals(1, histogram.percentileNs(percent));
        Histogram less = new Histogram();
        for (int i = 1; i <= count; i++) {
            less.record(i < rank ? 1 : 2);
        }
        assertEquals(2, less.percentileNs(percent));
    }

    @Test
    void percentilesAreWithinOnePercentOfTheExactOnes() {
        Random random = new Random(1);
        long[] values = new long[100_000];
        Histogram histogram = new Histogram();
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 30);
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (double percent : new double[] {1, 10, 50, 90, 99, 99.9, 99.99}) {
            long exact = values[(int) Math.ceil(values.length * percent / 100) - 1];
            long told = histogram.percentileNs(percent);
            assertTrue(told >= exact && told <= exact * 1.01 + 1,
                    percent + ": " + told + " for " + exact);
        }
        assertEquals(values[values.length - 1], histogram.percentileNs(100));
    }

    @Test
    void sumOfTwoIsOneOfAllValues() {
        Histogram odd = new Histogram();
        Histogram even = new Histogram();
        Histogram all = new Histogram();
        for (long value = 0; value < 100_000; value += 7) {
            (value % 2 == 0 ? even : odd).record(value);
            all.record(value);
        }
        odd.add(even);
        assertEquals(all.count(), odd.count());
        assertEquals(all.maxNs(), odd.maxNs());
        for (double percent = 0; percent <= 100; percent += 0.5) {
            assertEquals(all.percentileNs(percent), odd.percentileNs(percent));
        }
    }
}
