package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.transfer.BodyReceiver;
import io.millrace.transfer.BodyReceiver.AbandonedException;
import io.millrace.transfer.BodyReceiver.Outcome;
import io.millrace.transfer.InputBuffer;
import io.millrace.transfer.Link;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionStage;

/**
 * The body of one request on its way to the application's exchange: alone, or beside a response
 * that has come early.
 *
 * <p>Threads: the owning worker only.
 */
final class Receiving {

    private final ServerExchange exchange;
    private final Connection connection;
    private final Link link;
    private final InputBuffer in;
    private final Completions completions;
    private final BodyReceiver receiver;
    /** The response that may come before the body is whole; null if none, and once it is taken. */
    private Completions.Completion early;
    private boolean isEarlyHere;
    /** Whether the sink is to tell when it has room. */
    private boolean isFull;

    // Beside a response.

    /** Whether the response's body is to tell when it has bytes. */
    private boolean isStarved;
    /** Whether the socket took no more of the response when it was last written to. */
    private boolean isRefused;
    /** Who goes first in a visit, in turn: both live on its budget. */
    private boolean sendsFirst;
    /** Whether the visit has brought bytes to the sink. */
    private boolean hasReceived;

    /**
     * The way of a body into its sink; null if there is no memory for it, which has been answered.
     *
     * @param sink of {@code decided}
     */
    static Receiving of(ServerExchange exchange, Exchange decided, WritableByteChannel sink) {
        try {
            return new Receiving(exchange, decided, sink);
        } catch (Throwable e) { // nobody else would tell an exchange whose sink is open
            Response own = BodyReceiver.abandon(decided, Abandonment.SINK_FAILED, e);
            respond(exchange, own, e);
            return null;
        }
    }

    private Receiving(ServerExchange exchange, Exchange decided, WritableByteChannel sink) {
        this.exchange = exchange;
        connection = exchange.connection;
        link = connection.link;
        in = link.in;
        completions = connection.resources.completions;
        receiver = new BodyReceiver(decided, exchange.request.source(), sink,
                connection.resources);
    }

    void begin() {
        try {
            receiver.begin(receiver.isPaced()
                    ? completions.signal(exchange, Completions.Kind.SINK) : null);
        } catch (AbandonedException e) {
            abandon(e.why, e.getCause());
            return;
        }
        try {
            CompletionStage<Response> promised = receiver.exchange().earlyResponse();
            early = promised == null ? null : completions.await(promised, exchange);
        } catch (Throwable e) {
            failEarly(e);
            return;
        }
        if (!exchange.isStopping()) {
            exchange.request.askForBody(in, link.sender());
        }
    }

    /** Whether this is the early response that was awaited; it is here then. */
    boolean isEarly(Completions.Completion completion) {
        isEarlyHere |= completion == early;
        return completion == early;
    }

    /** The sink may have room. */
    void onRoom() {
        isFull = false;
    }

    // The body alone.

    /** Before anything is moved: what others have decided meanwhile. */
    void beginTurn() {
        if (exchange.isStopping()) {
            abandon(Abandonment.STOPPED, Refusals.stopped());
        } else if (isEarlyHere) {
            takeEarly();
        }
    }

    /** Null: the body has ended. */
    Want receive() throws IOException {
        Outcome outcome;
        try {
            outcome = move();
        } catch (AbandonedException e) {
            abandon(e.why, e.getCause());
            return null;
        }
        if (outcome == Outcome.WHOLE) {
            complete();
            return null;
        }
        if (outcome == Outcome.FULL) {
            exchange.enter(ExchangeState.FULL);
        }
        return wanted(outcome);
    }

    private Outcome move() throws IOException, AbandonedException {
        if (isFull) {
            return Outcome.FULL;
        }
        long before = receiver.received();
        Outcome outcome = receiver.receive(in, link.budget, connection.observer);
        hasReceived |= receiver.received() > before;
        if (outcome == Outcome.FULL) {
            isFull = true;
            receiver.whenRoom(completions.signal(exchange, Completions.Kind.SINK));
        }
        return outcome;
    }

    private Want wanted(Outcome outcome) {
        if (outcome == Outcome.FULL) {
            return Want.APPLICATION_ALONE;
        }
        // What is in our own buffer is not what a selector reports.
        return in.hasBytes() ? Want.WRITE : Want.READ;
    }

    private void complete() {
        Completions.Completion awaited = early;
        end();
        if (awaited == null) {
            exchange.complete(receiver.exchange());
            return;
        }
        try {
            receiver.exchange().complete(); // the same response, which was promised before
        } catch (Throwable e) {
            exchange.fail(e);
            return;
        }
        exchange.await(awaited);
    }

    /** The body can't become whole: lets the exchange clean up, and responds. */
    void abandon(Abandonment why, Throwable cause) {
        // Behind the rest there is no next request, or a client would have to send it first.
        connection.closing |= why != Abandonment.SINK_FAILED;
        exchange.request.shareHead(); // a thread that was taking the body may still read it
        if (why == Abandonment.PEER_LEFT) {
            exchange.calls.halfClose();
        }
        Completions.Completion awaited = isEarlyHere ? null : early;
        end();
        Response own = receiver.abandon(why, cause);
        Throwable failure = Refusals.ofSink(cause);
        if (own != null) {
            exchange.respond(own);
        } else if (why != Abandonment.SINK_FAILED) {
            exchange.respond(connection.resources.refusal(Refusals.inBody(why, cause)));
        } else if (awaited != null && !(failure instanceof HttpException)) {
            exchange.await(awaited); // it tells why the sink is closed
        } else {
            exchange.fail(failure);
        }
    }

    /** Ends the body with the connection. */
    void cut(Abandonment why, Throwable cause) {
        end();
        receiver.cut(why, cause);
    }

    /** Ends the body; what has taken it need not live as long as the response. */
    private void end() {
        exchange.bodyEnded();
        receiver.end(connection.observer);
        if (isEarlyHere) {
            completions.discard(early);
        }
    }

    // Beside a response.

    /** Begins the response that is here, though the body isn't. */
    private void takeEarly() {
        Completions.Completion taken = early;
        early = null;
        isEarlyHere = false;
        if (taken.failure() != null) {
            failEarly(taken.failure());
            return;
        }
        Response response = (Response) taken.outcome();
        try {
            if (response.stage() != null) {
                early = completions.await(response.stage(), exchange);
            } else {
                exchange.respondEarly(response);
            }
        } catch (Throwable e) {
            if (response.stage() == null) {
                response.discard();
            }
            failEarly(e);
        }
    }

    /** There is no early response: a failure as of a handler, unlike one of a sink. */
    private void failEarly(Throwable failure) {
        end();
        respond(exchange, receiver.abandon(Abandonment.SINK_FAILED, failure), failure);
    }

    private static void respond(ServerExchange exchange, Response own, Throwable failure) {
        exchange.request.shareHead(); // as in abandon()
        if (own != null) {
            exchange.respond(own);
        } else {
            exchange.fail(failure);
        }
    }

    /** The response's body may have bytes. */
    void onReadable() {
        isStarved = false;
    }

    /** Null: one of both has ended, and the exchange goes on with the other alone. */
    Want goBothWays() throws IOException {
        hasReceived = false;
        sendsFirst = !sendsFirst;
        Want sends = sendsFirst ? send() : Want.WRITE;
        Want receives = sends == null ? null : receiveBeside();
        if (!sendsFirst && receives != null) {
            sends = send();
        }
        if (sends == null) { // all is sent or in the buffer: the rest has no use
            endBeside(Abandonment.STOPPED, Refusals.stopped());
        } else if (receives != null) {
            return both(receives, sends);
        }
        exchange.enter(isStarved ? ExchangeState.STARVED : ExchangeState.RESPONSE);
        return link.out.hasUnsent() ? Want.WRITE : null;
    }

    private static Want both(Want receives, Want sends) {
        if (sends != Want.WRITE) {
            return receives;
        }
        return receives == Want.APPLICATION_ALONE ? Want.WRITE : Want.READ_WRITE;
    }

    /** Null: all is sent or in the buffer. */
    private Want send() throws IOException {
        if (link.out.hasUnsent()) {
            return Want.WRITE;
        }
        if (isStarved) {
            return Want.APPLICATION_ALONE;
        }
        boolean isTried = !link.budget.isUsedUp();
        ResponseSender sender = link.sender();
        ResponseSender.Outcome outcome = sender.send(link.budget);
        if (isTried) {
            isRefused = outcome == ResponseSender.Outcome.BLOCKED && !link.budget.isUsedUp();
        }
        return switch (outcome) {
            case DONE -> null;
            case BLOCKED -> Want.WRITE;
            case STARVED -> {
                isStarved = true;
                sender.whenReadable(completions.signal(exchange, Completions.Kind.BODY));
                yield Want.APPLICATION_ALONE;
            }
        };
    }

    /** Null: the body has ended. */
    private Want receiveBeside() throws IOException {
        if (exchange.isStopping()) {
            endBeside(Abandonment.STOPPED, Refusals.stopped());
            return null;
        }
        try {
            Outcome outcome = move();
            if (outcome != Outcome.WHOLE) {
                return wanted(outcome);
            }
        } catch (AbandonedException e) {
            if (e.why != Abandonment.SINK_FAILED) {
                throw new CutException(e.why, e.getCause()); // no refusal can follow the head
            }
            endBeside(e.why, e.getCause()); // the response tells whether that is a failure
            return null;
        }
        end();
        try {
            receiver.exchange().complete();
        } catch (Throwable e) {
            connection.resources.log(connection.resources.handlerFailures, "the handler failed: ",
                    exchange.request.head(), e);
            throw new CutException(Abandonment.SERVER_FAILED, e);
        }
        return null;
    }

    /** Ends the body before its end; the response goes on. */
    private void endBeside(Abandonment why, Throwable cause) {
        exchange.request.shareHead(); // as in abandon()
        cut(why, cause);
        connection.closing |= exchange.request.isLast(in, 0);
    }

    /** What ends the connection, as its time is up. */
    CutException expireBeside() {
        if (isFull && isStarved) {
            return new CutException(Abandonment.APPLICATION_TOO_SLOW,
                    Refusals.applicationTooSlow());
        }
        return new CutException(Abandonment.TOO_SLOW,
                link.out.hasUnsent() ? Refusals.unread() : Refusals.tooSlow());
    }

    /**
     * What to wait for at the end of a visit, as the socket may take no more.
     *
     * @param hasInput whether bytes are here that no selector reports
     */
    Want whileUnsent(boolean hasInput) {
        if (isFull) {
            return Want.WRITE;
        }
        if (hasInput && hasReceived && (isRefused || link.out.hasUnsent())) {
            // The client may read once they are taken. Not if none could be moved just now.
            completions.signal(exchange, Completions.Kind.VISIT).run();
        }
        return Want.READ_WRITE;
    }

    /** Ends a connection whose response has begun, so that no other can tell what went wrong. */
    static final class CutException extends IOException {

        private static final long serialVersionUID = 1L;

        final Abandonment why;

        CutException(Abandonment why, Throwable cause) {
            super(cause.getMessage(), cause);
            this.why = why;
        }
    }
}
