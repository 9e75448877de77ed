package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;

/** Collects a body in memory, up to a bound. Threads: the worker. */
final class CollectExchange implements Exchange, WritableByteChannel {

    private static final int FIRST_BYTES = 1024;

    private final long bodyLength;
    private final int maxBytes;
    private final Responder<byte[]> responder;
    private byte[] bytes;
    private int count;

    private CollectExchange(long bodyLength, int maxBytes, Responder<byte[]> responder) {
        this.bodyLength = bodyLength;
        this.maxBytes = maxBytes;
        this.responder = Objects.requireNonNull(responder);
        // Not all at once: a client that only announces a large body must not cost its memory.
        bytes = new byte[(int) Math.min(bodyLength < 0 ? maxBytes : bodyLength, FIRST_BYTES)];
    }

    static Exchange of(RequestHead request, int maxBytes, Responder<byte[]> responder) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative: " + maxBytes);
        }
        return new CollectExchange(request.bodyLength(), maxBytes, responder);
    }

    private HttpException tooLong() {
        return new HttpException(Status.CONTENT_TOO_LARGE,
                "the body is longer than " + maxBytes + " bytes");
    }

    @Override
    public WritableByteChannel sink() throws HttpException {
        if (bodyLength > maxBytes) {
            throw tooLong();
        }
        return this;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int more = source.remaining();
        if (more > maxBytes - count) {
            HttpException refusal = tooLong();
            throw new IOException(refusal.getMessage(), refusal); // the server responds with it
        }
        if (count + more > bytes.length) {
            long doubled = Math.max(count + more, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, doubled));
        }
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
    public Response complete() throws Exception {
        return responder.respond(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
    }
}
