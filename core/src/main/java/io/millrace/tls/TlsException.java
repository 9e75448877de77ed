package io.millrace.tls;

import java.io.IOException;

/**
 * A file of keys or certificates can't be used. The message is for the person who set it up: it
 * names the file, says what is wrong, then what to do. It has nothing of a key or a password.
 *
 * @since 0.1
 */
public final class TlsException extends IOException {

    private static final long serialVersionUID = 1;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
