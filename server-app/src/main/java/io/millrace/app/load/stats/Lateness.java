package io.millrace.app.load.stats;

/**
 * How late requests were sent that were due at a time, and whose fault that was. A client that had
 * to wait for the time woke late: this machine is busy. One that was busy until after the time, as
 * all were, waited for the server.
 *
 * <p>Threads: one at a time.
 */
public final class Lateness {

    private final Histogram woken = new Histogram();
    private final Histogram queued = new Histogram();

    /** A client that waited for the time woke so long after it. */
    public void onWoken(long ns) {
        woken.record(ns);
    }

    /** No client was free for so long after the time. */
    public void onQueued(long ns) {
        queued.record(ns);
    }

    /** Adds what another has counted. */
    public void add(Lateness other) {
        woken.add(other.woken);
        queued.add(other.queued);
    }

    /** Delays by this machine. */
    public Histogram woken() {
        return woken;
    }

    /** Delays by a server that had not answered what was sent before. */
    public Histogram queued() {
        return queued;
    }

    /** Requests that were sent. */
    public long count() {
        return woken.count() + queued.count();
    }
}
