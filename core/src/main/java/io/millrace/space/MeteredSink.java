package io.millrace.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Passes bytes on as long as their number is admitted. A file behind it gets large pieces by a
 * copy, as it would by itself where there is no pipe in the kernel.
 *
 * <p>Threads: one at a time.
 */
public final class MeteredSink implements WritableByteChannel { // decision 117

    /** Who decides how many bytes there may be. */
    public interface Meter {

        /** Throws if a body of this many bytes, so far, is too long. */
        void admit(long bytes) throws IOException;
    }

    private final WritableByteChannel target;
    private final Meter meter;
    private long bytes;

    /** A sink that asks the meter before each write. */
    public MeteredSink(WritableByteChannel target, Meter meter) {
        this.target = target;
        this.meter = meter;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        meter.admit(bytes + source.remaining());
        int count = target.write(source);
        bytes += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
