package io.millrace.form;

import java.nio.ByteBuffer;

/**
 * Is told the parts of a form in their order: for each one {@link #onPart}, {@link #onBytes} any
 * number of times, and {@link #onPartEnd}. What a method throws ends the parsing; no call follows.
 *
 * <p>Threads: the one that parses.
 *
 * @since 0.1
 */
public interface MultipartListener {

    /**
     * A part begins. That it has begun doesn't mean that it will end: the body may turn out to be
     * cut short or malformed.
     *
     * @throws Exception {@link io.millrace.http.HttpException} to refuse the form
     */
    void onPart(FormPart part) throws Exception;

    /**
     * Bytes of the part, at least one.
     *
     * @param bytes valid during the call; whether they are consumed is of no importance
     * @throws Exception as {@link #onPart}
     */
    void onBytes(ByteBuffer bytes) throws Exception;

    /**
     * The part has ended: all of its bytes have been told.
     *
     * @throws Exception as {@link #onPart}
     */
    void onPartEnd() throws Exception;
}
