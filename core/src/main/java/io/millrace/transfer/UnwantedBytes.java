package io.millrace.transfer;

import java.io.IOException;

/**
 * Discards request bytes that the application did not accept, up to a limit.
 *
 * <p>Threads: the owning worker only.
 */
public final class UnwantedBytes {

    /** How far the rest of a body has got. */
    public enum Outcome {
        /** The whole rest was dropped. */
        WHOLE,
        /** More is at hand. */
        INCOMPLETE,
        /** No more bytes are there. */
        DRAINED,
        /** It exceeds the limit or is malformed, so its end can't be found. */
        ENDLESS
    }

    private final InputBuffer in;
    /** Bytes that may still be dropped. */
    private long left;

    /** Of the rest of a body, or of all further input. */
    public UnwantedBytes(InputBuffer in, long mostBytes) {
        this.in = in;
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

    /** Drops all input; false when the client has ended its side or the limit is reached. */
    public boolean dropAll(long budget) throws IOException {
        left -= in.dropFromSocket(Math.min(budget, left));
        return !in.isEnded() && left > 0;
    }
}
