package io.millrace.app.load.wire;

/**
 * What the fields of a response's head say of its body's end and of the connection.
 *
 * <p>Threads: one at a time.
 */
final class ResponseFields {

    /** The length of a body that no field tells. */
    static final long UNKNOWN = -1;

    private boolean keepAlive;
    private boolean closes;
    private boolean chunked;
    private boolean codedOtherwise;
    private long contentLength;

    /** Forgets the head before; the version decides what holds without a Connection field. */
    void begin(boolean persistent) {
        keepAlive = persistent;
        closes = false;
        chunked = false;
        codedOtherwise = false;
        contentLength = UNKNOWN;
    }

    /**
     * Reads a field line.
     *
     * @throws MalformedResponse if it is none, or contradicts one before
     */
    void read(LineBuffer line) throws MalformedResponse {
        int colon = line.indexOf(':');
        if (colon == 0 || colon == line.length()) {
            throw new MalformedResponse("header field without a name");
        }
        // Only three fields matter, and their names' lengths tell them from most others.
        switch (colon) {
            case 10 -> {
                if (line.isName("connection")) {
                    onConnection(line.lowerCaseFrom(colon + 1));
                }
            }
            case 14 -> {
                if (line.isName("content-length")) {
                    onContentLength(line.lowerCaseFrom(colon + 1));
                }
            }
            case 17 -> {
                if (line.isName("transfer-encoding")) {
                    // RFC 9112 s6.3: without chunked last, the body ends with the connection.
                    String codings = line.lowerCaseFrom(colon + 1);
                    chunked = codings.substring(codings.lastIndexOf(',') + 1).strip()
                            .equals("chunked");
                    codedOtherwise = !chunked;
                }
            }
            default -> { }
        }
    }

    // RFC 9112 s9.3: close goes before keep-alive, wherever it stands.
    private void onConnection(String value) {
        for (String option : value.split(",")) {
            if (option.strip().equals("close")) {
                closes = true;
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
        if (contentLength != UNKNOWN && contentLength != length) {
            throw new MalformedResponse("conflicting Content-Length fields");
        }
        contentLength = length;
    }

    boolean isChunked() {
        return chunked;
    }

    /** Whether only the end of the connection ends the body. */
    boolean endsWithConnection() {
        return codedOtherwise || !chunked && contentLength == UNKNOWN;
    }

    /** Bytes of the body, or of what a HEAD tells of it; {@link #UNKNOWN} if no field says so. */
    long contentLength() {
        return contentLength;
    }

    /** Whether the server lets the connection go on. */
    boolean keepAlive() {
        return keepAlive && !closes;
    }

    /** The connection ends with this response. */
    void onUntilClose() {
        keepAlive = false;
    }
}
