package io.millrace.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps one thread to a number of bytes per second. Time in which it could do nothing is not made
 * up for: a device that stood still isn't stormed afterwards.
 *
 * <p>Threads: one.
 */
final class Pace {

    private static final long LONGEST_DEBT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Bytes of a tenth of a second. */
    private final long bytesPerPiece;
    private final double nsPerByte;
    private final LongSupplier clockNs;
    private final LongConsumer waiting;
    /** When the bytes so far should have been moved. */
    private long dueNs;

    Pace(long bytesPerSecond) {
        this(bytesPerSecond, System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * A pace by a clock.
     *
     * @param waiting waits for so many nanoseconds, or less
     */
    Pace(long bytesPerSecond, LongSupplier clockNs, LongConsumer waiting) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("bytesPerSecond must be above 0: "
                    + bytesPerSecond);
        }
        this.bytesPerPiece = Math.max(1, bytesPerSecond / 10);
        this.nsPerByte = 1e9 / bytesPerSecond;
        this.clockNs = clockNs;
        this.waiting = waiting;
        this.dueNs = clockNs.getAsLong();
    }

    /**
     * How many bytes to move at once, so that the wait for more is short.
     *
     * @param most as many as can be moved at once
     * @return at most those of a tenth of a second, but at least one
     */
    int pieceBytes(int most) {
        return (int) Math.min(most, bytesPerPiece);
    }

    /** So many bytes have been moved: waits until it is time for more. */
    void keep(int bytes) {
        long nowNs = clockNs.getAsLong();
        if (nowNs - dueNs > LONGEST_DEBT_NS) {
            dueNs = nowNs - LONGEST_DEBT_NS;
        }
        dueNs += (long) (bytes * nsPerByte);
        while (dueNs - nowNs > 0) {
            waiting.accept(dueNs - nowNs);
            nowNs = clockNs.getAsLong();
        }
    }
}
