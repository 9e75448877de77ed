package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.http.PacedSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Collects bytes of an upload into parts, and hands on each one that is full: one at a time, while
 * the next one is filled if there is memory for two.
 *
 * <p>Threads: a worker writes; promises are kept on threads of the engine's client; any other one
 * ends it.
 */
final class PartSink implements PacedSink {

    /** What an exchange is abandoned with whose bytes can't be kept. */
    static final class FailedException extends IOException {

        private static final long serialVersionUID = 1L;

        FailedException(Throwable cause) {
            super("the bytes of the upload can't be kept", cause);
        }
    }

    /** A part is made of pieces, so that a short one takes little. */
    private static final int PIECE_BYTES = 256 << 10;

    private final int partBytes;
    private final BucketBuffers.Room room;
    private final Function<List<ByteBuffer>, CompletableFuture<Void>> sender;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();

    // Below: guarded by this.
    /** The part that is being filled; each buffer's position is where it is filled to. */
    private List<ByteBuffer> filling = new ArrayList<>();
    private int filledBytes;
    private boolean isSending;
    private boolean hasTwo;
    private Throwable failure;
    /** No more is written. */
    private boolean isEnded;
    private Runnable whenRoom;
    private Runnable whenClosed;

    /**
     * A sink.
     *
     * @param room for the part that is being filled, however long it gets
     * @param sender keeps a part that is full, and promises when it is
     */
    PartSink(int partBytes, BucketBuffers.Room room,
            Function<List<ByteBuffer>, CompletableFuture<Void>> sender) {
        this.partBytes = partBytes;
        this.room = room;
        this.sender = sender;
    }

    /** Begins with bytes that came before, which are less than a part. */
    synchronized void begin(byte[] before) {
        ByteBuffer bytes = ByteBuffer.wrap(before);
        while (bytes.hasRemaining()) {
            fill(bytes);
        }
    }

    @Override
    public synchronized boolean isOpen() {
        return !isEnded && failure == null;
    }

    @Override
    public synchronized int room() {
        if (!isOpen()) {
            return partBytes; // what is written then is refused
        }
        if (isSending && !hasTwo && filledBytes == 0) {
            hasTwo = room.tryGrow(partBytes);
            return hasTwo ? partBytes : 0;
        }
        return partBytes - filledBytes;
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (isOpen() && room() == 0) {
                whenRoom = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public void whenClosed(Runnable callback) {
        synchronized (this) {
            if (isOpen()) {
                whenClosed = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        List<ByteBuffer> full = null;
        synchronized (this) {
            if (failure != null) {
                throw new FailedException(failure);
            }
            if (isEnded) {
                throw new ClosedChannelException();
            }
            while (source.hasRemaining()) {
                fill(source);
            }
            if (filledBytes == partBytes && !isSending) {
                full = take();
            }
        }
        if (full != null) {
            send(full);
        }
        return count;
    }

    private void fill(ByteBuffer source) {
        ByteBuffer piece = filling.isEmpty() ? null : filling.get(filling.size() - 1);
        if (piece == null || !piece.hasRemaining()) {
            piece = ByteBuffer.allocate(Math.min(PIECE_BYTES, partBytes - filledBytes));
            filling.add(piece);
        }
        int count = Math.min(piece.remaining(), source.remaining());
        int end = source.limit();
        piece.put(source.limit(source.position() + count));
        source.limit(end);
        filledBytes += count;
    }

    /** What has been filled; the next bytes go elsewhere. */
    private List<ByteBuffer> take() {
        List<ByteBuffer> taken = filling;
        taken.forEach(ByteBuffer::flip);
        filling = new ArrayList<>();
        filledBytes = 0;
        isSending = true;
        return taken;
    }

    private void send(List<ByteBuffer> part) {
        CompletableFuture<Void> sent;
        try {
            sent = sender.apply(part);
        } catch (RuntimeException | Error e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete((nothing, why) -> sent(why));
    }

    private void sent(Throwable why) {
        List<ByteBuffer> full = null;
        Runnable tell;
        boolean isIdle;
        synchronized (this) {
            isSending = false;
            if (why != null && failure == null) {
                failure = BucketFaults.cause(why);
            }
            if (failure == null && filledBytes == partBytes) {
                full = take();
            }
            tell = failure == null ? whenRoom : whenClosed;
            whenRoom = null;
            isIdle = isEnded && full == null;
        }
        if (full != null) {
            send(full);
        }
        if (isIdle) {
            idle.complete(null);
        }
        if (tell != null) {
            tell.run();
        }
    }

    /** The bytes can't be kept, for a reason that has shown elsewhere. */
    void fail(Throwable why) {
        Runnable tell;
        synchronized (this) {
            failure = failure == null ? BucketFaults.cause(why) : failure;
            tell = whenClosed;
        }
        if (tell != null) {
            tell.run();
        }
    }

    /** Takes no more bytes; completes when no part is on its way. */
    CompletableFuture<Void> end() {
        synchronized (this) {
            isEnded = true;
            if (isSending) {
                return idle;
            }
        }
        idle.complete(null);
        return idle;
    }

    /** Why the bytes can't be kept; null if they can. */
    synchronized Throwable failure() {
        return failure;
    }

    /** After {@link #end}: the bytes that are less than a part. */
    synchronized List<ByteBuffer> rest() {
        List<ByteBuffer> rest = new ArrayList<>();
        filling.forEach(piece -> rest.add(piece.duplicate().flip()));
        return rest;
    }

    /** After {@link #end}: how many these are. */
    synchronized int restBytes() {
        return filledBytes;
    }

    @Override
    public void close() {
        end();
    }
}
