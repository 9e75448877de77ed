package io.millrace.app.load.stats;

import io.millrace.app.cli.Units;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Draws a run in characters: a bar for each percentile of latency, and lines of small columns for
 * speed and latency over time.
 *
 * <p>Threads: any.
 */
public final class TextChart {

    private static final int BAR_CHARS = 50;
    private static final int COLUMNS = 60;
    private static final String HEIGHTS = "▁▂▃▄▅▆▇█";
    private static final double[] PERCENTILES = {0, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999};

    private final StringBuilder text = new StringBuilder();

    private TextChart() {
    }

    /** Some lines. */
    public static String of(Histogram latencies, Timeline timeline, long endNs) {
        TextChart chart = new TextChart();
        if (latencies.count() > 0) {
            chart.percentiles(latencies);
            List<Timeline.Interval> intervals = timeline.intervals(COLUMNS, endNs);
            chart.line("  over time, a column is %s",
                    Units.roundDuration(intervals.get(0).ns()));
            chart.overTime("/s", intervals, Timeline.Interval::rate,
                    most -> String.format(Locale.ROOT, "%,.0f/s", most));
            for (double percentile : new double[] {50, 99, 100}) {
                chart.overTime(percentile == 100 ? "max" : "p" + (int) percentile, intervals,
                        each -> each.latencies().percentileNs(percentile),
                        most -> Units.roundDuration((long) most));
            }
        }
        return chart.text.toString();
    }

    private void percentiles(Histogram latencies) {
        line("  latency by percentile, on a scale of powers");
        double least = Math.max(1, latencies.percentileNs(0));
        double octaves = Math.log(Math.max(1.001, latencies.maxNs() / least));
        for (double percentile : PERCENTILES) {
            if ((100 - percentile) * latencies.count() >= 100) {
                bar(percentile == 0 ? "min" : "p" + Axis.text(percentile),
                        latencies.percentileNs(percentile), least, octaves);
            }
        }
        bar("max", latencies.maxNs(), least, octaves);
    }

    private void bar(String name, long ns, double least, double octaves) {
        int chars = 1 + (int) (BAR_CHARS * Math.log(Math.max(1, ns / least)) / octaves);
        line("  %-8s %-10s %s", name, Units.roundDuration(ns), "█".repeat(chars));
    }

    /** What the largest value of a line says. */
    private interface Largest {
        String text(double most);
    }

    private void overTime(String name, List<Timeline.Interval> intervals,
            ToDoubleFunction<Timeline.Interval> value, Largest largest) {
        double most = intervals.stream().mapToDouble(value).max().orElse(0);
        StringBuilder columns = new StringBuilder();
        for (Timeline.Interval each : intervals) {
            double share = most == 0 ? 0 : value.applyAsDouble(each) / most;
            columns.append(share == 0 ? ' ' : HEIGHTS.charAt(
                    (int) Math.min(HEIGHTS.length() - 1, share * HEIGHTS.length())));
        }
        line("  %-8s %s  up to %s", name, columns, largest.text(most));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
