package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.Counters.Figure;
import io.millrace.transfer.InputBuffer;
import io.millrace.transfer.OutputBuffer;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * One request and its response, from the end of the request's head to the end of the response:
 * everything that belongs to this request and to no other. The connection drops it whole.
 *
 * <p>Threads: the owning worker only.
 */
final class ServerExchange {

    final Connection connection;
    private final Resources resources;
    private final InputBuffer in;
    private final OutputBuffer out;
    private final ResponseSender sender;
    final IncomingRequest request;
    private final ParsedHead head;
    final ApplicationCalls calls;

    private ExchangeState state = ExchangeState.DECIDING;
    /** In BODY, FULL and DUPLEX; else null. */
    private Receiving receiving;
    /** What was promised: awaited in PENDING, here in DECIDED; else null. */
    private Completions.Completion promise;

    /** @param request its head is whole; this exchange's from now on */
    ServerExchange(Connection connection, IncomingRequest request) {
        this.connection = connection;
        this.request = request;
        head = request.head();
        resources = connection.resources;
        in = connection.link.in;
        out = connection.link.out;
        sender = connection.link.sender();
        calls = new ApplicationCalls(this, resources.completions);
        head.calls(calls);
        if (in.isEnded()) {
            calls.halfClose();
        }
    }

    // What the connection calls.

    /** RFC 9110 s15.2: none to a client of HTTP/1.0, nor once the final response has begun. */
    boolean maySendInterim() {
        return head.isHttp11() && state.isBeforeResponse();
    }

    /** Whether the body is to end, whatever the socket does. */
    boolean isStopping() {
        return calls.isBodyStopped() && receiving != null;
    }

    /** Whether the response is being sent while the body is still received. */
    boolean isDuplex() {
        return state == ExchangeState.DUPLEX;
    }

    /** What to wait for at a visit's end, as the socket takes no more; see {@link Receiving}. */
    Want whileUnsent(boolean hasInput) {
        return isDuplex() ? receiving.whileUnsent(hasInput) : Want.WRITE;
    }

    /** Whether the response waits for the socket to take more. */
    boolean isSocketFull() {
        return (state == ExchangeState.RESPONSE || isDuplex()) && sender.isSending();
    }

    /**
     * Whether more may be read while only the application can bring the exchange on, so that it
     * hears of a client that leaves. The rest of a body stays in the socket, as back pressure.
     */
    boolean mayReadAhead() {
        return (state == ExchangeState.PENDING || state == ExchangeState.STARVED)
                && !request.isBodyUnread() && in.hasRoomAhead();
    }

    /** Takes the next step; null if another one follows, here or at the connection. */
    Want advance() throws IOException {
        if (receiving != null && !isDuplex()) {
            receiving.beginTurn();
        }
        Want want = state.advance(this);
        return want == Want.APPLICATION && !mayReadAhead() ? Want.APPLICATION_ALONE : want;
    }

    Want receive() throws IOException {
        return receiving.receive();
    }

    /** Lets the handler decide what becomes of the request. */
    Want decide() {
        assert state == ExchangeState.DECIDING : state;
        HttpException refusal = resources.refuse(head);
        Exchange decided;
        try {
            decided = refusal == null ? resources.handler.handle(head) : resources.refusal(refusal);
        } catch (Throwable e) {
            fail(e);
            return null;
        }
        take(decided);
        return null;
    }

    /** Takes what the application has to say, unless it is too late for that. */
    void onCompletion(Completions.Completion completion) {
        switch (completion.kind()) {
            case VISIT -> calls.runLate();
            case SINK -> {
                if (receiving != null) {
                    receiving.onRoom();
                }
                if (state == ExchangeState.FULL) {
                    enter(ExchangeState.BODY);
                }
            }
            case BODY -> {
                if (isDuplex()) {
                    receiving.onReadable();
                } else if (state == ExchangeState.STARVED) {
                    enter(ExchangeState.RESPONSE);
                }
            }
            default -> onOutcome(completion);
        }
    }

    private void onOutcome(Completions.Completion completion) {
        if (state == ExchangeState.PENDING && completion == promise) {
            enter(ExchangeState.DECIDED);
        } else if (receiving == null || !receiving.isEarly(completion)) {
            resources.completions.discard(completion);
        }
    }

    /** Time is up: reads on if it is a body's that has something to say meanwhile. */
    void stall() throws BodyContract.BodyException {
        try {
            if (state == ExchangeState.STARVED && sender.goesOnStalled()) {
                enter(ExchangeState.RESPONSE);
            }
        } catch (BodyContract.BodyException e) {
            log(e);
            throw e;
        }
    }

    /** Ends what took too long with a response if one can still leave; whether there is one. */
    boolean expire() throws Receiving.CutException {
        if (isDuplex()) {
            throw receiving.expireBeside();
        }
        if (state == ExchangeState.STARVED) {
            resources.log(resources.stalledBodies, "response body stalled: ", head, null);
        }
        if (out.hasUnsent() || receiving == null && state != ExchangeState.PENDING) {
            return false;
        }
        if (state == ExchangeState.BODY) {
            receiving.abandon(Abandonment.TOO_SLOW, Refusals.tooSlow());
            return true;
        }
        resources.log(resources.lateApplications, "the application timed out: ", head, null);
        if (state == ExchangeState.PENDING && !promise.withdraw()) {
            return false; // it is being carried out, so that a refusal might not be true
        }
        if (state == ExchangeState.FULL) {
            receiving.abandon(Abandonment.APPLICATION_TOO_SLOW, Refusals.applicationTooSlow());
        } else {
            request.shareHead();
            enter(ExchangeState.DECIDING);
            respond(resources.refusal(Refusals.applicationTooSlow()));
        }
        return true;
    }

    /** Ends the exchange before its response has been sent, with its connection. */
    void cut(Abandonment why, Throwable cause) {
        // Whoever decides, takes the body or writes the response's may still read the head.
        if (state.isBeforeResponse() || sender.isSending()) {
            request.shareHead();
        }
        if (receiving != null) {
            boolean stopped = calls.isBodyStopped();
            receiving.cut(stopped ? Abandonment.STOPPED : why,
                    stopped ? Refusals.stopped() : cause);
        } else if (state == ExchangeState.DECIDED) {
            resources.completions.discard(promise);
        }
        try {
            if (state != ExchangeState.ENDED) {
                resources.counters.add(Figure.CUT, 1);
                calls.leave();
            }
            if (connection.observer != null) {
                connection.observer.cut(why, cause, sender.bodyBytes());
            }
        } finally {
            close();
        }
    }

    /** Gives back what the exchange has borrowed. Nothing is called after this. */
    void close() {
        state = ExchangeState.ENDED;
        sender.close();
        request.close();
    }

    /** Goes on in another state; the one place that sets it. */
    void enter(ExchangeState next) {
        state = next;
        if (connection.observer != null) {
            connection.observer.entered(next);
        }
    }

    // What the application has decided.

    /** Goes on with it, be it known now or later. */
    private void take(Exchange decided) {
        assert state == ExchangeState.DECIDING : state;
        if (decided instanceof Response response) {
            respond(response);
            return;
        }
        CompletionStage<? extends Exchange> stage;
        WritableByteChannel sink = null;
        try {
            stage = Objects.requireNonNull(decided, "the handler returned null").stage();
            if (stage == null && request.source() != null) {
                sink = decided.sink();
            }
        } catch (Throwable e) {
            fail(e);
            return;
        }
        if (stage != null) {
            await(stage);
        } else if (sink == null) {
            complete(decided);
        } else {
            receiving = Receiving.of(this, decided, sink);
            if (receiving != null) {
                enter(ExchangeState.BODY);
                receiving.begin();
            }
        }
    }

    private void await(CompletionStage<? extends Exchange> stage) {
        enter(ExchangeState.PENDING);
        try {
            promise = resources.completions.await(stage, this);
        } catch (Throwable e) {
            enter(ExchangeState.DECIDING);
            fail(e);
        }
    }

    /** Goes on with an early response, which is promised still, as the body has ended. */
    void await(Completions.Completion early) {
        promise = early;
        enter(ExchangeState.PENDING);
    }

    Want takeDecision() {
        Completions.Completion taken = promise;
        promise = null;
        enter(ExchangeState.DECIDING);
        if (taken.failure() != null) {
            fail(taken.failure());
        } else {
            take(taken.outcome());
        }
        return null;
    }

    /** The body is in the sink, or there is none. */
    void complete(Exchange whole) {
        Response response;
        try {
            response = whole.complete();
        } catch (Throwable e) {
            fail(e);
            return;
        }
        take(response);
    }

    /** The body has ended, whole or not: what is next is decided now. */
    void bodyEnded() {
        receiving = null;
        enter(ExchangeState.DECIDING);
    }

    // The response.

    void fail(Throwable failure) {
        if (failure instanceof HttpException refusal) {
            respond(resources.refusal(refusal, head));
            return;
        }
        request.shareHead(); // what has failed here may still run elsewhere
        resources.log(resources.handlerFailures, "the handler failed: ", head, failure);
        respond(resources.refusal(Refusals.internalError()));
    }

    void respond(Response response) {
        assert state == ExchangeState.DECIDING : state;
        if (response.stage() != null) {
            await(response.stage());
            return;
        }
        long length;
        try {
            length = sender.check(response);
        } catch (Throwable e) {
            response.discard();
            fail(e);
            return;
        }
        begin(response, length, request.isLast(in, length));
        enter(ExchangeState.RESPONSE);
    }

    /** Begins a response although the body is not whole. Throws what is wrong with it. */
    void respondEarly(Response response) {
        long length = sender.check(response);
        begin(response, length, request.isLastOnceRead(length));
        enter(ExchangeState.DUPLEX);
    }

    private void begin(Response response, long length, boolean isLast) {
        connection.closing |= response.closes() || isLast;
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        sender.begin(response, length, head.isHttp11(), !connection.closing,
                head.framing().asksToKeepAlive(), !head.isOfHead());
        if (connection.observer != null) {
            connection.observer.responds(response.status());
        }
    }

    Want send() throws IOException {
        assert state == ExchangeState.RESPONSE || isDuplex() : state;
        try {
            if (isDuplex()) {
                return receiving.goBothWays();
            }
            ResponseSender.Outcome outcome = sender.send(connection.link.budget);
            if (outcome == ResponseSender.Outcome.STARVED) {
                enter(ExchangeState.STARVED);
                sender.whenReadable(
                        resources.completions.signal(this, Completions.Kind.BODY));
                return Want.APPLICATION;
            }
            if (outcome == ResponseSender.Outcome.BLOCKED || connection.closing && !out.flush()) {
                return Want.WRITE;
            }
            enter(ExchangeState.ENDED);
        } catch (BodyContract.BodyException e) {
            log(e);
            if (!sender.takeBack()) {
                throw e;
            }
            request.shareHead();
            if (isDuplex()) {
                receiving.cut(Abandonment.SINK_FAILED, e.getCause());
            }
            enter(ExchangeState.DECIDING);
            respond(resources.refusal(Refusals.internalError()));
        }
        return null;
    }

    private void log(BodyContract.BodyException e) {
        resources.log(resources.bodyFailures, "response body failed: ", head, e.getCause());
    }
}
