package io.millrace.bucket;

import java.io.IOException;

/** The engine has not answered a probe in time. Threads: any. */
final class LateProbeException extends IOException {

    private static final long serialVersionUID = 1;

    LateProbeException(String message, Throwable cause) {
        super(message, cause);
    }
}
