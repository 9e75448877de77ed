package io.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Lets a thread of the application read a body as a stream. Threads: the worker, and that one. */
final class StreamExchange implements Exchange { // decision 13

    private final Responder<InputStream> responder;
    private final CompletableFuture<Response> response = new CompletableFuture<>();
    private final PipedSink body;

    StreamExchange(Executor executor, Responder<InputStream> responder) {
        this.responder = Objects.requireNonNull(responder);
        body = new PipedSink(executor, this::run, response);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() throws HttpException {
        return body.start();
    }

    @Override
    public Response complete() throws HttpException {
        body.end();
        return Response.later(response);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (response.isDone()) {
            return Response.later(response);
        }
        body.pipe.breakOff(PipedSink.incomplete(cause));
        response.thenAccept(Response::discard);
        return null;
    }

    // the application's thread

    private void run() {
        try {
            response.complete(responder.respond(body.pipe.input()));
        } catch (Throwable e) {
            response.completeExceptionally(e);
        } finally {
            // The rest of the body has no reader.
            body.pipe.breakOff(new IOException(
                    "the response has been made; the rest of the body is discarded"));
        }
    }
}
