package io.millrace.app.load;

import io.millrace.app.load.wire.ErrorText;
import java.io.IOException;
import java.util.Map;

/**
 * Says why a server can't be reached, and what to do about it.
 *
 * <p>Threads: any.
 */
final class Unreachable {

    private static final Map<String, String> ADVICE = Map.of(
            "connection refused", "start a server there, or check host and port",
            "no TLS at this port", "try http://",
            "the server's certificate is not trusted",
            "name it, or the one that signed it, with --cacert FILE",
            "the server's certificate is for another name",
            "use a name that it has, or --insecure",
            ErrorText.TIMED_OUT, "check host, port and firewall; --timeout sets how long to wait");

    private Unreachable() {
    }

    /** One line. */
    static String text(LoadTarget target, IOException e) {
        String cause = ErrorText.of(e);
        String advice = ADVICE.get(cause);
        return "can't reach " + target.url() + ": " + cause
                + (advice == null ? "" : "; " + advice);
    }
}
