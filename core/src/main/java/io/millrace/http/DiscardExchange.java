package io.millrace.http;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** Drops a body of any length. Threads: the worker. */
final class DiscardExchange implements Exchange, WritableByteChannel {

    private final Responder<Long> answer;
    private long bytes;

    DiscardExchange(Responder<Long> answer) {
        this.answer = Objects.requireNonNull(answer);
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
        return answer.answer(bytes);
    }
}
