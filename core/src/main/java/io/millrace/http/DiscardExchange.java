package io.millrace.http;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** Drops a body of any length. Threads: the worker. */
final class DiscardExchange implements Exchange, WritableByteChannel {

    private final Responder<Long> responder;
    private long bytes;

    DiscardExchange(Responder<Long> responder) {
        this.responder = Objects.requireNonNull(responder);
    }

    @Override
    public WritableByteChannel sink() {
        return this;
    }

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        source.position(source.limit());
        bytes += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }

    @Override
    public Response complete() throws Exception {
        return responder.respond(bytes);
    }
}
