package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Payload;
import io.millrace.work.Promise;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletableFuture;

/**
 * A PUT of known length that goes to the engine as it comes, in one request. The client is asked
 * for its body when the engine asks for it; what the engine refuses before costs no body.
 *
 * <p>Threads: the worker, and those of the engine's client.
 */
final class StreamedPut implements Exchange {

    /** Pieces in memory of a body: one here, and one that the engine's client writes. */
    static final int PIECES = 2; // decision 321

    private final ObjectWrite write;
    private final long lengthBytes;
    private final Room room;
    private final CompletableFuture<Void> taken = new CompletableFuture<>();
    private final BodyRelay relay;
    /** This, when the engine wants the body; or the response, if it doesn't. */
    private final Promise<Exchange> ready = new Promise<>();
    /** The response; can't be taken back. */
    private final Promise<Response> outcome = new Promise<>();
    /** The engine's request; null until it is sent. */
    private CompletableFuture<S3Answer> put;

    /** @param room for {@link #PIECES}; closed by this */
    StreamedPut(ObjectWrite write, long lengthBytes, Room room) {
        this.write = write;
        this.lengthBytes = lengthBytes;
        this.room = room;
        relay = new BodyRelay(lengthBytes, (int) (room.bytes() / PIECES),
                () -> taken.complete(null));
        outcome.begin();
    }

    /** Asks the engine. */
    Exchange begin() {
        write.prepare().thenRun(this::send).exceptionally(failure -> {
            settle(write.state().faults().answerUndone(write.request(), failure));
            return null;
        });
        return Exchange.later(ready);
    }

    private void send() {
        write.look();
        put = write.put(S3Payload.streamed(lengthBytes, relay), true, () -> !relay.isTaken());
        taken.thenRun(this::open); // not before, as it is the worker's from then on
        put.handle((answer, failure) -> write.response(answer, failure, relay.isHandedOn()))
                .thenCompose(response -> response)
                .exceptionally(write::failed)
                .thenAccept(this::settle);
    }

    private void open() {
        if (ready.begin()) {
            ready.complete(this);
        } else {
            giveUp(new EOFException("the request ended before the engine wanted its body"));
        }
    }

    /** The engine's request has ended, with the body or without. */
    private void settle(Response response) {
        room.close();
        outcome.complete(response);
        if (ready.begin()) {
            ready.complete(response);
        }
        relay.end(); // if the body is still coming, the server abandons this
    }

    @Override
    public WritableByteChannel sink() {
        return HashedSink.over(relay, write.digests());
    }

    @Override
    public Response complete() {
        Response refused = write.digests().refuse();
        if (refused != null) {
            giveUp(new IOException("the body doesn't have its digest"));
            return refused;
        }
        // What there was before has to be known before it can be another's.
        write.look().thenRun(relay::release);
        return Response.later(outcome);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (why == Abandonment.SINK_FAILED && !relay.isOpen()) {
            return Response.later(outcome); // the engine has ended it, and why is about to be known
        }
        giveUp(cause);
        return null;
    }

    private void giveUp(Throwable cause) {
        put.cancel(true);
        relay.fail(cause);
    }
}
