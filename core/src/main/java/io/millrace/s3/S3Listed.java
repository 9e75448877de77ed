package io.millrace.s3;

import java.time.Instant;

/**
 * An object in a list.
 *
 * @param key below the place's prefix
 * @param size in bytes
 * @param etag with its quotes
 * @param lastModified null if the engine doesn't say
 */
public record S3Listed(String key, long size, String etag, Instant lastModified) {
}
