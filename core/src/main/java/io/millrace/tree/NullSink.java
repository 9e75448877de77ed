package io.millrace.tree;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Takes every byte and keeps none. Threads: any, it has no state. */
public final class NullSink implements WritableByteChannel {

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        source.position(source.limit());
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }
}
