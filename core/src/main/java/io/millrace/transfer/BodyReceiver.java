package io.millrace.transfer;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.PacedSink;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.net.PieceChannel;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Moves one request's body from its source to the sink of the application's exchange, and tells
 * the exchange how that goes.
 *
 * <p>Threads: the owning worker only.
 */
public final class BodyReceiver {

    /** How far a body has got. */
    public enum Outcome {
        /** All of it is in the sink. */
        WHOLE,
        /** No more bytes are there, or the budget is used up. */
        INCOMPLETE,
        /** The sink has no room now. */
        FULL
    }

    /** What is to be completed or abandoned. */
    private final Exchange exchange;
    private final BodySource source;
    /** The one door for bodies into files; null if the sink is no file. */
    private final FileChannel file;
    private final WritableByteChannel sink;
    private final ByteBuffer piece;
    /** The sink, if it has no room at times; null otherwise. */
    private final PacedSink paced;
    /** Where in the file the body begins. */
    private long start;
    private long received;
    private final Counters counters;

    public BodyReceiver(Exchange exchange, BodySource source, WritableByteChannel sink,
            TransferResources resources) {
        this.exchange = exchange;
        this.source = source;
        this.sink = sink;
        counters = resources.counters;
        piece = resources.piece;
        paced = sink instanceof PacedSink one ? one : null;
        file = sink instanceof FileChannel channel
                ? resources.transfer.channel(source, channel) : null;
    }

    public Exchange exchange() {
        return exchange;
    }

    /** Bytes of the body that are in the sink. */
    public long received() {
        return received;
    }

    /** Whether the sink has room or wants more at some times and not at others. */
    public boolean isPaced() {
        return paced != null;
    }

    /**
     * Begins the body, which {@link #end} ends: asks where in a file it goes, and a paced sink to
     * tell when it wants no more.
     *
     * @param whenClosed null if the sink isn't paced
     */
    public void begin(Runnable whenClosed) throws AbandonedException {
        counters.add(Counters.Figure.UPLOADS, 1);
        try {
            if (file != null) {
                start = exchange.sinkPosition();
            }
            if (start < 0) {
                throw new IllegalStateException(
                        exchange.getClass().getName() + ": sinkPosition() returned " + start);
            }
            if (paced != null) {
                paced.whenClosed(whenClosed);
            }
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    /** Ends the body, whole or not. */
    public void end(BodyObserver observer) {
        counters.add(Counters.Figure.UPLOADS, -1);
        if (observer != null) {
            observer.received(received);
        }
    }

    /** Asks a full sink to tell when there is room. */
    public void whenRoom(Runnable callback) throws AbandonedException {
        try {
            paced.whenRoom(callback);
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    /** Lets the exchange clean up; the response that it wants to be sent, or null. */
    public Response abandon(Abandonment why, Throwable cause) {
        return abandon(exchange, why, cause);
    }

    /** As {@link #abandon(Abandonment, Throwable)}, for an exchange that has no receiver yet. */
    public static Response abandon(Exchange exchange, Abandonment why, Throwable cause) {
        try {
            return exchange.abandon(why, cause);
        } catch (Throwable e) {
            SafeLog.log(BodyReceiver.class, Level.WARNING,
                    "Exchange.abandon failed", e);
            return null;
        }
    }

    /** Lets the exchange clean up when there is no client any more to hear a response. */
    public void cut(Abandonment why, Throwable cause) {
        Response unheard = abandon(why, cause);
        try {
            if (unheard != null) {
                unheard.discard();
            }
        } catch (Throwable e) { // a stage of the application's own making
            SafeLog.log(BodyReceiver.class, Level.WARNING,
                    "failed to discard an unsent response", e);
        }
    }

    /**
     * Moves what is there, as far as the budget goes.
     *
     * @param in holds the unread bytes of the connection, and what is left of them then
     * @param observer is told how much has come; null if nothing observes the connection
     * @throws IOException of the socket
     * @throws AbandonedException if the body can't become whole although the client may be there
     */
    public Outcome receive(InputBuffer in, VisitBudget budget, BodyObserver observer)
            throws IOException, AbandonedException {
        source.visit(in.bytes());
        long before = received;
        long wireBefore = source.wireBytes();
        try {
            boolean whole = receive(budget.bytes());
            if (received > before) {
                tellProgress(observer);
            }
            if (whole) {
                if (observer != null) {
                    observer.body();
                }
                return Outcome.WHOLE;
            }
            return paced != null && SinkContract.room(paced) == 0
                    ? Outcome.FULL : Outcome.INCOMPLETE;
        } catch (PieceChannel.SinkException e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e.getCause());
        } catch (BodySource.MalformedBodyException e) {
            throw new AbandonedException(e.refusal.status() == Status.CONTENT_TOO_LARGE
                    ? Abandonment.TOO_LARGE : Abandonment.MALFORMED, e.refusal);
        } catch (EOFException e) {
            in.end();
            throw new AbandonedException(Abandonment.PEER_LEFT, e);
        } finally {
            in.bytes(source.in());
            in.countBody(received - before);
            budget.spend(source.wireBytes() - wireBefore);
        }
    }

    /**
     * Moves on within a visit of the source.
     *
     * @return whether the body is whole
     * @throws IOException of the source, or {@link PieceChannel.SinkException} of the sink
     */
    public boolean receive(long budget) throws IOException {
        long left = budget;
        while (!source.isEnded() && left > 0) {
            long before = source.wireBytes();
            long moved = file == null ? copy(left)
                    : file.transferFrom(source, start + received, left);
            if (moved == 0) {
                break;
            }
            received += moved;
            // Of chunks, the framing counts: it may be many times the data.
            left -= source.wireBytes() - before;
            if (source.isSocketDrained()) {
                break;
            }
        }
        return source.isEnded();
    }

    private long copy(long count) throws IOException {
        long room = paced == null ? count : Math.min(SinkContract.room(paced), count);
        if (room == 0) {
            return 0;
        }
        piece.clear().limit((int) Math.min(piece.capacity(), room));
        int read = source.read(piece);
        if (read <= 0) {
            return 0;
        }
        SinkContract.write(sink, piece.flip());
        return read;
    }

    private void tellProgress(BodyObserver observer) throws AbandonedException {
        if (observer != null) {
            observer.progress(received);
        }
        try {
            exchange.onProgress(received);
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    /** The body can't become whole. */
    public static final class AbandonedException extends Exception {

        private static final long serialVersionUID = 1L;

        public final Abandonment why;

        /** What the cause is, {@link Exchange#abandon} says. */
        public AbandonedException(Abandonment why, Throwable cause) {
            super(null, cause, false, false);
            this.why = why;
        }
    }
}
