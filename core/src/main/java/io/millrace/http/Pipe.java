package io.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded pipe between a worker, which never waits, and a thread of the application, which does.
 * Either side may be the writer.
 *
 * <p>Threads: one worker calls {@link #put}, {@link #take} and their callbacks; one other thread
 * uses the streams; any thread may call {@link #end} and {@link #breakOff}.
 */
final class Pipe {

    /** Enough to keep both sides busy, small enough for a thousand connections at once. */
    static final int CAPACITY_BYTES = 64 * 1024;

    // A lock and not a monitor: a virtual thread that waits for it leaves its carrier (before JDK
    // 24).
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final byte[] ring = new byte[CAPACITY_BYTES];
    private int start;
    private int count;
    /** Once true this is always true: nothing more is written. */
    private boolean ended;
    /** Why the pipe is broken; null while it is not. */
    private Throwable broken;
    /** The worker's, to be run once when the other side has moved; null if it doesn't wait. */
    private Runnable callback;
    /** The worker's, to be run once when the pipe breaks; null if it doesn't wait. */
    private Runnable breakCallback;

    // the worker's side

    /** Bytes that {@link #put} would take now. */
    int room() {
        lock.lock();
        try {
            return CAPACITY_BYTES - count;
        } finally {
            lock.unlock();
        }
    }

    /** Whether every further use throws. */
    boolean isBroken() {
        lock.lock();
        try {
            return broken != null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes up to {@link #room} bytes; returns their number. */
    int put(ByteBuffer source) throws IOException {
        lock.lock();
        try {
            check();
            int total = 0;
            while (source.hasRemaining() && count < CAPACITY_BYTES) {
                int length = Math.min(source.remaining(), gap());
                source.get(ring, tail(), length);
                count += length;
                total += length;
            }
            moved.signalAll();
            return total;
        } finally {
            lock.unlock();
        }
    }

    /** Puts bytes into the target; returns their number, 0 if there are none now, -1 at the end. */
    int take(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            check();
            int total = 0;
            while (target.hasRemaining() && count > 0) {
                int length = Math.min(target.remaining(), run());
                target.put(ring, start, length);
                drop(length);
                total += length;
            }
            moved.signalAll();
            return total == 0 && ended && count == 0 ? -1 : total;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the callback once, when half the pipe is free: many small moves wake the worker once.
     */
    void whenRoom(Runnable callback) {
        lock.lock();
        try {
            this.callback = callback;
            if (isHalfFree() || broken != null) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the callback once, when {@link #take} would not return 0. */
    void whenReadable(Runnable callback) {
        lock.lock();
        try {
            this.callback = callback;
            if (count > 0 || ended || broken != null) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the callback once, when the pipe is broken. */
    void whenBroken(Runnable callback) {
        lock.lock();
        try {
            if (broken == null) {
                breakCallback = callback;
                return;
            }
        } finally {
            lock.unlock();
        }
        callback.run();
    }

    // both sides

    /** Nothing more will be written. */
    void end() {
        lock.lock();
        try {
            ended = true;
            moved.signalAll();
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** Makes every further call throw; the first reason stays. */
    void breakOff(Throwable reason) {
        lock.lock();
        try {
            if (broken == null) {
                broken = reason;
                if (breakCallback != null) {
                    breakCallback.run();
                }
            }
            moved.signalAll();
            tell();
        } finally {
            lock.unlock();
        }
    }

    // the other thread's side

    /** The bytes that the worker puts. */
    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                return length == 0 ? 0 : get(bytes, offset, length);
            }

            @Override
            public int available() {
                lock.lock();
                try {
                    return count;
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    /** Accepts the bytes that the worker takes. */
    OutputStream output() {
        return new OutputStream() {
            private boolean closed;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                if (closed) {
                    throw new IOException("stream closed");
                }
                add(bytes, offset, length);
            }

            /** Not the pipe's end: a stream is closed as well on the way out of a failure. */
            @Override
            public void close() {
                closed = true;
            }
        };
    }

    private int get(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (count == 0) {
                check();
                if (ended) {
                    return -1;
                }
                await();
            }
            int most = Math.min(length, run());
            System.arraycopy(ring, start, bytes, offset, most);
            drop(most);
            if (isHalfFree()) {
                tell();
            }
            return most;
        } finally {
            lock.unlock();
        }
    }

    private void add(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                check();
                if (count == CAPACITY_BYTES) {
                    await();
                    continue;
                }
                int most = Math.min(length - done, gap());
                System.arraycopy(bytes, offset + done, ring, tail(), most);
                count += most;
                done += most;
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        try {
            moved.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
    }

    private void check() throws IOException {
        if (broken != null) {
            throw new IOException(broken instanceof IOException ? broken.getMessage()
                    : broken.toString(), broken); // here: who breaks it may have no memory for it
        }
    }

    private void tell() {
        if (callback != null) {
            Runnable told = callback;
            callback = null;
            told.run();
        }
    }

    private boolean isHalfFree() {
        return count <= CAPACITY_BYTES / 2;
    }

    private int tail() {
        return (start + count) % CAPACITY_BYTES;
    }

    /** Free bytes in one run. */
    private int gap() {
        return Math.min(CAPACITY_BYTES - count, CAPACITY_BYTES - tail());
    }

    /** Bytes in one run. */
    private int run() {
        return Math.min(count, CAPACITY_BYTES - start);
    }

    private void drop(int length) {
        count -= length;
        // From the beginning when empty, so that the next run is long.
        start = count == 0 ? 0 : (start + length) % CAPACITY_BYTES;
    }
}
