package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.s3.S3Payload;
import io.millrace.tree.KeyResponses;
import io.millrace.tree.NullSink;
import io.millrace.work.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A PUT whose body is short: it is collected before the engine hears of it, in one request that can
 * be repeated.
 *
 * <p>Threads: the worker, then those of the engine's client.
 */
final class CollectedPut implements Exchange, WritableByteChannel {

    private static final int FIRST_BYTES = 4096;

    private final ObjectWrite write;
    private final int lengthBytes;
    private final Room room;
    private final WritableByteChannel hash;
    private byte[] bytes;
    private int count;

    /** @param room for the body; closed by this */
    CollectedPut(ObjectWrite write, int lengthBytes, Room room) {
        this.write = write;
        this.lengthBytes = lengthBytes;
        this.room = room;
        hash = write.digests().over(new NullSink());
        // Not all at once: a client that only announces a body must not cost its memory.
        bytes = new byte[Math.min(lengthBytes, FIRST_BYTES)];
    }

    @Override
    public WritableByteChannel sink() {
        return this;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int more = source.remaining();
        if (count + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(lengthBytes,
                    Math.max(count + more, 4 * bytes.length)));
        }
        hash.write(source.duplicate());
        source.get(bytes, count, more);
        count += more;
        return more;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }

    @Override
    public Response complete() {
        Response refused = write.digests().refuse();
        if (refused != null) {
            room.close();
            return refused;
        }
        return send(write, List.of(ByteBuffer.wrap(bytes)), room);
    }

    /**
     * Sends an object that is in memory.
     *
     * @param room of the bytes; closed when they are not needed any more
     * @return a response that can be taken back until the engine has been asked
     */
    static Response send(ObjectWrite write, List<ByteBuffer> pieces, Room room) {
        Promise<Response> promise = new Promise<>();
        Response later = Response.later(promise);
        try {
            write.prepare().thenCompose(none -> write.look())
                    .thenCompose(known -> send(write, S3Payload.of(pieces), promise))
                    .whenComplete((response, failure) -> {
                        room.close();
                        promise.complete(failure == null ? response
                                : write.state().faults().answerUndone(write.request(), failure));
                    });
        } catch (RuntimeException | Error e) { // no memory, for example
            room.close();
            throw e;
        }
        return later;
    }

    private static CompletableFuture<Response> send(ObjectWrite write, S3Payload payload,
            Promise<Response> promise) {
        if (!promise.begin()) {
            return CompletableFuture.completedFuture(KeyResponses.CLOSED); // nobody hears it
        }
        return write.put(payload, false, () -> true)
                .handle((answer, failure) -> write.response(answer, failure, true))
                .thenCompose(response -> response);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        room.close();
        return null;
    }
}
