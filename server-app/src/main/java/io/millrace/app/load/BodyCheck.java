package io.millrace.app.load;

import io.millrace.app.load.wire.ResponseParser;
import java.nio.ByteBuffer;

/**
 * Compares the body of a response with the one that the load tool puts at this key.
 *
 * <p>Threads: its client's.
 */
final class BodyCheck implements ResponseParser.BodyListener {

    /** The length that any body may have. */
    static final long ANY_LENGTH = -1;

    private final ByteBuffer view;
    private boolean wanted;
    private int offset;
    private long expectedBytes;
    private long position;
    /** Where the first wrong byte is; -1 while there is none. */
    private long wrongAt;

    /** A check of bodies made of the bytes of a pattern. */
    BodyCheck(BodyPattern pattern) {
        view = pattern.view();
    }

    /** The next body isn't looked at. */
    void skip() {
        wanted = false;
    }

    /** The next body: where it begins in the pattern, and how long it is. */
    void next(int newOffset, long newExpectedBytes) {
        wanted = true;
        offset = newOffset;
        expectedBytes = newExpectedBytes;
        position = 0;
        wrongAt = -1;
    }

    @Override
    public void onBody(int status, ByteBuffer piece) {
        while (wanted && status == 200 && piece.hasRemaining() && wrongAt < 0) {
            ByteBuffer expected = BodyPattern.at(view, offset, position, piece.remaining());
            int bytes = expected.remaining();
            ByteBuffer same = piece.slice(piece.position(), bytes);
            int wrong = expected.mismatch(same);
            wrongAt = wrong < 0 ? -1 : position + wrong;
            position += bytes;
            piece.position(piece.position() + bytes);
        }
    }

    /** What is wrong with the body, now that it is complete; empty if nothing is. */
    String fault(int status) {
        if (!wanted || status != 200) {
            return "";
        }
        if (wrongAt >= 0) {
            return "byte " + wrongAt + " differs";
        }
        return expectedBytes == ANY_LENGTH || position == expectedBytes ? ""
                : position + " bytes, not " + expectedBytes;
    }
}
