package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.http.Abandonment;
import io.millrace.http.HttpException;
import io.millrace.transfer.BodySource;
import io.millrace.transfer.Counters;
import io.millrace.transfer.InputBuffer;
import io.millrace.transfer.OutputBuffer;
import io.millrace.transfer.ResponseSender;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;

/**
 * One client connection: reads a request's head, lets a {@link ServerExchange} make a response of
 * it, and again.
 *
 * <pre>
 *   HEAD > EXCHANGE > HEAD        the usual way
 *          EXCHANGE > SKIP > HEAD    an unwanted body that is short
 *          EXCHANGE > LINGER         an unwanted body that is long, or nonsense
 *   HEAD > REFUSED > LINGER          what is no request
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
        /** A request is being answered. */
        EXCHANGE,
        /** What came is no request; the refusal is in the buffer. */
        REFUSED,
        /** Dropping the rest of a short unwanted body, to use the connection again. */
        SKIP,
        /** Dropping what still comes, so that the last response arrives. */
        LINGER,
        CLOSED
    }

    final ByteChannel socket;
    final Resources resources;
    final InputBuffer in;
    final OutputBuffer out;
    final ResponseSender sender;
    /** The worker's: when the connection times out, and its place at the selector. */
    final Deadlines.Entry deadline = new Deadlines.Entry(this);
    SelectionKey key;
    /** The worker's: what it has counted of {@link #keptBytes}. */
    long countedBytes;
    /** Set by the worker before the first visit; null if nothing observes the connection. */
    ConnectionObserver observer;

    private State state = State.HEAD;
    /** Borrowed from a head's first byte to its last; null otherwise. */
    private RequestParser parser;
    /** In EXCHANGE and SKIP; null otherwise. */
    private ServerExchange exchange;
    private long exchangesEnded;
    /** Once true this is always true: the response in progress is the last. */
    boolean closing;
    /** Bytes that this visit may still move. */
    long budget;
    /** Bytes that SKIP or LINGER may still drop. */
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
        assert isIdle() : state;
        beginVisit();
        budget -= in.fill();
        return endVisit(in.hasBytes() ? advance() : Want.CLOSE);
    }

    /** Goes on with what the application has to say, unless it comes too late; null then. */
    Want onCompletion(Completions.Completion completion) throws IOException {
        if (completion.exchange() != exchange || !exchange.onCompletion(completion)) {
            resources.completions.discard(completion);
            return null;
        }
        return visit();
    }

    /** Ends what took too long, if possible with a response. */
    Want expire() throws IOException {
        beginVisit();
        if (state == State.EXCHANGE) {
            return exchange.expire() ? endVisit(advance()) : Want.CLOSE;
        }
        if (isInHead() && !out.hasUnsent()) {
            refuse(Refusals.tooSlow());
            return endVisit(advance());
        }
        return Want.CLOSE;
    }

    /** What the connection is to be timed for after a visit that ended with {@code want}. */
    Phase phase(Want want) {
        if (want == Want.APPLICATION) {
            return Phase.APPLICATION;
        }
        if (want == Want.WRITE) {
            return Phase.PROGRESS;
        }
        return switch (state) {
            case EXCHANGE, SKIP -> Phase.PROGRESS;
            case LINGER -> Phase.LINGER;
            default -> isInHead() ? Phase.HEAD
                    : exchangesEnded == 0 ? Phase.FIRST_BYTE : Phase.IDLE;
        };
    }

    /** Exchanges that have ended; time limits begin anew with each. */
    long exchangesEnded() {
        return exchangesEnded;
    }

    /** Bytes that the connection has moved in either direction; only grows. */
    long progress() {
        return out.sent() + received;
    }

    /** Bytes of memory that the connection keeps between two visits. */
    long keptBytes() {
        RequestParser head = exchange != null ? exchange.parser : parser;
        return in.keptBytes() + out.keptBytes() + (head == null ? 0 : head.heldBytes());
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
        return exchange != null && exchange.isLong;
    }

    /** Whether the last response has been sent. */
    boolean isLingering() {
        return state == State.LINGER;
    }

    /** Whether only a reset can tell the client that the body in progress is not whole. */
    boolean needsReset() {
        return sender.isEndedByClose();
    }

    /** Ends everything but the socket, which is the worker's to close. At most once. */
    void close(Abandonment why, Throwable cause) {
        assert state != State.CLOSED;
        state = State.CLOSED;
        // What is kept first: the heap may be full, and anything below may fail by it.
        in.discard();
        out.discard();
        if (exchange != null) {
            ServerExchange ended = exchange;
            exchange = null;
            ended.cut(why, cause);
        } else if (parser != null) {
            giveBackParser();
        }
        if (observer != null) {
            observer.closed(cause);
        }
    }

    /** So many bytes of a body have come. */
    void noteReceived(long bytes) {
        received += bytes;
        budget -= bytes;
    }

    // The states.

    private void beginVisit() {
        assert state != State.CLOSED;
        budget = resources.options.bytesPerVisit();
        in.beginVisit();
        out.beginVisit();
    }

    private Want endVisit(Want reached) throws IOException {
        in.endVisit();
        // In HEAD it was an earlier exchange's, or that of many small ones.
        if (hasUsedBudget() && exchange != null) {
            exchange.isLong = true;
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
                case EXCHANGE -> exchange();
                case REFUSED -> endRefusal();
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
        assert state == State.HEAD : state;
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
        ParsedHead head;
        try {
            head = parser.parse(in.bytes());
        } catch (HttpException e) {
            refuse(e);
            return null;
        }
        if (head != null) {
            beginExchange(head);
        }
        return null;
    }

    /** Sends gathered responses; whether the socket took all. Small ones cost the budget here. */
    private boolean makeRoom() throws IOException {
        long before = out.sent();
        boolean taken = out.flush();
        budget -= out.sent() - before;
        return taken;
    }

    private Want onEndInHead() throws IOException {
        if (!isInHead()) {
            return out.flush() ? Want.CLOSE : Want.WRITE;
        }
        refuse(Refusals.endsInHead());
        return null;
    }

    /** Waits for the rest of a head; for a new one only as long as the server goes on. */
    private Want awaitHead() throws IOException {
        if (isInHead() || !resources.isDraining) {
            return Want.READ;
        }
        return out.flush() ? endConnection(false) : Want.WRITE;
    }

    private boolean isInHead() {
        return parser != null && parser.isInHead();
    }

    /** Responds to what is no request, after which no byte can be trusted. */
    private void refuse(HttpException refusal) throws IOException {
        assert state == State.HEAD : state;
        closing = true;
        if (observer != null) {
            observer.refused(refusal.status());
        }
        // RFC 9110 s9.3.2: HEAD is never answered with a body, refused or not.
        sender.refuse(refusal.response(), !parser.isOfHeadRequest());
        giveBackParser();
        state = State.REFUSED;
    }

    private void giveBackParser() {
        RequestParser free = parser;
        parser = null;
        resources.giveBack(free);
    }

    private Want endRefusal() throws IOException {
        if (!out.flush()) {
            return Want.WRITE;
        }
        resources.counters.add(Counters.Figure.REQUESTS, 1);
        return endConnection(false);
    }

    private void beginExchange(ParsedHead head) {
        exchange = new ServerExchange(this, parser, head);
        parser = null; // the exchange's
        state = State.EXCHANGE;
        if (observer != null) {
            observer.head(head, exchangesEnded);
        }
        exchange.begin();
    }

    private Want exchange() throws IOException {
        Want want = exchange.advance();
        return want != null ? want : endResponse();
    }

    private Want endResponse() {
        resources.counters.add(Counters.Figure.REQUESTS, 1);
        if (observer != null) {
            observer.answered(sender.status(), sender.bodyBytes());
        }
        if (closing) {
            return endConnection(exchange.isClientDone());
        }
        if (exchange.isBodyUnread()) {
            state = State.SKIP;
            dropLeft = resources.options.maxSkipBytes();
        } else {
            endExchange();
            state = State.HEAD;
        }
        return null;
    }

    private Want endConnection(boolean isClientDone) {
        if (in.isEnded() || isClientDone) {
            return Want.CLOSE;
        }
        // RFC 9112 s9.6: a plain close would reset the connection while the client is still
        // sending, and the reset would take the response with it.
        if (exchange != null) {
            endExchange();
        }
        state = State.LINGER;
        in.drop();
        dropLeft = resources.options.lingerBytes();
        resources.counters.add(Counters.Figure.LINGERED, 1);
        return Want.LINGER;
    }

    private void endExchange() {
        exchange.close();
        exchange = null;
        exchangesEnded++;
    }

    private Want skip() throws IOException {
        // The response first: the rest may never come, or be nonsense.
        if (!out.flush()) {
            return Want.WRITE;
        }
        BodySource source = exchange.source;
        long before = source.wireBytes();
        int read;
        try {
            read = in.drop(source);
        } catch (BodySource.MalformedBodyException e) {
            return endConnection(false);
        }
        // Of chunks, the framing counts: it may be many times the data.
        dropLeft -= source.wireBytes() - before;
        if (dropLeft < 0) {
            return endConnection(false);
        }
        if (read < 0) {
            endExchange();
            state = State.HEAD;
            return null;
        }
        received += read;
        return source.isEnded() || in.hasBytes() ? null : Want.READ;
    }

    private Want linger() throws IOException {
        assert state == State.LINGER : state;
        dropLeft -= in.dropFromSocket(Math.min(budget, dropLeft));
        return in.isEnded() || dropLeft <= 0 ? Want.CLOSE : Want.READ;
    }
}
