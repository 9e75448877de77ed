package io.millrace.bucket.engine;

import io.millrace.tree.KeyLimits;
import java.time.Duration;

/**
 * What the options of a store say of changes.
 *
 * <p>Threads: any, immutable.
 *
 * @param readOnly whether nothing is changed
 * @param keyLimits how long keys may be
 * @param maxObjectBytes the largest object
 * @param putStatus the status of every PUT that has stored its object; 0 for 201 and 204
 * @param partBytes size of the parts of large objects
 * @param bufferBytes memory for the bodies of all writes together
 * @param abortAfter age at which multipart uploads are aborted, whoever began them; 0: never
 */
public record WriteRules(boolean readOnly, KeyLimits keyLimits, long maxObjectBytes, int putStatus,
        long partBytes, long bufferBytes, Duration abortAfter) {
}
