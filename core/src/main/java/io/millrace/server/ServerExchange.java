package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.BodyReceiver;
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
    /** In BODY and FULL; else null. */
    private BodyReceiver receiver;
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
        sender = connection.link.sender;
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
        return calls.isBodyStopped() && isReceiving();
    }

    /** Whether the response waits for the socket to take more. */
    boolean isSocketFull() {
        return state == ExchangeState.RESPONSE && sender.isSending();
    }

    /**
     * Whether more may be read while only the application can bring the exchange on, so that it
     * hears of a client that leaves. The rest of a body stays in the socket, as back pressure.
     */
    boolean mayReadAhead() {
        return (state == ExchangeState.PENDING || state == ExchangeState.STARVED)
                && !request.isBodyUnread() && in.hasRoomAhead();
    }

    /** Lets the handler decide what becomes of the request. */
    void begin() {
        assert state == ExchangeState.DECIDING : state;
        HttpException refusal = resources.refuse(head);
        Exchange decided;
        try {
            decided = refusal == null ? resources.handler.handle(head) : resources.refusal(refusal);
        } catch (Throwable e) {
            fail(e);
            return;
        }
        take(decided);
    }

    /** Goes on as far as it can; null when the response has been sent. */
    Want advance() throws IOException {
        Want want = null;
        while (want == null && state != ExchangeState.ENDED) {
            if (isStopping()) {
                abandon(Abandonment.STOPPED, Refusals.stopped());
            }
            want = switch (state) {
                case BODY -> receive();
                case DECIDED -> takeDecision();
                case RESPONSE -> send();
                case FULL, PENDING, STARVED -> Want.APPLICATION;
                case DECIDING, ENDED -> throw new AssertionError(state);
            };
        }
        return want == Want.APPLICATION && !mayReadAhead() ? Want.APPLICATION_ALONE : want;
    }

    /** Takes what the application has to say, unless it is too late for that. */
    void onCompletion(Completions.Completion completion) {
        if (!completion.isSignal()) {
            if (state == ExchangeState.PENDING) {
                assert completion == promise;
                enter(ExchangeState.DECIDED);
            } else {
                resources.completions.discard(completion);
            }
        } else if (!calls.runLate()) {
            if (state == ExchangeState.FULL) {
                enter(ExchangeState.BODY);
            } else if (state == ExchangeState.STARVED) {
                enter(ExchangeState.RESPONSE);
            }
        }
    }

    /** Time is up: reads on if it is a body's that has something to say meanwhile. */
    void stall() throws BodyContract.BodyException {
        if (state == ExchangeState.STARVED && sender.goesOnStalled()) {
            enter(ExchangeState.RESPONSE);
        }
    }

    /** Ends what took too long with a response if one can still leave; whether there is one. */
    boolean expire() {
        if (state == ExchangeState.STARVED) {
            resources.log(resources.stalledBodies, "response body stalled: ", head, null);
        }
        if (out.hasUnsent() || !isReceiving() && state != ExchangeState.PENDING) {
            return false;
        }
        if (state == ExchangeState.BODY) {
            abandon(Abandonment.TOO_SLOW, Refusals.tooSlow());
            return true;
        }
        resources.log(resources.lateApplications, "the application timed out: ", head, null);
        if (state == ExchangeState.PENDING && !promise.withdraw()) {
            return false; // it is being carried out, so that a refusal might not be true
        }
        if (state == ExchangeState.FULL) {
            abandon(Abandonment.APPLICATION_TOO_SLOW, Refusals.applicationTooSlow());
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
        if (isReceiving()) {
            boolean stopped = calls.isBodyStopped();
            letGo().cut(stopped ? Abandonment.STOPPED : why, stopped ? Refusals.stopped() : cause);
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

    private void enter(ExchangeState next) {
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
            beginBody(decided, sink);
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

    private Want takeDecision() {
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

    private void complete(Exchange whole) {
        Response response;
        try {
            response = whole.complete();
        } catch (Throwable e) {
            fail(e);
            return;
        }
        take(response);
    }

    // The body.

    private void beginBody(Exchange decided, WritableByteChannel sink) {
        receiver = new BodyReceiver(decided, request.source(), sink, resources);
        enter(ExchangeState.BODY);
        try {
            receiver.begin(receiver.isPaced() ? resources.completions.signal(this) : null);
            if (!isStopping()) {
                request.askForBody(in, sender);
            }
        } catch (BodyReceiver.AbandonedException e) {
            abandon(e.why, e.getCause());
        }
    }

    private Want receive() throws IOException {
        assert state == ExchangeState.BODY : state;
        BodyReceiver.Outcome outcome;
        try {
            outcome = receiver.receive(in, connection.link.budget, connection.observer);
            if (outcome == BodyReceiver.Outcome.FULL) {
                enter(ExchangeState.FULL);
                receiver.whenRoom(resources.completions.signal(this));
            }
        } catch (BodyReceiver.AbandonedException e) {
            abandon(e.why, e.getCause());
            return null;
        }
        return switch (outcome) {
            case FULL -> Want.APPLICATION;
            // What is in our own buffer is not what a selector reports.
            case INCOMPLETE -> in.hasBytes() ? Want.WRITE : Want.READ;
            case WHOLE -> {
                complete(letGo().exchange());
                yield null;
            }
        };
    }

    /** The body can't become whole: lets the exchange clean up, and responds. */
    private void abandon(Abandonment why, Throwable cause) {
        // Behind the rest there is no next request, or a client would have to send it first.
        connection.closing |= why != Abandonment.SINK_FAILED;
        request.shareHead(); // a thread that was taking the body may still read it
        if (why == Abandonment.PEER_LEFT) {
            calls.halfClose();
        }
        Response own = letGo().abandon(why, cause);
        if (own != null) {
            respond(own);
        } else if (why == Abandonment.SINK_FAILED) {
            fail(Refusals.ofSink(cause));
        } else {
            respond(resources.refusal(Refusals.inBody(why, cause)));
        }
    }

    /** Ends the body; what the application has collected need not live as long as the response. */
    private BodyReceiver letGo() {
        assert isReceiving() : state;
        BodyReceiver free = receiver;
        receiver = null;
        enter(ExchangeState.DECIDING);
        free.end(connection.observer);
        return free;
    }

    private boolean isReceiving() {
        return state == ExchangeState.BODY || state == ExchangeState.FULL;
    }

    // The response.

    private void fail(Throwable failure) {
        if (failure instanceof HttpException refusal) {
            respond(resources.refusal(refusal, head));
            return;
        }
        request.shareHead(); // what has failed here may still run elsewhere
        resources.log(resources.handlerFailures, "the handler failed: ", head, failure);
        respond(resources.refusal(Refusals.internalError()));
    }

    private void respond(Response response) {
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
        connection.closing |= response.closes() || request.isLast(in, length);
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        sender.begin(response, length, head.isHttp11(), !connection.closing,
                head.framing().asksToKeepAlive(), !head.methodIs("HEAD"));
        if (connection.observer != null) {
            connection.observer.responds(response.status());
        }
        enter(ExchangeState.RESPONSE);
    }

    private Want send() throws IOException {
        assert state == ExchangeState.RESPONSE : state;
        try {
            ResponseSender.Outcome outcome = sender.send(connection.link.budget);
            if (outcome == ResponseSender.Outcome.STARVED) {
                enter(ExchangeState.STARVED);
                sender.whenReadable(resources.completions.signal(this));
                return Want.APPLICATION;
            }
            if (outcome == ResponseSender.Outcome.BLOCKED || connection.closing && !out.flush()) {
                return Want.WRITE;
            }
            enter(ExchangeState.ENDED);
        } catch (BodyContract.BodyException e) {
            resources.log(resources.bodyFailures, "response body failed: ", head, e.getCause());
            if (!sender.takeBack()) {
                throw e;
            }
            request.shareHead();
            enter(ExchangeState.DECIDING);
            respond(resources.refusal(Refusals.internalError()));
        }
        return null;
    }
}
