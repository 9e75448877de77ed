package io.millrace.balance;

import java.net.InetSocketAddress;

/**
 * A server under load that says which of its threads did how much.
 *
 * <p>Threads: any, one at a time.
 */
interface Server {

    InetSocketAddress address();

    /** Bytes that each thread has taken so far. */
    long[] threadBytes();

    /** Ends it; its connections are closed when this returns. */
    void stop() throws InterruptedException;
}
