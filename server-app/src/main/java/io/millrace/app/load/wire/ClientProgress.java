package io.millrace.app.load.wire;

import java.util.function.LongSupplier;

/**
 * How far one client is.
 *
 * <p>Threads: set by the client, read by the main thread for the progress bar and the timeout. Each
 * field has one writer, so that adding to a volatile field loses nothing.
 */
public final class ClientProgress {

    private final LongSupplier clock;
    private volatile boolean busy;
    private volatile long doneRequests;
    private volatile long movedBytes;
    private volatile long movedNs;
    private volatile long sentBytes;

    /** Of a client that has done nothing; the clock tells nanoseconds. */
    public ClientProgress(LongSupplier clock) {
        this.clock = clock;
        movedNs = clock.getAsLong();
    }

    // client's thread

    /** A request begins. */
    public void onRequest(long nowNs) {
        sentBytes = 0;
        movedNs = nowNs;
        busy = true;
    }

    /** There is a connection. */
    public void onConnected() {
        movedNs = clock.getAsLong();
    }

    void onSent(long bytes) {
        sentBytes += bytes;
        onMoved(bytes);
    }

    void onReceived(long bytes) {
        onMoved(bytes);
    }

    private void onMoved(long bytes) {
        movedBytes += bytes;
        movedNs = clock.getAsLong();
    }

    /** A request has ended, well or not. */
    public void onDone() {
        busy = false;
        sentBytes = 0;
        doneRequests++;
    }

    // any thread

    /** Whether a request is under way. */
    public boolean isBusy() {
        return busy;
    }

    /** Requests that ended, well or not. */
    public long doneRequests() {
        return doneRequests;
    }

    /** Bytes in both directions. */
    public long movedBytes() {
        return movedBytes;
    }

    /** When the last byte moved, or the request began. */
    public long movedNs() {
        return movedNs;
    }

    /** Bytes sent of the request that is under way. */
    public long sentBytes() {
        return sentBytes;
    }
}
