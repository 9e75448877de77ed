package io.millrace.codec;

import io.millrace.http.Headers;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;

/**
 * Puts the framing of a chunked body around data that is written in place (RFC 9112 section 7.1).
 * Threads: any, it has no state.
 */
public final class ChunkedEncoder {

    /** Digits of every chunk's size; leading zeros are allowed, and keep data from being moved. */
    private static final int SIZE_DIGITS = 4;
    private static final int LINE_BYTES = SIZE_DIGITS + 2;

    /** Bytes of framing around the data of a chunk. */
    public static final int FRAMING_BYTES = LINE_BYTES + 2;
    /** The most data that a chunk may have. */
    public static final int MAX_DATA_BYTES = (1 << 4 * SIZE_DIGITS) - 1;

    // RFC 9110 s6.5.1: what delimits, routes, authenticates or says how to read a message.
    private static final Set<String> NO_TRAILERS = Set.of("authorization", "cache-control",
            "connection", "content-encoding", "content-length", "content-range", "content-type",
            "host", "set-cookie", "te", "trailer", "transfer-encoding");

    private ChunkedEncoder() {
    }

    /** Leaves room for a chunk's first line; its data comes next. Returns where the line begins. */
    public static int begin(ByteBuffer out) {
        int start = out.position();
        out.position(start + LINE_BYTES);
        return start;
    }

    /** Completes the chunk that began at {@code start}; nothing is left of one without data. */
    public static void end(ByteBuffer out, int start) {
        int count = out.position() - start - LINE_BYTES;
        if (count == 0) {
            out.position(start); // its size would be that of the last chunk
            return;
        }
        int at = start;
        for (int shift = 4 * (SIZE_DIGITS - 1); shift >= 0; shift -= 4) {
            out.put(at++, (byte) Character.forDigit(count >> shift & 0xf, 16));
        }
        out.put(at++, Ascii.CR).put(at, Ascii.LF);
        out.put(Ascii.CR).put(Ascii.LF);
    }

    /**
     * Checks that fields may stand behind a body.
     *
     * @throws IllegalArgumentException if one has to stand before it
     */
    public static void checkTrailers(Headers trailers) {
        for (int i = 0; i < trailers.size(); i++) {
            if (NO_TRAILERS.contains(trailers.name(i).toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(trailers.name(i) + " can't be a trailer field");
            }
        }
    }

    /** Bytes that {@link #last} writes. */
    public static int lastBytes(Headers trailers) {
        return 5 + FieldEncoder.bytes(trailers);
    }

    /**
     * Writes the last chunk and the trailer fields (RFC 9112 section 7.1.2).
     *
     * @param trailers made by {@link Headers#of} or {@link Headers#copyOf}, which check them
     */
    public static void last(ByteBuffer out, Headers trailers) {
        out.put((byte) '0').put(Ascii.CR).put(Ascii.LF);
        FieldEncoder.encode(trailers, out);
        out.put(Ascii.CR).put(Ascii.LF);
    }
}
