package io.millrace.app.load.wire;

import java.io.IOException;

/**
 * A server sent something other than an HTTP/1.1 response. Its messages are few, so that errors can
 * be counted by cause.
 *
 * <p>Threads: any.
 */
public final class MalformedResponse extends IOException {

    private static final long serialVersionUID = 1;

    MalformedResponse(String message) {
        super("malformed response: " + message);
    }
}
