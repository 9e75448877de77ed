package io.millrace.form;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Names and values as a browser encodes them in a query and in {@code
 * application/x-www-form-urlencoded}.
 *
 * <p>They are split as the URL standard of WHATWG does (section 5.1), since every client writes it:
 * empty pairs are skipped, {@code a} and {@code a=} have an empty value, {@code =b} an empty name.
 * What is decoded is strict, though: a malformed escape, text that is not UTF-8 and control
 * characters are refused. UTF-8 may come without escapes, as from {@code curl -d}.
 *
 * <p>Threads: one.
 */
final class UrlEncoded { // decision 387

    private static final int MAX_SHOWN = 40;

    private final byte[] bytes;
    private final String kind;
    private final int maxPairs;
    private final Status tooMany;
    private final Values.Builder values;
    private int pairs;

    private UrlEncoded(byte[] bytes, String kind, int maxPairs, Status tooMany) {
        this.bytes = bytes;
        this.kind = kind;
        this.maxPairs = maxPairs;
        this.tooMany = tooMany;
        this.values = Values.builder(kind);
    }

    /**
     * Decodes all pairs.
     *
     * @param kind what one value is, for messages
     * @param tooMany the status for more than {@code maxPairs}
     */
    static Values decode(byte[] bytes, String kind, int maxPairs, Status tooMany)
            throws HttpException {
        return new UrlEncoded(bytes, kind, maxPairs, tooMany).decode();
    }

    private Values decode() throws HttpException {
        int from = 0;
        while (from < bytes.length) {
            int to = indexOf('&', from, bytes.length);
            if (to > from) {
                add(from, to);
            }
            from = to + 1;
        }
        return values.build();
    }

    private void add(int from, int to) throws HttpException {
        pairs++;
        if (pairs > maxPairs) {
            throw new HttpException(tooMany, "more than " + maxPairs + " " + kind + "s");
        }
        int equals = indexOf('=', from, to);
        String name = text(from, equals, null);
        if (hasControls(name, false)) {
            throw refusal(null, "has a control character in its name");
        }
        String value = text(Math.min(equals + 1, to), to, name);
        if (hasControls(value, true)) {
            throw refusal(name, "has a control character");
        }
        values.add(name, value);
    }

    private int indexOf(char wanted, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private String text(int from, int to, String name) throws HttpException {
        ByteBuffer decoded = null;
        boolean isAscii = true;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            isAscii &= b >= 0 && b != '%';
            if (decoded == null && (b == '+' || b == '%')) {
                decoded = ByteBuffer.allocate(to - from).put(bytes, from, i - from);
            }
            if (b == '%') {
                int high = i + 1 < to ? hexDigit(bytes[i + 1]) : -1;
                int low = i + 2 < to ? hexDigit(bytes[i + 2]) : -1;
                if (high < 0 || low < 0) {
                    throw refusal(name, "has malformed percent-encoding");
                }
                decoded.put((byte) (high << 4 | low));
                i += 2;
            } else if (decoded != null) {
                decoded.put(b == '+' ? (byte) ' ' : b);
            }
        }
        ByteBuffer whole = decoded != null ? decoded.flip()
                : ByteBuffer.wrap(bytes, from, to - from);
        if (isAscii) { // most are
            return new String(whole.array(), whole.position(), whole.remaining(),
                    StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(whole).toString();
        } catch (CharacterCodingException e) {
            throw refusal(name, "is not in UTF-8");
        }
    }

    // Character.digit would take digits of other scripts.
    private static int hexDigit(byte b) {
        return b > 0 ? Character.digit((char) b, 16) : -1;
    }

    /**
     * Whether there is a control character.
     *
     * @param isText whether tabs and line ends are none, as in what a text area has
     */
    static boolean hasControls(String text, boolean isText) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' || c == 0x7f) && !(isText && (c == '\t' || c == '\r' || c == '\n'))) {
                return true;
            }
        }
        return false;
    }

    /** Names the pair: by its number if its name can't be shown. */
    private HttpException refusal(String name, String why) {
        boolean plain = name != null && !name.isEmpty() && name.length() <= MAX_SHOWN
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return new HttpException(Status.BAD_REQUEST,
                kind + " " + (plain ? name : "number " + pairs) + " " + why);
    }
}
