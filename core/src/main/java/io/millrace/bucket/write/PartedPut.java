package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.s3.S3Payload;
import io.millrace.tree.KeyResponses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A PUT of unknown length. A body that ends within its first part is one request; a longer one goes
 * to the engine part by part, while the next one is collected if there is memory for it.
 *
 * <p>Threads: the worker, those of the engine's client, and who gives memory back.
 */
final class PartedPut extends MultipartPut {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final PutLimits limits;
    /** The worker's: what has come of the part that is collected. */
    private List<ByteBuffer> chunks = new ArrayList<>();
    /** The worker's: all bytes so far. */
    private long total;

    // Below: guarded by this.
    private long collected;
    /** What the part that is collected may have; no more than it has, while there is no memory. */
    private long capacity;
    private long partBytes;
    /** How many parts there is memory for. */
    private int slots = 1;
    /** The last size of parts that memory was asked for. */
    private long triedBytes;
    /** The wish for a whole part; null if there is none. */
    private CompletableFuture<Room> growing;
    private Runnable callback;

    /** @param room {@code BucketBuffers.FIRST_BYTES} or a whole part; closed by this */
    PartedPut(ObjectWrite write, PutLimits limits, Room room) {
        super(write, room);
        this.limits = limits;
        partBytes = limits.partBytes();
        triedBytes = partBytes;
        capacity = Math.min(room.bytes(), partBytes);
    }

    /** Looks at the object that is there, if the condition says so. */
    Exchange begin() {
        write.prepare().whenComplete((none, failure) -> {
            if (failure != null) {
                room.close();
                ready.complete(
                        write.state().faults().answerUndone(write.request(), failure));
            } else if (ready.begin()) {
                ready.complete(this);
            } else {
                room.close();
            }
        });
        return Exchange.later(ready);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() {
        return HashedSink.over(this, write.digests());
    }

    @Override
    public synchronized int room() {
        return isEnded ? 0 : (int) Math.min(CHUNK_BYTES, capacity - collected);
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (capacity == collected && !isEnded) {
                this.callback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        boolean isFull;
        synchronized (this) {
            if (isEnded) {
                throw new IOException("the engine takes no more of the body");
            }
            isFull = number == limits.maxParts();
        }
        total += count;
        if (isFull || total > write.state().rules().maxObjectBytes()) {
            fail(KeyResponses.TOO_LARGE);
            throw new IOException("the body is too long");
        }
        collect(source);
        boolean isPart;
        synchronized (this) {
            collected += count;
            isPart = collected == capacity;
        }
        if (isPart) {
            partEnds();
        }
        return count;
    }

    /** Into buffers that are made as the bytes come. */
    private void collect(ByteBuffer source) {
        while (source.hasRemaining()) {
            ByteBuffer last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
            if (last == null || !last.hasRemaining()) {
                last = ByteBuffer.allocate(CHUNK_BYTES);
                chunks.add(last);
            }
            int count = Math.min(last.remaining(), source.remaining());
            last.put(last.position(), source, source.position(), count);
            last.position(last.position() + count);
            source.position(source.position() + count);
        }
    }

    private List<ByteBuffer> takeChunks() {
        List<ByteBuffer> taken = chunks;
        chunks = new ArrayList<>();
        taken.forEach(ByteBuffer::flip);
        return taken;
    }

    @Override
    public boolean isOpen() {
        synchronized (this) {
            return !isEnded;
        }
    }

    /** What may be collected is there: it goes to the engine, or turns out to be more. */
    private void partEnds() {
        boolean isFirst;
        synchronized (this) {
            isFirst = capacity < partBytes;
        }
        if (isFirst) {
            grow();
        } else {
            send();
        }
    }

    private void grow() {
        CompletableFuture<Room> wish =
                room.grow(partBytes - room.bytes(), BucketWrites.ROOM_WAIT);
        synchronized (this) {
            growing = wish;
        }
        wish.whenComplete((grown, failure) -> {
            if (failure != null) {
                fail(BucketPut.NO_ROOM_FOR_UNKNOWN);
                return;
            }
            Runnable told;
            synchronized (this) {
                growing = null;
                capacity = partBytes;
                told = takeCallback();
            }
            run(told);
        });
    }

    private void send() {
        int next;
        synchronized (this) {
            next = ++number;
            running++;
            collected = 0;
            capacity = 0;
        }
        upload.send(next, S3Payload.of(takeChunks()))
                .whenComplete((part, failure) -> sent(failure));
        synchronized (this) {
            makeCapacity();
        }
    }

    @Override
    public Response complete() {
        Response refused = write.digests().refuse();
        if (refused != null) {
            fail(refused);
            return refused;
        }
        boolean isOne;
        boolean hasRest;
        CompletableFuture<Room> wish;
        synchronized (this) {
            isOne = number == 0;
            hasRest = collected > 0;
            isEnded |= isOne;
            wish = growing;
        }
        if (isOne) {
            cancel(wish);
            return CollectedPut.send(write, takeChunks(), room);
        }
        if (hasRest) {
            send();
        }
        return whole();
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (why == Abandonment.SINK_FAILED && !isOpen()) {
            return Response.later(outcome); // this has refused the rest
        }
        fail(KeyResponses.CLOSED); // nobody hears it
        return null;
    }

    // any thread

    @Override
    void goOn() {
        Runnable told = null;
        synchronized (this) {
            if (!isEnded && capacity == 0) {
                makeCapacity();
                told = capacity > 0 ? takeCallback() : null;
            }
        }
        run(told);
    }

    /** Says how much may be collected of the next part. Called with the lock. */
    private void makeCapacity() {
        long wanted = limits.wantedPartBytes(number + 1);
        if (wanted > triedBytes) {
            if (running > 0) {
                return; // memory for larger parts is that of smaller ones
            }
            triedBytes = wanted;
            enlarge(wanted);
        }
        if (running < slots) {
            capacity = partBytes;
        } else if (slots == 1 && room.tryGrow(partBytes)) {
            slots = 2;
            capacity = partBytes;
        }
    }

    /** Larger parts, if there is memory for one of them; the bodies that wait for some go first. */
    private void enlarge(long wanted) {
        long has = room.bytes();
        if (has >= wanted || room.tryGrow(wanted - has)) {
            partBytes = wanted;
            slots = 1; // send looks for memory for another one
            long more = room.bytes() - wanted;
            if (more > 0) {
                room.shrink(more);
            }
        }
    }

    @Override
    void giveUp() {
        CompletableFuture<Room> wish;
        synchronized (this) {
            wish = growing;
        }
        cancel(wish);
    }

    private static void cancel(CompletableFuture<Room> wish) {
        if (wish != null) {
            wish.cancel(true);
        }
    }

    private Runnable takeCallback() {
        Runnable taken = callback;
        callback = null;
        return taken;
    }
}
