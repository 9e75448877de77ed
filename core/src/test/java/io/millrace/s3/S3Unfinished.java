package io.millrace.s3;

import java.time.Instant;
import java.util.Map;

/**
 * An unfinished multipart upload of {@link S3Double}, as it was when it was asked for.
 *
 * @param parts by their numbers
 */
public record S3Unfinished(String id, String key, Instant initiated, Map<String, String> fields,
        Map<Integer, S3Stored> parts) {
}
