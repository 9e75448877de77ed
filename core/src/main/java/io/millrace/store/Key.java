package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name of an object: the only non-empty segment of a request's path, decoded once.
 *
 * <p>A key is a name that no file system reads as anything but the name of one file in the folder,
 * and that is none of the store's own. Threads: any, immutable.
 *
 * @param name the decoded name
 * @param segment the segment as it was sent, percent-encoded
 */
record Key(String name, String segment) {

    /** Names that begin like this, in any case, are the store's own. */
    static final String RESERVED = ".millrace";

    /** What the file systems of today's systems take as one name, in bytes. */
    static final int MAX_NAME_BYTES = 255;

    /**
     * The key of a path: {@code /a}, {@code //a} and {@code /a/} all name {@code a}.
     *
     * @return the key, or null if the path has no non-empty segment or several
     * @throws HttpException 400 if the segment can't be a safe name
     */
    static Key of(String path) throws HttpException {
        int start = 0;
        int length = path.length();
        if (length == 0 || path.charAt(0) != '/') {
            return null; // asterisk-form or authority-form: no path at all
        }
        while (start < length && path.charAt(start) == '/') {
            start++;
        }
        int end = start;
        while (end < length && path.charAt(end) != '/') {
            end++;
        }
        for (int i = end; i < length; i++) {
            if (path.charAt(i) != '/') {
                return null;
            }
        }
        if (start == end) {
            return null;
        }
        String segment = path.substring(start, end);
        String name = decode(segment);
        check(name);
        return new Key(name, segment);
    }

    // RFC 3986 s2.1, s2.5: escaped octets are UTF-8; decoded once, so %252e is "%2e" and no dot.
    private static String decode(String segment) throws HttpException {
        boolean escaped = false;
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw unsafe("a character that a URI can't have");
            }
            escaped |= c == '%';
        }
        if (!escaped) {
            if (segment.length() > MAX_NAME_BYTES) {
                throw tooLong();
            }
            return segment;
        }
        ByteBuffer bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < segment.length();
                int high = whole ? hexDigit(segment.charAt(i + 1)) : -1;
                int low = whole ? hexDigit(segment.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw unsafe("a percent sign without two hexadecimal digits");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        bytes.flip();
        if (bytes.remaining() > MAX_NAME_BYTES) {
            throw tooLong();
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw unsafe("escaped bytes that are not UTF-8");
        }
    }

    // Character.digit would take digits of other scripts.
    private static int hexDigit(char c) {
        return c < 0x7f ? Character.digit(c, 16) : -1;
    }

    // Separators of any system, so that a folder may move to another one.
    private static void check(String name) throws HttpException {
        if (name.equals(".") || name.equals("..")) {
            throw unsafe("a dot segment");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\') {
                throw unsafe("a separator");
            }
            if (Character.isISOControl(c)) {
                throw unsafe("a control character");
            }
        }
        if (isReserved(name)) {
            throw unsafe("a name of the store's own");
        }
    }

    /** Whether a file of this name is the store's own; in any case, as some systems compare. */
    static boolean isReserved(String name) {
        return name.startsWith(".")
                && name.toLowerCase(Locale.ROOT).startsWith(RESERVED);
    }

    /** A hash whose upper bits differ too if names differ at the end only. */
    static int spread(String name) {
        return name.hashCode() * 0x9E3779B9;
    }

    /** The refusal of a key. */
    static HttpException unsafe(String why) {
        return new HttpException(Status.BAD_REQUEST, "the key can't be a file name: " + why);
    }

    private static HttpException tooLong() {
        return unsafe("longer than " + MAX_NAME_BYTES + " bytes");
    }
}
