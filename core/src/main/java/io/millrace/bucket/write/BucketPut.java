package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import io.millrace.work.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Decides which way the body of a PUT takes to the engine, once there is memory for it:
 * <ul>
 *   <li>short: a {@link CollectedPut}, whose request can be repeated;
 *   <li>up to what the engine takes in one request: a {@link StreamedPut};
 *   <li>longer: a {@link StreamedPartsPut};
 *   <li>of unknown length: a {@link PartedPut}.
 * </ul>
 *
 * <p>Threads: the worker; what has to wait goes on where memory is given back.
 */
public final class BucketPut {

    static final Response NO_ROOM = BucketResponses.retry(1,
            "the memory for bodies on their way to the engine is used up; retry later");
    static final Response NO_ROOM_FOR_UNKNOWN = BucketResponses.retry(1,
            "the memory for bodies of unknown length is used up: send Content-Length, or retry "
                    + "later");

    /** What a request to the engine takes besides the body. */
    private static final int REQUEST_BYTES = 16 * 1024;

    private final EngineState state;
    private final BucketBuffers buffers;
    private final PutLimits limits;
    private final RequestHead request;
    private final ObjectWrite write;

    /**
     * One PUT of an object.
     *
     * @throws HttpException if the head means nothing, or asks for what can't be
     */
    public BucketPut(EngineState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.request = request;
        buffers = state.writes().buffers();
        limits = state.writes().limits();
        write = new ObjectWrite(state, key, request);
    }

    /** What receives the body, or refuses it. */
    public Exchange begin() {
        long lengthBytes = request.bodyLength();
        Response refused = write.refuse(Math.max(0, lengthBytes),
                lengthBytes < 0 || lengthBytes > limits.wholeBytes());
        if (refused != null) {
            return refused;
        }
        if (lengthBytes < 0) {
            return ofUnknownLength();
        }
        if (lengthBytes > limits.longestBytes()) {
            return KeyResponses.TOO_LARGE;
        }
        if (lengthBytes > limits.wholeBytes()) {
            return with((long) StreamedPartsPut.PIECES * buffers.pieceBytes(), room ->
                    new StreamedPartsPut(write, lengthBytes, limits, room).begin());
        }
        if (lengthBytes > limits.collectedBytes()) {
            return with((long) StreamedPut.PIECES * buffers.pieceBytes(), room ->
                    new StreamedPut(write, lengthBytes, room).begin());
        }
        return with(lengthBytes + REQUEST_BYTES, room ->
                new CollectedPut(write, (int) lengthBytes, room));
    }

    private Exchange ofUnknownLength() {
        Function<Room, Exchange> put = room -> new PartedPut(write, limits, room).begin();
        Room first = buffers.tryTakeFirst();
        return first != null ? begin(put, first)
                : later(limits.partBytes(), NO_ROOM_FOR_UNKNOWN, put);
    }

    private Exchange with(long bytes, Function<Room, Exchange> put) {
        Room room = buffers.tryTake(bytes);
        return room != null ? begin(put, room) : later(bytes, NO_ROOM, put);
    }

    private Exchange later(long bytes, Response refusal, Function<Room, Exchange> put) {
        Promise<Exchange> promise = new Promise<>();
        CompletableFuture<Room> wish = buffers.take(bytes, BucketWrites.ROOM_WAIT);
        wish.whenComplete((room, failure) -> {
            if (failure != null) {
                promise.complete(refusal);
            } else if (promise.begin()) {
                begin(put, room, promise);
            } else {
                room.close();
            }
        });
        return Exchange.later(promise);
    }

    private static void begin(Function<Room, Exchange> put, Room room,
            Promise<Exchange> promise) {
        try {
            promise.complete(begin(put, room));
        } catch (RuntimeException | Error e) {
            promise.completeExceptionally(e);
        }
    }

    private static Exchange begin(Function<Room, Exchange> put, Room room) {
        Exchange begun = null;
        try {
            begun = put.apply(room);
        } finally {
            if (begun == null) {
                room.close();
            }
        }
        return begun;
    }
}
