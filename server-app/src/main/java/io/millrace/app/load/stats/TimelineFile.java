package io.millrace.app.load.stats;

import java.util.Locale;

/**
 * A run's speed and latency over time as CSV (RFC 4180), with times in seconds since its start and
 * latencies in milliseconds.
 *
 * <p>Threads: any.
 */
public final class TimelineFile {

    private TimelineFile() {
    }

    /** The text of a run that ended then. */
    public static String of(Timeline timeline, long endNs) {
        StringBuilder text = new StringBuilder("from_s,seconds,responses,errors,responses_per_s,"
                + "p50_ms,p90_ms,p99_ms,max_ms\r\n");
        for (Timeline.Interval each : timeline.intervals(Timeline.MAX_INTERVALS, endNs)) {
            Histogram latencies = each.latencies();
            text.append(String.format(Locale.ROOT, "%.3f,%.3f,%d,%d,%.3f,%s\r\n",
                    each.fromNs() / 1e9, each.ns() / 1e9, latencies.count(), each.errors(),
                    each.rate(), fields(latencies)));
        }
        return text.toString();
    }

    /** Empty ones if there is none, as 0 ms would be a very good latency. */
    private static String fields(Histogram latencies) {
        return latencies.count() == 0 ? ",,,"
                : String.format(Locale.ROOT, "%.6f,%.6f,%.6f,%.6f",
                        latencies.percentileNs(50) / 1e6, latencies.percentileNs(90) / 1e6,
                        latencies.percentileNs(99) / 1e6, latencies.maxNs() / 1e6);
    }
}
