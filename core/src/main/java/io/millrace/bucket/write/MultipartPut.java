package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.http.Exchange;
import io.millrace.http.PacedSink;
import io.millrace.http.Response;
import io.millrace.work.Promise;

/**
 * A PUT whose body goes to the engine in parts. Here is how it ends: with the last part, or with
 * the first failure, and once.
 *
 * <p>Threads: the worker, and those of the engine's client.
 */
abstract class MultipartPut implements Exchange, PacedSink {

    final ObjectWrite write;
    final Room room;
    final MultipartUpload upload;
    final Promise<Exchange> ready = new Promise<>();
    /** The response; can't be taken back. */
    final Promise<Response> outcome = new Promise<>();

    // Below: guarded by this.
    /** How many parts have been handed to the engine. */
    int number;
    int running;
    /** Once true this is always true. */
    boolean isEnded;
    /** Once true this is always true: the body has come, and the end waits for its parts. */
    private boolean isWhole;
    private Runnable closeCallback;

    /** @param room closed by this */
    MultipartPut(ObjectWrite write, Room room) {
        this.write = write;
        this.room = room;
        upload = new MultipartUpload(write);
        outcome.begin();
    }

    /** A part is no longer under way: goes on with the body, unless it has ended. */
    abstract void goOn();

    /** It has failed: gives up what it waits for. */
    abstract void giveUp();

    @Override
    public void whenClosed(Runnable callback) {
        synchronized (this) {
            if (!isEnded) {
                closeCallback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public void close() {
    }

    /** The response to a body that has come whole. */
    Response whole() {
        synchronized (this) {
            isWhole = true;
        }
        endIfSent();
        return Response.later(outcome);
    }

    /** A part is at the engine, or has failed. */
    void sent(Throwable failure) {
        boolean fails;
        synchronized (this) {
            fails = failure != null && !isEnded;
        }
        if (fails) { // while it is under way, or the others might be all that there are
            fail(write.state().faults().answerUndone(write.request(), failure));
        }
        boolean isOver;
        synchronized (this) {
            running--;
            isOver = isEnded && running == 0;
        }
        if (isOver) {
            room.close();
        }
        goOn();
        endIfSent();
    }

    /** Ends the upload when the last part is there. */
    private void endIfSent() {
        int parts;
        synchronized (this) {
            if (!isWhole || isEnded || running > 0) {
                return;
            }
            isEnded = true;
            parts = number;
        }
        room.close();
        write.look().thenCompose(known -> upload.complete(parts))
                .exceptionally(write::failed).thenAccept(outcome::complete);
    }

    /** Ends the body and drops what is there of it. */
    void fail(Response response) {
        Runnable told;
        boolean isIdle;
        synchronized (this) {
            if (isEnded) {
                return;
            }
            isEnded = true;
            isIdle = running == 0;
            told = closeCallback;
        }
        giveUp();
        upload.abort();
        if (isIdle) {
            room.close();
        }
        outcome.complete(response);
        run(told);
    }

    static void run(Runnable told) {
        if (told != null) {
            told.run();
        }
    }
}
