package io.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Lets a thread of the application read a body as a stream. Threads: the worker, and that one. */
final class StreamExchange implements Exchange, PacedSink { // decision 13

    private final Executor executor;
    private final Responder<InputStream> responder;
    private final Pipe pipe = new Pipe();
    private final CompletableFuture<Response> response = new CompletableFuture<>();
    private boolean started;
    /** Why nothing reads the body; null as long as a thread may. */
    private IllegalStateException refusal;

    StreamExchange(Executor executor, Responder<InputStream> responder) {
        this.executor = Objects.requireNonNull(executor);
        this.responder = Objects.requireNonNull(responder);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() throws HttpException {
        start();
        return this;
    }

    private void start() throws HttpException {
        started = true;
        try {
            Offload.execute(executor, this::run, this::refuse);
        } catch (RejectedExecutionException e) {
            throw OffloadedHandler.overloaded();
        }
        if (refusal != null) {
            throw refusal;
        }
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

    @Override
    public Response complete() throws HttpException {
        if (!started) {
            start(); // no body, so the server did not ask for a sink
        }
        pipe.end();
        return Response.later(response);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (response.isDone()) {
            return Response.later(response);
        }
        pipe.breakOff(new IOException(
                "the request body is incomplete: " + cause.getMessage(), cause));
        response.thenAccept(Response::discard);
        return null;
    }

    /** Fails the response too: an executor may run the task here only later. */
    private void refuse(IllegalStateException failure) {
        refusal = failure;
        response.completeExceptionally(failure);
        pipe.breakOff(new IOException(failure));
    }

    // the application's thread

    private void run() {
        try {
            response.complete(responder.respond(pipe.input()));
        } catch (Throwable e) {
            response.completeExceptionally(e);
        } finally {
            // The rest of the body has no reader.
            pipe.breakOff(new IOException(
                    "the response has been made; the rest of the body is discarded"));
        }
    }
}
