package io.millrace.accesslog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines on their way to the target, as bytes. What comes from outside gets in by the escaping
 * methods only.
 *
 * <p>Threads: the access log's.
 */
final class LineBuffer {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    /** Room for a line without a text of a client. */
    private static final int INITIAL_BYTES = 64 << 10;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int lines;

    boolean isEmpty() {
        return length == 0;
    }

    int length() {
        return length;
    }

    /** Lines that have been ended. */
    int lines() {
        return lines;
    }

    void clear() {
        length = 0;
        lines = 0;
    }

    /** Takes back what was appended to a line that isn't ended. */
    void truncate(int length) {
        this.length = length;
    }

    /** All of it, as long as nothing is appended. */
    ByteBuffer toBytes() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    void endLine() {
        put('\n');
        lines++;
    }

    void put(int ascii) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) ascii;
    }

    /** Appends a text of ours, in ASCII. */
    @SuppressWarnings("deprecation") // the only copy of a string's bytes that makes no array
    LineBuffer add(String ascii) {
        int end = length + ascii.length();
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        ascii.getBytes(0, ascii.length(), bytes, length);
        length = end;
        return this;
    }

    /** Appends a number that is not negative. */
    LineBuffer add(long number) {
        if (number >= 10) {
            add(number / 10);
        }
        put('0' + (int) (number % 10));
        return this;
    }

    /** Appends a number in two digits, with a zero in front if need be. */
    LineBuffer addTwoDigits(int number) {
        put('0' + number / 10);
        put('0' + number % 10);
        return this;
    }

    /**
     * Appends what a client has sent, a character a byte, between quotes or not: everything that
     * could end the quotes or the line is {@code \xhh}, as in the logs of other servers.
     */
    void addEscaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                put(c);
            } else {
                put('\\');
                put('x');
                addHex(c);
            }
        }
    }

    /** Appends a name that stands without quotes: spaces are escaped, too, and UTF-8 is. */
    void addWord(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && b != '"' && b != '\\') {
                put(b);
            } else {
                put('\\');
                put('x');
                addHex(b);
            }
        }
    }

    /** Appends a JSON string (RFC 8259 section 7), in its quotes. */
    void addJson(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else if (c >= ' ' && c < 0x7f) {
                put(c);
            } else {
                put('\\');
                put('u');
                addHex(c >> 8);
                addHex(c);
            }
        }
        put('"');
    }

    private void addHex(int b) {
        put(HEX[b >> 4 & 0xf]);
        put(HEX[b & 0xf]);
    }
}
