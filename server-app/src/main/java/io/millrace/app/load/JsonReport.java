package io.millrace.app.load;

import io.millrace.app.load.stats.Histogram;
import io.millrace.app.load.stats.LoadStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the result of a load run for machines.
 *
 * <p>Threads: any.
 */
final class JsonReport {

    private JsonReport() {
    }

    /** One JSON object in one line. */
    static String of(LoadResult result) {
        LoadPlan plan = result.plan();
        LoadStats tally = result.tally();
        List<RequestKind> kinds = plan.mix().kinds();
        RequestKind first = kinds.get(0);
        List<String> members = new ArrayList<>();
        members.add("\"url\":" + quoted(plan.target().url()));
        members.add("\"method\":" + quoted(kinds.size() > 1 ? "mix" : first.method().name()));
        if (plan.requests() < Long.MAX_VALUE) {
            members.add("\"requests\":" + plan.requests());
        }
        members.add("\"size\":" + (first.method().hasBody() ? first.size().maxBytes() : 0));
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
        if (plan.rate() > 0) {
            members.add("\"rate\":" + rateMembers(result));
        }
        if (kinds.size() > 1) {
            members.add("\"mix\":[" + String.join(",", kindObjects(result)) + "]");
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String rateMembers(LoadResult result) {
        List<String> members = new ArrayList<>();
        members.add("\"wanted_per_second\":" + result.plan().rate());
        members.add("\"unsent\":" + result.unsent());
        members.add("\"queued\":" + result.lateness().queued().count());
        members.add("\"server_late\":" + RateVerdict.isServerLate(result));
        members.add("\"machine_late\":" + RateVerdict.isMachineLate(result));
        members.add("\"service_ms\":" + latencyMembers(result.tally().services()));
        members.add("\"queued_ms\":" + latencyMembers(result.lateness().queued()));
        members.add("\"woken_late_ms\":" + latencyMembers(result.lateness().woken()));
        return "{" + String.join(",", members) + "}";
    }

    private static List<String> kindObjects(LoadResult result) {
        List<String> objects = new ArrayList<>();
        List<RequestKind> kinds = result.plan().mix().kinds();
        for (int i = 0; i < kinds.size(); i++) {
            LoadStats tally = result.tallies().get(i);
            objects.add("{\"name\":" + quoted(kinds.get(i).name())
                    + ",\"done\":" + tally.done() + ",\"failed\":" + tally.failed()
                    + ",\"body_bytes\":" + tally.bodyBytes()
                    + ",\"latency_ms\":" + latencyMembers(tally.latencies())
                    + ",\"responses\":" + countMembers(tally.responses())
                    + ",\"errors\":" + countMembers(tally.errors()) + "}");
        }
        return objects;
    }

    /** Null for each if there is none, as 0 ms would be a very good latency. */
    private static String latencyMembers(Histogram latencies) {
        List<String> members = new ArrayList<>();
        for (double percentile : LoadReport.PERCENTILES) {
            members.add(quoted(LoadReport.name(percentile)) + ":"
                    + milliseconds(latencies, latencies.percentileNs(percentile)));
        }
        members.add("\"max\":" + milliseconds(latencies, latencies.maxNs()));
        return "{" + String.join(",", members) + "}";
    }

    private static String milliseconds(Histogram latencies, long ns) {
        return latencies.count() == 0 ? "null" : decimal(ns / 1e6);
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
}
