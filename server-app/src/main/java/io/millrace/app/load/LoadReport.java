package io.millrace.app.load;

import io.millrace.app.cli.Units;
import io.millrace.app.load.stats.Histogram;
import io.millrace.app.load.stats.LoadStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the result of a load run for people.
 *
 * <p>Threads: any.
 */
final class LoadReport {

    static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    private final LoadResult result;
    private final StringBuilder text = new StringBuilder();

    private LoadReport(LoadResult result) {
        this.result = result;
    }

    /** A few lines to read. */
    static String of(LoadResult result) {
        LoadReport report = new LoadReport(result);
        report.title();
        report.speed();
        report.kinds();
        report.correctness();
        report.warnings();
        return report.text.toString();
    }

    private void title() {
        LoadPlan plan = result.plan();
        RequestKind kind = plan.mix().kinds().get(0);
        String what = plan.mix().kinds().size() > 1 ? "a mix of " + plan.mix().kinds().size()
                : kind.method() + (kind.method().hasBody() ? " of " + kind.size() : "");
        line("%,d x %s, %s, over %,d connections%s in %s%s", result.tally().done(), what,
                plan.target().url(), result.clients(),
                plan.fresh() ? ", one for each request," : "",
                Units.roundDuration(result.elapsedNs()),
                result.stopped() ? ", stopped before the end" : "");
    }

    private void speed() {
        line("  requests/s  %,.1f%s", result.requestsPerSecond(), result.plan().rate() == 0 ? ""
                : String.format(Locale.ROOT, " of %,d", result.plan().rate()));
        line("  GB/s        %.3f", result.gigabytesPerSecond());
        if (result.plan().rate() == 0) {
            line("  latency     %s", percentiles(result.tally().latencies(), ""));
        } else {
            line("  latency     %s", percentiles(result.tally().latencies(), " since due"));
            line("  service     %s", percentiles(result.tally().services(), " since sent"));
        }
        line("  evenness    %s between the first and the last client to finish;"
                        + " %,d to %,d requests each", Units.roundDuration(result.unevenNs()),
                result.fewest(), result.most());
    }

    private void kinds() {
        List<RequestKind> kinds = result.plan().mix().kinds();
        for (int i = 0; i < kinds.size() && kinds.size() > 1; i++) {
            LoadStats tally = result.tallies().get(i);
            line("  %s", kinds.get(i).name());
            line("    %,10d  %s%s", tally.done(), percentiles(tally.latencies(), ""),
                    tally.failed() == 0 ? "" : ", " + Units.count(tally.failed()) + " failed");
        }
    }

    private void correctness() {
        line("  responses   %s", counts(result.tally().responses()));
        line("  errors      %s", counts(result.tally().errors()));
        if (!result.tally().firstFault().isEmpty()) {
            line("  first       %s", result.tally().firstFault());
        }
        if (result.failed() > 0) {
            line("  failed      %,d of %,d requests", result.failed(), result.tally().done());
        }
    }

    private void warnings() {
        Histogram queued = result.lateness().queued();
        Histogram woken = result.lateness().woken();
        if (result.unsent() > 0) {
            line("  unsent      %,d requests were due, but no connection was free for them",
                    result.unsent());
        }
        if (RateVerdict.isServerLate(result)) {
            line("  warning     %,d requests waited for a free connection, up to %s: the server is"
                            + " too slow, or --connections too few", queued.count(),
                    Units.roundDuration(queued.maxNs()));
        }
        if (RateVerdict.isMachineLate(result)) {
            line("  warning     this machine is too busy: it woke clients late, p99 %s, max %s;"
                            + " latencies contain that", Units.roundDuration(
                            woken.percentileNs(99)), Units.roundDuration(woken.maxNs()));
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    private static String percentiles(Histogram latencies, String since) {
        if (latencies.count() == 0) {
            return "none, as no request got a response";
        }
        StringBuilder line = new StringBuilder();
        for (double percentile : PERCENTILES) {
            line.append(name(percentile)).append(' ')
                    .append(Units.roundDuration(latencies.percentileNs(percentile))).append("  ");
        }
        return line.append("max ").append(Units.roundDuration(latencies.maxNs())).append(since)
                .toString();
    }

    private static String counts(Map<?, Long> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach((what, count) -> parts.add(what + ": " + Units.count(count)));
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    /** A percentile as people call it: p99.9. */
    static String name(double percentile) {
        return "p" + (percentile == Math.rint(percentile)
                ? Integer.toString((int) percentile) : Double.toString(percentile));
    }
}
