package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * A request to the engine that got no response, and what the HTTP client says of it.
 *
 * <p>Threads: any, immutable.
 *
 * @param operation the API's name for it
 * @param connectTimeout how long a connection was waited for
 * @param isUnsure whether it is a change that the engine may have got whole
 * @param isUnsent whether nothing was sent of a payload that there is
 */
record NoReply(String operation, S3Place place, Duration connectTimeout, boolean isUnsure,
        boolean isUnsent) {

    /** Of the JDK, for bytes in place of a handshake that are none of TLS. */
    private static final Pattern NO_TLS = Pattern.compile("(?i)unrecognized SSL message");
    /** Of the JDK, for a connection that has ended in the handshake, which may go better again. */
    private static final String CUT = "Remote host terminated";
    private static final Pattern OTHER_NAME =
            Pattern.compile("No subject alternative|No name matching");
    private static final int MOST_CAUSES = 10;

    /** What it failed by, and whether an operator has to mend that. */
    S3Exception failure(Throwable cause) {
        String untrusted = untrusted(cause);
        if (untrusted != null) {
            return of(Kind.UNTRUSTED, false, untrusted, cause);
        }
        if (cause(cause, UnknownHostException.class) != null
                || cause(cause, UnresolvedAddressException.class) != null) {
            return of(Kind.UNAVAILABLE, false, "the host of " + place
                    + " is unknown: check its name and the resolver", cause);
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return of(Kind.UNAVAILABLE, false, place + " can't be connected to in "
                    + connectTimeout.toMillis() + " ms", cause);
        }
        if (cause instanceof ConnectException) {
            return of(Kind.UNAVAILABLE, false, place + " refuses connections, or can't be reached",
                    cause);
        }
        if (cause instanceof SSLException && isUnsent) {
            return of(Kind.UNAVAILABLE, false, "TLS failed", cause);
        }
        if (cause instanceof ProtocolException) {
            return of(Kind.MALFORMED, isUnsure, "the engine's response is malformed", cause);
        }
        if (cause instanceof IOException) {
            return of(Kind.RESET, isUnsure, "the connection ended before the response", cause);
        }
        return of(Kind.INTERNAL, isUnsure, "the client failed: "
                + cause.getClass().getSimpleName(), cause);
    }

    private S3Exception of(Kind kind, boolean mayBeDone, String message, Throwable cause) {
        return new S3Exception(kind, mayBeDone, operation + ": " + message, cause);
    }

    /** Why there can be no TLS with this engine, however often it is tried; null if there can. */
    private String untrusted(Throwable failure) {
        Throwable certificate = cause(failure, GeneralSecurityException.class);
        if (certificate != null) {
            return certificate(failure, message(certificate));
        }
        SSLException tls = cause(failure, SSLException.class);
        if (tls != null && NO_TLS.matcher(message(tls)).find()) {
            return "there is no TLS at " + place.authority() + ": write http:// in the bucket's"
                    + " URL, or the port that has TLS";
        }
        return tls instanceof SSLHandshakeException && !message(tls).startsWith(CUT)
                ? "TLS can't be agreed on with " + place.authority() + ": " + message(tls) : null;
    }

    private String certificate(Throwable failure, String message) {
        if (OTHER_NAME.matcher(message).lookingAt()) {
            return "the engine's certificate is for another name than " + place.hostName()
                    + ": name the engine in the bucket's URL as its certificate does";
        }
        return cause(failure, CertificateExpiredException.class) != null
                ? "the engine's certificate has expired"
                : cause(failure, CertificateNotYetValidException.class) != null
                ? "the engine's certificate isn't valid yet: check the clock of this machine"
                : "the engine's certificate is not trusted";
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("[^ -~]+", " ");
    }

    private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }
}
