package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.s3.S3Payload;
import io.millrace.tree.KeyResponses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A PUT of known length that is too long for one request: it goes to the engine as it comes, in
 * parts that nobody collects. A part begins when the one before it has been handed on, and waits
 * for that one's response only if it is the next but one.
 *
 * <p>Threads: the worker, and those of the engine's client.
 */
final class StreamedPartsPut extends MultipartPut {

    private static final int MOST_RUNNING = 2;
    /** Pieces in memory of all parts that are under way. */
    static final int PIECES = MOST_RUNNING * StreamedPut.PIECES;

    private static final Runnable NOTHING = () -> { };

    private final long lengthBytes;
    private final long partBytes;
    private final int pieceBytes;

    // Below: guarded by this.
    /** Of the part that comes; null while it may not begin. */
    private BodyRelay relay;
    /** Bytes of all parts that have begun. */
    private long begun;
    private Runnable callback;

    /** @param room for {@link #PIECES}; closed by this */
    StreamedPartsPut(ObjectWrite write, long lengthBytes, PutLimits limits, Room room) {
        super(write, room);
        this.lengthBytes = lengthBytes;
        partBytes = limits.streamedPartBytes(lengthBytes);
        pieceBytes = (int) (room.bytes() / PIECES);
    }

    /** Asks the engine. */
    Exchange begin() {
        write.prepare().thenCompose(none -> {
            write.look();
            return upload.begin();
        }).whenComplete((id, failure) -> {
            if (failure != null) {
                fail(write.state().faults().answerUndone(write.request(), failure));
                ready.complete(Response.later(outcome));
            } else if (ready.begin()) {
                ready.complete(this);
            } else {
                fail(KeyResponses.CLOSED); // nobody hears it
            }
        });
        return Exchange.later(ready);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() {
        nextPart();
        return HashedSink.over(this, write.digests());
    }

    @Override
    public int room() {
        BodyRelay current = current();
        return current == null ? 0 : current.room();
    }

    @Override
    public void whenRoom(Runnable callback) {
        BodyRelay current;
        synchronized (this) {
            current = relay;
            if (current == null && !isEnded) {
                this.callback = callback;
                return;
            }
        }
        if (current == null) {
            callback.run();
        } else {
            current.whenRoom(callback);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        BodyRelay current = current();
        if (current == null) {
            throw new IOException("the engine takes no more of the body");
        }
        int count = current.write(source);
        if (current.isWhole()) {
            nextPart();
        }
        return count;
    }

    private synchronized BodyRelay current() {
        return isEnded ? null : relay;
    }

    @Override
    public synchronized boolean isOpen() {
        return !isEnded && (relay == null || relay.isOpen() || relay.isHandedOn());
    }

    /** The part that came is whole: the next one begins, now or when there is a place for it. */
    private void nextPart() {
        synchronized (this) {
            relay = null;
        }
        beginPart();
    }

    @Override
    public Response complete() {
        Response refused = write.digests().refuse();
        if (refused != null) {
            fail(refused);
            return refused;
        }
        return whole();
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (why == Abandonment.SINK_FAILED && !isOpen()) {
            return Response.later(outcome); // a part has failed, or is about to
        }
        BodyRelay current = current();
        fail(KeyResponses.CLOSED); // nobody hears it
        if (current != null) {
            current.fail(cause);
        }
        return null;
    }

    // any thread

    @Override
    void goOn() {
        beginPart();
    }

    @Override
    void giveUp() {
        // A part that is under way is the upload's to abort.
    }

    private void beginPart() {
        BodyRelay next;
        int its;
        long bytes;
        Runnable told;
        synchronized (this) {
            if (isEnded || relay != null || begun == lengthBytes || running == MOST_RUNNING) {
                return;
            }
            bytes = Math.min(partBytes, lengthBytes - begun);
            next = new BodyRelay(bytes, pieceBytes, NOTHING);
            relay = next;
            begun += bytes;
            its = ++number;
            running++;
            told = callback;
            callback = null;
        }
        next.release(); // the end of the upload is what counts
        upload.send(its, S3Payload.streamed(bytes, next))
                .whenComplete((part, failure) -> sent(failure));
        if (told != null) {
            next.whenRoom(told);
        }
    }
}
