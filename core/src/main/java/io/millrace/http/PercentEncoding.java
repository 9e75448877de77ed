package io.millrace.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Percent-encoding in paths (RFC 3986 section 2.1). Strict: text that does not decode in exactly
 * one way is refused.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class PercentEncoding {

    private static final String UPPER_HEX = "0123456789ABCDEF";

    private PercentEncoding() {
    }

    /**
     * Decodes one path segment, once: {@code %252e} becomes {@code %2e}, not a dot. Split the path
     * at its slashes first, because an encoded slash is data (RFC 3986 section 2.4).
     *
     * @param text the path, or the whole target
     * @param from start of the segment
     * @param end end of the segment
     * @throws HttpException 400 for a malformed escape, bytes that are not UTF-8, a control
     *     character below U+0080 (escaped or not), or an unescaped character that is not ASCII. The
     *     message says which
     */
    public static String decode(String text, int from, int end) throws HttpException {
        if (!isEncoded(text, from, end)) {
            return text.substring(from, end);
        }
        ByteBuffer bytes = ByteBuffer.allocate(end - from);
        for (int i = from; i < end; i++) {
            int c = text.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < end;
                int high = whole ? hexDigit(text.charAt(i + 1)) : -1;
                int low = whole ? hexDigit(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw refusal("malformed percent-encoding");
                }
                c = high << 4 | low;
                i += 2;
            } else if (c > 0x7f) {
                throw refusal("non-ASCII character that is not percent-encoded");
            }
            if (c < ' ' || c == 0x7f) {
                throw refusal("control character");
            }
            bytes.put((byte) c);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw refusal("percent-encoded bytes are not valid UTF-8");
        }
    }

    /** Whether {@link #decode} would change or refuse the segment. */
    public static boolean isEncoded(String text, int from, int end) {
        Objects.requireNonNull(text);
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c == '%' || c < ' ' || c >= 0x7f) {
                return true;
            }
        }
        return false;
    }

    /**
     * Encodes one path segment, or a value in a query: every byte in UTF-8 that is not a letter, a
     * digit or one of {@code - . _ ~} (RFC 3986 section 2.3). {@link #decode} gives it back.
     *
     * @param segment a character that is half of a surrogate pair is encoded as a question mark
     */
    public static String encode(String segment) {
        if (isUnreserved(segment)) {
            return segment;
        }
        StringBuilder encoded = new StringBuilder(segment.length() * 2);
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved((char) (b & 0xff))) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(UPPER_HEX.charAt(b >> 4 & 0xf))
                        .append(UPPER_HEX.charAt(b & 0xf));
            }
        }
        return encoded.toString();
    }

    /**
     * Encodes in a whole URI or relative reference what is not allowed in one (RFC 3986 section
     * 2): characters that are not ASCII, in UTF-8, spaces, tabs and {@code " < > \ ^ ` { | }}. A
     * percent sign stays, and so do other control characters, which a field refuses.
     */
    static String encodeReference(String reference) {
        StringBuilder encoded = new StringBuilder(reference.length());
        for (int i = 0; i < reference.length();) {
            int c = reference.codePointAt(i);
            i += Character.charCount(c);
            if (c < 0x80 && " \t\"<>\\^`{|}".indexOf(c) < 0) {
                encoded.append((char) c);
            } else {
                encoded.append(encode(Character.toString(c)));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isUnreserved(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == '.' || c == '_' || c == '~';
    }

    // Character.digit would take digits of other scripts.
    private static int hexDigit(char c) {
        return c < 0x7f ? Character.digit(c, 16) : -1;
    }

    private static HttpException refusal(String why) {
        return new HttpException(Status.BAD_REQUEST, why);
    }
}
