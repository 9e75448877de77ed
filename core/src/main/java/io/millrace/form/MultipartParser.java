package io.millrace.form;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads {@code multipart/form-data} (RFC 7578, with the delimiters of RFC 2046 section 5.1.1),
 * resumable at any byte, and tells a listener what it finds. It keeps no bytes but a part's header
 * fields.
 *
 * <p>It is strict where two readers could take a body for two different forms: lines end in CRLF, a
 * line that begins with the boundary is a delimiter or malformed, each part has one
 * Content-Disposition with one name, and a body without its closing delimiter is incomplete. What
 * stands before the first and behind the last delimiter is ignored. A multipart within a part is
 * bytes of that part.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class MultipartParser { // decision 273

    private enum State {
        PREAMBLE, BOUNDARY, DASH, PADDING, LINE_LF, HEAD, CONTENT, END_PADDING, END_LF, EPILOGUE,
        FAILED
    }

    private static final int FIRST_HEAD_BYTES = 256;

    private final FormLimits limits;
    private final MultipartListener listener;
    /** CRLF, two dashes and the boundary. Only its first byte is a CR: no match overlaps one. */
    private final byte[] delimiter;
    /** For each byte, how far the delimiter moves on if its last one would be there. */
    private final byte[] skips = new byte[256];

    private State state = State.PREAMBLE;
    /** How many bytes of the delimiter the input so far ends in. */
    private int matched = 2; // RFC 2046 s5.1.1: the first delimiter may lack its CRLF
    /** How many of those are taken as given, and no content if no delimiter comes of them. */
    private int borrowed = 2;
    private long preambleBytes;
    private byte[] head = new byte[FIRST_HEAD_BYTES];
    private int headBytes;
    private int parts;
    private boolean refused;

    /**
     * A parser of one body.
     *
     * @param boundary as {@link #boundary} returns it
     * @throws IllegalArgumentException if that is no boundary
     */
    public MultipartParser(String boundary, FormLimits limits, MultipartListener listener) {
        if (!FormFields.isBoundary(boundary)) {
            throw new IllegalArgumentException("invalid boundary: " + boundary);
        }
        this.limits = limits;
        this.listener = listener;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(skips, (byte) delimiter.length);
        for (int i = 0; i < delimiter.length - 1; i++) {
            skips[delimiter[i] & 0xff] = (byte) (delimiter.length - 1 - i);
        }
    }

    /**
     * The boundary that header fields name.
     *
     * @throws HttpException 415 if their Content-Type is not {@code multipart/form-data}, 400 if
     *     they have more than one, or the boundary is missing or malformed
     */
    public static String boundary(Headers headers) throws HttpException {
        return FormFields.boundary(headers);
    }

    /** Whether this parser has refused the body; what a listener throws is no refusal of its. */
    public boolean hasRefused() {
        return refused;
    }

    /**
     * Parses all of the bytes that are there, and tells the listener what they bring.
     *
     * @throws HttpException 400 if the body is malformed, 413 if it exceeds a limit, 415 if a part
     *     has a transfer encoding. The form is at its end
     * @throws Exception what the listener throws
     * @throws IllegalStateException if an earlier call threw
     */
    public void parse(ByteBuffer in) throws Exception {
        if (state == State.FAILED) {
            throw new IllegalStateException("the form has failed");
        }
        State before = state;
        state = State.FAILED; // unless it turns out otherwise
        while (in.hasRemaining()) {
            before = switch (before) {
                case PREAMBLE, CONTENT -> search(before, in);
                case EPILOGUE -> {
                    in.position(in.limit());
                    yield before;
                }
                case HEAD -> head(in);
                default -> step(before, in.get());
            };
        }
        state = before;
    }

    /**
     * The body has ended.
     *
     * @throws HttpException 400 if the form has not
     */
    public void end() throws HttpException {
        switch (state) {
            case END_PADDING, EPILOGUE -> { }
            case PREAMBLE -> throw malformed("it has no boundary line");
            default -> throw malformed("its closing boundary is missing");
        }
    }

    /** Looks for the delimiter; what comes before it is the part's content. */
    private State search(State within, ByteBuffer in) throws Exception {
        while (in.hasRemaining()) {
            if (matched == 0) {
                int at = find(in);
                content(within, in, at);
            }
            while (in.hasRemaining() && matched < delimiter.length
                    && in.get(in.position()) == delimiter[matched]) {
                in.get();
                matched++;
            }
            if (matched == delimiter.length) {
                matched = 0;
                borrowed = 0;
                if (within == State.CONTENT) {
                    listener.onPartEnd();
                }
                return State.BOUNDARY;
            }
            if (in.hasRemaining() && matched > 0) { // it was something else
                ByteBuffer held = ByteBuffer.wrap(delimiter, borrowed, matched - borrowed)
                        .asReadOnlyBuffer();
                matched = 0;
                borrowed = 0;
                content(within, held, held.limit());
            }
        }
        return within;
    }

    /** Where the delimiter begins, or may begin and be cut off; the limit if it doesn't. */
    private int find(ByteBuffer in) {
        int last = delimiter.length - 1;
        int at = in.position();
        int end = in.limit() - last;
        while (at < end) {
            byte b = in.get(at + last);
            if (b == delimiter[last] && isPrefix(in, at)) {
                return at;
            }
            at += skips[b & 0xff];
        }
        while (at < in.limit() && !isPrefix(in, at)) {
            at++;
        }
        return at;
    }

    /** Whether the delimiter, or as much of it as there are bytes, is at a position. */
    private boolean isPrefix(ByteBuffer in, int at) {
        int count = Math.min(delimiter.length, in.limit() - at);
        for (int i = 0; i < count; i++) {
            if (in.get(at + i) != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    /** Consumes the bytes up to a position. */
    private void content(State within, ByteBuffer in, int to) throws Exception {
        int count = to - in.position();
        if (count > 0 && within == State.CONTENT) {
            listener.onBytes(in.slice(in.position(), count));
        }
        in.position(to);
        preambleBytes += within == State.PREAMBLE ? count : 0;
        if (preambleBytes > limits.maxPartHeadBytes()) {
            throw tooLarge("more than " + limits.maxPartHeadBytes()
                    + " bytes before the first boundary");
        }
    }

    // RFC 2046 s5.1.1: dash-boundary transport-padding CRLF, or two dashes behind the boundary.
    private State step(State at, byte b) throws HttpException {
        return switch (at) {
            case BOUNDARY -> {
                if (b == '-') {
                    yield State.DASH;
                }
                yield padding(b, State.PADDING, State.LINE_LF);
            }
            case DASH -> next(b == '-', State.END_PADDING);
            case PADDING -> padding(b, State.PADDING, State.LINE_LF);
            case END_PADDING -> padding(b, State.END_PADDING, State.END_LF);
            case LINE_LF -> {
                parts++;
                if (parts > limits.maxParts()) {
                    throw tooLarge("more than " + limits.maxParts() + " parts");
                }
                yield next(b == '\n', State.HEAD);
            }
            case END_LF -> next(b == '\n', State.EPILOGUE);
            default -> throw new AssertionError(at);
        };
    }

    private State padding(byte b, State more, State end) throws HttpException {
        return b == ' ' || b == '\t' ? more : next(b == '\r', end);
    }

    private State next(boolean wellFormed, State next) throws HttpException {
        if (!wellFormed) {
            throw malformed("a line begins with the boundary, but is no delimiter");
        }
        return next;
    }

    private State head(ByteBuffer in) throws Exception {
        while (in.hasRemaining()) {
            if (headBytes == limits.maxPartHeadBytes()) {
                throw tooLarge("the header fields of a part have more than "
                        + limits.maxPartHeadBytes() + " bytes");
            }
            if (headBytes == head.length) {
                head = Arrays.copyOf(head, Math.min(limits.maxPartHeadBytes(), 2 * headBytes));
            }
            byte b = in.get();
            head[headBytes] = b;
            headBytes++;
            if (b == '\n' && isHeadWhole()) {
                FormPart part = part();
                headBytes = 0;
                matched = 2; // RFC 2046 s5.1.1: what has no content may end with the empty line
                borrowed = 2;
                listener.onPart(part);
                return State.CONTENT;
            }
        }
        return State.HEAD;
    }

    /** Whether a line that has just ended is the empty one behind the fields. */
    private boolean isHeadWhole() throws HttpException {
        if (headBytes < 2 || head[headBytes - 2] != '\r') {
            throw malformed("lines must end in CRLF");
        }
        return headBytes == 2
                || headBytes >= 4 && head[headBytes - 3] == '\n' && head[headBytes - 4] == '\r';
    }

    private FormPart part() throws HttpException {
        try {
            return FormFields.part(head, headBytes);
        } catch (HttpException e) {
            refused = true;
            throw e;
        }
    }

    private HttpException malformed(String why) {
        refused = true;
        return FormFields.malformed(why);
    }

    private HttpException tooLarge(String why) {
        refused = true;
        return new HttpException(Status.CONTENT_TOO_LARGE, "the form is too large: " + why);
    }
}
