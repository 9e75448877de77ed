/**
 * Uploads in several requests, over any of the nodes of a bucket, kept in the bucket itself. Not
 * exported. Start at {@link io.millrace.bucket.uploads.BucketUploads}.
 */
package io.millrace.bucket.uploads;
