package io.millrace.transfer;

import java.io.IOException;

/**
 * Drops what a client still sends although no part of the program wants it, up to a limit.
 *
 * <p>Threads: the owning worker only.
 */
public final class UnwantedBytes {

    /** How far the rest of a body has got. */
    public enum Outcome {
        /** All of it is dropped. */
        WHOLE,
        /** More is at hand. */
        INCOMPLETE,
        /** No more bytes are there. */
        DRAINED,
        /** It is longer than the limit, or malformed: its end can't be found. */
        ENDLESS
    }

    private final InputBuffer in;
    /** Bytes that may still be dropped. */
    private long left;

    public UnwantedBytes(InputBuffer in) {
        this.in = in;
    }

    /** Begins with a body's rest, or with all that is still to come. */
    public void begin(long mostBytes) {
        left = mostBytes;
    }

    /** Drops some of the rest of a body. */
    public Outcome drop(BodySource body) throws IOException {
        long before = body.wireBytes();
        int read;
        try {
            read = in.drop(body);
        } catch (BodySource.MalformedBodyException e) {
            return Outcome.ENDLESS;
        }
        // Of chunks, the framing counts: it may be many times the data.
        left -= body.wireBytes() - before;
        if (left < 0) {
            return Outcome.ENDLESS;
        }
        if (read < 0) {
            return Outcome.WHOLE;
        }
        in.countBody(read);
        return body.isEnded() || in.hasBytes() ? Outcome.INCOMPLETE : Outcome.DRAINED;
    }

    /** Drops whatever comes; false once the client has ended its side, or at the limit. */
    public boolean dropAll(long budget) throws IOException {
        left -= in.dropFromSocket(Math.min(budget, left));
        return !in.isEnded() && left > 0;
    }
}
