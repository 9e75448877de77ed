package io.millrace.s3;

import java.util.Map;
import java.util.Objects;

/**
 * A PutObject.
 *
 * @param key below the place's prefix
 * @param fields header fields: {@code Content-Type}, conditions, {@code x-amz-meta-*}, checksums
 * @param payload the object's bytes
 * @param expectContinue whether the engine is asked first if it takes them
 */
public record S3Put(String key, Map<String, String> fields, S3Payload payload,
        boolean expectContinue) {

    /** A copy of the fields is kept. */
    public S3Put {
        Objects.requireNonNull(key);
        fields = Map.copyOf(fields);
        Objects.requireNonNull(payload);
    }
}
