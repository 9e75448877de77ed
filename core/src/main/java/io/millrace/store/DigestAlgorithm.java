package io.millrace.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The digests of RFC 9530 that are fit to prove integrity (its section 5). */
enum DigestAlgorithm {

    SHA_256("sha-256", "SHA-256", 32),
    SHA_512("sha-512", "SHA-512", 64);

    /** Its name in fields. */
    final String key;
    /** Length of a digest in bytes. */
    final int lengthBytes;
    private final String javaName;

    DigestAlgorithm(String key, String javaName, int lengthBytes) {
        this.key = key;
        this.javaName = javaName;
        this.lengthBytes = lengthBytes;
    }

    MessageDigest start() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-2", e);
        }
    }

    /** A digest as a dictionary of one member, the value of a digest field. */
    String field(byte[] digest) {
        return key + "=:" + Base64.getEncoder().encodeToString(digest) + ":";
    }
}
