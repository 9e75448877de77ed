package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What one final answer has to be. Immutable.
 *
 * @param status the status code
 * @param body the whole body as text; null if it doesn't matter
 * @param head whether the request was HEAD, so that the answer has no body
 * @param connection the value of the field Connection; null if the vector's end decides it
 */
record WireAnswer(int status, String body, boolean head, String connection) {

    /** The test handler's answer to a request without a wanted body: its method and target. */
    static WireAnswer ok(String methodAndPath) {
        return new WireAnswer(200, methodAndPath + "\n", false, null);
    }

    /** The test handler's answer once it has taken a body. */
    static WireAnswer took(String methodAndPath, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return ok(received(methodAndPath, bytes.length, crc.getValue()));
    }

    static String received(String methodAndPath, long length, long crc) {
        return methodAndPath + " " + length + " " + String.format("%08x", crc);
    }

    /** The answer to HEAD. */
    static WireAnswer head(String methodAndPath) {
        return new WireAnswer(200, methodAndPath + "\n", true, null);
    }

    /** An answer of which only the status matters. */
    static WireAnswer status(int status) {
        return new WireAnswer(status, null, false, null);
    }

    /** This answer, to HEAD. */
    WireAnswer toHead() {
        return new WireAnswer(status, body, true, connection);
    }

    /** This answer, with a value of the field Connection. */
    WireAnswer saying(String connection) {
        return new WireAnswer(status, body, head, connection);
    }
}
