package io.millrace.app.load;

import io.millrace.app.cli.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the result of a load run, for people or for machines.
 *
 * <p>Threads: any.
 */
final class LoadReport {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private LoadReport() {
    }

    /** A few lines to read. */
    static String text(LoadResult result) {
        LoadPlan plan = result.plan();
        LoadStats tally = result.tally();
        StringBuilder text = new StringBuilder();
        String bodies = plan.method() == LoadPlan.Method.PUT
                ? " of " + Units.exactSize(plan.sizeBytes()) : "";
        line(text, "%,d x %s%s, %s, over %,d connections%s in %s%s", tally.done(), plan.method(),
                bodies, plan.target().url(), result.clients(),
                plan.fresh() ? ", one for each request," : "",
                Units.roundDuration(result.elapsedNs()),
                result.stopped() ? ", stopped before the end" : "");
        line(text, "  requests/s  %,.1f", result.requestsPerSecond());
        line(text, "  GB/s        %.3f", result.gigabytesPerSecond());
        line(text, "  latency     %s", latencies(tally.latencies()));
        line(text, "  evenness    %s between the first and the last client to finish;"
                        + " %,d to %,d requests each", Units.roundDuration(result.unevenNs()),
                result.fewest(), result.most());
        line(text, "  responses   %s", counts(tally.responses()));
        line(text, "  errors      %s", counts(tally.errors()));
        if (result.failed() > 0) {
            line(text, "  failed      %,d of %,d requests", result.failed(), tally.done());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    private static String latencies(Histogram latencies) {
        StringBuilder text = new StringBuilder();
        for (double percentile : PERCENTILES) {
            text.append(name(percentile)).append(' ')
                    .append(Units.roundDuration(latencies.percentileNs(percentile))).append("  ");
        }
        return text.append("max ").append(Units.roundDuration(latencies.maxNs())).toString();
    }

    private static String counts(Map<?, Long> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach((what, count) -> parts.add(what + ": " + Units.count(count)));
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    /** One JSON object in one line. */
    static String json(LoadResult result) {
        LoadPlan plan = result.plan();
        LoadStats tally = result.tally();
        List<String> members = new ArrayList<>();
        members.add("\"url\":" + quoted(plan.target().url()));
        members.add("\"method\":" + quoted(plan.method().name()));
        members.add("\"requests\":" + plan.requests());
        members.add("\"size\":" + plan.sizeBytes());
        members.add("\"connections\":" + result.clients());
        members.add("\"fresh\":" + plan.fresh());
        members.add("\"stopped\":" + result.stopped());
        members.add("\"done\":" + tally.done());
        members.add("\"failed\":" + result.failed());
        members.add("\"body_bytes\":" + tally.bodyBytes());
        members.add("\"seconds\":" + decimal(result.elapsedNs() / 1e9));
        members.add("\"requests_per_second\":" + decimal(result.requestsPerSecond()));
        members.add("\"gigabytes_per_second\":" + decimal(result.gigabytesPerSecond()));
        members.add("\"latency_ms\":" + latencyMembers(tally.latencies()));
        members.add("\"last_after_first_ms\":" + decimal(result.unevenNs() / 1e6));
        members.add("\"fewest_requests\":" + result.fewest());
        members.add("\"most_requests\":" + result.most());
        members.add("\"responses\":" + countMembers(tally.responses()));
        members.add("\"errors\":" + countMembers(tally.errors()));
        return "{" + String.join(",", members) + "}";
    }

    private static String latencyMembers(Histogram latencies) {
        List<String> members = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            members.add(quoted(name(percentile)) + ":"
                    + decimal(latencies.percentileNs(percentile) / 1e6));
        }
        members.add("\"max\":" + decimal(latencies.maxNs() / 1e6));
        return "{" + String.join(",", members) + "}";
    }

    private static String countMembers(Map<?, Long> counts) {
        List<String> members = new ArrayList<>();
        counts.forEach((what, count) -> members.add(quoted(what.toString()) + ":" + count));
        return "{" + String.join(",", members) + "}";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String name(double percentile) {
        return "p" + (percentile == Math.rint(percentile)
                ? Integer.toString((int) percentile) : Double.toString(percentile));
    }
}
