package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.transfer.Counters;
import io.millrace.transfer.InputBuffer;
import io.millrace.transfer.OutputBuffer;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.UnwantedBytes;
import io.millrace.transfer.VisitBudget;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;

/**
 * One client connection: reads a head, lets a {@link ServerExchange} respond to it, and again.
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
    /** What SKIP and LINGER drop. */
    private final UnwantedBytes unwanted;
    /** The worker's: when the connection times out, and its place at the selector. */
    final Deadlines.Entry deadline = new Deadlines.Entry(this);
    SelectionKey key;
    /** The worker's: what it has counted of {@link #keptBytes}. */
    long countedBytes;
    /** Set by the worker before the first visit, like the observer, which is null for none. */
    ConnectionInfo info = ConnectionInfo.unknown();
    ConnectionObserver observer;

    private State state = State.HEAD;
    /** In a head, from its first byte to its last; null otherwise. */
    private IncomingRequest incoming;
    /** In EXCHANGE and SKIP; null otherwise. */
    private ServerExchange exchange;
    /** Exchanges that have ended; time limits begin anew with each. */
    long exchangesEnded;
    /** Once true this is always true: the response in progress is the last. */
    boolean closing;
    final VisitBudget budget;

    Connection(ByteChannel socket, Resources resources) {
        this.socket = socket;
        this.resources = resources;
        in = new InputBuffer(socket, resources);
        out = new OutputBuffer(socket, resources);
        sender = new ResponseSender(out, resources);
        budget = new VisitBudget(resources.options.bytesPerVisit(),
                resources.options.timePerVisit().toNanos());
        unwanted = new UnwantedBytes(in);
    }

    // What a worker calls.

    /** Goes on as far as possible without waiting, within the budget. */
    Want visit() throws IOException {
        beginVisit();
        if (exchange != null && exchange.mayReadAhead()) {
            budget.spend(in.readAhead()); // what comes is kept, and the end is noticed
            if (in.isEnded()) {
                exchange.presence.halfClose();
            }
        }
        return endVisit(out.flush() ? advance() : Want.WRITE);
    }

    /** Goes on with the request that has come to an idle connection, or ends the connection. */
    Want endIdle() throws IOException {
        assert isIdle() : state;
        beginVisit();
        budget.spend(in.fill());
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
        // The end of a response may still be in the socket, and a request on its way.
        return isIdle() && out.sent() > 0 ? endVisit(endConnection()) : Want.CLOSE;
    }

    /** What the connection is to be timed for after a visit that ended with {@code want}. */
    Phase phase(Want want) {
        if (want == Want.APPLICATION || want == Want.APPLICATION_ALONE) {
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

    /** Bytes that the connection has moved in either direction; only grows. */
    long progress() {
        return out.sent() + in.bodyBytes();
    }

    /** Bytes of memory that the connection keeps between two visits. */
    long keptBytes() {
        IncomingRequest request = exchange != null ? exchange.request : incoming;
        return in.keptBytes() + out.keptBytes() + (request == null ? 0 : request.heldBytes());
    }

    /** Whether nothing is under way, so that closing loses nothing. */
    boolean isIdle() {
        return state == State.HEAD && !isInHead() && !out.hasUnsent() && !in.hasKept();
    }

    /** Whether the last visit has ended because its budget was used up. */
    boolean hasUsedBudget() {
        return budget.isUsedUp();
    }

    /**
     * Whether the connection has its turn behind those that ask for little: it has a long transfer,
     * or so many pipelined requests that they didn't fit into its last visit.
     */
    boolean waitsForTurn() {
        return isInLongTransfer() || budget.hasMoreRequests();
    }

    /** Whether the exchange under way has moved more in one visit than small ones do. */
    boolean isInLongTransfer() {
        return exchange != null && exchange.isLong;
    }

    /** Whether the last response has been sent. */
    boolean isLingering() {
        return state == State.LINGER;
    }

    /**
     * Whether closing the connection now has to reset it. Else the system would keep megabytes for
     * minutes for a client that doesn't read, or the client would take the end for that of the
     * body. If the server's own side failed, what is in the socket is of use: earlier responses.
     */
    boolean needsReset(Abandonment why) {
        return sender.isEndedByClose() || why != Abandonment.SERVER_FAILED
                && (out.hasUnsent() || exchange != null && exchange.isSocketFull());
    }

    /** Ends everything but the socket, which is the worker's to close. At most once. */
    void close(Abandonment why, Throwable cause) {
        assert state != State.CLOSED;
        state = State.CLOSED;
        // What is kept first: the heap may be full, and anything below may fail by it.
        in.discard();
        out.discard();
        IncomingRequest begun = incoming;
        ServerExchange ended = exchange;
        incoming = null;
        exchange = null;
        if (ended != null) {
            ended.cut(why, cause);
        } else if (begun != null) {
            begun.close();
        }
        if (observer != null) {
            observer.closed(cause);
        }
    }

    // The states.

    private void beginVisit() {
        assert state != State.CLOSED;
        budget.begin(resources.isTurnLong);
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
        if (!sender.makeRoom(budget)) {
            return Want.WRITE;
        }
        if (!in.hasBytes() && !in.isEnded() && !in.isDrained()) {
            if (budget.isUsedUp()) {
                return Want.WRITE;
            }
            budget.spend(in.fill());
        }
        if (!in.hasBytes()) {
            return awaitHead();
        }
        if (!budget.allowsRequest()) {
            return Want.WRITE;
        }
        if (incoming == null) {
            incoming = new IncomingRequest(resources);
        }
        try {
            if (incoming.readHead(in, socket, info)) {
                beginExchange();
            }
        } catch (HttpException e) {
            refuse(e);
        }
        return null;
    }

    /** Waits for the rest of a head; for a new one only as long as both sides go on. */
    private Want awaitHead() throws IOException {
        if (in.isEnded() && isInHead()) {
            refuse(Refusals.endsInHead());
            return null;
        }
        if (!in.isEnded() && (isInHead() || !resources.isDraining)) {
            return Want.READ;
        }
        return out.flush() ? endConnection() : Want.WRITE;
    }

    private boolean isInHead() {
        return incoming != null && incoming.isInHead();
    }

    /** Responds to what is no request, after which no byte can be trusted. */
    private void refuse(HttpException refusal) throws IOException {
        assert state == State.HEAD : state;
        closing = true;
        if (observer != null) {
            observer.refused(refusal.status());
        }
        // RFC 9110 s9.3.2: HEAD is never answered with a body, refused or not.
        sender.refuse(resources.refusal(refusal), !incoming.isOfHeadRequest());
        incoming.close();
        incoming = null;
        state = State.REFUSED;
    }

    private Want endRefusal() throws IOException {
        if (out.flush()) {
            resources.counters.responded(Counters.OTHER_METHOD, sender.status().code(), 1);
            return endConnection();
        }
        return Want.WRITE;
    }

    private void beginExchange() {
        exchange = new ServerExchange(this, incoming);
        incoming = null; // the exchange's
        state = State.EXCHANGE;
        if (observer != null) {
            observer.head(exchange.request.head(), exchangesEnded);
        }
        exchange.begin();
    }

    private Want exchange() throws IOException {
        Want want = exchange.advance();
        return want != null ? want : endResponse();
    }

    private Want endResponse() {
        exchange.request.count(sender.status());
        if (observer != null) {
            observer.answered(sender.status(), sender.bodyBytes());
        }
        if (closing) {
            return endConnection();
        }
        if (exchange.request.isBodyUnread()) {
            state = State.SKIP;
            unwanted.begin(resources.options.maxSkipBytes());
        } else {
            endExchange();
        }
        return null;
    }

    private Want endConnection() {
        if (in.isEnded()) {
            return Want.CLOSE;
        }
        // RFC 9112 s9.6: what comes after a plain close makes the system reset the connection, and
        // the reset takes with it what is left of the response. That a client has said close keeps
        // none from sending: an empty line is enough.
        if (exchange != null) {
            endExchange();
        }
        state = State.LINGER;
        in.drop();
        unwanted.begin(resources.options.lingerBytes());
        resources.counters.add(Counters.Figure.LINGERED, 1);
        return Want.LINGER;
    }

    private void endExchange() {
        exchange.close();
        exchange = null;
        state = State.HEAD;
        exchangesEnded++;
        budget.exchangeEnded();
    }

    private Want skip() throws IOException {
        // The response first: the rest may never come, or be nonsense.
        if (!out.flush()) {
            return Want.WRITE;
        }
        return switch (unwanted.drop(exchange.request.source())) {
            case ENDLESS -> endConnection();
            case DRAINED -> Want.READ;
            case INCOMPLETE -> null;
            case WHOLE -> {
                endExchange();
                yield null;
            }
        };
    }

    private Want linger() throws IOException {
        assert state == State.LINGER : state;
        return unwanted.dropAll(budget.bytes()) ? Want.READ : Want.CLOSE;
    }
}
