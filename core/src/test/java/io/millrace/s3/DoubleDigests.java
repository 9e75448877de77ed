package io.millrace.s3;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** What a body's bytes come to, of what the request says of them. One use, not thread-safe. */
final class DoubleDigests {

    static final List<String> KNOWN = List.of("sha256", "sha1", "crc32", "crc32c");

    private final DoubleCall call;
    private final Map<String, MessageDigest> digests = new LinkedHashMap<>();
    private final Map<String, Checksum> sums = new LinkedHashMap<>();

    DoubleDigests(DoubleCall call, boolean withMd5) throws DoubleRefusal {
        this.call = call;
        if (withMd5 || call.has("content-md5")) {
            digests.put("md5", digest("MD5"));
        }
        if (call.field("x-amz-content-sha256").length() == 64) {
            digests.put("sha256", digest("SHA-256"));
        }
        for (String field : call.fields().keySet()) {
            if (field.startsWith("x-amz-checksum-") && !field.endsWith("-algorithm")
                    && !field.endsWith("-type") && !field.endsWith("-mode")) {
                add(field.substring("x-amz-checksum-".length()));
            }
        }
    }

    private void add(String name) throws DoubleRefusal {
        switch (name) {
            case "sha256":
                digests.put(name, digest("SHA-256"));
                break;
            case "sha1":
                digests.put(name, digest("SHA-1"));
                break;
            case "crc32":
                sums.put(name, new CRC32());
                break;
            case "crc32c":
                sums.put(name, new CRC32C());
                break;
            default:
                throw new DoubleRefusal(501, "NotImplemented", "no checksum " + name);
        }
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    void update(byte[] bytes, int offset, int length) {
        digests.values().forEach(digest -> digest.update(bytes, offset, length));
        sums.values().forEach(sum -> sum.update(bytes, offset, length));
    }

    /**
     * Compares everything with what the request says.
     *
     * @return the values in base64, by algorithm, {@code md5} among them if it was wanted
     */
    Map<String, String> check() throws DoubleRefusal {
        Map<String, byte[]> values = new LinkedHashMap<>();
        digests.forEach((name, digest) -> values.put(name, digest.digest()));
        sums.forEach((name, sum) -> {
            long value = sum.getValue();
            values.put(name, new byte[] {(byte) (value >> 24), (byte) (value >> 16),
                (byte) (value >> 8), (byte) value});
        });
        String signed = call.field("x-amz-content-sha256");
        if (signed.length() == 64
                && !DoubleSignature.hex(values.get("sha256")).equals(signed)) {
            throw new DoubleRefusal(400, "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> texts.put(name, Base64.getEncoder().encodeToString(value)));
        compare("content-md5", texts.get("md5"));
        for (String name : KNOWN) {
            compare("x-amz-checksum-" + name, texts.get(name));
        }
        return texts;
    }

    private void compare(String field, String computed) throws DoubleRefusal {
        if (!call.has(field)) {
            return;
        }
        try {
            Base64.getDecoder().decode(call.field(field));
        } catch (IllegalArgumentException e) {
            throw new DoubleRefusal(400, field.equals("content-md5") ? "InvalidDigest"
                    : "InvalidRequest", "Value for " + field + " header is invalid: " + e);
        }
        if (!call.field(field).equals(computed)) {
            throw new DoubleRefusal(400, "BadDigest", "The " + field
                    + " you specified did not match the calculated checksum.");
        }
    }
}
