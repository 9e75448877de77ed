package io.millrace.bucket.write;

import io.millrace.digest.BodyDigests;
import io.millrace.http.PacedSink;
import io.millrace.tree.NullSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Hashes a body on its way to a sink that has no room at times.
 *
 * <p>Threads: as those of the sink.
 */
final class HashedSink implements PacedSink {

    private final PacedSink sink;
    private final WritableByteChannel hash;

    private HashedSink(PacedSink sink, WritableByteChannel hash) {
        this.sink = sink;
        this.hash = hash;
    }

    /** The sink itself, if no digest is needed. */
    static PacedSink over(PacedSink sink, BodyDigests digests) {
        WritableByteChannel hash = digests.over(new NullSink());
        return digests.areNeeded() ? new HashedSink(sink, hash) : sink;
    }

    @Override
    public int room() {
        return sink.room();
    }

    @Override
    public void whenRoom(Runnable callback) {
        sink.whenRoom(callback);
    }

    @Override
    public void whenClosed(Runnable callback) {
        sink.whenClosed(callback);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer taken = source.duplicate();
        int count = sink.write(source);
        hash.write(taken);
        return count;
    }

    @Override
    public boolean isOpen() {
        return sink.isOpen();
    }

    @Override
    public void close() {
    }
}
