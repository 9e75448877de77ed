package io.millrace.s3;

import java.util.List;

/**
 * One page of the multipart uploads that have not ended.
 *
 * @param uploads in the order of their keys
 * @param next where the next page begins; null if this is the last one
 */
public record S3UploadPage(List<S3Upload> uploads, Marker next) {

    /**
     * Behind which upload a page begins, in the engine's own words.
     *
     * @param key with the place's prefix
     * @param id the upload's id
     */
    public record Marker(String key, String id) {
    }
}
