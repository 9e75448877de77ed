package io.millrace.app.load.wire;

import java.io.EOFException;
import java.nio.ByteBuffer;

/**
 * Reads one response after the other from the bytes of a connection: interim responses (1xx) are
 * skipped, bodies are counted and shown to a listener.
 *
 * <p>Threads: one at a time.
 */
public final class ResponseParser {

    /** More header or trailer lines are refused. */
    static final int MAX_LINES = 1000;

    /** Sees a body's bytes. */
    public interface BodyListener {

        /** Bytes of the body of a final response; all of them are taken, whatever is read here. */
        void onBody(int status, ByteBuffer piece);
    }

    private enum State {
        STATUS_LINE, FIELD, FIXED_BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, BODY_UNTIL_CLOSE,
        DONE
    }

    private final LineBuffer line = new LineBuffer();
    private final ResponseFields fields = new ResponseFields();
    private final BodyListener listener;

    private State state = State.STATUS_LINE;
    private int lines;
    private boolean begun;
    private boolean toHead;
    private int status;
    /** Of the body, or of its chunk. */
    private long remaining;
    private long bodyBytes;

    /** A parser that drops bodies. */
    public ResponseParser() {
        this((status, piece) -> { });
    }

    /** A parser whose listener sees each body. */
    public ResponseParser(BodyListener listener) {
        this.listener = listener;
    }

    /**
     * Forgets the response before and expects the next.
     *
     * @param head whether it is the response to a HEAD, which has no body whatever its fields say
     */
    public void next(boolean head) {
        state = State.STATUS_LINE;
        toHead = head;
        line.clear();
        begun = false;
        bodyBytes = 0;
        lines = 0;
        status = 0;
    }

    /**
     * Reads on.
     *
     * @return whether the response is whole; bytes after it stay in the buffer
     * @throws MalformedResponse if it is none
     */
    public boolean read(ByteBuffer in) throws MalformedResponse {
        while (state != State.DONE && in.hasRemaining()) {
            begun = true;
            switch (state) {
                case FIXED_BODY, CHUNK -> {
                    take(in, (int) Math.min(in.remaining(), remaining));
                    if (remaining == 0) {
                        state = state == State.CHUNK ? State.CHUNK_END : State.DONE;
                    }
                }
                case BODY_UNTIL_CLOSE -> take(in, in.remaining());
                default -> {
                    if (line.read(in)) {
                        onLine();
                        line.clear();
                    }
                }
            }
        }
        return state == State.DONE;
    }

    private void take(ByteBuffer in, int bytes) {
        int limit = in.limit();
        int end = in.position() + bytes;
        listener.onBody(status, in.limit(end));
        in.limit(limit).position(end);
        remaining -= bytes;
        bodyBytes += bytes;
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
    public int status() {
        return state == State.STATUS_LINE || state == State.FIELD ? 0 : status;
    }

    /** Whether all of it has been read. */
    boolean isWhole() {
        return state == State.DONE;
    }

    /** Whether the server lets the connection go on; meaningful once the response is whole. */
    public boolean keepAlive() {
        return fields.keepAlive();
    }

    /** Bytes of the body, without what chunks add. */
    public long bodyBytes() {
        return bodyBytes;
    }

    private void onLine() throws MalformedResponse {
        if (++lines > MAX_LINES && state != State.CHUNK_SIZE && state != State.CHUNK_END) {
            throw new MalformedResponse("too many header or trailer lines");
        }
        switch (state) {
            case STATUS_LINE -> onStatusLine();
            case FIELD -> {
                if (line.length() == 0) {
                    onHead();
                } else {
                    fields.read(line);
                }
            }
            case CHUNK_SIZE -> onChunkSize();
            case CHUNK_END -> {
                if (line.length() > 0) {
                    throw new MalformedResponse("chunk is longer than its size");
                }
                state = State.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (line.length() == 0) {
                    state = State.DONE;
                }
            }
            default -> throw new AssertionError(state);
        }
    }

    private void onStatusLine() throws MalformedResponse {
        // RFC 9112 s4: HTTP/1.1 200 OK, the reason may be missing
        boolean isStatusLine = line.length() >= 12 && line.startsWith("HTTP/1.")
                && line.isDigitAt(7) && line.at(8) == ' '
                && line.at(9) >= '1' && line.at(9) <= '5' && line.isDigitAt(10)
                && line.isDigitAt(11) && (line.length() == 12 || line.at(12) == ' ');
        if (!isStatusLine) {
            throw new MalformedResponse("not an HTTP/1.1 status line");
        }
        status = (line.at(9) - '0') * 100 + (line.at(10) - '0') * 10 + line.at(11) - '0';
        fields.begin(line.at(7) != '0');
        state = State.FIELD;
    }

    private void onHead() throws MalformedResponse {
        if (status == 101) {
            throw new MalformedResponse("101 without a request to upgrade");
        }
        if (status < 200) {
            state = State.STATUS_LINE;
            lines = 0;
        } else if (status == 204 || status == 304 || toHead) {
            state = State.DONE;
        } else if (fields.isChunked()) {
            state = State.CHUNK_SIZE;
        } else if (fields.endsWithConnection()) {
            fields.onUntilClose();
            state = State.BODY_UNTIL_CLOSE;
        } else {
            remaining = fields.contentLength();
            state = remaining == 0 ? State.DONE : State.FIXED_BODY;
        }
    }

    private void onChunkSize() throws MalformedResponse {
        // RFC 9112 s7.1: hexadecimal digits, then perhaps extensions
        long size = 0;
        int digits = 0;
        while (digits < line.length() && Character.digit(line.at(digits), 16) >= 0) {
            size = size << 4 | Character.digit(line.at(digits), 16);
            digits++;
        }
        boolean endsWell = digits == line.length() || line.at(digits) == ';'
                || line.at(digits) == ' ';
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
}
