package io.millrace.codec;

import java.nio.charset.StandardCharsets;

/** What a byte may be in HTTP's grammar, and comparisons of bytes with text. Threads: any. */
final class Ascii {

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    private static final int TOKEN = 1;
    private static final int TARGET = 2;
    private static final int VALUE = 4;
    private static final int HOST = 8;
    /** In a target: no URI has it, and yet it is sent. */
    private static final int RAW = 16;

    private static final String HEX = "0123456789ABCDEF";
    private static final byte[] CLASSES = new byte[256];

    static {
        for (int c = 0x21; c < 0x7f; c++) {
            boolean alphanumeric = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
                    || c >= 'a' && c <= 'z';
            int classes = VALUE;
            // RFC 9110 s5.6.2: tchar.
            if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                classes |= TOKEN;
            }
            // RFC 3986 s3.3, s3.4, and the characters beyond it that the URL standard of the
            // browsers leaves as they are in a path or query (decision 6).
            if (alphanumeric || "-._~!$&'()*+,;=:@/?%[]|^{}`".indexOf(c) >= 0) {
                classes |= TARGET;
            }
            if ("\"<>\\".indexOf(c) >= 0) {
                classes |= TARGET | RAW;
            }
            // RFC 3986 s3.2.2: reg-name.
            if (alphanumeric || "-._~!$&'()*+,;=%".indexOf(c) >= 0) {
                classes |= HOST;
            }
            CLASSES[c] = (byte) classes;
        }
        // RFC 9110 s5.5: field-content has spaces, tabs and obs-text too.
        CLASSES[SP] = VALUE;
        CLASSES[HTAB] = VALUE;
        for (int c = 0x80; c <= 0xff; c++) {
            CLASSES[c] = VALUE | TARGET | RAW;
        }
    }

    private Ascii() {
    }

    static boolean isToken(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    static boolean isTarget(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    /** Whether a byte of a target is one that no URI has (RFC 3986 section 2). */
    private static boolean isRaw(byte b) {
        return (CLASSES[b & 0xff] & RAW) != 0;
    }

    static boolean isValue(byte b) {
        return (CLASSES[b & 0xff] & VALUE) != 0;
    }

    static boolean isHost(byte b) {
        return (CLASSES[b & 0xff] & HOST) != 0;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isSpace(byte b) {
        return b == SP || b == HTAB;
    }

    /** The value of a hexadecimal digit, -1 for any other byte. */
    static int hexValue(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whether the bytes in [from, to) are {@code text}; upper and lower case differ. */
    static boolean equals(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bytes in [from, to) are {@code text}; upper and lower case are the same. */
    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            int a = bytes[from + i];
            int b = text.charAt(i);
            boolean same = a == b || (a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z';
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** The bytes in [from, to) as text, a character each. */
    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /**
     * The part of a target in [from, to) as text, with the bytes that no URI has percent-encoded
     * (RFC 3986 section 2.1), as the client should have sent them.
     */
    static String targetText(byte[] bytes, int from, int to) {
        int raw = from;
        while (raw < to && !isRaw(bytes[raw])) {
            raw++;
        }
        if (raw == to) {
            return text(bytes, from, to);
        }
        StringBuilder text = new StringBuilder(3 * (to - from));
        for (int i = from; i < to; i++) {
            int c = bytes[i] & 0xff;
            if (isRaw(bytes[i])) {
                text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            } else {
                text.append((char) c);
            }
        }
        return text.toString();
    }
}
