package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;

/**
 * Takes the framing off one chunked body (RFC 9112 section 7.1), resumable at any byte. Extensions
 * and trailer fields are checked, bounded and dropped.
 *
 * <p>Threads: one at a time.
 */
public final class ChunkedDecoder {

    private enum State {
        SIZE, BEFORE_EXTENSION, EXTENSION_NAME_START, EXTENSION_NAME, AFTER_EXTENSION_NAME,
        EXTENSION_VALUE_START, EXTENSION_TOKEN, EXTENSION_QUOTED, EXTENSION_ESCAPED,
        AFTER_EXTENSION_VALUE, LINE_LF, DATA, DATA_CR, DATA_LF, TRAILER_START, TRAILER_NAME,
        TRAILER_VALUE, TRAILER_LF, END_LF, DONE
    }

    private final Limits limits;

    private State state = State.SIZE;
    /** Whether the size has a digit. */
    private boolean sized;
    /** Bytes of the current chunk that are still to come. */
    private long chunkRemaining;
    private long bodyBytes;
    private int lineBytes;
    private int trailerBytes;
    private int trailerFields;

    /** A decoder that refuses what is beyond the limits. */
    public ChunkedDecoder(Limits limits) {
        this.limits = limits;
    }

    /** Whether the last chunk and the trailers have been read. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /**
     * Moves data from {@code in} to {@code out} until one has no more or the body ends. Bytes
     * behind the body stay in {@code in}.
     *
     * @return the number of data bytes moved
     * @throws HttpException 400 if the framing is malformed, 413 if the body is too large
     */
    public int decode(ByteBuffer in, ByteBuffer out) throws HttpException {
        int moved = 0;
        while (state != State.DONE && in.hasRemaining()) {
            if (state == State.DATA) {
                int count = (int) Math.min(chunkRemaining,
                        Math.min(in.remaining(), out.remaining()));
                if (count == 0) {
                    return moved;
                }
                move(in, out, count);
                moved += count;
                chunkRemaining -= count;
                if (chunkRemaining == 0) {
                    state = State.DATA_CR;
                }
            } else {
                step(in.get());
            }
        }
        return moved;
    }

    private static void move(ByteBuffer in, ByteBuffer out, int count) {
        out.put(out.position(), in, in.position(), count);
        out.position(out.position() + count);
        in.position(in.position() + count);
    }

    private void step(byte b) throws HttpException {
        switch (state) {
            case DATA_CR -> next(b == Ascii.CR, State.DATA_LF);
            case DATA_LF -> {
                next(b == Ascii.LF, State.SIZE);
                sized = false;
                lineBytes = 0;
            }
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, END_LF -> trailer(b);
            default -> line(b);
        }
    }

    // chunk-size [ chunk-ext ] CRLF, and no byte between the size and what follows it.
    private void line(byte b) throws HttpException {
        if (state != State.LINE_LF && b != Ascii.CR && ++lineBytes > limits.maxChunkLineBytes()) {
            throw malformed("a chunk-size line is longer than "
                    + limits.maxChunkLineBytes() + " bytes");
        }
        switch (state) {
            case SIZE -> size(b);
            // RFC 9112 s7.1.1: "BWS" is tolerated around ";" and "=", and nowhere else.
            case BEFORE_EXTENSION -> {
                if (!Ascii.isSpace(b)) {
                    next(b == ';', State.EXTENSION_NAME_START);
                }
            }
            case EXTENSION_NAME_START -> {
                if (!Ascii.isSpace(b)) {
                    next(Ascii.isToken(b), State.EXTENSION_NAME);
                }
            }
            case EXTENSION_NAME -> {
                if (b == '=') {
                    state = State.EXTENSION_VALUE_START;
                } else if (!Ascii.isToken(b)) {
                    endOfExtension(b, State.AFTER_EXTENSION_NAME);
                }
            }
            case AFTER_EXTENSION_NAME -> {
                if (b == '=') {
                    state = State.EXTENSION_VALUE_START;
                } else if (!Ascii.isSpace(b)) {
                    next(b == ';', State.EXTENSION_NAME_START);
                }
            }
            case EXTENSION_VALUE_START -> {
                if (b == '"') {
                    state = State.EXTENSION_QUOTED;
                } else if (!Ascii.isSpace(b)) {
                    next(Ascii.isToken(b), State.EXTENSION_TOKEN);
                }
            }
            case EXTENSION_TOKEN -> {
                if (!Ascii.isToken(b)) {
                    endOfExtension(b, State.BEFORE_EXTENSION);
                }
            }
            case EXTENSION_QUOTED -> {
                if (b == '"') {
                    state = State.AFTER_EXTENSION_VALUE;
                } else if (b == '\\') {
                    state = State.EXTENSION_ESCAPED;
                } else {
                    next(Ascii.isValue(b), State.EXTENSION_QUOTED);
                }
            }
            case AFTER_EXTENSION_VALUE -> endOfExtension(b, State.BEFORE_EXTENSION);
            case EXTENSION_ESCAPED -> next(Ascii.isValue(b), State.EXTENSION_QUOTED);
            case LINE_LF -> {
                next(b == Ascii.LF, chunkRemaining > 0 ? State.DATA : State.TRAILER_START);
                bodyBytes += chunkRemaining;
            }
            default -> throw new AssertionError(state);
        }
    }

    private void size(byte b) throws HttpException {
        int digit = Ascii.hexValue(b);
        if (digit < 0) {
            if (!sized) {
                throw malformed("a chunk has no size");
            }
            endOfExtension(b, State.BEFORE_EXTENSION);
            return;
        }
        sized = true;
        if (chunkRemaining > Long.MAX_VALUE >> 4) {
            throw malformed("a chunk size is larger than 2^63-1");
        }
        chunkRemaining = chunkRemaining << 4 | digit;
        if (chunkRemaining > limits.maxBodyBytes() - bodyBytes) {
            throw new HttpException(Status.CONTENT_TOO_LARGE,
                    "the body is longer than " + limits.maxBodyBytes() + " bytes");
        }
    }

    private void endOfExtension(byte b, State afterSpace) throws HttpException {
        if (b == Ascii.CR) {
            state = State.LINE_LF;
        } else if (b == ';') {
            state = State.EXTENSION_NAME_START;
        } else {
            next(Ascii.isSpace(b), afterSpace);
        }
    }

    // RFC 9112 s7.1.2: trailer fields have the syntax of header fields; none is used here.
    private void trailer(byte b) throws HttpException {
        if (++trailerBytes > limits.maxHeadBytes()) {
            throw tooMuch("the trailer section is longer than " + limits.maxHeadBytes() + " bytes");
        }
        switch (state) {
            case TRAILER_START -> {
                if (b == Ascii.CR) {
                    state = State.END_LF;
                } else {
                    if (++trailerFields > limits.maxFields()) {
                        throw tooMuch("more than " + limits.maxFields() + " trailer fields");
                    }
                    next(Ascii.isToken(b), State.TRAILER_NAME);
                }
            }
            case TRAILER_NAME -> {
                if (!Ascii.isToken(b)) {
                    next(b == ':', State.TRAILER_VALUE);
                }
            }
            case TRAILER_VALUE -> {
                if (!Ascii.isValue(b)) {
                    next(b == Ascii.CR, State.TRAILER_LF);
                }
            }
            case TRAILER_LF -> next(b == Ascii.LF, State.TRAILER_START);
            case END_LF -> next(b == Ascii.LF, State.DONE);
            default -> throw new AssertionError(state);
        }
    }

    private void next(boolean wellFormed, State next) throws HttpException {
        if (!wellFormed) {
            throw malformed("the chunked body is malformed");
        }
        state = next;
    }

    private static HttpException malformed(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }

    private static HttpException tooMuch(String message) {
        return new HttpException(Status.REQUEST_HEADER_FIELDS_TOO_LARGE, message);
    }
}
