package io.millrace.transfer;

/**
 * Is told how a request's body comes in.
 *
 * <p>Threads: the owning worker only.
 */
public interface BodyObserver {

    /** So many bytes of the body have come so far. */
    void progress(long receivedBytes);

    /** The whole body is in the sink. */
    void body();
}
