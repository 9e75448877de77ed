package io.millrace.app.load.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Says in words that people understand why a request failed.
 *
 * <p>Threads: any.
 */
public final class ErrorText {

    /** No byte came or went for too long. */
    public static final String TIMED_OUT = "timed out";

    private ErrorText() {
    }

    /** The cause; errors of one kind have one cause. */
    public static String of(IOException e) {
        if (e instanceof MalformedResponse || e instanceof EOFException) {
            return e.getMessage();
        }
        if (e instanceof SocketTimeoutException) {
            return TIMED_OUT;
        }
        if (e instanceof NoRouteToHostException) {
            return "no route to host";
        }
        if (e instanceof ClosedChannelException) {
            return "connection closed";
        }
        if (e instanceof SSLException) {
            return tls(String.valueOf(e.getMessage()));
        }
        // The JDK has no types for what follows, only the system's words.
        String message = e.getMessage() == null
                ? e.getClass().getSimpleName() : e.getMessage().toLowerCase(Locale.ROOT);
        if (message.contains("refused")) {
            return "connection refused";
        }
        if (message.contains("reset")) {
            return "connection reset";
        }
        if (message.contains("broken pipe")) {
            return "connection closed while sending";
        }
        if (message.contains("timed out")) {
            return TIMED_OUT;
        }
        if (message.contains("assign requested address")) {
            return "no free local port";
        }
        return message;
    }

    private static String tls(String message) {
        if (message.contains("unable to find valid certification path")
                || message.contains("No trusted certificate")) {
            return "the server's certificate is not trusted";
        }
        if (message.contains("No subject alternative") || message.contains("No name matching")) {
            return "the server's certificate is for another name";
        }
        if (message.contains("nrecognized SSL message")) {
            return "no TLS at this port";
        }
        return "TLS: " + message;
    }
}
