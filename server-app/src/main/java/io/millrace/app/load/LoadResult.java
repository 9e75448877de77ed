package io.millrace.app.load;

import io.millrace.app.load.stats.Lateness;
import io.millrace.app.load.stats.LoadStats;
import io.millrace.app.load.stats.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * What a load run has measured.
 *
 * <p>Threads: any.
 *
 * @param stopped whether somebody ended the run before its time
 * @param clients that took part
 * @param tally of all requests
 * @param tallies of the requests of each kind of the mix
 * @param lateness of requests that were due at a time
 * @param unsent requests that were due in the run's time and for which no client was free
 * @param timeline when it all was
 * @param endNs when the last client ended
 * @param elapsedNs from the start to the end of the last client
 * @param unevenNs how long the last client went on after the first was done
 * @param fewest requests that a client did
 * @param most requests that a client did
 */
record LoadResult(LoadPlan plan, boolean stopped, int clients, LoadStats tally,
        List<LoadStats> tallies, Lateness lateness, long unsent, Timeline timeline, long endNs,
        long elapsedNs, long unevenNs, long fewest, long most) {

    /** Adds up what clients that have ended counted. */
    static LoadResult of(LoadPlan plan, List<LoadClient> clients, LoadPhase measured,
            Timeline timeline, boolean stopped) {
        LoadStats sum = new LoadStats();
        List<LoadStats> sums = new ArrayList<>();
        plan.mix().kinds().forEach(kind -> sums.add(new LoadStats()));
        Lateness lateness = new Lateness();
        long fewest = Long.MAX_VALUE;
        long most = 0;
        long firstNs = Long.MAX_VALUE;
        long lastNs = 0;
        for (LoadClient client : clients) {
            long done = 0;
            for (int kind = 0; kind < sums.size(); kind++) {
                LoadStats tally = client.tally(kind);
                if (tally != null) {
                    sums.get(kind).add(tally);
                    sum.add(tally);
                    done += tally.done();
                }
            }
            lateness.add(client.lateness());
            fewest = Math.min(fewest, done);
            most = Math.max(most, done);
            firstNs = Math.min(firstNs, client.endNs() - measured.startNs());
            lastNs = Math.max(lastNs, client.endNs() - measured.startNs());
        }
        long unsent = stopped || !measured.isPaced() ? 0
                : Math.max(0, measured.requests() - lateness.count());
        return new LoadResult(plan, stopped, clients.size(), sum, sums, lateness, unsent, timeline,
                measured.startNs() + lastNs, lastNs, lastNs - firstNs, fewest, most);
    }

    /** Requests that were not answered as they should be, out of those that came to an end. */
    long failed() {
        return tally.failed();
    }

    /** Whether every request that was asked for succeeded. */
    boolean isSuccess() {
        return !stopped && failed() == 0 && unsent == 0 && tally.done() > 0;
    }

    double requestsPerSecond() {
        return elapsedNs == 0 ? 0 : tally.done() * 1e9 / elapsedNs;
    }

    /** Bytes of bodies in billions per second. */
    double gigabytesPerSecond() {
        return elapsedNs == 0 ? 0 : (double) tally.bodyBytes() / elapsedNs;
    }
}
