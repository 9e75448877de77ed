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
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;

/**
 * One client connection: reads a request, lets the handler decide, receives the body, sends the
 * response, and again.
 *
 * <pre>
 *   HEAD > BODY > PENDING > RESPONSE > HEAD           the usual way; BODY and PENDING only if needed
 *   HEAD > PENDING > BODY > ...                       the handler decides later
 *                          RESPONSE > SKIP > HEAD    an unwanted body that is short
 *                          RESPONSE > LINGER         an unwanted body that is long, or nonsense
 * </pre>
 *
 * <p>A visit goes as far as it can without waiting, within a budget of bytes, and returns what the
 * connection wants next. It never touches a selector: the channel may be any {@link ByteChannel}.
 *
 * <p>Threads: the owning worker only.
 */
final class Connection {

    private enum State {
        /** Waiting for a request's head, or in the middle of one. */
        HEAD,
        /** The exchange takes the body. */
        BODY,
        /** The application will decide, or answer, later. */
        PENDING,
        /** The response is being sent. */
        RESPONSE,
        /** Dropping the rest of a short unwanted body, to use the connection again. */
        SKIP,
        /** Dropping what still comes, so that the last answer arrives. */
        LINGER,
        CLOSED
    }

    private final ByteChannel socket;
    private final Resources resources;
    private final InputBuffer in;
    private final OutputBuffer out;
    private final ResponseSender sender;
    /** The worker's: when the connection times out, and its place at the selector. */
    final Deadlines.Entry deadline = new Deadlines.Entry(this);
    SelectionKey key;
    /** Set by the worker before the first visit; null if nobody observes the connection. */
    ConnectionObserver observer;

    private State state = State.HEAD;
    /** The sink or the body has no room or bytes; only the application can tell when that ends. */
    private boolean waitsForApplication;
    private long budget;
    /** The exchange that has used up a visit's budget; -1 for none. */
    private long longExchange = -1;

    /** Borrowed from a head's first byte to its exchange's end; null otherwise. */
    private RequestParser parser;
    private ParsedHead head;
    /** What is still to be completed or abandoned; null if nothing. */
    private Exchange exchange;
    /** What was promised, from its arrival until it is used; else null. */
    private Completions.Completion promised;
    /** Counts exchanges, so that what comes late is told from the current one's. */
    private long exchangeNumber;
    /** The body of the current request; null if it has none. */
    private BodySource source;
    private BodyReceiver receiver;
    private boolean continueSent;
    /** Once true, until the end: the response in progress is the last. */
    private boolean closing;
    private long dropLeft;
    /** Bytes of bodies received since the connection began. */
    private long received;

    Connection(ByteChannel socket, Resources resources) {
        this.socket = socket;
        this.resources = resources;
        in = new InputBuffer(socket, resources);
        out = new OutputBuffer(socket, resources);
        sender = new ResponseSender(out, resources);
    }

    // What a worker calls.

    /** Goes on as far as possible without waiting, within the budget. */
    Want visit() throws IOException {
        beginVisit();
        return endVisit(out.flush() ? advance() : Want.WRITE);
    }

    /** Goes on with the request that has come to an idle connection, or ends the connection. */
    Want endIdle() throws IOException {
        beginVisit();
        budget -= in.fill();
        return endVisit(in.hasBytes() ? advance() : Want.CLOSE);
    }

    /** Goes on with what the application has to say, unless it comes too late; null then. */
    Want onCompletion(Completions.Completion completion) throws IOException {
        if (completion.exchangeNumber() != exchangeNumber || state == State.CLOSED) {
            resources.completions.discard(completion);
            return null;
        }
        if (completion.isSignal()) {
            waitsForApplication = false;
        } else {
            promised = completion;
        }
        return visit();
    }

    /** Ends what took too long, if possible with an answer. */
    Want expire() throws IOException {
        beginVisit();
        if (!out.hasUnsent()) {
            if (state == State.HEAD && isInHead()) {
                refuse(tooSlow());
                return endVisit(advance());
            }
            if (state == State.BODY) {
                HttpException why = waitsForApplication ? applicationTooSlow() : tooSlow();
                closing = true;
                abandon(why, why.response());
                return endVisit(advance());
            }
            if (state == State.PENDING) {
                disown();
                answer(applicationTooSlow().response());
                return endVisit(advance());
            }
        }
        if (waitsForApplication) {
            SafeLog.log(Connection.class, Level.WARNING,
                    "a response's body stopped coming: " + head, null);
        }
        return Want.CLOSE;
    }

    private static HttpException tooSlow() {
        return new HttpException(Status.REQUEST_TIMEOUT, "the request came too slowly");
    }

    private HttpException applicationTooSlow() {
        SafeLog.log(Connection.class, Level.WARNING,
                "no answer from the application in time: " + head, null);
        return new HttpException(Status.SERVICE_UNAVAILABLE, "the application took too long");
    }

    /** What the connection is to be timed for after a visit that ended with {@code want}. */
    Phase phase(Want want) {
        if (want == Want.APPLICATION) {
            return Phase.APPLICATION;
        }
        if (want == Want.WRITE || state == State.BODY || state == State.SKIP) {
            return Phase.PROGRESS;
        }
        if (state == State.LINGER) {
            return Phase.LINGER;
        }
        return isInHead() ? Phase.HEAD : Phase.IDLE;
    }

    /** Which exchange this is, counted from 0; time limits begin anew with each. */
    long exchangeNumber() {
        return exchangeNumber;
    }

    /** Bytes that the current exchange has moved in either direction; only grows. */
    long progress() {
        return out.sent() + received;
    }

    /** Whether nothing is under way, so that closing loses nothing. */
    boolean isIdle() {
        return state == State.HEAD && !isInHead() && !out.hasUnsent() && !in.hasKept();
    }

    /** Whether the last visit has ended because its budget was used up. */
    boolean hasUsedBudget() {
        return budget <= 0;
    }

    /** Whether the exchange under way has moved more in one visit than small ones do. */
    boolean isInLongTransfer() {
        return longExchange == exchangeNumber;
    }

    /** Whether the last answer has been sent. */
    boolean isLingering() {
        return state == State.LINGER;
    }

    /** Whether only a reset can tell the client that the body in progress is not whole. */
    boolean needsReset() {
        return sender.isEndedByClose();
    }

    /** Ends everything but the socket, which is the worker's to close. At most once. */
    void close(Throwable cause) {
        assert state != State.CLOSED;
        if (exchange != null) {
            Response unheard = tellAbandoned(cause);
            if (unheard != null) {
                unheard.discard();
            }
        }
        if (state == State.PENDING) {
            disown();
        }
        if (sender.isSending()) {
            parser = null; // who writes the body may still read the head
        }
        endExchange();
        state = State.CLOSED;
        if (observer != null) {
            observer.closed(cause);
        }
    }

    // The states.

    private void beginVisit() {
        budget = resources.options.bytesPerVisit();
        in.beginVisit();
        out.beginVisit();
    }

    private Want endVisit(Want reached) throws IOException {
        in.endVisit();
        // In HEAD it was an earlier exchange's, or that of many small ones.
        if (hasUsedBudget() && state != State.HEAD) {
            longExchange = exchangeNumber;
        }
        if (reached == Want.CLOSE) {
            return Want.CLOSE;
        }
        // What the socket has refused once in this visit it would refuse again.
        return !out.hasUnsent() && out.flush() ? reached : Want.WRITE;
    }

    private Want advance() throws IOException {
        while (true) {
            Want want = switch (state) {
                case HEAD -> readHead();
                case BODY -> receive();
                case PENDING -> takePromised();
                case RESPONSE -> send();
                case SKIP -> skip();
                case LINGER -> linger();
                case CLOSED -> throw new AssertionError();
            };
            if (want != null) {
                return want;
            }
        }
    }

    /** Null: go on in whatever state it is now. */
    private Want readHead() throws IOException {
        if (!sender.hasRoom() && !makeRoom()) {
            return Want.WRITE;
        }
        if (!in.hasBytes() && !in.isEnded() && !in.isDrained()) {
            if (budget <= 0) {
                return Want.WRITE;
            }
            budget -= in.fill();
        }
        if (!in.hasBytes()) {
            return in.isEnded() ? onEndInHead() : awaitHead();
        }
        if (budget <= 0) {
            return Want.WRITE;
        }
        if (parser == null) {
            parser = resources.borrowParser();
        }
        try {
            head = parser.parse(in.bytes());
        } catch (HttpException e) {
            refuse(e);
            return null;
        }
        if (head != null) {
            beginExchange();
        }
        return null;
    }

    /** Sends gathered answers; whether the socket took all. Small ones cost the budget here. */
    private boolean makeRoom() throws IOException {
        long before = out.sent();
        boolean taken = out.flush();
        budget -= out.sent() - before;
        return taken;
    }

    private Want onEndInHead() throws IOException {
        if (isInHead()) {
            // RFC 9112 s8: an incomplete request; the peer may still be listening.
            refuse(new HttpException(Status.BAD_REQUEST, "the request ends in its head"));
            return null;
        }
        return out.flush() ? Want.CLOSE : Want.WRITE;
    }

    /** Waits for the rest of a head; for a new one only as long as the server goes on. */
    private Want awaitHead() throws IOException {
        if (isInHead() || !resources.isDraining) {
            return Want.READ;
        }
        return out.flush() ? endConnection() : Want.WRITE;
    }

    private boolean isInHead() {
        return state == State.HEAD && parser != null && parser.isInHead();
    }

    private void beginExchange() {
        if (observer != null) {
            observer.head(head, exchangeNumber);
        }
        Framing framing = head.framing();
        source = framing.bodyLength() == 0 ? null : new BodySource(socket, resources, framing);
        if (framing.bodyLength() > resources.options.maxBodyBytes()) {
            answer(new HttpException(Status.CONTENT_TOO_LARGE, "the body is longer than "
                    + resources.options.maxBodyBytes() + " bytes").response());
            return;
        }
        Exchange decided;
        try {
            decided = resources.handler.handle(head);
        } catch (Throwable e) {
            answerFailure(e);
            return;
        }
        take(decided);
    }

    /** Goes on with what the handler has decided, now or later. */
    private void take(Exchange decided) {
        if (decided instanceof Response response) {
            answer(response);
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
                answerFailure(e);
                return;
            }
        }
        exchange = decided;
        if (sink == null) {
            complete();
            return;
        }
        receiver = new BodyReceiver(source, sink, resources);
        state = State.BODY;
        if (receiver.isPaced()) {
            try {
                receiver.whenClosed(resources.completions.signal(this, exchangeNumber));
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
            answerFailure(new NullPointerException("the application gave no answer"));
            return;
        }
        state = State.PENDING;
        resources.completions.await(promise.stage(), this, exchangeNumber);
    }

    private Want receive() throws IOException {
        if (waitsForApplication) {
            return Want.APPLICATION;
        }
        source.visit(in.bytes());
        boolean whole;
        try {
            whole = receiveSome();
            if (!whole && receiver.isFull()) {
                waitsForApplication = true;
                receiver.whenRoom(resources.completions.signal(this, exchangeNumber));
            }
        } catch (PieceChannel.SinkException e) {
            abandon(e.getCause(), null);
            return null;
        } catch (BodySource.MalformedBodyException e) {
            closing = true;
            abandon(e.refusal, e.refusal.response());
            return null;
        } catch (EOFException e) {
            in.end();
            abandon(e, new HttpException(Status.BAD_REQUEST, e.getMessage()).response());
            return null;
        }
        if (whole) {
            if (observer != null) {
                observer.body();
            }
            complete();
            return null;
        }
        if (waitsForApplication) {
            return Want.APPLICATION;
        }
        // What is in our own buffer is not what a selector reports.
        return in.hasBytes() ? Want.WRITE : Want.READ;
    }

    private boolean receiveSome() throws IOException {
        long before = receiver.received();
        boolean whole;
        try {
            whole = receiver.receive(budget);
        } finally {
            in.bytes(source.in());
            received += receiver.received() - before;
            budget -= receiver.received() - before;
        }
        if (receiver.received() > before) {
            tellProgress(receiver.received());
        }
        return whole;
    }

    private void tellProgress(long receivedBytes) throws PieceChannel.SinkException {
        if (observer != null) {
            observer.progress(receivedBytes);
        }
        try {
            exchange.onProgress(receivedBytes);
        } catch (RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    private void complete() {
        receiver = null;
        Exchange completed = exchange;
        exchange = null;
        Response response;
        try {
            response = completed.complete();
        } catch (Throwable e) {
            answerFailure(e);
            return;
        }
        take(response);
    }

    /** The body can't become whole: lets the exchange clean up, and answers. */
    private void abandon(Throwable cause, Response answer) {
        waitsForApplication = false;
        Response own = tellAbandoned(cause);
        Response response = own != null ? own : answer;
        if (response == null) {
            answerFailure(cause);
        } else {
            answer(response);
        }
    }

    private Response tellAbandoned(Throwable cause) {
        receiver = null;
        parser = null; // a thread that was taking the body may still read the head
        Exchange abandoned = exchange;
        exchange = null;
        try {
            return abandoned.abandon(cause);
        } catch (RuntimeException | Error e) {
            SafeLog.log(Connection.class, Level.WARNING,
                    "an exchange failed when it was abandoned", e);
            return null;
        }
    }

    /** Waits for what was promised, or goes on with it. */
    private Want takePromised() {
        if (promised == null) {
            return Want.APPLICATION;
        }
        Completions.Completion kept = promised;
        promised = null;
        if (kept.failure() != null) {
            answerFailure(unwrap(kept.failure()));
        } else {
            take(kept.outcome());
        }
        return null;
    }

    /** Gives up what was promised; it may still read the head, which is not used again then. */
    private void disown() {
        if (promised != null) {
            resources.completions.discard(promised);
            promised = null;
        }
        exchangeNumber++;
        parser = null;
    }

    private void answerFailure(Throwable failure) {
        if (failure instanceof HttpException refusal) {
            answer(refusal.response());
            return;
        }
        SafeLog.log(Connection.class, Level.WARNING,
                "no answer from the handler: " + head, failure);
        answer(Response.text("internal error\n").with(Status.INTERNAL_SERVER_ERROR));
    }

    /** Answers what is no request, after which no byte can be trusted. */
    private void refuse(HttpException refusal) {
        head = null;
        closing = true;
        if (observer != null) {
            observer.refused(refusal.status());
        }
        // RFC 9110 s9.3.2: HEAD is never answered with a body, refused or not.
        begin(refusal.response(), !parser.isOfHeadRequest());
    }

    private void answer(Response response) {
        if (response.stage() != null) {
            await(response);
            return;
        }
        if (resources.encoder.maxBytes(response) > ResponseSender.MAX_HEAD_BYTES) {
            response.discard();
            answerFailure(new IllegalStateException("a response head may have up to "
                    + ResponseSender.MAX_HEAD_BYTES + " bytes"));
            return;
        }
        Framing framing = head.framing();
        closing |= !framing.keepAlive() || response.closes() || resources.isDraining
                || isBodyUnread() && !isBodySkippable(framing)
                || !head.isHttp11() && response.body().length() == Body.UNKNOWN_LENGTH;
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        begin(response, !head.methodIs("HEAD"));
    }

    private void begin(Response response, boolean withBody) {
        boolean http11 = head == null || head.isHttp11();
        sender.begin(response, http11, !closing, withBody);
        state = State.RESPONSE;
    }

    private boolean isBodyUnread() {
        return source != null && !source.isEnded();
    }

    /** A short body will be dropped, unless the client may still decide not to send it. */
    private boolean isBodySkippable(Framing framing) {
        boolean coming = !framing.expectsContinue() || continueSent;
        return coming && !in.isEnded()
                && source.knownRemaining() <= resources.options.maxSkipBytes();
    }

    private Want send() throws IOException {
        if (waitsForApplication) {
            return Want.APPLICATION;
        }
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
        ResponseSender.Outcome outcome = sender.send(budget);
        budget -= out.sent() - before;
        switch (outcome) {
            case BLOCKED -> {
                return Want.WRITE;
            }
            case STARVED -> {
                waitsForApplication = true;
                sender.whenReadable(resources.completions.signal(this, exchangeNumber));
                return Want.APPLICATION;
            }
            case DONE -> {
                if (closing && !out.flush()) {
                    return Want.WRITE;
                }
                return endResponse();
            }
            default -> throw new AssertionError(outcome);
        }
    }

    private Want endResponse() {
        resources.counters.add(Counters.Figure.REQUESTS, 1);
        if (observer != null) {
            observer.answered(sender.status(), sender.bodyBytes());
        }
        if (closing) {
            return endConnection();
        }
        if (isBodyUnread()) {
            state = State.SKIP;
            dropLeft = resources.options.maxSkipBytes();
        } else {
            endExchange();
            state = State.HEAD;
        }
        return null;
    }

    private Want endConnection() {
        boolean clientIsDone = head != null && !head.framing().keepAlive() && !isBodyUnread()
                && !in.hasBytes();
        if (in.isEnded() || clientIsDone) {
            return Want.CLOSE;
        }
        // RFC 9112 s9.6: a plain close would reset the connection while the client is still
        // sending, and the reset would take the answer with it.
        endExchange();
        state = State.LINGER;
        in.drop();
        dropLeft = resources.options.lingerBytes();
        resources.counters.add(Counters.Figure.LINGERED, 1);
        return Want.LINGER;
    }

    private Want skip() throws IOException {
        // The answer first: the rest may never come, or be nonsense.
        if (!out.flush()) {
            return Want.WRITE;
        }
        long before = source.wireBytes();
        int read;
        try {
            read = skipSome();
        } catch (BodySource.MalformedBodyException e) {
            return endConnection();
        }
        // Of chunks, the framing counts: it may be many times the data.
        dropLeft -= source.wireBytes() - before;
        if (dropLeft < 0) {
            return endConnection();
        }
        if (read < 0) {
            endExchange();
            state = State.HEAD;
            return null;
        }
        received += read;
        return source.isEnded() || in.hasBytes() ? null : Want.READ;
    }

    private int skipSome() throws IOException {
        source.visit(in.bytes());
        try {
            return source.read(resources.piece.clear());
        } finally {
            in.bytes(source.in());
        }
    }

    private Want linger() throws IOException {
        dropLeft -= in.dropFromSocket(Math.min(budget, dropLeft));
        return in.isEnded() || dropLeft <= 0 ? Want.CLOSE : Want.READ;
    }

    private void endExchange() {
        sender.close();
        exchangeNumber++;
        if (source != null) {
            source.close();
            source = null;
        }
        head = null;
        continueSent = false;
        waitsForApplication = false;
        if (parser != null) {
            resources.giveBack(parser);
            parser = null;
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
    }
}
