package io.millrace.app.load;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads one response after the other from the bytes of a connection: interim responses (1xx) are
 * skipped, bodies are counted and dropped.
 *
 * <p>Threads: one at a time.
 */
final class ResponseParser {

    /** Longer lines are refused. */
    static final int MAX_LINE_BYTES = 16 * 1024;
    /** More header or trailer lines are refused. */
    static final int MAX_LINES = 1000;

    private static final long UNTIL_CLOSE = -1;

    private enum State {
        STATUS_LINE, FIELD, FIXED_BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, BODY_UNTIL_CLOSE,
        DONE
    }

    private State state = State.STATUS_LINE;
    /** The bytes of a line whose end has not been read. */
    private byte[] line = new byte[256];
    private int lineBytes;
    private int lines;

    private boolean begun;
    private int status;
    private boolean keepAlive;
    private boolean chunked;
    private boolean codedOtherwise;
    private long contentLength;
    /** Of the body, or of its chunk. */
    private long remaining;
    private long bodyBytes;

    /** Forgets the response before and expects the next. */
    void next() {
        state = State.STATUS_LINE;
        lineBytes = 0;
        begun = false;
        bodyBytes = 0;
        beginHead();
    }

    private void beginHead() {
        lines = 0;
        status = 0;
        chunked = false;
        codedOtherwise = false;
        contentLength = UNTIL_CLOSE;
    }

    /**
     * Reads on.
     *
     * @return whether the response is whole; bytes after it stay in the buffer
     * @throws MalformedResponse if it is none
     */
    boolean read(ByteBuffer in) throws MalformedResponse {
        while (state != State.DONE && in.hasRemaining()) {
            begun = true;
            switch (state) {
                case FIXED_BODY, CHUNK -> skip(in);
                case BODY_UNTIL_CLOSE -> {
                    bodyBytes += in.remaining();
                    in.position(in.limit());
                }
                default -> {
                    if (readLine(in)) {
                        onLine();
                        lineBytes = 0;
                    }
                }
            }
        }
        return state == State.DONE;
    }

    /**
     * The connection has ended.
     *
     * @throws EOFException if the response isn't whole
     */
    void end() throws EOFException {
        if (state == State.BODY_UNTIL_CLOSE) {
            state = State.DONE;
        }
        if (state != State.DONE) {
            throw new EOFException(begun ? "connection closed in the middle of a response"
                    : "connection closed before a response");
        }
    }

    /** The status; 0 before the final response's head is whole. */
    int status() {
        return state == State.STATUS_LINE || state == State.FIELD ? 0 : status;
    }

    /** Whether all of it has been read. */
    boolean isWhole() {
        return state == State.DONE;
    }

    /** Whether the server lets the connection go on; meaningful once the response is whole. */
    boolean keepAlive() {
        return keepAlive;
    }

    /** Bytes of the body, without what chunks add. */
    long bodyBytes() {
        return bodyBytes;
    }

    private void skip(ByteBuffer in) {
        int bytes = (int) Math.min(in.remaining(), remaining);
        in.position(in.position() + bytes);
        remaining -= bytes;
        bodyBytes += bytes;
        if (remaining == 0) {
            state = state == State.CHUNK ? State.CHUNK_END : State.DONE;
        }
    }

    private boolean readLine(ByteBuffer in) throws MalformedResponse {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                // RFC 9112 s2.2: a recipient may take a lone LF for the end of a line.
                if (lineBytes > 0 && line[lineBytes - 1] == '\r') {
                    lineBytes--;
                }
                return true;
            }
            if (lineBytes == line.length) {
                if (lineBytes == MAX_LINE_BYTES) {
                    throw new MalformedResponse("line too long");
                }
                line = Arrays.copyOf(line, 2 * lineBytes);
            }
            line[lineBytes++] = b;
        }
        return false;
    }

    private void onLine() throws MalformedResponse {
        if (++lines > MAX_LINES && state != State.CHUNK_SIZE && state != State.CHUNK_END) {
            throw new MalformedResponse("too many header or trailer lines");
        }
        switch (state) {
            case STATUS_LINE -> onStatusLine();
            case FIELD -> {
                if (lineBytes == 0) {
                    onHead();
                } else {
                    onField();
                }
            }
            case CHUNK_SIZE -> onChunkSize();
            case CHUNK_END -> {
                if (lineBytes > 0) {
                    throw new MalformedResponse("chunk is longer than its size");
                }
                state = State.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (lineBytes == 0) {
                    state = State.DONE;
                }
            }
            default -> throw new AssertionError(state);
        }
    }

    private void onStatusLine() throws MalformedResponse {
        // RFC 9112 s4: HTTP/1.1 200 OK, the reason may be missing
        boolean isStatusLine = lineBytes >= 12 && startsWith("HTTP/1.")
                && isDigit(line[7]) && line[8] == ' '
                && line[9] >= '1' && line[9] <= '5' && isDigit(line[10]) && isDigit(line[11])
                && (lineBytes == 12 || line[12] == ' ');
        if (!isStatusLine) {
            throw new MalformedResponse("not an HTTP/1.1 status line");
        }
        status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
        keepAlive = line[7] != '0';
        state = State.FIELD;
    }

    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (line[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void onField() throws MalformedResponse {
        int colon = 0;
        while (colon < lineBytes && line[colon] != ':') {
            colon++;
        }
        if (colon == 0 || colon == lineBytes) {
            throw new MalformedResponse("header field without a name");
        }
        // Only three fields matter, and their names' lengths tell them from most others.
        switch (colon) {
            case 10 -> {
                if (isName("connection")) {
                    onConnection(value(colon));
                }
            }
            case 14 -> {
                if (isName("content-length")) {
                    onContentLength(value(colon));
                }
            }
            case 17 -> {
                if (isName("transfer-encoding")) {
                    // RFC 9112 s6.3: without chunked last, the body ends with the connection.
                    String codings = value(colon);
                    chunked = codings.substring(codings.lastIndexOf(',') + 1).strip()
                            .equals("chunked");
                    codedOtherwise = !chunked;
                }
            }
            default -> { }
        }
    }

    private boolean isName(String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            // Of the bytes that differ from a letter or '-' in this bit only, none is in a name.
            if ((line[i] | 0x20) != (lowerCase.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private String value(int colon) {
        return new String(line, colon + 1, lineBytes - colon - 1,
                StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    }

    private void onConnection(String value) {
        for (String option : value.split(",")) {
            if (option.strip().equals("close")) {
                keepAlive = false;
            } else if (option.strip().equals("keep-alive")) {
                keepAlive = true;
            }
        }
    }

    private void onContentLength(String value) throws MalformedResponse {
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedResponse("Content-Length is not a number");
            }
            length = length * 10 + digit;
        }
        if (value.isEmpty() || value.length() > 18) {
            throw new MalformedResponse("Content-Length is not a number");
        }
        if (contentLength != UNTIL_CLOSE && contentLength != length) {
            throw new MalformedResponse("conflicting Content-Length fields");
        }
        contentLength = length;
    }

    private void onHead() throws MalformedResponse {
        if (status == 101) {
            throw new MalformedResponse("101 without a request to upgrade");
        }
        if (status < 200) {
            state = State.STATUS_LINE;
            beginHead();
        } else if (status == 204 || status == 304) {
            state = State.DONE;
        } else if (chunked) {
            state = State.CHUNK_SIZE;
        } else if (codedOtherwise || contentLength == UNTIL_CLOSE) {
            keepAlive = false;
            state = State.BODY_UNTIL_CLOSE;
        } else {
            remaining = contentLength;
            state = remaining == 0 ? State.DONE : State.FIXED_BODY;
        }
    }

    private void onChunkSize() throws MalformedResponse {
        // RFC 9112 s7.1: hexadecimal digits, then perhaps extensions
        long size = 0;
        int digits = 0;
        while (digits < lineBytes && Character.digit(line[digits], 16) >= 0) {
            size = size << 4 | Character.digit(line[digits], 16);
            digits++;
        }
        boolean endsWell = digits == lineBytes || line[digits] == ';' || line[digits] == ' ';
        if (digits == 0 || digits > 15 || !endsWell) {
            throw new MalformedResponse("chunk size is not a hexadecimal number");
        }
        remaining = size;
        if (size == 0) {
            lines = 0;
            state = State.TRAILER;
        } else {
            state = State.CHUNK;
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
