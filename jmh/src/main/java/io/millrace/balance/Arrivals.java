package io.millrace.balance;

import java.io.IOException;

/**
 * Where a reactor's new connections come from, and so how it waits.
 *
 * <p>Threads: the reactor's, but for {@link #wake}.
 */
public interface Arrivals<T> {

    /**
     * Waits until something new is here or the reactor's selector has something ready.
     *
     * @param ownsConnections whether there is anything for the selector to watch
     */
    void await(boolean ownsConnections) throws IOException;

    /** Takes the first of those that are here; null if there is none. */
    T poll() throws IOException;

    /** Makes {@link #await} return. Any thread. */
    void wake();
}
