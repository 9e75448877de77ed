package io.millrace.s3;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * SHA-256 and its HMAC, which every JDK has.
 *
 * <p>Threads: any.
 */
final class Hashing {

    /** The hash of no bytes. */
    static final String EMPTY = hex(sha256().digest());

    private static final String HMAC = "HmacSHA256";

    private Hashing() {
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** The hash of what remains of buffers, which stay as they are, in hexadecimal. */
    static String hash(List<ByteBuffer> pieces) {
        MessageDigest digest = sha256();
        for (ByteBuffer piece : pieces) {
            digest.update(piece.duplicate());
        }
        return hex(digest.digest());
    }

    static String hash(String text) {
        return hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A fresh Mac costs about a microsecond, as measured: it isn't worth a pool. */
    static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }

    static byte[] hmac(byte[] key, String text) {
        return mac(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
