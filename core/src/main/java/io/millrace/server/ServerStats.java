package io.millrace.server;

import java.util.List;

/**
 * What a server has done since it was started, at one moment. Immutable. Figures of different
 * workers are read one after the other while the workers go on, so sums may be off by what happened
 * meanwhile.
 *
 * @param accepted connections accepted
 * @param turnedAway connections closed at once because they had broken before they were dealt
 * @param acceptPauses times that accepting paused: out of descriptors, at the limit of connections,
 *     or with every worker's inbox full
 * @param workers one entry per worker
 * @since 0.1
 */
public record ServerStats(long accepted, long turnedAway, long acceptPauses,
        List<WorkerStats> workers) {

    /**
     * What one worker has done.
     *
     * @param connections connections adopted
     * @param openConnections connections open now
     * @param requests requests answered
     * @param bytesIn bytes read from sockets
     * @param bytesOut bytes written to sockets
     * @param bytesInFlight bytes that are known to be still coming of request bodies now, or still
     *     to go of responses; of one body at most 64 GiB are counted
     * @param busyNs nanoseconds spent at work rather than waiting
     * @param lingered answers that left while the client was still sending, followed by a
     *     half-close and a drain
     * @param timedOut connections ended by a timeout
     * @param failed times that an exception or error which is nobody's answer, such as one of
     *     memory that ran out, ended a connection or a turn of the worker
     */
    public record WorkerStats(long connections, int openConnections, long requests, long bytesIn,
            long bytesOut, long bytesInFlight, long busyNs, long lingered, long timedOut,
            long failed) {
    }

    /** Connections open now, over all workers. */
    public long openConnections() {
        return workers.stream().mapToLong(WorkerStats::openConnections).sum();
    }

    /** Requests answered, over all workers. */
    public long requests() {
        return workers.stream().mapToLong(WorkerStats::requests).sum();
    }

    /** Bytes read, over all workers. */
    public long bytesIn() {
        return workers.stream().mapToLong(WorkerStats::bytesIn).sum();
    }

    /** Bytes written, over all workers. */
    public long bytesOut() {
        return workers.stream().mapToLong(WorkerStats::bytesOut).sum();
    }

    /**
     * The busiest worker's share of all bytes, in both directions, from 1 / workers (even) to 1;
     * NaN before the first byte.
     */
    public double busiestShare() {
        long busiest = workers.stream().mapToLong(w -> w.bytesIn() + w.bytesOut()).max().orElse(0);
        return (double) busiest / (bytesIn() + bytesOut());
    }
}
