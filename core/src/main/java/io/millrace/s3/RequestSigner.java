package io.millrace.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.SortedMap;

/**
 * Signs requests, which takes some 4 µs, and keeps the key of the day, which would double that.
 *
 * <p>Threads: any.
 */
final class RequestSigner {

    /** Of a payload that TLS protects on its way. */
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    /** Of a payload in chunks, each with a signature. */
    static final String CHUNKED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private volatile SigningKey last;

    /**
     * Adds the fields that a signed request needs, and signs it.
     *
     * @param fields by their names in lower case; all are signed
     */
    Signature sign(S3Keys keys, String region, Instant now, String method, String path,
            String query, SortedMap<String, String> fields, String payload) {
        String time = TIME.format(now);
        fields.put("x-amz-date", time);
        fields.put("x-amz-content-sha256", payload);
        if (keys.sessionToken() != null) {
            fields.put("x-amz-security-token", keys.sessionToken());
        }
        return Signature.of(key(keys, time.substring(0, 8), region), time, method, path, query,
                fields, payload);
    }

    private SigningKey key(S3Keys keys, String day, String region) {
        SigningKey key = last;
        if (key == null || !key.isFor(keys, day, region)) {
            key = new SigningKey(keys, day, region, SigningKey.SERVICE);
            last = key;
        }
        return key;
    }
}
