/**
 * A client of the S3 API, as far as a store behind many nodes needs it: objects, conditions,
 * listings and multipart uploads, all asynchronous, over {@link java.net.http.HttpClient}. Not
 * exported. Start at {@link io.millrace.s3.S3Client}.
 */
package io.millrace.s3;
