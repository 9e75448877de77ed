package io.millrace.codec;

import io.millrace.http.Headers;
import java.nio.ByteBuffer;

/**
 * Writes field lines (RFC 9112 section 5). What it writes must be checked already: headers made by
 * {@link Headers#of} or {@link Headers#copyOf}, as those of a response always are.
 *
 * <p>Threads: any for the static methods; one at a time for an instance.
 */
final class FieldEncoder {

    /** Bytes of a field line besides its name and value: colon, space, CR and LF. */
    private static final int FRAMING_BYTES = 4;

    /** The headers that were written last; an application often sends one response many times. */
    private Headers last = Headers.empty();
    /** Their lines; null until they are written for the second time in a row. */
    private byte[] lastLines = {};

    /** Bytes that {@link #encode} writes, and of {@link #linesAgain}. */
    static int bytes(Headers headers) {
        int bytes = 0;
        for (int i = 0; i < headers.size(); i++) {
            bytes += headers.name(i).length() + headers.value(i).length() + FRAMING_BYTES;
        }
        return bytes;
    }

    /** Writes field lines, each with its CRLF. */
    static void encode(Headers headers, ByteBuffer out) {
        out.put(lines(headers));
    }

    /**
     * The lines of immutable headers, which are kept if they are the same as the last time. Not to
     * be changed.
     */
    byte[] linesAgain(Headers headers) { // decision 86
        if (headers != last) {
            last = headers;
            lastLines = null;
            return lines(headers);
        }
        if (lastLines == null) {
            lastLines = lines(headers);
        }
        return lastLines;
    }

    private static byte[] lines(Headers headers) {
        byte[] lines = new byte[bytes(headers)];
        int at = 0;
        for (int i = 0; i < headers.size(); i++) {
            at = put(headers.name(i), lines, at);
            lines[at++] = ':';
            lines[at++] = Ascii.SP;
            at = put(headers.value(i), lines, at);
            lines[at++] = Ascii.CR;
            lines[at++] = Ascii.LF;
        }
        return lines;
    }

    // RFC 9110 s5.5: a byte for each character, as the check of Headers allows no other. The method
    // is deprecated for dropping the high byte, and is the only one that copies without an object.
    @SuppressWarnings("deprecation")
    private static int put(String text, byte[] lines, int at) {
        text.getBytes(0, text.length(), lines, at);
        return at + text.length();
    }
}
