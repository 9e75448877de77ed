package io.millrace.testkit;

import io.millrace.http.Headers;
import io.millrace.http.Response;

/**
 * How long the heads of responses are on a connection, and may be.
 *
 * <p>Threads: any.
 */
final class HeadSize {

    /** Of a final response, and of all informational ones to a request together. */
    static final int MOST_BYTES = 16 * 1024;

    private static final int STATUS_LINE_BYTES = "HTTP/1.1 200 \r\n".length();
    private static final int FRAMING_BYTES = ": \r\n".length();
    private static final int END_BYTES = "\r\n".length();
    /** The longest fields that a server adds to a final response. */
    private static final int ADDED_BYTES = ("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            + "Content-Length: 9223372036854775807\r\n"
            + "Connection: upgrade, keep-alive\r\n" + "Keep-Alive: timeout=75\r\n").length();

    private HeadSize() {
    }

    /** Bytes of an informational response. */
    static int ofInterim(Response response) {
        return STATUS_LINE_BYTES + response.status().reason().length()
                + of(response.headers()) + END_BYTES;
    }

    /** The most bytes that the head of a final response may have with what a server adds. */
    static int ofFinal(Response response) {
        return ofInterim(response) + ADDED_BYTES;
    }

    private static int of(Headers headers) {
        int bytes = 0;
        for (int i = 0; i < headers.size(); i++) {
            bytes += headers.name(i).length() + headers.value(i).length() + FRAMING_BYTES;
        }
        return bytes;
    }
}
