package io.millrace.codec;

import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes response heads (RFC 9112 sections 4 and 6), with the fields that are the server's to
 * write: Date, Content-Length or Transfer-Encoding, and Connection.
 *
 * <p>Threads: one at a time.
 */
public final class ResponseEncoder {

    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CONNECTION = ascii("Connection: ");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] SEPARATOR = ascii(", ");
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final String KEEP_ALIVE_TIMEOUT = "Keep-Alive: timeout=";
    private static final byte[] CRLF = ascii("\r\n");
    private static final int MAX_DIGITS = 19;
    private static final int STATUS_LINE_BYTES = "HTTP/1.1 200 \r\n".length();
    private static final int DATE_BYTES = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();
    private static final int FIXED_BYTES = STATUS_LINE_BYTES + DATE_BYTES
            + Math.max(CONTENT_LENGTH.length + MAX_DIGITS + CRLF.length, CHUNKED.length)
            + CONNECTION.length + UPGRADE.length + SEPARATOR.length + KEEP_ALIVE.length
            + CRLF.length + CRLF.length;
    private static final int USUAL_HEAD_BYTES = 512;
    private static final byte[] NONE = {};
    private static final int RESET_CONTENT = 205;
    /** Codes from 200 to 599. */
    private static final int CODES = 400;

    private final FieldEncoder fields = new FieldEncoder();
    private final byte[] digits = new byte[MAX_DIGITS];
    /** The last status of each code and its line: an application has few. */
    private final Status[] statuses = new Status[CODES];
    private final byte[][] statusLines = new byte[CODES][];
    /**
     * The head that is being written, as an array: the compiler makes little of a copy from one to
     * another, and much of each that goes to a buffer.
     */
    private byte[] head = new byte[USUAL_HEAD_BYTES];
    private int headBytes;
    private long dateSecond = Long.MIN_VALUE;
    private byte[] dateLine;

    /** The line that says for how long a connection is kept; empty if there is none. */
    private final byte[] keepAliveLine;

    /**
     * @param keepAliveSeconds for how long a connection is kept between two requests; 0 to say
     *     nothing of it
     */
    public ResponseEncoder(int keepAliveSeconds) {
        keepAliveLine = keepAliveSeconds == 0 ? NONE
                : ascii(KEEP_ALIVE_TIMEOUT + keepAliveSeconds + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** An upper bound of the bytes that {@link #encode} writes for this response. */
    public int maxBytes(Response response) {
        return FIXED_BYTES + keepAliveLine.length + response.status().reason().length()
                + FieldEncoder.bytes(response.headers());
    }

    /** Writes the interim response 100 (RFC 9110 section 15.2.1). */
    public void encodeContinue(ByteBuffer out) {
        out.put(CONTINUE);
    }

    /** Bytes that {@link #encodeContinue} writes. */
    public int continueBytes() {
        return CONTINUE.length;
    }

    /** Bytes that {@link #encodeInterim} writes. */
    public static int interimBytes(Response response) {
        return STATUS_LINE_BYTES + response.status().reason().length()
                + FieldEncoder.bytes(response.headers()) + CRLF.length;
    }

    /** Writes an informational response, which has its own fields only (RFC 9110 section 15.2). */
    public static void encodeInterim(Response response, ByteBuffer out) {
        out.put(makeStatusLine(response.status()));
        FieldEncoder.encode(response.headers(), out);
        out.put(CRLF);
    }

    /**
     * Writes a head.
     *
     * @param length the body's, in bytes; less than 0 if it isn't known
     * @param chunked whether the body is sent chunked, rather than as long as it is
     * @param keepAlive whether the connection goes on after this response
     * @param asked whether the client has said keep-alive, and is told so: those of HTTP/1.0 do so
     *     if they can; of HTTP/1.1 those that care for how long
     * @param epochMillis now
     * @param out has room for {@link #maxBytes}
     */
    public void encode(Response response, long length, boolean chunked, boolean keepAlive,
            boolean asked, long epochMillis, ByteBuffer out) {
        Status status = response.status();
        headBytes = 0;
        put(statusLine(status));
        putDate(epochMillis);
        put(fields.linesAgain(response.headers()));
        if (status.code() == RESET_CONTENT) {
            putFraming(0, false); // RFC 9110 s15.3.6: without content, and saying so
        } else if (!status.isBodiless()) {
            // RFC 9110 s8.6: none with 204; with 304 it would describe what the 200 would have had.
            putFraming(length, chunked);
        }
        // RFC 9110 s7.8: who sends Upgrade says so in Connection, or a proxy passes it on.
        putConnection(response.headers().contains("Upgrade"),
                keepAlive ? asked ? KEEP_ALIVE : null : CLOSE);
        if (keepAlive && asked) { // decision 140
            put(keepAliveLine);
        }
        put(CRLF);
        out.put(head, 0, headBytes);
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int from, int count) {
        if (count > head.length - headBytes) {
            head = Arrays.copyOf(head, Math.max(2 * head.length, headBytes + count));
        }
        System.arraycopy(bytes, from, head, headBytes, count);
        headBytes += count;
    }

    // RFC 9112 s9.3, s9.6. No line if there is nothing to say.
    private void putConnection(boolean upgrade, byte[] persistence) {
        if (!upgrade && persistence == null) {
            return;
        }
        put(CONNECTION);
        if (upgrade) {
            put(UPGRADE);
        }
        if (persistence != null) {
            if (upgrade) {
                put(SEPARATOR);
            }
            put(persistence);
        }
        put(CRLF);
    }

    private byte[] statusLine(Status status) {
        int index = status.code() - 200;
        if (statuses[index] != status) {
            statuses[index] = status;
            statusLines[index] = makeStatusLine(status);
        }
        return statusLines[index];
    }

    private static byte[] makeStatusLine(Status status) {
        return ("HTTP/1.1 " + status.code() + ' ' + status.reason() + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    // RFC 9110 s6.6.1. Made once a second.
    private void putDate(long epochMillis) {
        long second = Math.floorDiv(epochMillis, 1000L);
        if (second != dateSecond) {
            dateSecond = second;
            dateLine = ascii("Date: " + HttpDate.format(second) + "\r\n");
        }
        put(dateLine);
    }

    // RFC 9112 s6.3: a body that is neither chunked nor of known length ends with the connection.
    private void putFraming(long length, boolean chunked) {
        if (chunked) {
            put(CHUNKED);
        } else if (length >= 0) {
            put(CONTENT_LENGTH);
            putDigits(length);
            put(CRLF);
        }
    }

    private void putDigits(long value) {
        int at = digits.length;
        long rest = value;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        put(digits, at, digits.length - at);
    }
}
