package io.millrace.app.load;

import java.util.List;

/**
 * What a load run has measured.
 *
 * <p>Threads: any.
 *
 * @param stopped whether somebody ended the run before its time
 * @param clients that took part
 * @param elapsedNs from the start to the end of the last client
 * @param unevenNs how long the last client went on after the first was done
 * @param fewest requests that a client did
 * @param most requests that a client did
 */
record LoadResult(LoadPlan plan, boolean stopped, int clients, LoadStats tally, long elapsedNs,
        long unevenNs, long fewest, long most) {

    /** Adds up what clients that have ended counted. */
    static LoadResult of(LoadPlan plan, List<LoadClient> clients, long startNs, boolean stopped) {
        LoadStats sum = new LoadStats();
        long fewest = Long.MAX_VALUE;
        long most = 0;
        long firstNs = Long.MAX_VALUE;
        long lastNs = 0;
        for (LoadClient client : clients) {
            sum.add(client.tally());
            fewest = Math.min(fewest, client.tally().done());
            most = Math.max(most, client.tally().done());
            firstNs = Math.min(firstNs, client.endNs() - startNs);
            lastNs = Math.max(lastNs, client.endNs() - startNs);
        }
        return new LoadResult(plan, stopped, clients.size(), sum, lastNs, lastNs - firstNs, fewest,
                most);
    }

    /** Requests that were not answered with 2xx, out of those that came to an end. */
    long failed() {
        return tally.done() - tally.succeeded();
    }

    /** Whether every request that was asked for succeeded. */
    boolean isSuccess() {
        return tally.succeeded() == plan.requests();
    }

    double requestsPerSecond() {
        return elapsedNs == 0 ? 0 : tally.done() * 1e9 / elapsedNs;
    }

    /** Bytes of bodies in billions per second. */
    double gigabytesPerSecond() {
        return elapsedNs == 0 ? 0 : (double) tally.bodyBytes() / elapsedNs;
    }
}
