package io.millrace.app.load;

import io.millrace.app.load.wire.RequestBody;
import java.nio.ByteBuffer;

/**
 * The body of a client's request, which it uses again for the next.
 *
 * <p>Threads: its client's.
 */
final class OutgoingBody implements RequestBody {

    private final ByteBuffer view;
    private int offset;
    private long bytes;

    /** One made of the bytes of a pattern. */
    OutgoingBody(BodyPattern pattern) {
        view = pattern.view();
    }

    /** The next body: where it begins in the pattern, and how long it is. */
    void next(int newOffset, long newBytes) {
        offset = newOffset;
        bytes = newBytes;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public ByteBuffer piece(long position) {
        return BodyPattern.at(view, offset, position, bytes - position);
    }
}
