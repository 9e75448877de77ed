package io.millrace.s3;

/**
 * A part of a multipart upload.
 *
 * @param number from 1
 * @param etag with its quotes
 * @param size in bytes
 * @param checksum the engine's SHA-256 in Base64; null if it has none
 */
public record S3Part(int number, String etag, long size, String checksum) {
}
