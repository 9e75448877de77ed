package io.millrace.transfer;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Calls the methods of an application's {@link Body} and checks their results. A body that broke
 * its contract could make a client wait for ever, or mix bytes of one response into the next.
 *
 * <p>Threads: the owning worker only.
 */
public final class BodyContract {

    private BodyContract() {
    }

    /** The body's length in bytes, or {@link Body#UNKNOWN_LENGTH}. */
    public static long length(Body body) {
        long length = body.length();
        if (length < Body.UNKNOWN_LENGTH) {
            throw broken(body, "length() returned " + length);
        }
        return length;
    }

    /** As {@link Body#read}. */
    public static int read(Body body, long position, ByteBuffer target) throws BodyException {
        int start = target.position();
        int limit = target.limit();
        try {
            int read = body.read(position, target);
            int put = target.position() - start;
            if (put != Math.max(read, 0) || read < -1 || target.limit() != limit) {
                throw broken(body, "read() wrote " + put + " bytes but returned " + read);
            }
            return read;
        } catch (Throwable e) {
            throw new BodyException(e);
        }
    }

    /** As {@link Body#transferTo}; throws a failure of the target as it is. */
    public static long transferTo(Body body, long position, long count, OutputBuffer target,
            ByteBuffer spare) throws IOException {
        try {
            long moved = target.transfer(body, position, count);
            if (moved < -1 || moved > count) {
                throw broken(body, "transferTo() returned " + moved + " for a count of " + count);
            }
            return moved;
        } catch (IOException e) {
            // One system call both reads the file and writes to the socket; a read tells which one
            // failed. A write to a socket never meets an end of file.
            if (e instanceof EOFException || isUnreadable(body, position, spare)) {
                throw new BodyException(e);
            }
            throw e;
        } catch (Throwable e) {
            throw new BodyException(e);
        }
    }

    private static boolean isUnreadable(Body body, long position, ByteBuffer spare) {
        try {
            return body.read(position, spare.clear().limit(1)) < 0;
        } catch (Throwable e) {
            return true;
        }
    }

    /** As {@link Body#whenReadable}. */
    public static void whenReadable(Body body, Runnable callback) throws BodyException {
        try {
            body.whenReadable(callback);
        } catch (Throwable e) {
            throw new BodyException(e);
        }
    }

    /** As {@link Body#onStall}. */
    public static boolean onStall(Body body) throws BodyException {
        try {
            return body.onStall();
        } catch (Throwable e) {
            throw new BodyException(e);
        }
    }

    private static IllegalStateException broken(Body body, String how) {
        return new IllegalStateException(body.getClass().getName() + ": " + how);
    }

    /** The application's body or trailers failed, not the socket. */
    public static final class BodyException extends IOException {

        private static final long serialVersionUID = 1L;

        /** The cause is what was thrown. */
        BodyException(Throwable failure) {
            super(failure.getMessage(), failure);
        }
    }
}
