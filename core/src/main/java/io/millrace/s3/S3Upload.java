package io.millrace.s3;

import java.time.Instant;

/**
 * A multipart upload that has not ended.
 *
 * @param key of the object to be, below the place's prefix
 * @param id the upload's id
 * @param initiated when it began; null if the engine doesn't say
 */
public record S3Upload(String key, String id, Instant initiated) {
}
