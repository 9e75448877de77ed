package io.millrace.transfer;

/**
 * Receives the progress of a request body.
 *
 * <p>Threads: the owning worker only.
 */
public interface BodyObserver {

    /** Bytes of the body received so far. */
    void progress(long receivedBytes);

    /** The whole body is in the sink. */
    void body();

    /** The body has ended, whole or not. */
    void received(long bytes);
}
