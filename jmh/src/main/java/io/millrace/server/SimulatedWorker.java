package io.millrace.server;

import java.util.PriorityQueue;

/**
 * A worker of a simulation: its requests share its processors equally, and none has more than one.
 *
 * <p>Its clock is the bytes that each of its requests has been given so far, so a request ends when
 * that clock has gone on by the request's size. Times are in microseconds.
 *
 * <p>Threads: the simulation's.
 */
final class SimulatedWorker implements Dealer.WorkerLoad {

    /** What a worker moves: 1 GB/s. */
    static final double BYTES_PER_US = 1000;

    private record Running(SimulatedClient client, double endsAtClock) {
    }

    private final PriorityQueue<Running> running =
            new PriorityQueue<>((a, b) -> Double.compare(a.endsAtClock, b.endsAtClock));
    private final int processors;
    private double clock;
    private double lastUs;
    private double sumOfEnds;
    private long connections;
    private long waiting;
    private long bytes;

    SimulatedWorker(int processors) {
        this.processors = processors;
    }

    /** A connection was dealt to this worker. */
    void offer() {
        connections++;
        waiting++;
    }

    /** It has been adopted. */
    void adopt() {
        waiting--;
    }

    /** It has been closed. */
    void close() {
        connections--;
    }

    /** A request of one of its connections begins. */
    void begin(SimulatedClient client, double nowUs) {
        advance(nowUs);
        double end = clock + client.requestBytes();
        running.add(new Running(client, end));
        sumOfEnds += end;
        bytes += client.requestBytes();
    }

    /** When the next request ends, if no other begins. */
    double nextEndUs() {
        return running.isEmpty() ? Double.POSITIVE_INFINITY
                : lastUs + (running.peek().endsAtClock - clock) / rate();
    }

    /** Ends that request; whose it was. */
    SimulatedClient end(double nowUs) {
        advance(nowUs);
        Running ended = running.remove();
        sumOfEnds -= ended.endsAtClock;
        return ended.client;
    }

    /** Moves bytes until then; no request may end before. */
    void advance(double nowUs) {
        if (!running.isEmpty()) {
            clock += (nowUs - lastUs) * rate();
        }
        lastUs = nowUs;
    }

    /** What each request is given in a microsecond. */
    private double rate() {
        return BYTES_PER_US * Math.min(1, (double) processors / running.size());
    }

    /** All bytes that this worker was asked to move. */
    long bytes() {
        return bytes;
    }

    @Override
    public long connections() {
        return connections;
    }

    @Override
    public long waiting() {
        return waiting;
    }

    @Override
    public long bytesInFlight() {
        return Math.round(Math.max(0, sumOfEnds - running.size() * clock));
    }
}
