package io.millrace.app.load;

import java.io.IOException;

/**
 * A server sent what is not an HTTP/1.1 answer. Its messages are few, so that errors can be counted
 * by cause.
 *
 * <p>Threads: any.
 */
final class MalformedResponse extends IOException {

    private static final long serialVersionUID = 1;

    MalformedResponse(String message) {
        super("malformed answer: " + message);
    }
}
