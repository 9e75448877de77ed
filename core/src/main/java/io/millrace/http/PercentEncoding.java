package io.millrace.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding in paths (RFC 3986 section 2.1). Strict: a text either decodes in one way, or is
 * refused. Threads: any.
 *
 * @since 0.1
 */
public final class PercentEncoding {

    private PercentEncoding() {
    }

    /**
     * Decodes a segment of a path, once: {@code %252e} is {@code %2e}, and no dot. The caller
     * splits the path at its slashes first, as an encoded slash is data (RFC 3986 section 2.4).
     *
     * @param text the path, or all of the target
     * @param from where the segment begins
     * @param end where the segment ends
     * @throws HttpException 400 if an escape is malformed, the escaped bytes aren't UTF-8, a
     *     character is a control character below U+0080, escaped or not, or one that isn't escaped
     *     is not ASCII; the message says which
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
                throw refusal("a character that must be percent-encoded");
            }
            if (c < ' ' || c == 0x7f) {
                throw refusal("control character");
            }
            bytes.put((byte) c);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw refusal("percent-encoded bytes that are not UTF-8");
        }
    }

    /** Whether a segment can't be taken as it stands: {@link #decode} changes or refuses it. */
    public static boolean isEncoded(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c == '%' || c < ' ' || c >= 0x7f) {
                return true;
            }
        }
        return false;
    }

    // Character.digit would take digits of other scripts.
    private static int hexDigit(char c) {
        return c < 0x7f ? Character.digit(c, 16) : -1;
    }

    private static HttpException refusal(String why) {
        return new HttpException(Status.BAD_REQUEST, why);
    }
}
