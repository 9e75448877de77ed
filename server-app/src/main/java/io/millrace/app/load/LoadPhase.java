package io.millrace.app.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Deals out the requests of one phase of a run, which is the warm-up or what is measured: by
 * number, and at a rate each with the time when it is due.
 *
 * <p>Threads: any.
 */
final class LoadPhase {

    /** There are no more requests. */
    static final long NONE = -1;

    private final long startNs;
    /** How long requests may begin; 0 without end. */
    private final long lengthNs;
    /** Requests per second; 0 as fast as responses come. */
    private final long rate;
    private final long requests;
    private final AtomicLong next;

    /**
     * A phase.
     *
     * @param requests to be sent at most
     * @param clients how many; each has the request of its own number, so that each has one
     */
    LoadPhase(long startNs, long lengthNs, long rate, long requests, int clients) {
        this.startNs = startNs;
        this.lengthNs = lengthNs;
        this.rate = rate;
        this.requests = rate > 0 && lengthNs > 0
                ? Math.min(requests, (long) Math.ceil(lengthNs * (double) rate / 1e9)) : requests;
        next = new AtomicLong(clients);
    }

    /** The first request of a client; {@link #NONE} if there is none for it. */
    long first(int client, long nowNs) {
        return checked(client, nowNs);
    }

    /** The next request that no client has taken; {@link #NONE} if there are no more. */
    long next(long nowNs) {
        return checked(next.getAndIncrement(), nowNs);
    }

    private long checked(long request, long nowNs) {
        boolean over = lengthNs > 0 && nowNs - startNs >= lengthNs;
        return over || request >= requests ? NONE : request;
    }

    /** When a request is due; without a rate now. */
    long dueNs(long request, long nowNs) {
        return rate == 0 ? nowNs : startNs + (long) (request * (1e9 / rate));
    }

    /** Whether requests are due at times of their own. */
    boolean isPaced() {
        return rate > 0;
    }

    long startNs() {
        return startNs;
    }

    /** How many requests there are to send, if there is time for them. */
    long requests() {
        return requests;
    }

    /** How much of the phase is over, from 0 to 1, by its time; 0 if it has no end. */
    double share(long nowNs) {
        return lengthNs == 0 ? 0
                : Math.max(0, Math.min(1, (double) (nowNs - startNs) / lengthNs));
    }
}
