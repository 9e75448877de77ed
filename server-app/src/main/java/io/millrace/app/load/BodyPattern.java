package io.millrace.app.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The bytes of which all bodies are made: random ones that repeat, and a key decides where among
 * them its body begins. So a body of any length costs no time to make and no memory, and can be
 * compared with what should have come. The period is a prime, so that a piece of a power of two
 * that is lost, sent twice or swapped changes the bytes after it.
 *
 * <p>Threads: any, each with a {@link #view} of its own.
 */
final class BodyPattern {

    /** The largest prime below 2 MiB: less a call, and the client needs more of the processor. */
    static final int PERIOD_BYTES = 2_097_143;

    private final long seed;
    /** Two periods, so that one that begins anywhere stands in one piece. */
    private final ByteBuffer bytes;

    /** The bytes of a seed. */
    BodyPattern(long seed) {
        this.seed = seed;
        byte[] period = new byte[PERIOD_BYTES];
        new SplittableRandom(seed).nextBytes(period);
        bytes = ByteBuffer.allocateDirect(2 * PERIOD_BYTES).put(period).put(period)
                .flip().asReadOnlyBuffer();
    }

    /** Where the body of a key begins. */
    int offset(String key) {
        return (int) Scramble.below(Scramble.of(seed, key), PERIOD_BYTES);
    }

    /** All bytes, with a position and a limit for one thread, which {@link #at} sets. */
    ByteBuffer view() {
        return bytes.duplicate();
    }

    /** Sets a view to as much of a body as stands in one piece, at most so many bytes. */
    static ByteBuffer at(ByteBuffer view, int offset, long position, long maxBytes) {
        int start = (int) ((offset + position) % PERIOD_BYTES);
        return view.clear().position(start)
                .limit(start + (int) Math.min(maxBytes, PERIOD_BYTES));
    }
}
