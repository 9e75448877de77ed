package io.millrace.testkit;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Writes the body of a request to the sink of its exchange, piece by piece, and checks what the
 * sink does.
 *
 * <p>Threads: the client's.
 */
final class BodyFeed {

    private final LiveRequest live;
    private final Exchange exchange;
    private final WritableByteChannel sink;
    /** The sink, if it is a file; null otherwise. */
    private final FileChannel file;
    /** The sink, if it has no room at times; null otherwise. */
    private final PacedSink paced;
    private final Wakeups wakeups;
    private final Wakeups.Signal closed;
    private long start;
    /** Why there is no early response; null as long as there may be one. */
    private volatile Throwable earlyFailure;

    BodyFeed(LiveRequest live, Exchange exchange, WritableByteChannel sink, Wakeups wakeups) {
        this.live = live;
        this.exchange = exchange;
        this.sink = sink;
        this.wakeups = wakeups;
        file = sink instanceof FileChannel channel ? channel : null;
        paced = sink instanceof PacedSink one ? one : null;
        closed = wakeups.signal();
    }

    /** Asks where in a file the body goes, and a paced sink to tell when it wants no more. */
    void begin() throws AbandonedException {
        try {
            if (file != null) {
                start = exchange.sinkPosition();
                if (start < 0) {
                    throw broken(exchange, "sinkPosition() returned " + start);
                }
            }
            if (paced != null) {
                paced.whenClosed(closed);
            }
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    /**
     * What may be sent before the body is whole; null if there is none.
     *
     * @param begun run when it is here
     */
    CompletionStage<Response> earlyResponse(Runnable begun) throws AbandonedException {
        try {
            CompletionStage<Response> early = exchange.earlyResponse();
            if (early != null) {
                early.whenComplete((response, failure) -> {
                    if (failure == null) {
                        begun.run();
                    } else {
                        earlyFailure = failure instanceof CompletionException
                                && failure.getCause() != null ? failure.getCause() : failure;
                        wakeups.wake();
                    }
                });
            }
            return early;
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    /** Writes the whole body, or as much of it as the client sends. */
    void run() throws AbandonedException {
        stopIfAsked();
        byte[] bytes = live.request().bytes();
        long leaves = live.request().leavesAfterBytes();
        int end = leaves < 0 ? bytes.length : (int) Math.min(leaves, bytes.length);
        // Direct, as a server's: a sink that wants an array has to fail here, too.
        ByteBuffer piece = ByteBuffer.allocateDirect(
                Math.max(1, Math.min(live.request().pieceBytes(), bytes.length)));
        int sent = 0;
        while (sent < end) {
            long room = waitForRoom(end - sent);
            int count = (int) Math.min(room, Math.min(piece.capacity(), end - sent));
            write(piece.clear().put(bytes, sent, count).flip(), sent);
            sent += count;
            tellProgress(sent);
        }
        if (end < bytes.length || live.request().bodyLength() > bytes.length) {
            throw new AbandonedException(Abandonment.PEER_LEFT,
                    new EOFException("the connection ended inside the request body"));
        }
    }

    /** The bytes that may be written now: {@code most}, unless the sink is paced. */
    private long waitForRoom(long most) throws AbandonedException {
        stopIfAsked();
        long room = most;
        try {
            while (paced != null && (room = room()) == 0) {
                Wakeups.Signal told = wakeups.signal();
                paced.whenRoom(told);
                wakeups.await(() -> told.isSet() || closed.isSet() || live.isBodyStopped()
                        || earlyFailure != null,
                        paced.getClass().getName() + " had no room and ran no callback of"
                                + " whenRoom()");
                stopIfAsked();
            }
        } catch (AbandonedException e) {
            throw e;
        } catch (Wakeups.LateException e) {
            throw new AbandonedException(Abandonment.APPLICATION_TOO_SLOW,
                    TestExchange.tooSlow());
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
        return room;
    }

    private int room() throws IOException {
        if (!paced.isOpen()) {
            paced.write(ByteBuffer.allocate(0)); // it throws the reason
            throw new ClosedChannelException();
        }
        int room = paced.room();
        if (room < 0) {
            throw broken(paced, "room() returned " + room);
        }
        return room;
    }

    private void write(ByteBuffer piece, long position) throws AbandonedException {
        try {
            while (piece.hasRemaining()) {
                int before = piece.position();
                int limit = piece.limit();
                int written = file != null
                        ? file.write(piece, start + position + before) : sink.write(piece);
                int taken = piece.position() - before;
                if (written != taken || piece.limit() != limit) {
                    throw broken(sink, "write() took " + taken + " bytes but returned " + written);
                }
                if (written == 0) {
                    throw broken(sink, "write() took no bytes; only a PacedSink may have no room");
                }
            }
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    private void tellProgress(long received) throws AbandonedException {
        try {
            exchange.onProgress(received);
        } catch (Throwable e) {
            throw new AbandonedException(Abandonment.SINK_FAILED, e);
        }
    }

    private void stopIfAsked() throws AbandonedException {
        if (earlyFailure != null) {
            throw new AbandonedException(Abandonment.SINK_FAILED, earlyFailure);
        }
        if (live.isBodyStopped()) {
            throw new AbandonedException(Abandonment.STOPPED, new HttpException(
                    Status.SERVICE_UNAVAILABLE,
                    "the rest of the body is no longer wanted; retry the request"));
        }
    }

    /** Fails if an exchange that has ended has left its file open. */
    void assertClosed() {
        if (file != null && file.isOpen()) {
            throw broken(exchange, "the sink is still open: the exchange closes it in complete()"
                    + " and in abandon(), the server never does");
        }
    }

    static AssertionError broken(Object culprit, String how) {
        return new AssertionError(culprit.getClass().getName() + ": " + how);
    }

    /** The body can't become whole. */
    static final class AbandonedException extends Exception {

        private static final long serialVersionUID = 1L;

        final Abandonment why;

        AbandonedException(Abandonment why, Throwable cause) {
            super(null, cause, false, false);
            this.why = why;
        }
    }
}
