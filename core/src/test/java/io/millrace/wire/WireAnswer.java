package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What one final answer has to be. Immutable.
 *
 * @param status the status code; {@link #ANY_SERVED} if that is the handler's matter
 * @param body the whole body as text; null if it doesn't matter
 * @param head whether the request was HEAD, so that the answer has no body
 * @param connection the value of the field Connection; null if the vector's end decides it
 */
record WireAnswer(int status, String body, boolean head, String connection) {

    /** The status of whatever a handler answers to a request that the server took. */
    static final int ANY_SERVED = 0;

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

    /** An answer of a handler that nobody knows. */
    static WireAnswer served() {
        return status(ANY_SERVED);
    }

    /** Whether this may be the status. */
    boolean allows(int code) {
        return status == ANY_SERVED ? code < 500 || code == 501 : status == code;
    }

    /** This answer, as a handler that nobody knows would give it: refusals are the server's. */
    WireAnswer ofAnyHandler() {
        boolean refusal = status >= 400 && status != EchoHandler.REFUSAL;
        return new WireAnswer(refusal ? status : ANY_SERVED, null, head, connection);
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
