package io.millrace.codec;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes response heads (RFC 9112 sections 4 and 6), with the fields that are the server's to write:
 * Date, Content-Length and Connection.
 *
 * <p>Threads: one at a time.
 */
public final class ResponseEncoder {

    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final int MAX_DIGITS = 19;
    private static final int STATUS_LINE_BYTES = VERSION.length + 6;
    private static final int DATE_BYTES = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();
    private static final int FIXED_BYTES = STATUS_LINE_BYTES + DATE_BYTES + CONTENT_LENGTH.length
            + MAX_DIGITS + KEEP_ALIVE.length + 2 * CRLF.length;

    private final byte[] digits = new byte[MAX_DIGITS];
    private long dateSecond = Long.MIN_VALUE;
    private byte[] dateLine;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** An upper bound of the bytes that {@link #encode} writes for this response. */
    public int maxBytes(Response response) {
        int bytes = FIXED_BYTES + response.status().reason().length();
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            bytes += headers.name(i).length() + headers.value(i).length() + 4;
        }
        return bytes;
    }

    /** Writes the interim answer 100 (RFC 9110 section 15.2.1). */
    public void encodeContinue(ByteBuffer out) {
        out.put(CONTINUE);
    }

    /** Bytes that {@link #encodeContinue} writes. */
    public int continueBytes() {
        return CONTINUE.length;
    }

    /**
     * Writes a head.
     *
     * @param http11 whether the request was HTTP/1.1, so that a persistent connection needs no word
     * @param keepAlive whether the connection goes on after this response
     * @param epochMillis now
     * @param out has room for {@link #maxBytes}
     */
    public void encode(Response response, boolean http11, boolean keepAlive, long epochMillis,
            ByteBuffer out) {
        Status status = response.status();
        out.put(VERSION);
        putDigits(status.code(), out);
        out.put(Ascii.SP);
        putText(status.reason(), out);
        out.put(CRLF);
        putDate(epochMillis, out);
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            putText(headers.name(i), out);
            out.put((byte) ':').put(Ascii.SP);
            putText(headers.value(i), out);
            out.put(CRLF);
        }
        // RFC 9110 s8.6: none with 204; with 304 it would describe what the 200 would have had.
        if (!status.isBodiless()) {
            out.put(CONTENT_LENGTH);
            putDigits(response.body().length(), out);
            out.put(CRLF);
        }
        if (!keepAlive) {
            out.put(CLOSE);
        } else if (!http11) {
            out.put(KEEP_ALIVE);
        }
        out.put(CRLF);
    }

    // RFC 9110 s6.6.1. Made once a second.
    private void putDate(long epochMillis, ByteBuffer out) {
        long second = Math.floorDiv(epochMillis, 1000L);
        if (second != dateSecond) {
            dateSecond = second;
            dateLine = ascii("Date: " + HttpDate.format(second) + "\r\n");
        }
        out.put(dateLine);
    }

    // RFC 9110 s5.5: a character each; what has no byte was refused when the field was set.
    private static void putText(String text, ByteBuffer out) {
        for (int i = 0; i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }

    private void putDigits(long value, ByteBuffer out) {
        int at = digits.length;
        long rest = value;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        out.put(digits, at, digits.length - at);
    }
}
