package io.millrace.codec;

/**
 * How much of a message is read before it is refused. Immutable.
 *
 * @param maxHeadBytes bytes of a head, from the method to the empty line; also of all trailers
 * @param maxTargetBytes bytes of a request target
 * @param maxFields header field lines; also trailer lines
 * @param maxBodyBytes bytes of a body, without its framing
 * @param maxChunkLineBytes bytes of a chunk's first line, without its CRLF
 */
public record Limits(int maxHeadBytes, int maxTargetBytes, int maxFields, long maxBodyBytes,
        int maxChunkLineBytes) {
}
