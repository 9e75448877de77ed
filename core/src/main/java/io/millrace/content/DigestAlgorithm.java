package io.millrace.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * The digest algorithms that are supported: those of RFC 9530 that can prove integrity (its section
 * 5), and MD5 for {@code Content-MD5}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public enum DigestAlgorithm {

    /** SHA-256. */
    SHA_256("sha-256", "SHA-256", 32),
    /** SHA-512. */
    SHA_512("sha-512", "SHA-512", 64),
    /**
     * MD5, which finds accidents and no attack. Only a {@code Content-MD5} that a request carries
     * is compared with it; it is never a response's digest.
     */
    MD5("md5", "MD5", 16);

    /** Those that can prove integrity. */
    static final List<DigestAlgorithm> STRONG = List.of(SHA_256, SHA_512);

    private final String key;
    private final int lengthBytes;
    private final String javaName;

    DigestAlgorithm(String key, String javaName, int lengthBytes) {
        this.key = key;
        this.javaName = javaName;
        this.lengthBytes = lengthBytes;
    }

    /** The name in digest fields, such as {@code sha-256}. */
    public String key() {
        return key;
    }

    /** Length of a digest in bytes. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** A new computation. */
    public MessageDigest start() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime provides SHA-2 and MD5", e);
        }
    }

    /** The value of a digest field: a dictionary with one member. */
    public String field(byte[] digest) {
        return key + "=:" + Base64.getEncoder().encodeToString(digest) + ":";
    }
}
