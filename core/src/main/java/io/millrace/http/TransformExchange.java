package io.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Lets a thread of the application make the response's body of the request's body, both on their
 * way. Threads: the worker, and that one.
 */
final class TransformExchange implements Exchange { // decision 415

    private final Response response;
    private final Transformation action;
    private final Pipe out = new Pipe();
    /** The response, when its head may leave. */
    private final CompletableFuture<Response> early = new CompletableFuture<>();
    private final PipedSink body;
    private final Pipe in;

    TransformExchange(Executor executor, Response response, Transformation action) {
        this.action = Objects.requireNonNull(action);
        this.response = response.with(Body.empty());
        body = new PipedSink(executor, this::run, early);
        in = body.pipe;
    }

    // worker thread

    @Override
    public WritableByteChannel sink() throws HttpException {
        return body.start();
    }

    @Override
    public CompletionStage<Response> earlyResponse() {
        return early;
    }

    @Override
    public Response complete() throws HttpException {
        body.end();
        return Response.later(early);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        IOException reason = PipedSink.incomplete(cause);
        if (why != Abandonment.STOPPED && why != Abandonment.SINK_FAILED) {
            out.breakOff(reason); // with those two the response goes on
        }
        in.breakOff(reason);
        return null;
    }

    // the application's thread

    private void run() {
        Output stream = new Output();
        try {
            action.transform(in.input(), stream);
            // Before a response that is whole: the server then ends the body first, and tells the
            // client in the head if the connection can't be kept.
            discardRest();
            stream.end();
        } catch (Throwable e) {
            // The client must see that the body is incomplete, if it sees any of it.
            if (!early.completeExceptionally(e)) {
                out.breakOff(e);
            }
        } finally {
            discardRest();
        }
    }

    /** The rest of the body has no reader. */
    private void discardRest() {
        in.breakOff(new IOException(
                "the transformation has ended; the rest of the body is discarded"));
    }

    /** The head leaves when the pipe can't hold all that is written, or the writer wants it. */
    private final class Output extends OutputStream {

        private final OutputStream piped = out.output();
        /** Bytes in the pipe; of no meaning once the head may leave. */
        private int held;
        private boolean isCommitted;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!isCommitted && length > Pipe.CAPACITY_BYTES - held) {
                commit();
            }
            piped.write(bytes, offset, length);
            held += isCommitted ? 0 : length;
        }

        @Override
        public void flush() {
            if (!isCommitted) {
                commit();
            }
        }

        /** Not the end: a stream is closed as well on the way out of a failure. */
        @Override
        public void close() throws IOException {
            piped.close();
        }

        private void commit() {
            isCommitted = true;
            early.complete(response.with(new Piped()));
        }

        void end() throws IOException {
            if (isCommitted) {
                out.end();
                return;
            }
            ByteBuffer whole = ByteBuffer.allocate(held);
            out.take(whole);
            early.complete(response.with(Body.of(whole.array())));
        }
    }

    /** What is written from here on, until the end. */
    private final class Piped implements Body {

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return out.take(target);
        }

        @Override
        public void whenReadable(Runnable callback) {
            out.whenReadable(callback);
        }

        @Override
        public void close() {
            out.breakOff(new IOException("the response has ended or the client has disconnected"));
        }
    }
}
