package io.millrace.app.load;

/**
 * How far one client is.
 *
 * <p>Threads: set by the client, read by the main thread for the progress bar and the timeout. Each
 * field has one writer, so that adding to a volatile field loses nothing.
 */
final class ClientProgress {

    private volatile long doneRequests;
    private volatile long movedBytes;
    private volatile long movedNs = System.nanoTime();
    private volatile long sentBytes;

    // client's thread

    void onRequest() {
        sentBytes = 0;
        movedNs = System.nanoTime();
    }

    void onConnected() {
        movedNs = System.nanoTime();
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
        movedNs = System.nanoTime();
    }

    void onDone() {
        sentBytes = 0;
        doneRequests++;
    }

    // any thread

    /** Requests that ended, well or not. */
    long doneRequests() {
        return doneRequests;
    }

    /** Bytes in both directions. */
    long movedBytes() {
        return movedBytes;
    }

    /** When the last byte moved, or the request began. */
    long movedNs() {
        return movedNs;
    }

    /** Bytes sent of the request that is under way. */
    long sentBytes() {
        return sentBytes;
    }
}
