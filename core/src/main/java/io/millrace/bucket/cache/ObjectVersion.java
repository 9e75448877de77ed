package io.millrace.bucket.cache;

import io.millrace.http.HttpException;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One version of an object, of which bytes can be asked for.
 *
 * <p>Threads: any, immutable.
 *
 * @param client the way to the engine
 * @param key the object's
 * @param etag what tells it from other versions; null if the engine has no entity tags
 * @param sizeBytes its length
 */
record ObjectVersion(S3Client client, String key, String etag, long sizeBytes) {

    /** Asks for the bytes from the first position to the last, inclusive. */
    CompletableFuture<S3Answer> get(long first, long last) {
        Map<String, String> fields = new HashMap<>();
        if (first > 0 || last < sizeBytes - 1) {
            fields.put("Range", "bytes=" + first + '-' + last);
        }
        if (etag != null) {
            fields.put("If-Match", etag);
        }
        return client.get(key, fields);
    }

    /** Whether a response brings bytes of this version, from that position on. */
    boolean isIn(S3Answer answer, long first) {
        if (!answer.isSuccess() || !answer.hasBody()
                || etag != null && answer.etag() != null && !etag.equals(answer.etag())) {
            return false;
        }
        try {
            ObjectHead head = ObjectHead.of(answer);
            return head.first() == first && head.sizeBytes() == sizeBytes;
        } catch (HttpException e) {
            return false; // it doesn't even say where its bytes belong
        }
    }
}
