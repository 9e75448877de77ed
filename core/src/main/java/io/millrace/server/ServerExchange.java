package io.millrace.server;

import io.millrace.codec.Framing;
import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.net.PieceChannel;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;

/**
 * One request and its response, from the end of the request's head to the end of the response:
 * everything that belongs to this request and to no other. The connection drops it whole.
 *
 * <pre>
 *   DECIDING > BODY > PENDING > DECIDED > RESPONSE > ENDED     each but the last two only if needed
 *              BODY <> FULL                                    a sink without room
 *                               RESPONSE <> STARVED            a body without bytes
 * </pre>
 *
 * <p>Logs as {@link Connection}, as an operator knows one logger for what happens on connections.
 *
 * <p>Threads: the owning worker only.
 */
final class ServerExchange {

    private enum State {
        /** Between two others: the application decides, or has failed, within this very visit. */
        DECIDING,
        /** The application's exchange takes the body. */
        BODY,
        /** As BODY, but the sink has no room; only the application can tell when it has. */
        FULL,
        /** The application has promised an exchange or a response. */
        PENDING,
        /** What was promised has arrived. */
        DECIDED,
        /** The response is being sent. */
        RESPONSE,
        /** As RESPONSE, but its body has no bytes; only the application can tell when it has. */
        STARVED,
        /** The response has been sent, as far as the buffer in front of the socket. */
        ENDED
    }

    private final Connection connection;
    private final Resources resources;
    private final InputBuffer in;
    private final OutputBuffer out;
    private final ResponseSender sender;
    /** Borrowed until {@link #close}: the head is in it. */
    private final RequestParser parser;
    private final ParsedHead head;
    private final long number;
    /** Null if the request has no body. */
    private final BodySource source;

    private State state = State.DECIDING;
    /** What is to be completed or abandoned, in BODY and FULL; else null. */
    private Exchange application;
    /** In BODY and FULL; else null. */
    private BodyReceiver receiver;
    /** In DECIDED; else null. */
    private Completions.Completion decision;
    private boolean continueSent;
    /** Once true this is always true: a visit's budget did not suffice. */
    private boolean isLong;
    /**
     * Once true this is always true: a thread of the application may still read the head, however
     * the exchange ends, so that its parser can't be used for another.
     */
    private boolean isHeadShared;

    /**
     * @param parser has read {@code head}; this exchange's from now on
     * @param number counts the exchanges of the connection from 0
     */
    ServerExchange(Connection connection, RequestParser parser, ParsedHead head, long number) {
        this.connection = connection;
        this.parser = parser;
        this.head = head;
        this.number = number;
        resources = connection.resources;
        in = connection.in;
        out = connection.out;
        sender = connection.sender;
        Framing framing = head.framing();
        source = framing.bodyLength() == 0 ? null
                : new BodySource(connection.socket, resources, framing);
    }

    // What the connection calls.

    Connection connection() {
        return connection;
    }

    /** The request's body; null if it has none. */
    BodySource source() {
        return source;
    }

    /** Whether the exchange has moved more in one visit than small ones do. */
    boolean isLong() {
        return isLong;
    }

    /** This visit's budget did not suffice. */
    void noteLong() {
        isLong = true;
    }

    boolean isReceiving() {
        return state == State.BODY || state == State.FULL;
    }

    boolean isBodyUnread() {
        return source != null && !source.isEnded();
    }

    /** Whether the client has said that it sends nothing more, and has sent it. */
    boolean isClientDone() {
        return !head.framing().keepAlive() && !isBodyUnread() && !in.hasBytes();
    }

    /** Lets the handler decide what becomes of the request. */
    void begin() {
        assert state == State.DECIDING : state;
        if (connection.observer != null) {
            connection.observer.head(head, number);
        }
        if (head.framing().bodyLength() > resources.options.maxBodyBytes()) {
            respond(new HttpException(Status.CONTENT_TOO_LARGE, "the body is longer than "
                    + resources.options.maxBodyBytes() + " bytes").response());
            return;
        }
        Exchange decided;
        try {
            decided = resources.handler.handle(head);
        } catch (Throwable e) {
            fail(e);
            return;
        }
        take(decided);
    }

    /** Goes on as far as it can; null when the response has been sent. */
    Want advance() throws IOException {
        Want want = null;
        while (want == null && state != State.ENDED) {
            want = switch (state) {
                case BODY -> receive();
                case DECIDED -> takeDecision();
                case RESPONSE -> send();
                case FULL, PENDING, STARVED -> Want.APPLICATION;
                case DECIDING, ENDED -> throw new AssertionError(state);
            };
        }
        return want;
    }

    /** Takes what the application has to say; false if it is too late for that. */
    boolean onCompletion(Completions.Completion completion) {
        if (!completion.isSignal()) {
            if (state != State.PENDING) {
                return false;
            }
            decision = completion;
            state = State.DECIDED;
        } else if (state == State.FULL) {
            state = State.BODY;
        } else if (state == State.STARVED) {
            state = State.RESPONSE;
        }
        return true;
    }

    /**
     * Ends what took too long with a response, unless one is on its way or can't leave.
     *
     * @return whether there is a response to send
     */
    boolean expire() {
        boolean canRespond = !out.hasUnsent();
        switch (state) {
            case BODY, FULL -> {
                if (canRespond) {
                    boolean isApplications = state == State.FULL;
                    HttpException refusal = isApplications ? applicationTooSlow()
                            : Connection.tooSlow();
                    connection.closing = true;
                    abandon(refusal, refusal.response());
                }
                return canRespond;
            }
            case PENDING -> {
                if (canRespond) {
                    isHeadShared = true;
                    state = State.DECIDING;
                    respond(applicationTooSlow().response());
                }
                return canRespond;
            }
            case STARVED -> SafeLog.log(Connection.class, Level.WARNING,
                    "a response's body stopped coming: " + head, null);
            default -> { }
        }
        return false;
    }

    private HttpException applicationTooSlow() {
        SafeLog.log(Connection.class, Level.WARNING,
                "no answer from the application in time: " + head, null);
        return new HttpException(Status.SERVICE_UNAVAILABLE, "the application took too long");
    }

    /** Ends the exchange before its response has been sent, with its connection. */
    void cut(Throwable cause) {
        switch (state) {
            case BODY, FULL -> discard(tellAbandoned(cause));
            case DECIDING, PENDING -> isHeadShared = true;
            case DECIDED -> {
                isHeadShared = true;
                resources.completions.discard(decision);
            }
            // Whoever writes the response's body may still read the head.
            default -> isHeadShared |= sender.isSending();
        }
        close();
    }

    /** Gives back what the exchange has borrowed. Nothing is called after this. */
    void close() {
        state = State.ENDED;
        sender.close();
        if (source != null) {
            source.close();
        }
        if (!isHeadShared) {
            resources.giveBack(parser);
        }
    }

    // What the application has decided.

    /** Goes on with it, be it known now or later. */
    private void take(Exchange decided) {
        assert state == State.DECIDING : state;
        if (decided instanceof Response response) {
            respond(response);
            return;
        }
        if (decided == null || decided.stage() != null) {
            await(decided);
            return;
        }
        WritableByteChannel sink = null;
        if (source != null) {
            try {
                sink = decided.sink();
            } catch (Throwable e) {
                fail(e);
                return;
            }
        }
        if (sink == null) {
            complete(decided);
        } else {
            beginBody(decided, sink);
        }
    }

    private void beginBody(Exchange decided, WritableByteChannel sink) {
        application = decided;
        receiver = new BodyReceiver(source, sink, resources);
        state = State.BODY;
        if (receiver.isPaced()) {
            try {
                receiver.whenClosed(resources.completions.signal(this));
            } catch (PieceChannel.SinkException e) {
                abandon(e.getCause(), null);
                return;
            }
        }
        if (head.framing().expectsContinue() && !in.hasBytes()) {
            sender.sendContinue();
            continueSent = true;
        }
    }

    private void await(Exchange promise) {
        if (promise == null) {
            fail(new NullPointerException("the application gave no answer"));
            return;
        }
        state = State.PENDING;
        resources.completions.await(promise.stage(), this);
    }

    private Want takeDecision() {
        Completions.Completion taken = decision;
        decision = null;
        state = State.DECIDING;
        if (taken.failure() != null) {
            fail(unwrap(taken.failure()));
        } else {
            take(taken.outcome());
        }
        return null;
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
    }

    // The body.

    private Want receive() throws IOException {
        assert state == State.BODY : state;
        source.visit(in.bytes());
        boolean whole;
        try {
            whole = receiveSome();
            if (!whole && receiver.isFull()) {
                state = State.FULL;
                receiver.whenRoom(resources.completions.signal(this));
            }
        } catch (PieceChannel.SinkException e) {
            abandon(e.getCause(), null);
            return null;
        } catch (BodySource.MalformedBodyException e) {
            connection.closing = true;
            abandon(e.refusal, e.refusal.response());
            return null;
        } catch (EOFException e) {
            in.end();
            abandon(e, new HttpException(Status.BAD_REQUEST, e.getMessage()).response());
            return null;
        }
        if (whole) {
            if (connection.observer != null) {
                connection.observer.body();
            }
            complete(letGo());
            return null;
        }
        if (state == State.FULL) {
            return Want.APPLICATION;
        }
        // What is in our own buffer is not what a selector reports.
        return in.hasBytes() ? Want.WRITE : Want.READ;
    }

    private boolean receiveSome() throws IOException {
        long before = receiver.received();
        boolean whole;
        try {
            whole = receiver.receive(connection.budget());
        } finally {
            in.bytes(source.in());
            connection.noteReceived(receiver.received() - before);
        }
        if (receiver.received() > before) {
            tellProgress(receiver.received());
        }
        return whole;
    }

    private void tellProgress(long receivedBytes) throws PieceChannel.SinkException {
        if (connection.observer != null) {
            connection.observer.progress(receivedBytes);
        }
        try {
            application.onProgress(receivedBytes);
        } catch (RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    /** Ends the body; what the application has collected need not live as long as the response. */
    private Exchange letGo() {
        assert isReceiving() : state;
        Exchange free = application;
        application = null;
        receiver = null;
        state = State.DECIDING;
        return free;
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

    /** The body can't become whole: lets the exchange clean up, and responds. */
    private void abandon(Throwable cause, Response response) {
        Response own = tellAbandoned(cause);
        Response heard = own != null ? own : response;
        if (heard == null) {
            fail(cause);
        } else {
            respond(heard);
        }
    }

    private Response tellAbandoned(Throwable cause) {
        isHeadShared = true; // a thread that was taking the body may still read it
        try {
            return letGo().abandon(cause);
        } catch (RuntimeException | Error e) {
            SafeLog.log(Connection.class, Level.WARNING,
                    "an exchange failed when it was abandoned", e);
            return null;
        }
    }

    private static void discard(Response unheard) {
        if (unheard != null) {
            unheard.discard();
        }
    }

    // The response.

    private void fail(Throwable failure) {
        if (failure instanceof HttpException refusal) {
            respond(refusal.response());
            return;
        }
        isHeadShared = true; // what has failed here may still run elsewhere
        SafeLog.log(Connection.class, Level.WARNING,
                "no answer from the handler: " + head, failure);
        respond(Response.text("internal error\n").with(Status.INTERNAL_SERVER_ERROR));
    }

    private void respond(Response response) {
        assert state == State.DECIDING : state;
        if (response.stage() != null) {
            await(response);
            return;
        }
        if (resources.encoder.maxBytes(response) > ResponseSender.MAX_HEAD_BYTES) {
            response.discard();
            fail(new IllegalStateException("a response head may have up to "
                    + ResponseSender.MAX_HEAD_BYTES + " bytes"));
            return;
        }
        connection.closing |= !head.framing().keepAlive() || response.closes()
                || resources.isDraining || isBodyUnread() && !isBodySkippable()
                || !head.isHttp11() && response.body().length() == Body.UNKNOWN_LENGTH;
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        sender.begin(response, head.isHttp11(), !connection.closing, !head.methodIs("HEAD"));
        state = State.RESPONSE;
    }

    /** A short body will be dropped, unless the client may still decide not to send it. */
    private boolean isBodySkippable() {
        boolean coming = !head.framing().expectsContinue() || continueSent;
        return coming && !in.isEnded()
                && source.knownRemaining() <= resources.options.maxSkipBytes();
    }

    private Want send() throws IOException {
        assert state == State.RESPONSE : state;
        try {
            return sendSome();
        } catch (ResponseSender.BodyException e) {
            String line = resources.bodyFailures.line("a response's body failed: " + head,
                    resources.nowNs);
            if (line != null) {
                SafeLog.log(Connection.class, Level.WARNING, line, e.getCause());
            }
            throw e;
        }
    }

    private Want sendSome() throws IOException {
        long before = out.sent();
        ResponseSender.Outcome outcome = sender.send(connection.budget());
        connection.noteSent(out.sent() - before);
        switch (outcome) {
            case BLOCKED -> {
                return Want.WRITE;
            }
            case STARVED -> {
                state = State.STARVED;
                sender.whenReadable(resources.completions.signal(this));
                return Want.APPLICATION;
            }
            case DONE -> {
                if (connection.closing && !out.flush()) {
                    return Want.WRITE;
                }
                state = State.ENDED;
                return null;
            }
            default -> throw new AssertionError(outcome);
        }
    }
}
