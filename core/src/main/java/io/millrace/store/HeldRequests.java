package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.work.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Requests for changes that wait until the store may change its folder. Each waits for a bounded
 * time. One whose client leaves, or that the server gives up, is never carried out.
 *
 * <p>Threads: any.
 */
final class HeldRequests {

    /** What is done with a request once the store may change its folder. */
    interface Next {
        Exchange on(StoreRequests requests) throws Exception;
    }

    private record Held(Next next, Promise<Exchange> promise, long untilNs) {

        /** Once true this is always true. */
        boolean isSettled() {
            return promise.isSettled();
        }

        void goOn(StoreRequests requests) {
            promise.fulfill(() -> next.on(requests), () -> { });
        }

        void refuse(Response refusal) {
            if (promise.withdraw()) {
                promise.complete(refusal);
            }
        }
    }

    private final long longestNs;
    private final LongSupplier clockNs;
    /** In the order in which they came. Guarded by this. */
    private final Queue<Held> waiting = new ArrayDeque<>();
    /** What requests go on to; null as long as they wait. Guarded by this. */
    private StoreRequests next;
    /** The response to all from now on; null as long as they wait. Guarded by this. */
    private Response refusal;

    /**
     * None yet.
     *
     * @param longestNs how long each may wait
     * @param clockNs the time, in nanoseconds since any moment
     */
    HeldRequests(long longestNs, LongSupplier clockNs) {
        this.longestNs = longestNs;
        this.clockNs = clockNs;
    }

    /** As {@link #hold(RequestHead, Next)}, for a request to the store. */
    Exchange hold(RequestHead request, Durability durability) throws HttpException {
        try {
            return hold(request, open -> open.handle(request, durability));
        } catch (HttpException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // no request to a store throws another
        }
    }

    /** An exchange that is decided when the store may change its folder. */
    Exchange hold(RequestHead request, Next then) throws Exception {
        StoreRequests open;
        synchronized (this) {
            if (refusal != null) {
                return refusal;
            }
            open = next;
            if (open == null) {
                Promise<Exchange> promise = new Promise<>();
                request.whenGone(promise::withdraw);
                waiting.add(new Held(then, promise, clockNs.getAsLong() + longestNs));
                return Exchange.later(promise);
            }
        }
        return then.on(open);
    }

    /** Refuses those that have waited for too long. */
    void expire() {
        long nowNs = clockNs.getAsLong();
        Held held = firstToEnd(nowNs);
        while (held != null) {
            held.refuse(Responses.NOT_HANDED_OVER);
            held = firstToEnd(nowNs);
        }
    }

    private synchronized Held firstToEnd(long nowNs) {
        Held first = waiting.peek();
        return first != null && (first.isSettled() || first.untilNs() - nowNs <= 0)
                ? waiting.remove() : null;
    }

    /** Lets all requests go on, those that come too. */
    void goOn(StoreRequests requests) {
        synchronized (this) {
            next = requests;
        }
        for (Held held = poll(); held != null; held = poll()) {
            held.goOn(requests);
        }
    }

    /** Refuses all requests that wait, and those that come. */
    void refuse(Response response) {
        synchronized (this) {
            refusal = response;
        }
        for (Held held = poll(); held != null; held = poll()) {
            held.refuse(response);
        }
    }

    private synchronized Held poll() {
        return waiting.poll();
    }

    /** How many wait. */
    synchronized int count() {
        return waiting.size();
    }
}
