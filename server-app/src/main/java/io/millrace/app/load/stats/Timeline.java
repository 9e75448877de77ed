package io.millrace.app.load.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * What ended when: the requests of each interval and how long they took. The intervals are short at
 * first and become twice as long whenever there would be too many, so that a run of a day needs no
 * more memory than one of a minute.
 *
 * <p>Threads: any, one after the other. A client holds the lock for some ten nanoseconds.
 */
public final class Timeline {

    /** More intervals than this make them longer. */
    static final int MAX_INTERVALS = 256;

    private static final long FIRST_WIDTH_NS = 100_000_000;

    private final long startNs;
    private final List<Histogram> latencies = new ArrayList<>();
    private final List<Long> errors = new ArrayList<>();
    private long widthNs = FIRST_WIDTH_NS;

    /** One that begins at a time of the clock. */
    public Timeline(long startNs) {
        this.startNs = startNs;
    }

    /** A response was complete. */
    public synchronized void onResponse(long nowNs, long latencyNs) {
        latencies.get(interval(nowNs)).record(latencyNs);
    }

    /** A request failed. */
    public synchronized void onError(long nowNs) {
        int interval = interval(nowNs);
        errors.set(interval, errors.get(interval) + 1);
    }

    private int interval(long nowNs) {
        long index = Math.max(0, nowNs - startNs) / widthNs;
        while (index >= MAX_INTERVALS) {
            merge();
            index = Math.max(0, nowNs - startNs) / widthNs;
        }
        while (latencies.size() <= index) {
            latencies.add(new Histogram());
            errors.add(0L);
        }
        return (int) index;
    }

    private void merge() {
        widthNs *= 2;
        for (int i = 0; i < latencies.size(); i++) {
            if (i % 2 == 0) {
                latencies.set(i / 2, latencies.get(i));
                errors.set(i / 2, errors.get(i));
            } else {
                latencies.get(i / 2).add(latencies.get(i));
                errors.set(i / 2, errors.get(i / 2) + errors.get(i));
            }
        }
        int merged = (latencies.size() + 1) / 2;
        latencies.subList(merged, latencies.size()).clear();
        errors.subList(merged, errors.size()).clear();
    }

    /**
     * What was counted, in at most so many intervals of one length.
     *
     * @param endNs when the run ended; the last interval may be longer than what it counts
     */
    public synchronized List<Interval> intervals(int atMost, long endNs) {
        interval(Math.max(startNs, endNs - 1));
        int step = 1;
        while ((latencies.size() + step - 1) / step > atMost) {
            step++;
        }
        List<Interval> intervals = new ArrayList<>();
        for (int from = 0; from < latencies.size(); from += step) {
            Histogram sum = new Histogram();
            long failed = 0;
            for (int i = from; i < Math.min(from + step, latencies.size()); i++) {
                sum.add(latencies.get(i));
                failed += errors.get(i);
            }
            long ns = Math.min(step * widthNs, Math.max(1, endNs - startNs - from * widthNs));
            intervals.add(new Interval(from * widthNs, ns, failed, sum));
        }
        return intervals;
    }

    /**
     * A part of the run.
     *
     * @param fromNs since the start
     * @param ns how long it is
     * @param errors requests without a response
     * @param latencies of responses
     */
    public record Interval(long fromNs, long ns, long errors, Histogram latencies) {

        /** Responses per second. */
        public double rate() {
            return latencies.count() * 1e9 / ns;
        }
    }
}
