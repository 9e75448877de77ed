package io.millrace.app.serve;

import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

/**
 * Says what to do about a bucket that can't be opened, where the store itself can't know how the
 * program was started.
 *
 * <p>Threads: main.
 */
final class BucketAdvice {

    private BucketAdvice() {
    }

    /** Why the store can't use the bucket, and what to do. */
    static String on(IOException failure) {
        return failure.getMessage() + advice(failure);
    }

    private static String advice(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException
                    || cause instanceof CertPathValidatorException) {
                return ": if the engine's certificate is of an authority of your own, make a trust"
                        + " store of it (keytool -importcert -noprompt -alias engine -file CA.pem"
                        + " -keystore trust.p12 -storepass changeit) and start java with"
                        + " -Djavax.net.ssl.trustStore=trust.p12";
            }
        }
        return "";
    }
}
