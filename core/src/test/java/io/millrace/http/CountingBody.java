package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletableFuture;

/** Another body that counts how often it is closed. Threads: as the other's; any for the count. */
public final class CountingBody implements Body {

    private final Body body;
    /** Calls of {@link #close}. */
    public volatile int closes;
    /** Done when the body has been closed. */
    public final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Counts for this one. */
    public CountingBody(Body body) {
        this.body = body;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return body.read(position, target);
    }

    @Override
    public void whenReadable(Runnable callback) {
        body.whenReadable(callback);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return body.transferTo(position, count, target);
    }

    @Override
    public synchronized void close() throws IOException {
        closes++;
        closed.complete(null);
        body.close();
    }
}
