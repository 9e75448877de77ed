package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads request heads (RFC 9112 sections 2, 3 and 5), resumable at any byte: each byte is looked at
 * once and copied once, into the head that it becomes.
 *
 * <pre>
 *   START > METHOD > TARGET > VERSION > LINE_END > FIELD_START > NAME > OWS > VALUE > LINE_END ...
 *                               |                       |
 *                               +-> NO_VERSION          +----> HEAD_END > done
 * </pre>
 *
 * <p>Threads: one at a time.
 */
public final class RequestParser {

    private enum State {
        START, EMPTY_LINE_END, METHOD, TARGET, VERSION, NO_VERSION, LINE_END, FIELD_START, NAME,
        OWS, VALUE, HEAD_END
    }

    private static final String VERSION_FORM = "HTTP/d.d";
    /**
     * Bytes taken over at a time: most heads are shorter, and a body behind one isn't copied.
     * RequestParserBenchmark has shorter and longer heads.
     */
    private static final int BLOCK_BYTES = 512;
    /** Some clients send one or two behind a body or to see who is there. */
    private static final int MOST_EMPTY_LINES = 16;
    /** Of what is no request, for those who look for the reason. */
    private static final int MOST_LINE_BYTES = 8192;
    private static final String HTTP_11 = "HTTP/1.1\r\n";

    private static final String BAD_METHOD = "the request method has an invalid character";
    private static final String BAD_VERSION = "the HTTP version is malformed";
    private static final String TOO_MANY_PARTS = "the request line has more than three parts:"
            + " encode spaces in the request target as %20";
    private static final String BAD_NAME = "a header field name has an invalid character";

    private final Limits limits;
    private final ParsedHead head = new ParsedHead();

    private State state = State.START;
    private int emptyLines;
    /** Bytes of the head so far, those of the current block not included. */
    private int length;
    /** Bytes of the last head: the next one of the same client is likely to be as long. */
    private int lastLength = BLOCK_BYTES;
    /** Bytes taken over, whatever they are: behind a mistake none is looked at. */
    private int filled;
    private int partStart;
    private int nameStart;
    private int nameEnd;
    private int majorVersion;

    /** A parser that refuses what is beyond the limits. */
    public RequestParser(Limits limits) {
        this.limits = limits;
    }

    /** Whether part of a head has been read and the rest has not. */
    public boolean isInHead() {
        return state != State.START;
    }

    /** Whether the head that is being read, or was refused, is known to be of a HEAD request. */
    public boolean isOfHeadRequest() {
        return switch (state) {
            case START, EMPTY_LINE_END, METHOD -> false;
            default -> head.methodIs("HEAD");
        };
    }

    /**
     * The first line of what has come since the last reset, as ISO 8859-1, be it a request line or
     * not; beyond 8192 characters it is cut.
     */
    public String firstLine() {
        int end = 0;
        int most = Math.min(filled, MOST_LINE_BYTES);
        while (end < most && !isLineEnd(head.bytes[end])) {
            end++;
        }
        return new String(head.bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** Bytes of memory that the head takes, or has room for. */
    public int heldBytes() {
        return head.heldBytes();
    }

    /** Forgets what was read and begins a new head. The last one's parts are not valid any more. */
    public void reset() {
        state = State.START;
        emptyLines = 0;
        length = 0;
        filled = 0;
        head.clear();
    }

    /**
     * Reads on. Bytes up to the head's end are consumed; what follows stays in the buffer.
     *
     * @return the head, or null if more bytes are needed
     * @throws HttpException if the head is malformed or beyond a limit; the parser is then of no
     *     use until {@link #reset}, and nothing behind the head may be read as a request
     */
    public ParsedHead parse(ByteBuffer in) throws HttpException {
        while (in.hasRemaining()) {
            int room = limits.maxHeadBytes() - length;
            if (room == 0) {
                throw tooLong();
            }
            int block = length < lastLength ? lastLength - length : BLOCK_BYTES;
            int count = Math.min(Math.min(in.remaining(), block), room);
            int start = in.position();
            head.ensureCapacity(length + count);
            in.get(head.bytes, length, count);
            filled = length + count;
            if (state == State.START || state == State.EMPTY_LINE_END) {
                // Bytes of an empty line are not the head's: take them out and start again.
                int skipped = skipEmptyLine(head.bytes, count);
                if (skipped > 0) {
                    filled = 0;
                    in.position(start + skipped);
                    continue;
                }
            }
            int end = scan(length, length + count);
            if (end >= 0) {
                in.position(start + end - length);
                length = end;
                lastLength = Math.min(end, BLOCK_BYTES);
                head.finish();
                return head;
            }
            length += count;
        }
        return null;
    }

    // RFC 9112 s3, RFC 6585 s5: the status tells what it was that the head has no room for.
    private HttpException tooLong() {
        if (state == State.METHOD) {
            return malformed("the method is longer than " + limits.maxHeadBytes() + " bytes");
        }
        return new HttpException(
                state == State.TARGET ? Status.URI_TOO_LONG
                        : Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "the request line and header fields are longer than " + limits.maxHeadBytes()
                        + " bytes");
    }

    // RFC 9112 s2.2: a server should ignore at least one empty line before the request line. This
    // takes one, or its half.
    private int skipEmptyLine(byte[] bytes, int count) throws HttpException {
        int at = 0;
        if (state == State.START) {
            if (bytes[0] != Ascii.CR) {
                return 0;
            }
            if (emptyLines == MOST_EMPTY_LINES) {
                throw malformed(
                        "more than " + MOST_EMPTY_LINES + " empty lines before the request");
            }
            state = State.EMPTY_LINE_END;
            at = 1;
        }
        if (at < count) {
            expectLf(bytes[at]);
            emptyLines++;
            state = State.START;
            at++;
        }
        return at;
    }

    /** Looks at the bytes in [from, to). Returns where the head ends, or -1 if not in there. */
    private int scan(int from, int to) throws HttpException {
        byte[] bytes = head.bytes;
        int at = from;
        while (at < to) {
            byte b = bytes[at];
            switch (state) {
                case START -> {
                    if (!Ascii.isToken(b)) {
                        throw malformed(BAD_METHOD);
                    }
                    state = State.METHOD;
                }
                case METHOD -> {
                    while (at < to && Ascii.isToken(bytes[at])) {
                        at++;
                    }
                    if (at == to) {
                        return -1;
                    }
                    onMethodEnd(at, bytes[at]);
                }
                case TARGET -> {
                    while (at < to && Ascii.isTarget(bytes[at])) {
                        at++;
                    }
                    checkTargetLength(at);
                    if (at == to) {
                        return -1;
                    }
                    onTargetEnd(at, bytes[at]);
                }
                case VERSION -> {
                    // Nearly always, and then a third of the work on a short head is saved.
                    if (at == partStart && to - at >= HTTP_11.length()
                            && Ascii.equals(bytes, at, at + HTTP_11.length(), HTTP_11)) {
                        head.minorVersion = 1;
                        at += HTTP_11.length() - 1;
                        state = State.FIELD_START;
                    } else {
                        onVersion(at - partStart, b);
                    }
                }
                case NO_VERSION -> onNoVersion(b);
                case LINE_END -> {
                    expectLf(b);
                    state = State.FIELD_START;
                }
                case FIELD_START -> onFieldStart(at, b);
                case NAME -> {
                    while (at < to && Ascii.isToken(bytes[at])) {
                        at++;
                    }
                    if (at == to) {
                        return -1;
                    }
                    onNameEnd(at, bytes[at]);
                }
                case OWS -> {
                    if (!Ascii.isSpace(b)) {
                        partStart = at;
                        state = State.VALUE;
                        continue;
                    }
                }
                case VALUE -> {
                    while (at < to && Ascii.isValue(bytes[at])) {
                        at++;
                    }
                    if (at == to) {
                        return -1;
                    }
                    onValueEnd(at, bytes[at]);
                }
                case HEAD_END -> {
                    expectLf(b);
                    return at + 1;
                }
                default -> throw new AssertionError(state);
            }
            at++;
        }
        return -1;
    }

    private void onMethodEnd(int at, byte b) throws HttpException {
        if (b != Ascii.SP) {
            throw malformed(isLineEnd(b) ? "the request line has no target" : BAD_METHOD);
        }
        head.methodEnd = at;
        head.targetStart = at + 1;
        state = State.TARGET;
    }

    private void checkTargetLength(int at) throws HttpException {
        if (at - head.targetStart > limits.maxTargetBytes()) {
            throw new HttpException(Status.URI_TOO_LONG,
                    "the request target is longer than " + limits.maxTargetBytes() + " bytes");
        }
    }

    private void onTargetEnd(int at, byte b) throws HttpException {
        if (b != Ascii.SP) {
            throw malformed(isLineEnd(b) ? "the request line has no HTTP version"
                    : "the request target has an invalid character");
        }
        if (at == head.targetStart) {
            throw malformed("the request target is empty");
        }
        head.targetEnd = at;
        partStart = at + 1;
        state = State.VERSION;
    }

    // RFC 9112 s2.3: HTTP-version = "HTTP/" DIGIT "." DIGIT, upper case.
    private void onVersion(int index, byte b) throws HttpException {
        if (index == VERSION_FORM.length()) {
            if (b != Ascii.CR) {
                throw malformed(b == Ascii.SP ? TOO_MANY_PARTS : BAD_VERSION);
            }
            // RFC 9110 s15.6.6: another major version can't be answered in its own terms.
            if (majorVersion != 1) {
                throw new HttpException(Status.HTTP_VERSION_NOT_SUPPORTED,
                        "only HTTP/1.0 and HTTP/1.1 are supported");
            }
            state = State.LINE_END;
            return;
        }
        char expected = VERSION_FORM.charAt(index);
        if (expected == 'd' ? !Ascii.isDigit(b) : b != expected) {
            state = State.NO_VERSION;
            onNoVersion(b);
            return;
        }
        if (index == VERSION_FORM.indexOf('d')) {
            majorVersion = b - '0';
        } else if (expected == 'd') {
            head.minorVersion = b - '0';
        }
    }

    // Reads on only to tell which of two mistakes it is.
    private static void onNoVersion(byte b) throws HttpException {
        if (b == Ascii.SP) {
            throw malformed(TOO_MANY_PARTS);
        }
        if (!Ascii.isValue(b)) {
            throw malformed(BAD_VERSION);
        }
    }

    private void onFieldStart(int at, byte b) throws HttpException {
        if (b == Ascii.CR) {
            state = State.HEAD_END;
            return;
        }
        // RFC 9112 s2.2, s5.2: white space here is an obs-fold or an attack.
        if (Ascii.isSpace(b)) {
            throw malformed("a header field line starts with whitespace");
        }
        if (!Ascii.isToken(b)) {
            throw malformed(BAD_NAME);
        }
        if (head.size() == limits.maxFields()) {
            throw new HttpException(Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "more than " + limits.maxFields() + " header fields");
        }
        partStart = at;
        state = State.NAME;
    }

    private void onNameEnd(int at, byte b) throws HttpException {
        // RFC 9112 s5.1: no white space between name and colon.
        if (b != ':') {
            throw malformed(isLineEnd(b) ? "a header field line has no colon" : BAD_NAME);
        }
        nameEnd = at;
        nameStart = partStart;
        state = State.OWS;
    }

    // RFC 9110 s5.5: CR, LF and NUL in a value are refused, and other control characters with them.
    private void onValueEnd(int at, byte b) throws HttpException {
        if (b != Ascii.CR) {
            throw malformed("a header field value has a control character");
        }
        int end = at;
        while (end > partStart && Ascii.isSpace(head.bytes[end - 1])) {
            end--;
        }
        head.addField(nameStart, nameEnd, partStart, end);
        state = State.LINE_END;
    }

    private static boolean isLineEnd(byte b) {
        return b == Ascii.CR || b == Ascii.LF;
    }

    // RFC 9112 s2.2: a bare CR is never a line end.
    private static void expectLf(byte b) throws HttpException {
        if (b != Ascii.LF) {
            throw malformed("a CR is not followed by LF");
        }
    }

    private static HttpException malformed(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}
