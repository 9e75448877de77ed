package io.millrace.bucket.cache;

import io.millrace.content.ByteRange;
import io.millrace.http.Body;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The bytes of one version of an object, as they come from the engine: all of them, or the ranges
 * that are set, each from its first byte to its last.
 *
 * <p>Where the engine breaks off, the rest is asked for by another request, of the same version by
 * its entity tag. After a few in a row that bring hardly anything the body fails, and so it does
 * if the version is gone: its client gets a cut connection, and never a part for the whole.
 *
 * <p>Threads: one worker reads; those of the engine's client bring the bytes.
 */
public final class EngineBody implements Body { // decision 331

    /** Pieces of up to 16 KiB that are asked for ahead of the client. */
    private static final int AHEAD = 1; // decision 337
    /** How often the engine may break off, unless it brings some bytes in between. */
    private static final int MAX_RESTARTS = 3;
    private static final long PROGRESS_BYTES = 1 << 20;

    private final ObjectVersion version;
    private List<ByteRange> ranges;

    // Below: guarded by this.
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    /** Position of the next byte to be read, which begins the first buffer. */
    private long readAt;
    /** Position of the next byte to come. */
    private long arriveAt;
    /** Position behind the range that is coming. */
    private long endsAt;
    /** What brings the bytes; null if nothing has been asked for. */
    private Source source;
    private int restartsLeft = MAX_RESTARTS;
    private long sinceRestart;
    private Throwable failure;
    /** Why the engine was asked again the last time; null if it was not. */
    private Throwable broken;
    /** The worker's, to be run once when there is something to read; null if it doesn't wait. */
    private Runnable callback;
    private boolean closed;
    /** Run when it is closed; null if there is nothing to do. */
    private Runnable closing;

    /** A body of which nothing has been asked for; {@link #ranges} is the whole of it at first. */
    public EngineBody(S3Client client, String key, ObjectHead head) {
        this.version = new ObjectVersion(client, key, head.validators().etag(), head.sizeBytes());
        this.ranges = version.sizeBytes() == 0 ? List.of()
                : List.of(new ByteRange(0, version.sizeBytes() - 1));
    }

    /** Sets which bytes are going to be read, before the first one is. */
    public void ranges(List<ByteRange> ranges) {
        this.ranges = ranges;
    }

    /** Asks for the first of the ranges. */
    public CompletableFuture<S3Answer> askForFirst() {
        return version.get(ranges.get(0).first(), ranges.get(0).last());
    }

    /** Takes the bytes of the response to a request for the first range, if it is right. */
    public boolean beginIfSame(S3Answer answer) {
        boolean same = version.isIn(answer, ranges.get(0).first());
        if (same) {
            begin(answer, ranges.get(0).first());
        }
        return same;
    }

    /** Sets what is run when it is closed, before it begins. */
    public synchronized void whenClosed(Runnable closing) {
        this.closing = closing;
    }

    /** Takes the bytes of a response, which begin at that position. */
    public void begin(S3Answer answer, long first) {
        Source begun;
        synchronized (this) {
            begun = new Source();
            source = begun;
            readAt = first;
            arriveAt = first;
            endsAt = endOf(first);
        }
        begun.take(answer);
    }

    /** Position behind the range that has this byte. */
    private long endOf(long position) {
        for (ByteRange range : ranges) {
            if (range.first() <= position && position <= range.last()) {
                return range.last() + 1;
            }
        }
        return version.sizeBytes();
    }

    // worker thread

    @Override
    public long length() {
        return version.sizeBytes();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        Source left = null;
        Source asked = null;
        Source current;
        int used = 0;
        int total = 0;
        synchronized (this) {
            if (position != readAt || source == null) {
                left = source;
                asked = jump(position);
            }
            while (!buffers.isEmpty() && target.hasRemaining()) {
                ByteBuffer piece = buffers.peekFirst();
                int count = Math.min(piece.remaining(), target.remaining());
                target.put(target.position(), piece, piece.position(), count);
                target.position(target.position() + count);
                piece.position(piece.position() + count);
                total += count;
                if (!piece.hasRemaining()) {
                    buffers.removeFirst();
                    used++;
                }
            }
            readAt += total;
            if (total == 0 && failure != null) {
                throw new IOException("the engine doesn't bring the rest of the object", failure);
            }
            current = source;
        }
        if (left != null) {
            left.cancel();
        }
        if (asked != null) {
            asked.ask(position);
        } else if (used > 0) {
            current.request(used);
        }
        return total;
    }

    /** Goes on elsewhere; guarded by this. */
    private Source jump(long position) {
        buffers.clear();
        readAt = position;
        arriveAt = position;
        endsAt = endOf(position);
        source = new Source();
        return source;
    }

    @Override
    public void whenReadable(Runnable callback) {
        synchronized (this) {
            boolean waits = buffers.isEmpty() && failure == null;
            this.callback = waits ? callback : null;
            if (waits) {
                return;
            }
        }
        callback.run();
    }

    @Override
    public void close() {
        Source ended;
        Runnable told;
        synchronized (this) {
            closed = true;
            buffers.clear();
            ended = source;
            source = null;
            told = closing;
            closing = null;
        }
        if (ended != null) {
            ended.cancel();
        }
        run(told);
    }

    // the client's threads

    /** The body fails for good. */
    private void fail(Source from, Throwable cause) {
        Runnable told;
        synchronized (this) {
            if (source != from) {
                return;
            }
            failure = cause;
            if (broken != null && broken != cause) {
                cause.addSuppressed(broken);
            }
            told = takeCallback();
        }
        run(told);
    }

    /** The engine has broken off. */
    private void brokenOff(Source from, Throwable cause) {
        Source again;
        long position;
        synchronized (this) {
            if (source != from) {
                return;
            }
            broken = cause;
            restartsLeft = sinceRestart >= PROGRESS_BYTES ? MAX_RESTARTS : restartsLeft;
            if (restartsLeft == 0 || version.etag() == null) {
                again = null;
            } else {
                restartsLeft--;
                sinceRestart = 0;
                again = new Source();
                source = again;
            }
            position = arriveAt;
        }
        if (again == null) {
            fail(from, cause);
        } else {
            again.ask(position);
        }
    }

    private Runnable takeCallback() {
        Runnable taken = callback;
        callback = null;
        return taken;
    }

    private static void run(Runnable told) {
        if (told != null) {
            told.run();
        }
    }

    /** One response of the engine, which brings bytes until another one takes its place. */
    private final class Source implements Flow.Subscriber<ByteBuffer> {

        // Below: guarded by this.
        private CompletableFuture<S3Answer> asking;
        private Flow.Subscription subscription;
        private boolean cancelled;
        /** How many bytes of the response have yet to come; negative if it doesn't say so. */
        private long leftBytes = -1;

        /** Takes the bytes of a response. */
        void take(S3Answer answer) {
            synchronized (this) {
                leftBytes = answer.length();
            }
            answer.body().subscribe(this);
        }

        /** Asks for the bytes from a position to the end of its range. */
        void ask(long position) {
            long last;
            synchronized (EngineBody.this) {
                last = endsAt - 1;
            }
            CompletableFuture<S3Answer> asked = version.get(position, last);
            boolean late;
            synchronized (this) {
                asking = asked;
                late = cancelled;
            }
            if (late) {
                asked.cancel(true);
            }
            asked.whenComplete((answer, refused) -> answered(position, answer, refused));
        }

        private void answered(long position, S3Answer answer, Throwable refused) {
            if (refused != null) {
                fail(this, refused); // the client has tried often enough
            } else if (version.isIn(answer, position)) {
                take(answer);
            } else {
                answer.discard();
                fail(this, new IOException("the object has changed while it was read"));
            }
        }

        void request(int pieces) {
            Flow.Subscription asked;
            synchronized (this) {
                asked = subscription;
            }
            if (asked != null) {
                asked.request(pieces);
            }
        }

        /**
         * Ends it. A response that has come to its end is left alone: it is about to say so, and
         * its connection is good for the next request.
         */
        void cancel() {
            CompletableFuture<S3Answer> asked;
            Flow.Subscription subscribed;
            synchronized (this) {
                if (leftBytes == 0) {
                    return;
                }
                cancelled = true;
                asked = asking;
                subscribed = subscription;
            }
            if (asked != null) {
                asked.cancel(true);
            }
            if (subscribed != null) {
                subscribed.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscribed) {
            boolean unwanted;
            synchronized (this) {
                unwanted = cancelled;
                subscription = subscribed;
            }
            if (unwanted) {
                subscribed.cancel();
            } else {
                subscribed.request(AHEAD);
            }
        }

        @Override
        public void onNext(ByteBuffer piece) {
            boolean empty;
            Runnable told = null;
            synchronized (this) {
                leftBytes -= piece.remaining();
            }
            synchronized (EngineBody.this) {
                if (source != this || closed) {
                    return;
                }
                ByteBuffer mine = piece.duplicate();
                // Of a response that is longer than was asked for, the rest isn't wanted.
                mine.limit(mine.position()
                        + (int) Math.min(mine.remaining(), endsAt - arriveAt));
                empty = !mine.hasRemaining();
                if (!empty) {
                    buffers.addLast(mine); // first: what fails here has not arrived
                    told = takeCallback();
                }
                arriveAt += mine.remaining();
                sinceRestart += mine.remaining();
            }
            if (empty) {
                request(1);
            }
            run(told);
        }

        @Override
        public void onError(Throwable cause) {
            ended(cause);
        }

        @Override
        public void onComplete() {
            ended(new IOException("the engine's response is too short"));
        }

        private void ended(Throwable cause) {
            synchronized (EngineBody.this) {
                if (arriveAt == endsAt) {
                    return; // all is there
                }
            }
            brokenOff(this, cause);
        }
    }
}
