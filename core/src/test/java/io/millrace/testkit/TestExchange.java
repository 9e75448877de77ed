package io.millrace.testkit;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import java.io.EOFException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionStage;

/**
 * Takes one request to its response, as a server does: what it may ask of the handler and of the
 * exchange, in the order of their contracts.
 *
 * <p>Threads: the client's.
 */
final class TestExchange {

    private final LiveRequest live;
    private final Wakeups wakeups;
    private final boolean mayKeepSinkOpen;
    /** The last one that the handler made; null before. */
    private Exchange exchange;
    /** Null if there is no body, or none is wanted. */
    private BodyFeed feed;
    /** What may be sent before the body is whole; null if there is none. */
    private CompletionStage<Response> early;
    /** Set when that is here. */
    private final Wakeups.Signal begun;
    /** Why the body did not become whole; null if it did. */
    private Abandonment abandonment;
    /** Why the response is 500; null if it isn't, or if the handler has made it one. */
    private Throwable failure;

    TestExchange(LiveRequest live, Wakeups wakeups, boolean mayKeepSinkOpen) {
        this.live = live;
        this.wakeups = wakeups;
        this.mayKeepSinkOpen = mayKeepSinkOpen;
        begun = wakeups.signal();
    }

    /** What the handler has made of the request; null before, and if it threw. */
    Exchange exchange() {
        return exchange;
    }

    Abandonment abandonment() {
        return abandonment;
    }

    Throwable failure() {
        return failure;
    }

    /** The response, which is known then; null if the connection has ended without one. */
    Response run(Handler handler) {
        Response response;
        try {
            exchange = handler.handle(live);
            response = take(exchange, "the handler returned null; it must return a Response or"
                    + " another Exchange");
        } catch (Throwable e) {
            response = fail(e);
        }
        if (feed != null && !mayKeepSinkOpen) {
            feed.assertClosed();
        }
        if (response != null && response.status().isInformational()) {
            throw new AssertionError("a response with status " + response.status()
                    + " can't be the final one: send it with RequestHead.inform");
        }
        if (response != null && HeadSize.ofFinal(response) > HeadSize.MOST_BYTES) {
            response.discard();
            return fail(new IllegalStateException("the response head exceeds "
                    + HeadSize.MOST_BYTES + " bytes"));
        }
        return response;
    }

    /** @param ifNull what the application has done wrong if there is no exchange */
    private Response take(Exchange decided, String ifNull) {
        Exchange known = decided;
        String breach = ifNull;
        try {
            while (known != null && known.stage() != null) {
                boolean responds = known instanceof Response;
                if (leavesBefore(responds ? live.request().bytes().length : 0)) {
                    return leave(known);
                }
                String stage = responds ? "Response.later" : "Exchange.later";
                known = wakeups.await(known.stage(), "the stage given to " + stage
                        + " did not complete");
                breach = "the stage given to " + stage + " completed with null";
            }
        } catch (Wakeups.LateException e) {
            return giveUp(known.stage(), e);
        } catch (Throwable e) {
            return fail(e);
        }
        if (known == null) {
            throw new AssertionError(breach);
        }
        if (known instanceof Response response) {
            return leavesBefore(live.request().bytes().length) ? leave(response) : response;
        }
        return receive(known);
    }

    private Response receive(Exchange known) {
        WritableByteChannel sink = null;
        try {
            if (live.bodyLength() != 0) {
                sink = known.sink();
            }
        } catch (Throwable e) {
            return fail(e);
        }
        if (sink != null) {
            feed = new BodyFeed(live, known, sink, wakeups);
            try {
                feed.begin();
                early = feed.earlyResponse(begun);
                feed.run();
            } catch (BodyFeed.AbandonedException e) {
                return abandon(known, e.why, e.getCause());
            }
        }
        return complete(known);
    }

    private Response complete(Exchange whole) {
        Response response;
        try {
            response = whole.complete();
        } catch (Throwable e) {
            boolean isCut = begun.isSet();
            discardEarly();
            Response instead = fail(e);
            if (!isCut) {
                return instead;
            }
            failure = e; // a refusal, too: no other response can follow the head
            return gone();
        }
        if (early != null) { // and what complete() has returned is ignored
            return take(Response.later(early), null);
        }
        return take(response, whole.getClass().getName() + ".complete() returned null");
    }

    private Response abandon(Exchange incomplete, Abandonment why, Throwable cause) {
        abandonment = why;
        if (why == Abandonment.PEER_LEFT) {
            live.halfClose();
        }
        boolean goesOn = begun.isSet()
                && (why == Abandonment.SINK_FAILED || why == Abandonment.STOPPED);
        Response own = told(incomplete, why, cause);
        if (cause instanceof AssertionError breach) {
            discardEarly();
            discard(own);
            throw breach;
        }
        boolean isRefused = why == Abandonment.SINK_FAILED
                && cause.getCause() instanceof HttpException;
        boolean isAwaited = early != null && own == null && why == Abandonment.SINK_FAILED
                && !isRefused;
        if (goesOn || isAwaited) {
            discard(own);
            return take(Response.later(early), null); // the body has ended, not the response
        }
        discardEarly();
        if (why == Abandonment.PEER_LEFT) {
            return own != null ? leave(own) : gone();
        }
        return own != null ? take(own, null) : fail(isRefused ? cause.getCause() : cause);
    }

    /** Another response is sent. */
    private void discardEarly() {
        if (early != null) {
            early.whenComplete((response, failure) -> discardLate(response));
        }
    }

    private static Response told(Exchange incomplete, Abandonment why, Throwable cause) {
        try {
            return incomplete.abandon(why, cause);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(incomplete.getClass().getName() + ".abandon() threw " + e, e);
        }
    }

    // The client's end.

    /** Whether the client has left, or does so when it has sent so many bytes. */
    private boolean leavesBefore(long sentBytes) {
        long leaves = live.request().leavesAfterBytes();
        return live.isGone() || leaves >= 0 && leaves <= sentBytes;
    }

    /** The client leaves while the application works on this. */
    private Response leave(Exchange unheard) {
        live.leave();
        Exchange late = unheard;
        try {
            while (late != null && late.stage() != null) {
                late = wakeups.await(late.stage(), "a stage did not complete when its client had"
                        + " left");
            }
        } catch (AssertionError e) {
            throw e;
        } catch (Wakeups.LateException e) {
            late.stage().whenComplete((outcome, failure) -> discardLate(outcome));
            return null;
        } catch (Throwable e) {
            return null; // what was given up has failed, and no client hears of it
        }
        if (late instanceof Response response) {
            discard(response);
        } else if (late != null) {
            abandonment = Abandonment.APPLICATION_TOO_SLOW;
            discard(told(late, abandonment, tooLate()));
        }
        return null;
    }

    private Response gone() {
        live.leave();
        return null;
    }

    /** What a server does with a stage when the application's time is up. */
    private Response giveUp(CompletionStage<? extends Exchange> stage, Throwable late) {
        stage.whenComplete((outcome, failure) -> discardLate(outcome));
        if (stage instanceof Withdrawable promise && !promise.withdraw()) {
            failure = late;
            return null;
        }
        return tooSlow().response();
    }

    private static void discardLate(Exchange late) {
        if (late instanceof Response response) {
            response.discard();
        } else if (late != null && late.stage() != null) {
            late.stage().whenComplete((outcome, failure) -> discardLate(outcome));
        } else if (late != null) {
            discard(told(late, Abandonment.APPLICATION_TOO_SLOW, tooLate()));
        }
    }

    static HttpException tooSlow() {
        return new HttpException(Status.SERVICE_UNAVAILABLE,
                "the application took too long to respond");
    }

    private static EOFException tooLate() {
        return new EOFException("the exchange ended before its stage completed");
    }

    private static void discard(Response unheard) {
        if (unheard != null) {
            unheard.discard();
        }
    }

    // Failures.

    private Response fail(Throwable cause) {
        if (cause instanceof AssertionError breach) {
            throw breach;
        }
        if (cause instanceof HttpException refusal) {
            return refusal.response();
        }
        failure = cause;
        return Response.text("internal server error\n").with(Status.INTERNAL_SERVER_ERROR);
    }
}
