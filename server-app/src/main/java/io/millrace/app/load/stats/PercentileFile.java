package io.millrace.app.load.stats;

import java.util.Locale;

/**
 * All percentiles in the text format of HdrHistogram (.hgrm), which its plotter and others read.
 * Values are milliseconds, to within 1 %.
 *
 * <p>Threads: any.
 */
public final class PercentileFile {

    private PercentileFile() {
    }

    /** The text. */
    public static String of(Histogram latencies) {
        StringBuilder text = new StringBuilder(
                "       Value     Percentile TotalCount 1/(1-Percentile)\n\n");
        for (double percentile : Percentiles.of(latencies.count())) {
            long ns = latencies.percentileNs(percentile);
            line(text, "%12.6f %2.12f %10d %14.2f", ns / 1e6, percentile / 100,
                    latencies.countUpTo(ns), 100 / (100 - percentile));
        }
        line(text, "%12.6f %2.12f %10d", latencies.maxNs() / 1e6, 1.0, latencies.count());
        line(text, "#[Mean    = %12.6f, StdDeviation   = %12.6f]", latencies.meanNs() / 1e6,
                latencies.deviationNs() / 1e6);
        line(text, "#[Max     = %12.6f, Total count    = %12d]", latencies.maxNs() / 1e6,
                latencies.count());
        line(text, "#[Buckets = %12d, SubBuckets     = %12d]", Histogram.OCTAVES,
                Histogram.BUCKETS);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
