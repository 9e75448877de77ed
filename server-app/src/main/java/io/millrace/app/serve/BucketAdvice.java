package io.millrace.app.serve;

import java.io.IOException;
import java.security.GeneralSecurityException;

/**
 * Says what to do about a bucket that can't be opened, by the flags of the program where the store
 * speaks of its options.
 *
 * <p>Threads: main.
 */
final class BucketAdvice {

    /** Without its password the JDK reads no certificate of a PKCS12 file, and says nothing. */
    private static final String TRUST_STORE = ": type keytool -importcert -noprompt -alias engine"
            + " -file CA.pem -keystore trust.p12 -storepass changeit, and start with java"
            + " -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
            + " -jar ...";

    private BucketAdvice() {
    }

    /** Why the store can't use the bucket, and what to do. */
    static String on(IOException failure) {
        String line = inFlags(failure.getMessage());
        return line.contains("not trusted") && isUntrusted(failure) ? line + TRUST_STORE : line;
    }

    /** What the store says of its options, by the flags that set them. */
    static String inFlags(String line) {
        return line.replace("requireConditions", "--require-conditions")
                .replace("set readOnly", "start with --read-only")
                .replace("host style needs", "--bucket-host-style needs")
                .replace("set the region to ", "use --bucket-region ")
                .replace("set the region,", "name it by --bucket-region,");
    }

    private static boolean isUntrusted(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }
}
