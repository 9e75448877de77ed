package io.millrace.app.load.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line of a response's head, as it arrives.
 *
 * <p>Threads: one at a time.
 */
final class LineBuffer {

    /** Longer lines are refused. */
    static final int MAX_BYTES = 16 * 1024;

    private byte[] line = new byte[256];
    private int length;

    /** Forgets the line. */
    void clear() {
        length = 0;
    }

    /**
     * Reads on.
     *
     * @return whether the line is complete; it is kept without its end
     * @throws MalformedResponse if it is longer than {@link #MAX_BYTES}
     */
    boolean read(ByteBuffer in) throws MalformedResponse {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                // RFC 9112 s2.2: a recipient may take a lone LF for the end of a line.
                if (length > 0 && line[length - 1] == '\r') {
                    length--;
                }
                return true;
            }
            if (length == line.length) {
                if (length == MAX_BYTES) {
                    throw new MalformedResponse("line too long");
                }
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
        return false;
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return line[index];
    }

    boolean isDigitAt(int index) {
        return line[index] >= '0' && line[index] <= '9';
    }

    boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (line[i] != text.charAt(i)) {
                return false;
            }
        }
        return length >= text.length();
    }

    /** Whether the line begins with a field name, in any case, of letters and dashes. */
    boolean isName(String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            // Of the bytes that differ from a letter or '-' in this bit only, none is in a name.
            if ((line[i] | 0x20) != (lowerCase.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** Index of the first such byte; the length if there is none. */
    int indexOf(char wanted) {
        int index = 0;
        while (index < length && line[index] != wanted) {
            index++;
        }
        return index;
    }

    /** The rest from an index on, in lower case, without spaces around it. */
    String lowerCaseFrom(int index) {
        return new String(line, index, length - index, StandardCharsets.ISO_8859_1)
                .strip().toLowerCase(Locale.ROOT);
    }
}
