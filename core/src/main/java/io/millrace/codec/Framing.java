package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;

/**
 * How a request's body is delimited and whether the connection goes on after it: what the fields
 * Content-Length, Transfer-Encoding, Connection, Expect and Host mean, decided once (RFC 9112
 * sections 3.2, 6.3 and 9.3). Whatever two recipients could read differently is refused.
 *
 * <p>Threads: one at a time.
 */
public final class Framing {

    /** The Host field; -1 if there is none. */
    int hostField;

    private long bodyLength;
    private boolean keepAlive;
    private boolean expectsContinue;

    private long contentLength;
    private boolean hasTransferEncoding;
    private boolean chunkedSeen;
    private boolean unknownCodingSeen;
    private boolean closeSeen;
    private boolean keepAliveSeen;

    /** Bytes of the body, or {@link RequestHead#UNKNOWN_LENGTH} if it is chunked. */
    public long bodyLength() {
        return bodyLength;
    }

    /** Whether the body is chunked. */
    public boolean isChunked() {
        return bodyLength == RequestHead.UNKNOWN_LENGTH;
    }

    /** Whether the client lets the connection go on after the response. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the client has said keep-alive, so that it is told for how long. */
    public boolean asksToKeepAlive() {
        return keepAlive && keepAliveSeen;
    }

    /** Whether the client waits for 100 (Continue) before it sends the body. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    void decide(ParsedHead head) throws HttpException {
        hostField = -1;
        contentLength = -1;
        hasTransferEncoding = chunkedSeen = unknownCodingSeen = false;
        closeSeen = keepAliveSeen = expectsContinue = false;
        for (int field = 0; field < head.size(); field++) {
            interpret(head, field);
        }
        // RFC 9112 s3.2: an HTTP/1.1 request has exactly one Host.
        if (hostField < 0 && head.isHttp11()) {
            throw refuse("the Host header field is missing");
        }
        // RFC 9112 s3.3: an http request without an authority may be rejected; a guess would be
        // worse. RFC 9112 s3.2.2: the absolute-form has one of its own.
        if (head.isHttp11() && !head.targetHasAuthority()
                && head.valueStart(hostField) == head.valueEnd(hostField)) {
            throw refuse("the Host header field is empty"); // decision 28
        }
        bodyLength = decideLength(head);
        // RFC 9112 s9.3: persistent by default in 1.1, by keep-alive in 1.0, never with close.
        keepAlive = !closeSeen && (head.isHttp11() || keepAliveSeen);
    }

    private void interpret(ParsedHead head, int field) throws HttpException {
        byte[] bytes = head.bytes;
        int from = head.nameStart(field);
        int to = head.nameEnd(field);
        switch (to - from) {
            case 4 -> {
                if (Ascii.equalsIgnoreCase(bytes, from, to, "host")) {
                    host(head, field);
                }
            }
            case 6 -> {
                if (Ascii.equalsIgnoreCase(bytes, from, to, "expect")) {
                    expect(head, field);
                }
            }
            case 10 -> {
                if (Ascii.equalsIgnoreCase(bytes, from, to, "connection")) {
                    connection(bytes, head.valueStart(field), head.valueEnd(field));
                }
            }
            case 14 -> {
                if (Ascii.equalsIgnoreCase(bytes, from, to, "content-length")) {
                    contentLength(bytes, head.valueStart(field), head.valueEnd(field));
                }
            }
            case 17 -> {
                if (Ascii.equalsIgnoreCase(bytes, from, to, "transfer-encoding")) {
                    transferEncoding(bytes, head.valueStart(field), head.valueEnd(field));
                }
            }
            default -> {
            }
        }
    }

    private void host(ParsedHead head, int field) throws HttpException {
        if (hostField >= 0) {
            throw refuse("more than one Host header field");
        }
        Host.checkField(head.bytes, head.valueStart(field), head.valueEnd(field));
        hostField = field;
    }

    // RFC 9110 s10.1.1: only 100-continue is known, and HTTP/1.0 clients know none. A list, whose
    // empty elements are ignored (s5.6.1.2): an empty one expects nothing.
    private void expect(ParsedHead head, int field) throws HttpException {
        if (!head.isHttp11()) {
            return;
        }
        byte[] bytes = head.bytes;
        int to = head.valueEnd(field);
        for (int start = head.valueStart(field); start < to; ) {
            int comma = indexOfComma(bytes, start, to);
            int first = skipSpace(bytes, start, comma);
            int end = trimSpace(bytes, first, comma);
            if (first < end && !Ascii.equalsIgnoreCase(bytes, first, end, "100-continue")) {
                throw new HttpException(Status.EXPECTATION_FAILED,
                        "100-continue is the only supported expectation");
            }
            expectsContinue |= first < end;
            start = comma + 1;
        }
    }

    private void connection(byte[] bytes, int from, int to) {
        for (int start = from; start < to; ) {
            int comma = indexOfComma(bytes, start, to);
            int first = skipSpace(bytes, start, comma);
            int end = trimSpace(bytes, first, comma);
            closeSeen |= Ascii.equalsIgnoreCase(bytes, first, end, "close");
            keepAliveSeen |= Ascii.equalsIgnoreCase(bytes, first, end, "keep-alive");
            start = comma + 1;
        }
    }

    // RFC 9110 s8.6: 1*DIGIT. A second one, even of the same value, may be read differently by
    // somebody else, so it is refused, as the section allows (decision 5).
    private void contentLength(byte[] bytes, int from, int to) throws HttpException {
        if (contentLength >= 0) {
            throw refuse("more than one Content-Length header field");
        }
        if (from == to) {
            throw refuse("Content-Length is empty");
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (!Ascii.isDigit(bytes[i])) {
                throw refuse("Content-Length is not a number");
            }
            int digit = bytes[i] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw refuse("Content-Length is larger than 2^63-1");
            }
            value = value * 10 + digit;
        }
        contentLength = value;
    }

    // RFC 9112 s6.1, s7. Empty list elements are refused: recipients disagree about them.
    private void transferEncoding(byte[] bytes, int from, int to) throws HttpException {
        hasTransferEncoding = true;
        int start = from;
        do {
            int comma = indexOfComma(bytes, start, to);
            int first = skipSpace(bytes, start, comma);
            coding(bytes, first, trimSpace(bytes, first, comma));
            start = comma + 1;
        } while (start <= to);
    }

    private void coding(byte[] bytes, int from, int to) throws HttpException {
        int nameEnd = from;
        while (nameEnd < to && Ascii.isToken(bytes[nameEnd])) {
            nameEnd++;
        }
        boolean parameters = nameEnd < to
                && (bytes[nameEnd] == ';' || Ascii.isSpace(bytes[nameEnd]));
        if (nameEnd == from || nameEnd < to && !parameters) {
            throw refuse("Transfer-Encoding is malformed");
        }
        boolean chunked = Ascii.equalsIgnoreCase(bytes, from, nameEnd, "chunked");
        // RFC 9112 s6.1, s7.1: chunked comes once and last, and takes no parameters.
        if (chunkedSeen || chunked && parameters) {
            throw refuse("the last transfer coding must be chunked, once and without parameters");
        }
        chunkedSeen = chunked;
        unknownCodingSeen |= !chunked;
    }

    private long decideLength(ParsedHead head) throws HttpException {
        if (hasTransferEncoding) {
            // RFC 9112 s6.1: HTTP/1.0 has no Transfer-Encoding; its framing would be faulty.
            if (!head.isHttp11()) {
                throw refuse("Transfer-Encoding is not allowed in HTTP/1.0");
            }
            // RFC 9112 s6.3: both lengths present is an attack or an error.
            if (contentLength >= 0) {
                throw refuse("Content-Length and Transfer-Encoding must not be sent together");
            }
            if (unknownCodingSeen) {
                throw new HttpException(Status.NOT_IMPLEMENTED,
                        "chunked is the only supported transfer coding");
            }
            return RequestHead.UNKNOWN_LENGTH;
        }
        // RFC 1945 s7.2.2: in HTTP/1.0 such a body would end with the connection, or is lost; taken
        // for empty it would empty what it was meant to fill.
        if (contentLength < 0 && !head.isHttp11() && isWithContent(head)) {
            throw new HttpException(Status.LENGTH_REQUIRED,
                    "an HTTP/1.0 request with this method must have a Content-Length");
        }
        // RFC 9112 s6.3: neither length means no body.
        return Math.max(contentLength, 0);
    }

    /** Whether the method is one whose requests have content (RFC 9110 section 9.3, RFC 5789). */
    private static boolean isWithContent(ParsedHead head) {
        return head.methodIs("PUT") || head.methodIs("POST") || head.methodIs("PATCH");
    }

    private static int indexOfComma(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ',') {
            at++;
        }
        return at;
    }

    private static int skipSpace(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && Ascii.isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    private static int trimSpace(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && Ascii.isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static HttpException refuse(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}
