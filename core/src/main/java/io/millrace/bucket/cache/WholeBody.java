package io.millrace.bucket.cache;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a body into memory as it comes, and closes it.
 *
 * <p>Threads: one at a time, whichever brings the bytes.
 */
final class WholeBody {

    private final Body body;
    /** Null before the first look. */
    private ByteBuffer bytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    private WholeBody(Body body) {
        this.body = body;
    }

    /** All bytes of a body, whose length is known and fits into an array. */
    static CompletableFuture<byte[]> read(Body body) {
        WholeBody reading = new WholeBody(body);
        reading.read();
        return reading.whole;
    }

    private void read() {
        try {
            if (bytes == null) {
                bytes = ByteBuffer.allocate((int) body.length());
            }
            while (bytes.hasRemaining()) {
                if (body.read(bytes.position(), bytes) == 0) {
                    body.whenReadable(this::read);
                    return;
                }
            }
            body.close();
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            return;
        }
        whole.complete(bytes.array());
    }

    private void fail(Throwable failure) {
        try {
            body.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        whole.completeExceptionally(failure);
    }
}
