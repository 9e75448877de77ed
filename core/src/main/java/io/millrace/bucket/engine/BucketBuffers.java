package io.millrace.bucket.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The memory that all bodies on their way into the bucket, or out of it, may hold together. It only
 * counts: who has taken room makes the buffers, as the bytes come, and gives the room back when
 * they are gone.
 *
 * <p>Room is granted in the order in which it was asked for, so that a large wish isn't starved by
 * small ones. A body of unknown length takes little at first and asks for more when it turns out to
 * be long; what is held so has a bound of its own, or all room could be held by bodies that wait
 * for more of it.
 *
 * <p>Threads: any. A promise of room is kept on the thread that gives room back, or on the JDK's
 * timer.
 */
public final class BucketBuffers { // decision 320

    /** What one body holds. Closed exactly once or more often; it counts once. */
    public final class Room implements AutoCloseable {

        /** Guarded by the buffers, as is all else here. */
        private long bytes;
        /** Whether more may be waited for, so that the bytes count among those that may wait. */
        private boolean isTentative;
        private boolean isClosed;

        private Room(long bytes, boolean isTentative) {
            this.bytes = bytes;
            this.isTentative = isTentative;
        }

        /** Bytes that may be held. */
        public long bytes() {
            synchronized (BucketBuffers.this) {
                return bytes;
            }
        }

        /** Takes more at once, if it is there and nobody waits for it. */
        public boolean tryGrow(long moreBytes) {
            synchronized (BucketBuffers.this) {
                if (isClosed || !waiting.isEmpty() || takenBytes + moreBytes > totalBytes) {
                    return false;
                }
                add(moreBytes);
                return true;
            }
        }

        /**
         * Takes more as soon as it is there.
         *
         * @return fails with a {@link TimeoutException} if it isn't in time, at once if it never
         *     can be; cancel it to wait no longer
         */
        public CompletableFuture<Room> grow(long moreBytes, Duration wait) {
            return await(new Wish(this, moreBytes), wait);
        }

        /** Gives a part back. */
        public void shrink(long fewerBytes) {
            synchronized (BucketBuffers.this) {
                if (isClosed) {
                    return;
                }
                assert fewerBytes <= bytes : fewerBytes + " of " + bytes;
                subtract(fewerBytes);
            }
            grant();
        }

        @Override
        public void close() {
            synchronized (BucketBuffers.this) {
                if (isClosed) {
                    return;
                }
                subtract(bytes);
                isClosed = true;
            }
            grant();
        }

        private void add(long moreBytes) {
            settle();
            takenBytes += moreBytes;
            bytes += moreBytes;
        }

        /** Waits for no more from now on. */
        private void settle() {
            tentativeBytes -= isTentative ? bytes : 0;
            isTentative = false;
        }

        private void subtract(long fewerBytes) {
            settle();
            takenBytes -= fewerBytes;
            bytes -= fewerBytes;
        }
    }

    /** Somebody who waits: for new room, or for more of it. */
    private final class Wish extends CompletableFuture<Room> {

        /** Null for new room. */
        private final Room room;
        private final long bytes;

        Wish(Room room, long bytes) {
            this.room = room;
            this.bytes = bytes;
        }
    }

    /** What a body of unknown length takes at first: most are no longer. */
    static final int FIRST_BYTES = 256 * 1024;

    private static final int LEAST_PIECE_BYTES = 64 * 1024;
    private static final int MOST_PIECE_BYTES = 256 * 1024;
    /** So many bodies at once have room for two pieces each. */
    private static final int BODIES = 1024; // BucketOption.MAX_REQUESTS

    private final long totalBytes;
    /** Most bytes that are held by bodies that may wait for more. */
    private final long mostTentativeBytes;

    // Below: guarded by this.
    private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
    private long takenBytes;
    /** Whether somebody keeps promises, who looks again before the end. */
    private boolean isGranting;
    /** Of these: what bodies hold that may ask for more. */
    private long tentativeBytes;

    /**
     * Buffers of which none is taken.
     *
     * @param totalBytes for all bodies together
     * @param partBytes what a body that has turned out to be long has in all
     */
    public BucketBuffers(long totalBytes, long partBytes) {
        this.totalBytes = totalBytes;
        mostTentativeBytes = Math.min(totalBytes / 2, totalBytes - partBytes);
    }

    /** For all bodies together. */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * Most bytes that a body of known length is handed on by, of which it takes two pieces: large
     * ones cost less of the processor, small ones let more bodies come at once.
     */
    public int pieceBytes() { // decision 502
        return (int) Math.max(LEAST_PIECE_BYTES,
                Math.min(MOST_PIECE_BYTES, totalBytes / (2 * BODIES)));
    }

    /** Bytes that are taken. */
    public synchronized long takenBytes() {
        return takenBytes;
    }

    /** Room, if it is there and nobody waits for it; null otherwise. */
    public synchronized Room tryTake(long bytes) {
        return waiting.isEmpty() && takenBytes + bytes <= totalBytes ? take(bytes, false) : null;
    }

    /**
     * {@link #FIRST_BYTES} for a body that may wait for more, if it is there and nobody waits for
     * it; null otherwise. What is held so leaves room for one body that has got more, so that one
     * after the other comes to its end.
     */
    public synchronized Room tryTakeFirst() {
        boolean fits = takenBytes + FIRST_BYTES <= totalBytes
                && tentativeBytes + FIRST_BYTES <= mostTentativeBytes;
        return waiting.isEmpty() && fits ? take(FIRST_BYTES, true) : null;
    }

    private Room take(long bytes, boolean isTentative) {
        Room taken = new Room(bytes, isTentative); // first, as memory may be short
        takenBytes += bytes;
        tentativeBytes += isTentative ? bytes : 0;
        return taken;
    }

    /**
     * Room as soon as it is there.
     *
     * @return fails with a {@link TimeoutException} if it isn't in time, at once if it never can
     *     be; cancel it to wait no longer
     */
    public CompletableFuture<Room> take(long bytes, Duration wait) {
        return await(new Wish(null, bytes), wait);
    }

    private CompletableFuture<Room> await(Wish wish, Duration wait) {
        synchronized (this) {
            long has = wish.room == null ? 0 : wish.room.bytes;
            if (has + wish.bytes > totalBytes) { // it would hold up all others, and for nothing
                return CompletableFuture.failedFuture(
                        new TimeoutException("more than " + totalBytes + " bytes never come"));
            }
            waiting.addLast(wish);
        }
        try {
            grant();
            if (!wish.isDone()) {
                limit(wish, wait);
            }
        } catch (RuntimeException | Error e) { // no thread for the JDK's timer, for example
            if (!wish.cancel(false) && !wish.isCompletedExceptionally()) {
                takeBack(wish, wish.join());
            }
            throw e;
        }
        return wish;
    }

    private void limit(Wish wish, Duration wait) {
        wish.orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS).whenComplete((room, failure) -> {
            if (failure != null) {
                grant(); // those behind it may fit
            }
        });
    }

    /**
     * Keeps the promises that can be kept, the first one first. By one at a time: whoever gets room
     * may give it back at once, and a thousand that do would fill the stack.
     */
    private void grant() {
        synchronized (this) {
            if (isGranting) {
                return;
            }
            isGranting = true;
        }
        boolean isLeft = true;
        try {
            while (isLeft) {
                isLeft = grantFirst();
            }
        } finally {
            if (isLeft) { // by an Error: the next one goes on
                synchronized (this) {
                    isGranting = false;
                }
            }
        }
    }

    /** Keeps one promise; false, and the end of granting, if none can be kept. */
    private boolean grantFirst() {
        Wish first;
        Room granted;
        synchronized (this) {
            while (!waiting.isEmpty() && isOver(waiting.peekFirst())) {
                waiting.removeFirst();
            }
            first = waiting.peekFirst();
            if (first == null || takenBytes + first.bytes > totalBytes) {
                isGranting = false;
                return false;
            }
            granted = first.room;
            if (granted == null) {
                granted = take(first.bytes, false);
            } else {
                granted.add(first.bytes);
            }
            waiting.removeFirst();
        }
        // Outside of the lock, as what waits for it may run at once.
        if (!first.complete(granted)) {
            takeBack(first, granted);
        }
        return true;
    }

    /** Whether a wish need not be granted any more. */
    private static boolean isOver(Wish wish) {
        return wish.isDone() || wish.room != null && wish.room.isClosed;
    }

    /** Its owner has stopped waiting in this moment. */
    private static void takeBack(Wish wish, Room granted) {
        if (wish.room == null) {
            granted.close();
        } else {
            granted.shrink(wish.bytes);
        }
    }
}
