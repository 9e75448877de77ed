package io.millrace.server;

/**
 * A client of a simulation: one connection and its requests, one after the other.
 *
 * <p>Threads: the simulation's.
 */
final class SimulatedClient {

    final double arrivesUs;
    private final long[] sizes;
    private final double[] pausesUs;
    private int next;
    private double beganUs;
    private int worker;

    /**
     * A client that hasn't come yet.
     *
     * @param sizes of its requests, in bytes
     * @param pausesUs before each of them
     */
    SimulatedClient(double arrivesUs, long[] sizes, double[] pausesUs) {
        this.arrivesUs = arrivesUs;
        this.sizes = sizes;
        this.pausesUs = pausesUs;
    }

    void dealtTo(int dealtTo) {
        worker = dealtTo;
    }

    int worker() {
        return worker;
    }

    boolean hasMore() {
        return next < sizes.length;
    }

    double pauseUs() {
        return pausesUs[next];
    }

    long requestBytes() {
        return sizes[next];
    }

    void begin(double nowUs) {
        beganUs = nowUs;
    }

    /** The request has ended; how much longer it took than alone on a worker. */
    double end(double nowUs) {
        double aloneUs = sizes[next++] / SimulatedWorker.BYTES_PER_US;
        return (nowUs - beganUs) / aloneUs;
    }
}
