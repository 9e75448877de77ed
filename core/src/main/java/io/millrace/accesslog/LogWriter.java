package io.millrace.accesslog;

import io.millrace.log.LogThrottle;
import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Writes the entries of a queue to a target, many lines at a time. What fails is counted and said
 * once, and the next lines are tried: a disk may have room again.
 *
 * <p>Threads: the access log's; the figures are for any.
 */
final class LogWriter {

    /** Lines written at once when there are many: as many as fit into a large write. */
    static final int BATCH = 1024;
    private static final int FULL_BYTES = 256 << 10;

    private static final byte[] LINE_END = {'\n'};
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Of a target that takes nothing: a second. */
    private static final int MOST_RETRIES = 100;

    private final EntryQueue queue;
    private final LineFormat format;
    private final LogTarget target;
    private final LongConsumer waiting;
    private final Entry[] batch = new Entry[BATCH];
    private final LineBuffer lines = new LineBuffer();
    private final LogThrottle failures = new LogThrottle();
    /** When losses were told of last; 0 if they never were. */
    private long toldNs;
    /** Whether the last write has failed. */
    private boolean isFailing;
    /** Whether the target has half a line at its end. */
    private boolean isTorn;
    /** Lines that failed and were not told of. */
    private long failedNow;
    private volatile long failed;
    private volatile long written;

    LogWriter(EntryQueue queue, LineFormat format, LogTarget target) {
        this(queue, format, target, LockSupport::parkNanos);
    }

    /** @param waiting waits for nanoseconds */
    LogWriter(EntryQueue queue, LineFormat format, LogTarget target, LongConsumer waiting) {
        this.queue = queue;
        this.format = format;
        this.target = target;
        this.waiting = waiting;
    }

    // any thread

    /** Lines that were taken from the queue and could not be written. */
    long failed() {
        return failed;
    }

    /** Lines that were written. */
    long written() {
        return written;
    }

    // the access log's thread

    /** Writes until the queue is closed and empty. */
    void run() {
        try {
            int taken;
            while ((taken = queue.take(batch)) >= 0) {
                write(taken);
            }
            close();
        } catch (InterruptedException e) { // whoever does that has a reason; the next line goes on
            Thread.currentThread().interrupt();
        }
    }

    private void write(int taken) {
        long nowNs = System.nanoTime();
        long nowMillis = System.currentTimeMillis();
        int appended = 0;
        try {
            while (appended < taken) {
                Entry entry = batch[appended++];
                append(entry, nowMillis - (nowNs - entry.startNs) / 1_000_000);
                if (lines.length() >= FULL_BYTES) {
                    flush(nowNs);
                }
            }
            flush(nowNs); // also of nothing: a target that was reopened lets go of its old file
            tellLosses(nowNs);
        } catch (RuntimeException | Error e) {
            // no memory to say that the target fails: the losses are told
            lost(taken - appended);
        } finally {
            Arrays.fill(batch, 0, taken, null);
        }
    }

    /** One that can't be appended, as memory is short, is lost, and no other. */
    private void append(Entry entry, long epochMillis) {
        int before = lines.length();
        try {
            format.append(entry, epochMillis, lines);
        } catch (RuntimeException | Error e) {
            lines.truncate(before);
            lost(1);
        }
    }

    private void flush(long nowNs) {
        ByteBuffer bytes = lines.toBytes();
        int count = lines.lines();
        try {
            if (isTorn && count > 0) {
                writeAll(ByteBuffer.wrap(LINE_END));
                isTorn = false;
            }
            writeAll(bytes);
            written += count;
            isFailing &= count == 0; // which proves nothing
        } catch (IOException | RuntimeException | Error e) {
            int lost = linesIn(bytes);
            written += count - lost;
            isTorn |= bytes.position() > 0 && bytes.get(bytes.position() - 1) != '\n';
            lost(lost);
            fail(e, nowNs);
        } finally {
            lines.clear();
        }
    }

    /**
     * Calls the target once at least, which may have a file to let go of. One that fails is given
     * no time until it takes bytes again: more lines wait behind these.
     */
    private void writeAll(ByteBuffer bytes) throws IOException {
        int retries = isFailing ? 0 : MOST_RETRIES;
        do {
            int before = bytes.remaining();
            target.write(bytes);
            if (bytes.remaining() < before) {
                retries = MOST_RETRIES;
            } else if (before > 0) {
                if (retries-- == 0) {
                    throw new IOException("the target takes no bytes");
                }
                waiting.accept(RETRY_NS);
            }
        } while (bytes.hasRemaining());
    }

    private static int linesIn(ByteBuffer bytes) {
        int count = 0;
        for (int at = bytes.position(); at < bytes.limit(); at++) {
            count += bytes.get(at) == '\n' ? 1 : 0;
        }
        return count;
    }

    private void lost(int lines) {
        failed += lines;
        failedNow += lines;
    }

    private void fail(Throwable failure, long nowNs) {
        if (!isFailing) {
            isFailing = true;
            failures.log(AccessLog.class, Level.WARNING, "access log " + target
                    + " can't be written, lines are lost until it can: " + failure, null, nowNs);
        }
    }

    /** Says what was lost, once lines can be written again: once a second, if it goes on. */
    private void tellLosses(long nowNs) {
        if (!isFailing && (toldNs == 0 || nowNs - toldNs > PAUSE_NS)) {
            long lost = takeLosses();
            if (lost > 0) {
                toldNs = nowNs | 1;
                SafeLog.log(AccessLog.class, Level.WARNING,
                        "access log " + target + " goes on; lines lost: " + lost, null);
            }
        }
    }

    private long takeLosses() {
        long lost = queue.takeDropped() + failedNow;
        failedNow = 0;
        return lost;
    }

    private void close() {
        try {
            target.close();
        } catch (IOException | RuntimeException | Error e) {
            failures.log(AccessLog.class, Level.WARNING, "failed to close access log " + target, e,
                    System.nanoTime());
        }
        long lost = takeLosses(); // last, as there may be no memory to tell of them
        if (lost > 0) {
            SafeLog.log(AccessLog.class, Level.WARNING,
                    "access log " + target + " closed; lines lost: " + lost, null);
        }
    }
}
