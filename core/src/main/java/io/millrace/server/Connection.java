package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.Link;
import io.millrace.transfer.OpeningException;
import io.millrace.transfer.Phase;
import io.millrace.transfer.UnwantedBytes;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;

/**
 * One client connection: reads a head, lets a {@link ServerExchange} respond to it, and again.
 *
 * <pre>
 *   WAIT > HEAD > EXCHANGE > WAIT           the usual way
 *                 EXCHANGE > SKIP > WAIT    an unwanted body that is short
 *                 EXCHANGE > LINGER         an unwanted body that is long, or nonsense
 *          HEAD > REFUSED > LINGER          what is no request
 * </pre>
 *
 * <p>A visit goes as far as it can without waiting, within a budget of bytes, and returns what the
 * connection wants next. It never touches a selector: the channel may be any {@link ByteChannel}.
 *
 * <p>Threads: the owning worker only.
 */
final class Connection extends Deadlines.Entry {

    final Resources resources;
    final Link link;
    /** What SKIP and LINGER drop; null before. */
    private UnwantedBytes unwanted;
    /** The worker's: the connection's place at the selector. */
    SelectionKey key;
    /** The worker's: what it has counted of {@link #keptBytes}. */
    long countedBytes;
    /** Set by the worker before the first visit, like the observer, which is null for none. */
    ConnectionInfo info = ConnectionInfo.unknown();
    ConnectionObserver observer;

    private ConnectionState state = ConnectionState.WAIT;
    /** In a head, from its first byte to its last; null otherwise. */
    private IncomingRequest incoming;
    /** In EXCHANGE and SKIP; null otherwise. */
    private ServerExchange exchange;
    /** Exchanges that have ended. */
    long exchangesEnded;
    /** Once true this is always true: the response in progress is the last. */
    boolean closing;

    Connection(ByteChannel socket, Layer layer, Resources resources) {
        this.resources = resources;
        link = new Link(socket, layer, resources, resources.budget);
    }

    // What a worker calls.

    /** Goes on as far as possible without waiting, within the budget. */
    Want visit() throws IOException {
        beginVisit();
        return goOn();
    }

    private Want goOn() throws IOException {
        if (exchange != null && exchange.mayReadAhead()) {
            link.budget.spend(link.in.readAhead()); // what comes is kept, and the end is noticed
            if (link.in.isEnded()) {
                exchange.calls.halfClose();
            }
        }
        if (link.out.hasUnsent() && !link.out.flush()
                && (exchange == null || !exchange.isDuplex())) {
            // No response to a body that is stopped could follow what the client doesn't read.
            return endVisit(exchange != null && exchange.isStopping() ? Want.CLOSE : Want.WRITE);
        }
        return endVisit(advance());
    }

    /** Goes on with the request that has come to an idle connection, or ends the connection. */
    Want endIdle() throws IOException {
        assert isIdle() : state;
        beginVisit();
        link.budget.spend(link.in.fill());
        return endVisit(link.in.hasBytes() ? advance() : Want.CLOSE);
    }

    /** Goes on with what the application has to say, unless it comes too late; null then. */
    Want onCompletion(Completions.Completion completion) throws IOException {
        if (completion.isOfLayer()) { // what the layer waited for has been done
            return state == ConnectionState.CLOSED ? null : visit();
        }
        if (completion.exchange() != exchange) {
            resources.completions.discard(completion);
            return null;
        }
        beginVisit();
        exchange.onCompletion(completion);
        return goOn();
    }

    /** Ends what took too long, if possible with a response. */
    Want expire() throws IOException {
        beginVisit();
        if (state == ConnectionState.EXCHANGE) {
            return exchange.expire() ? endVisit(advance()) : Want.CLOSE;
        }
        if (isInHead() && !link.out.hasUnsent()) {
            refuse(Refusals.tooSlow());
            return endVisit(advance());
        }
        // The end of a response may still be in the socket, and a request on its way.
        return isIdle() && link.out.sent() > 0 ? endVisit(endConnection()) : Want.CLOSE;
    }

    /** What the connection is to be timed for after a visit that ended with {@code want}. */
    Phase phase(Want want) {
        if (link.layer.isOpening()) {
            return link.layer.hasBegun() ? Phase.HEAD : Phase.FIRST_BYTE;
        }
        if (want == Want.APPLICATION || want == Want.APPLICATION_ALONE) {
            return Phase.APPLICATION;
        }
        if (isInHead() && !link.out.hasUnsent()) {
            return Phase.HEAD; // as a whole, however many visits it takes
        }
        return want == Want.WRITE ? Phase.PROGRESS : switch (state) {
            case EXCHANGE, SKIP -> Phase.PROGRESS;
            case LINGER -> Phase.LINGER;
            default -> exchangesEnded == 0 ? Phase.FIRST_BYTE : Phase.IDLE;
        };
    }

    /** The exchange in progress; null if there is none. */
    ServerExchange exchange() {
        return exchange;
    }

    /** Bytes of memory that the connection keeps between two visits. */
    long keptBytes() {
        IncomingRequest request = exchange != null ? exchange.request : incoming;
        return link.keptBytes() + (request == null ? 0 : request.heldBytes());
    }

    /** Whether nothing is under way, so that closing loses nothing. */
    boolean isIdle() {
        return state == ConnectionState.WAIT && !isInHead() && !link.out.hasUnsent()
                && !link.in.hasKept();
    }

    /** Whether the last response has been sent. */
    boolean isLingering() {
        return state == ConnectionState.LINGER;
    }

    /**
     * Whether a close now has to be a reset. Else the system would keep megabytes for minutes for a
     * client that doesn't read, or that would take the end for the body's. If the server's own side
     * failed, what is in the socket is of use: earlier responses.
     */
    boolean needsReset(Abandonment why) {
        return link.isEndedByClose() || why != Abandonment.SERVER_FAILED
                && (link.out.hasUnsent() || exchange != null && exchange.isSocketFull());
    }

    /** Ends everything but the socket, which is the worker's to close. At most once. */
    void close(Abandonment why, Throwable cause) {
        assert state != ConnectionState.CLOSED;
        state = ConnectionState.CLOSED;
        // What is kept first: the heap may be full, and anything below may fail by it.
        link.discard();
        IncomingRequest begun = incoming;
        ServerExchange ended = exchange;
        incoming = null;
        exchange = null;
        if (ended != null) {
            ended.cut(why, cause);
        } else if (begun != null) {
            begun.cut(exchangesEnded, why, cause);
        }
        link.endResponse();
        if (observer != null) {
            observer.closed(cause);
        }
    }

    private void beginVisit() {
        assert state != ConnectionState.CLOSED;
        link.beginVisit(resources.isTurnLong);
    }

    private Want endVisit(Want reached) throws IOException {
        link.budget.end(exchange != null);
        if (reached == Want.CLOSE) {
            return Want.CLOSE;
        }
        boolean hasInput = link.layer.hasInput();
        if (!link.endVisit() || reached == Want.READ_WRITE) { // of an exchange
            return exchange == null ? Want.WRITE
                    : exchange.whileUnsent(hasInput || link.in.hasKept());
        }
        if (link.layer.isBusy()) {
            resources.runAside(link.layer.task(), this);
            return Want.APPLICATION_ALONE;
        }
        return reached.isForInput() && hasInput ? Want.WRITE : reached;
    }

    private Want advance() throws IOException {
        Want want = null;
        while (want == null) {
            want = state.advance(this);
        }
        return want;
    }

    // What a connection does in each state; null to go on in whatever state it is then.

    /** Reads on when no byte is at hand. */
    Want awaitHead() throws IOException {
        assert state == ConnectionState.WAIT : state;
        if (link.in.hasBytes()) {
            state = ConnectionState.HEAD;
            return null;
        }
        if (!link.out.makeRoom(link.budget)) {
            return Want.WRITE;
        }
        if (!link.in.isEnded() && !link.in.isDrained()) {
            if (link.budget.isUsedUp()) {
                return Want.WRITE;
            }
            try {
                link.budget.spend(link.in.fill());
            } catch (OpeningException e) {
                return endOpening(e);
            }
        }
        return link.in.hasBytes() ? null : awaitMore();
    }

    /** Waits for the rest of a head; for a new one only as long as both sides go on. */
    private Want awaitMore() throws IOException {
        if (link.in.isEnded() && isInHead()) {
            refuse(Refusals.endsInHead());
            return null;
        }
        if (!link.in.isEnded() && (isInHead() || !resources.isDraining)) {
            return Want.READ;
        }
        return link.out.flush() ? endConnection() : Want.WRITE;
    }

    Want parseHead() throws IOException {
        assert state == ConnectionState.HEAD && link.in.hasBytes() : state;
        if (!link.out.makeRoom(link.budget) || !link.budget.allowsRequest()) {
            return Want.WRITE;
        }
        if (incoming == null) {
            incoming = new IncomingRequest(resources, observer);
            info = exchangesEnded == 0 ? link.layer.tell(info) : info;
        }
        try {
            if (incoming.readHead(link.in, link.bodies(), info)) {
                beginExchange();
            } else {
                state = ConnectionState.WAIT;
            }
        } catch (HttpException e) {
            refuse(e);
        }
        return null;
    }

    /** No request will come: says why, if that is of use. */
    private Want endOpening(OpeningException e) throws IOException {
        info = link.layer.tell(info);
        resources.logOpening(info, e);
        if (e.refusal == null) {
            return endConnection();
        }
        incoming = new IncomingRequest(resources, observer);
        refuse(e.refusal);
        return null;
    }

    private boolean isInHead() {
        return incoming != null && incoming.isInHead();
    }

    /** Responds to what is no request, after which no byte can be trusted. */
    private void refuse(HttpException refusal) throws IOException {
        assert exchange == null : state;
        closing = true;
        // RFC 9110 s9.3.2: HEAD is never answered with a body, refused or not.
        link.sender().refuse(resources.refusal(refusal), !incoming.isOfHeadRequest());
        if (observer != null) {
            observer.refused(incoming.firstLine(), exchangesEnded, link.sender());
        }
        incoming.close();
        incoming = null;
        state = ConnectionState.REFUSED;
    }

    Want endRefusal() throws IOException {
        if (link.out.flush()) {
            resources.counters.responded(Counters.OTHER_METHOD, link.sender().status().code(), 1);
            return endConnection();
        }
        return Want.WRITE;
    }

    private void beginExchange() {
        exchange = new ServerExchange(this, incoming);
        incoming = null; // the exchange's
        state = ConnectionState.EXCHANGE;
        if (observer != null) {
            observer.head(exchange.request.head(), exchangesEnded);
        }
    }

    /** The exchange has sent its response. */
    Want endResponse() throws IOException {
        exchange.request.count(link.sender().status());
        if (observer != null) {
            observer.answered(link.sender().status(), link.sender().bodyBytes());
        }
        if (closing) {
            return endConnection();
        }
        if (!exchange.request.isBodyUnread()) {
            return endExchange();
        }
        state = ConnectionState.SKIP;
        unwanted = new UnwantedBytes(link.in, resources.options.maxSkipBytes());
        return null;
    }

    private Want endConnection() throws IOException {
        link.layer.endOutput();
        if (link.in.isEnded() && !link.out.hasUnsent()) {
            return Want.CLOSE;
        }
        // RFC 9112 s9.6: what comes after a plain close makes the system reset the connection, and
        // the reset takes with it what is left of the response. That a client has said close keeps
        // none from sending: an empty line is enough.
        if (exchange != null) {
            endExchange();
        } else {
            link.endResponse(); // of a refusal
        }
        state = ConnectionState.LINGER;
        link.in.drop();
        unwanted = new UnwantedBytes(link.in, resources.options.lingerBytes());
        resources.counters.add(Counters.Figure.LINGERED, 1);
        return Want.LINGER;
    }

    private Want endExchange() {
        exchange.close();
        exchange = null;
        link.endResponse();
        state = ConnectionState.WAIT;
        exchangesEnded++;
        beginAnew();
        link.budget.exchangeEnded();
        return null;
    }

    Want skip() throws IOException {
        // The response first: the rest may never come, or be nonsense.
        if (!link.out.flush()) {
            return Want.WRITE;
        }
        return switch (unwanted.drop(exchange.request.source())) {
            case ENDLESS -> endConnection();
            case DRAINED -> Want.READ;
            case INCOMPLETE -> null;
            case WHOLE -> endExchange();
        };
    }

    Want linger() throws IOException {
        return unwanted.dropAll(link.budget.bytes()) ? Want.LINGER : Want.CLOSE;
    }

    /** The request in progress, else the client. Any thread: one that looks at a held worker. */
    @Override
    public String toString() {
        ServerExchange current = exchange;
        return current != null ? current.request.head().toString()
                : "a connection of " + info.peerText();
    }
}
