package io.millrace.server;

import io.millrace.codec.Framing;
import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;

/**
 * One client connection: reads a request, lets the handler decide, receives the body, sends the
 * response, and again.
 *
 * <pre>
 *   HEAD > BODY > ANSWER > RESPONSE > HEAD           the usual way; BODY and ANSWER only if needed
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
        /** The application will answer later. */
        ANSWER,
        /** The response is being sent. */
        RESPONSE,
        /** Dropping the rest of a short unwanted body, to use the connection again. */
        SKIP,
        /** Dropping what still comes, so that the last answer arrives. */
        LINGER,
        CLOSED
    }

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    private final ByteChannel socket;
    private final Resources resources;
    private final ResponseSender sender;
    /** The worker's: when the connection times out, and its place at the selector. */
    final Deadlines.Entry deadline = new Deadlines.Entry(this);
    SelectionKey key;

    private State state = State.HEAD;
    /** Bytes that were read and not used when the last visit ended; null if there were none. */
    private ByteBuffer unread;
    /** Bytes that were read and not used yet, in this visit; the worker's buffer or {@link #unread}. */
    private ByteBuffer in;
    /** Once true this is always true: the peer sends no more. */
    private boolean eof;
    /** The last read got less than it asked for, in this visit. */
    private boolean socketDrained;
    private long budget;

    /** Borrowed from a head's first byte to its exchange's end; null otherwise. */
    private RequestParser parser;
    private ParsedHead head;
    private Exchange exchange;
    /** The outcome of {@link Response#later}, from its arrival until it is used; else null. */
    private Completions.Completion promised;
    /** Counts exchanges, so that a late answer is told from the current one's. */
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
        sender = new ResponseSender(socket, resources);
    }

    // What a worker calls.

    /** Goes on as far as possible without waiting, within the budget. */
    Want visit() throws IOException {
        beginVisit();
        return endVisit(sender.flush() ? advance() : Want.WRITE);
    }

    /** Goes on with the answer that the application had promised, unless it comes too late. */
    Want onCompletion(Completions.Completion completion) throws IOException {
        if (state != State.ANSWER || completion.exchange() != exchangeNumber) {
            closeUnwanted(completion.response());
            return null;
        }
        promised = completion;
        return visit();
    }

    /** Ends what took too long, if possible with an answer. */
    Want expire() throws IOException {
        beginVisit();
        HttpException tooSlow = new HttpException(Status.REQUEST_TIMEOUT,
                "the request came too slowly");
        if (state == State.HEAD && isInHead() && !sender.hasUnsent()) {
            refuse(tooSlow);
            return endVisit(advance());
        }
        if (state == State.BODY && !sender.hasUnsent()) {
            closing = true;
            abandon(tooSlow, tooSlow.response());
            return endVisit(advance());
        }
        return Want.CLOSE;
    }

    /** What the connection is to be timed for after a visit that ended with {@code want}. */
    Phase phase(Want want) {
        if (state == State.ANSWER && want == Want.RESPONSE) {
            return Phase.NONE;
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
        return sender.sent() + received;
    }

    /** Whether nothing is under way, so that closing loses nothing. */
    boolean isIdle() {
        return state == State.HEAD && !isInHead() && !sender.hasUnsent() && unread == null;
    }

    /** Whether the last answer has been sent. */
    boolean isLingering() {
        return state == State.LINGER;
    }

    /** Ends everything but the socket, which is the worker's to close. At most once. */
    void close(Throwable cause) {
        assert state != State.CLOSED;
        if (state == State.BODY && exchange != null) {
            tellAbandoned(cause);
        }
        if (promised != null) {
            closeUnwanted(promised.response());
        }
        state = State.CLOSED;
        endExchange();
    }

    // The states.

    private void beginVisit() {
        budget = resources.options.bytesPerVisit();
        socketDrained = false;
        resources.out.clear();
        in = unread != null ? unread : resources.in.clear().limit(0);
        unread = null;
    }

    private Want endVisit(Want reached) throws IOException {
        keepUnread();
        if (reached == Want.CLOSE) {
            return Want.CLOSE;
        }
        // What the socket has refused once in this visit it would refuse again.
        return !sender.hasUnsent() && sender.flush() ? reached : Want.WRITE;
    }

    private void keepUnread() {
        if (!in.hasRemaining()) {
            return;
        }
        // The buffer is lent for this visit only; what was kept before is the connection's own.
        unread = in.isDirect() ? ByteBuffer.allocate(in.remaining()).put(in).flip() : in;
    }

    private Want advance() throws IOException {
        while (true) {
            Want want = switch (state) {
                case HEAD -> readHead();
                case BODY -> receive();
                case ANSWER -> takePromised();
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
        if (!sender.hasRoom() && !sender.flush()) {
            return Want.WRITE;
        }
        if (!in.hasRemaining() && !eof) {
            if (socketDrained) {
                return Want.READ;
            }
            if (budget <= 0) {
                return Want.WRITE;
            }
            fill();
        }
        if (!in.hasRemaining()) {
            return eof ? onEofInHead() : Want.READ;
        }
        if (budget <= 0) {
            return Want.WRITE;
        }
        if (parser == null) {
            parser = resources.borrowParser();
        }
        try {
            head = parser.parse(in);
        } catch (HttpException e) {
            refuse(e);
            return null;
        }
        if (head != null) {
            beginExchange();
        }
        return null;
    }

    private void fill() throws IOException {
        in = resources.in.clear().limit(resources.options.maxHeadBytes());
        int asked = in.remaining();
        int read = socket.read(in);
        in.flip();
        eof = read < 0;
        socketDrained = read < asked;
        budget -= Math.max(read, 0);
        resources.counters.add(Counters.Figure.BYTES_IN, Math.max(read, 0));
    }

    private Want onEofInHead() throws IOException {
        if (isInHead()) {
            // RFC 9112 s8: an incomplete request; the peer may still be listening.
            refuse(new HttpException(Status.BAD_REQUEST, "the request ends in its head"));
            return null;
        }
        return sender.flush() ? Want.CLOSE : Want.WRITE;
    }

    private boolean isInHead() {
        return state == State.HEAD && parser != null && parser.isInHead();
    }

    private void beginExchange() {
        Framing framing = head.framing();
        source = framing.bodyLength() == 0 ? null : new BodySource(socket, resources, framing);
        if (framing.bodyLength() > resources.options.maxBodyBytes()) {
            answer(new HttpException(Status.CONTENT_TOO_LARGE, "the body is longer than "
                    + resources.options.maxBodyBytes() + " bytes").response());
            return;
        }
        WritableByteChannel sink = null;
        try {
            exchange = resources.handler.handle(head);
            sink = source == null || exchange instanceof Response ? null : exchange.sink();
        } catch (Throwable e) {
            answerFailure(e);
            return;
        }
        if (sink == null) {
            complete();
            return;
        }
        receiver = new BodyReceiver(source, sink, resources.piece);
        if (framing.expectsContinue() && !in.hasRemaining()) {
            sender.sendContinue();
            continueSent = true;
        }
        state = State.BODY;
    }

    private Want receive() throws IOException {
        source.visit(in);
        boolean whole;
        try {
            whole = receiveSome();
        } catch (PieceChannel.SinkException e) {
            abandon(e.failure(), null);
            return null;
        } catch (BodySource.MalformedBodyException e) {
            closing = true;
            abandon(e.refusal, e.refusal.response());
            return null;
        } catch (EOFException e) {
            eof = true;
            abandon(e, new HttpException(Status.BAD_REQUEST, e.getMessage()).response());
            return null;
        }
        if (whole) {
            complete();
            return null;
        }
        // What is in our own buffer is not what a selector reports.
        return in.hasRemaining() ? Want.WRITE : Want.READ;
    }

    private boolean receiveSome() throws IOException {
        long before = receiver.received();
        try {
            return receiver.receive(budget);
        } finally {
            long moved = receiver.received() - before;
            in = source.in();
            received += moved;
            budget -= moved;
        }
    }

    private void complete() {
        receiver = null;
        try {
            answer(exchange.complete());
        } catch (Throwable e) {
            answerFailure(e);
        }
    }

    /** The body can't become whole: lets the exchange clean up, and answers. */
    private void abandon(Throwable cause, Response answer) {
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
        Exchange abandoned = exchange;
        exchange = null;
        try {
            return abandoned.abandon(cause);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "an exchange failed when it was abandoned: " + head, e);
            return null;
        }
    }

    /** Waits for the promised answer, or sends it. */
    private Want takePromised() {
        if (promised == null) {
            return Want.RESPONSE;
        }
        Response response = promised.response();
        Throwable failure = promised.failure();
        promised = null;
        if (failure != null) {
            answerFailure(unwrap(failure));
        } else if (response == null) {
            answerFailure(new NullPointerException("a stage completed without a response"));
        } else {
            answer(response);
        }
        return null;
    }

    private void answerFailure(Throwable failure) {
        if (failure instanceof HttpException refusal) {
            answer(refusal.response());
            return;
        }
        LOG.log(Level.WARNING, "no answer from the handler: " + head, failure);
        answer(Response.text("internal error\n").with(Status.INTERNAL_SERVER_ERROR));
    }

    /** Answers what is no request, after which no byte can be trusted. */
    private void refuse(HttpException refusal) {
        head = null;
        closing = true;
        begin(refusal.response(), true);
    }

    private void answer(Response response) {
        if (response.stage() != null) {
            state = State.ANSWER;
            resources.completions.await(response.stage(), this, exchangeNumber);
            return;
        }
        if (resources.encoder.maxBytes(response) > ResponseSender.MAX_HEAD_BYTES) {
            closeUnwanted(response);
            answerFailure(new IllegalStateException("a response head may have up to "
                    + ResponseSender.MAX_HEAD_BYTES + " bytes"));
            return;
        }
        Framing framing = head.framing();
        closing |= !framing.keepAlive() || response.closes() || resources.isDraining
                || isBodyUnread() && !isBodySkippable(framing);
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        begin(response, !head.method().equals("HEAD"));
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
        return coming && !eof && source.knownRemaining() <= resources.options.maxSkipBytes();
    }

    private Want send() throws IOException {
        long before = sender.sent();
        boolean whole = sender.send(budget);
        budget -= sender.sent() - before;
        if (!whole || closing && !sender.flush()) {
            return Want.WRITE;
        }
        resources.counters.add(Counters.Figure.REQUESTS, 1);
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
                && !in.hasRemaining();
        if (eof || clientIsDone) {
            return Want.CLOSE;
        }
        // RFC 9112 s9.6: a plain close would reset the connection while the client is still sending,
        // and the reset would take the answer with it.
        endExchange();
        state = State.LINGER;
        in.position(in.limit());
        dropLeft = resources.options.lingerBytes();
        resources.counters.add(Counters.Figure.LINGERED, 1);
        return Want.LINGER;
    }

    private Want skip() throws IOException {
        // The answer first: the rest may never come, or be nonsense.
        if (!sender.flush()) {
            return Want.WRITE;
        }
        int read;
        try {
            read = drop();
        } catch (BodySource.MalformedBodyException e) {
            return endConnection();
        }
        if (read < 0) {
            endExchange();
            state = State.HEAD;
            return null;
        }
        received += read;
        dropLeft -= read;
        if (dropLeft < 0) {
            return endConnection();
        }
        return source.isEnded() || in.hasRemaining() ? null : Want.READ;
    }

    private int drop() throws IOException {
        source.visit(in);
        try {
            return source.read(resources.piece.clear());
        } finally {
            in = source.in();
        }
    }

    private Want linger() throws IOException {
        while (budget > 0 && dropLeft > 0) {
            ByteBuffer piece = resources.piece.clear();
            int read = socket.read(piece);
            if (read < 0) {
                return Want.CLOSE;
            }
            resources.counters.add(Counters.Figure.BYTES_IN, read);
            budget -= read;
            dropLeft -= read;
            if (piece.hasRemaining()) {
                return Want.READ;
            }
        }
        return dropLeft > 0 ? Want.READ : Want.CLOSE;
    }

    private void endExchange() {
        try {
            sender.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a response's body can't be closed", e);
        }
        exchangeNumber++;
        exchange = null;
        receiver = null;
        source = null;
        head = null;
        continueSent = false;
        if (parser != null) {
            resources.giveBack(parser);
            parser = null;
        }
    }

    private static void closeUnwanted(Response response) {
        try {
            if (response != null && response.stage() == null) {
                response.body().close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a response's body can't be closed", e);
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
    }
}
