package io.millrace.balance;

import java.io.IOException;
import java.util.Arrays;

/**
 * What one run of one server showed.
 *
 * <p>Threads: any.
 *
 * @param seconds from the first client's start to the last one's end
 * @param requestsPerSecond of all clients
 * @param busiestShare of all bytes, the one thread's that took the most
 * @param lateMs how long the last of those clients that send the most went on after the first of
 *     them was done
 */
record Measurement(Subject subject, int workers, Work.Load load, int round, double seconds,
        double requestsPerSecond, double busiestShare, double lateMs) {

    private static final long LIMIT_SECONDS = 60;

    /** Starts a server, puts the load on it and ends it. */
    static Measurement take(Subject subject, int workers, Work.Load load, int round, Work work)
            throws IOException, InterruptedException {
        Server server = subject.start(workers);
        long[] endNs;
        long[] threadBytes;
        try {
            endNs = new Clients(server.address(), work).run(LIMIT_SECONDS);
            threadBytes = server.threadBytes();
        } finally {
            server.stop();
        }
        double seconds = Arrays.stream(endNs).max().orElseThrow() / 1e9;
        long allBytes = Arrays.stream(threadBytes).sum();
        double busiest = (double) Arrays.stream(threadBytes).max().orElseThrow() / allBytes;
        long firstNs = Long.MAX_VALUE;
        long lastNs = 0;
        for (int client = 0; client < endNs.length; client++) {
            if (work.sendsMost(client)) {
                firstNs = Math.min(firstNs, endNs[client]);
                lastNs = Math.max(lastNs, endNs[client]);
            }
        }
        return new Measurement(subject, workers, load, round, seconds,
                work.clients() * work.requests() / seconds, busiest, (lastNs - firstNs) / 1e6);
    }
}
