package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The sink of a body that a thread of the application reads from a pipe. Threads: the worker; the
 * pipe is the other thread's as well.
 */
final class PipedSink implements PacedSink {

    final Pipe pipe = new Pipe();
    private final Executor executor;
    private final Runnable reader;
    private final CompletableFuture<Response> response;
    private boolean started;
    /** Why nothing reads the body; null as long as a thread may. */
    private IllegalStateException refusal;

    /** @param response fails if the executor runs the reader on the worker */
    PipedSink(Executor executor, Runnable reader, CompletableFuture<Response> response) {
        this.executor = Objects.requireNonNull(executor);
        this.reader = reader;
        this.response = response;
    }

    /** Starts the reader; returns this. */
    PipedSink start() throws HttpException {
        started = true;
        try {
            Offload.execute(executor, reader, this::refuse);
        } catch (RejectedExecutionException e) {
            throw OffloadedHandler.overloaded();
        }
        if (refusal != null) {
            throw refusal;
        }
        return this;
    }

    /** Fails the response too: an executor may run the task here only later. */
    private void refuse(IllegalStateException failure) {
        refusal = failure;
        response.completeExceptionally(failure);
        pipe.breakOff(failure);
    }

    /** The body is whole. */
    void end() throws HttpException {
        if (!started) {
            start(); // no body, so the server did not ask for a sink
        }
        pipe.end();
    }

    /** What a reader of a body sees that does not become whole. */
    static IOException incomplete(Throwable cause) {
        return new IOException("the request body is incomplete: " + cause.getMessage(), cause);
    }

    @Override
    public int room() {
        return pipe.room();
    }

    @Override
    public void whenRoom(Runnable callback) {
        pipe.whenRoom(callback);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return pipe.put(source);
    }

    @Override
    public void whenClosed(Runnable callback) {
        pipe.whenBroken(callback);
    }

    @Override
    public boolean isOpen() {
        return !pipe.isBroken();
    }

    @Override
    public void close() {
    }
}
