package io.millrace.server;

import static io.millrace.server.Streamed.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A body that is told when it has how much; closed exactly once. */
final class StepwiseBody implements Body {

    final ConcurrentLinkedQueue<String> pieces = new ConcurrentLinkedQueue<>();
    final long length;
    int reads;
    int closes;
    /** What comes when there are no pieces left: 0, -1, or null to throw. */
    Integer then = 0;
    Runnable callback;

    StepwiseBody(long length, String... pieces) {
        this.length = length;
        this.pieces.addAll(List.of(pieces));
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        assertEquals(0, closes);
        reads++;
        String piece = pieces.poll();
        if (piece != null) {
            target.put(bytes(piece));
            return piece.length();
        }
        if (then == null) {
            throw new IOException("meant");
        }
        return then;
    }

    @Override
    public void whenReadable(Runnable callback) {
        this.callback = callback;
    }

    @Override
    public void close() {
        closes++;
    }
}
