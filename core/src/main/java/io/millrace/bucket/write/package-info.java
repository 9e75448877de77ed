/**
 * Objects on their way into a bucket: PUT in one request or in parts, its conditions and digests,
 * and the parts that killed nodes have left. Not exported. Start at {@link
 * io.millrace.bucket.write.BucketPut}.
 */
package io.millrace.bucket.write;
