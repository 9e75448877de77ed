package io.millrace.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in a request's {@code Authorization} field (RFC 9110 section 11.6.2), for
 * comparison with secrets.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Credentials {

    private final byte[] bytes;

    private Credentials(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The credentials of a request.
     *
     * @param scheme such as {@code Basic} or {@code Bearer}; case-insensitive
     * @return null if the field is missing, is for another scheme, or occurs more than once: it is
     *     not a list (RFC 9110 section 5.3), and a proxy may have checked another line than the
     *     application would
     */
    public static @Nullable Credentials of(Headers headers, String scheme) {
        String value = null;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Authorization")) {
                if (value != null) {
                    return null;
                }
                value = headers.value(i);
            }
        }
        int end = scheme.length();
        if (value == null || value.length() <= end || value.charAt(end) != ' '
                || !value.regionMatches(true, 0, scheme, 0, end)) {
            return null;
        }
        return new Credentials(
                value.substring(end + 1).strip().getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * These credentials decoded from base64, as {@code Basic} sends them (RFC 7617 section 2).
     *
     * @return null if they are not base64
     */
    public @Nullable Credentials decoded() {
        try {
            return new Credentials(Base64.getDecoder().decode(bytes));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * The user name: what stands before the first colon of {@linkplain #decoded decoded}
     * credentials (RFC 7617 section 2), read as UTF-8.
     *
     * @return null if there is no colon
     */
    public @Nullable String user() {
        int colon = colon();
        return colon < 0 ? null : new String(bytes, 0, colon, StandardCharsets.UTF_8);
    }

    /**
     * The password: what stands behind the first colon of {@linkplain #decoded decoded}
     * credentials. It may have colons itself.
     *
     * @return null if there is no colon
     */
    public @Nullable Credentials password() {
        int colon = colon();
        return colon < 0 ? null
                : new Credentials(Arrays.copyOfRange(bytes, colon + 1, bytes.length));
    }

    private int colon() {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    /** The SHA-256 of the bytes, for comparison with secrets of which only that is kept. */
    public byte[] sha256() {
        return sha256(bytes);
    }

    /** The SHA-256 of a secret, to be kept in its place and compared with {@link #sha256()}. */
    public static byte[] sha256(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Whether these credentials equal the secret. The time taken does not depend on how many bytes
     * match.
     */
    public boolean matches(byte[] secret) {
        return MessageDigest.isEqual(bytes, secret);
    }

    /** The length only: credentials must not get into logs. */
    @Override
    public String toString() {
        return "Credentials[" + bytes.length + " bytes]";
    }
}
