package io.millrace.s3;

/**
 * What a response brings.
 *
 * @param bytes null if they are streamed
 * @param isCut whether there were more
 * @param stream null if they are in memory
 */
record ReplyBody(byte[] bytes, boolean isCut, StreamedBody stream) {
}
