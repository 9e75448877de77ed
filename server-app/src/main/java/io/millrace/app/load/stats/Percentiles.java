package io.millrace.app.load.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * The percentiles that a curve of latencies is drawn of: a few in each half of what is left to
 * 100 %, as HdrHistogram's are, so that one in a million shows as well as the median.
 *
 * <p>Threads: any.
 */
final class Percentiles {

    private static final int STEPS_PER_HALF = 5;

    private Percentiles() {
    }

    /** From 0 up to where one request makes the difference, without 100. */
    static List<Double> of(long count) {
        List<Double> percentiles = new ArrayList<>();
        double from = 0;
        for (double left = 100; left * count > 100; left /= 2) {
            for (int step = 0; step < STEPS_PER_HALF; step++) {
                percentiles.add(from + left / 2 * step / STEPS_PER_HALF);
            }
            from += left / 2;
        }
        return percentiles;
    }
}
