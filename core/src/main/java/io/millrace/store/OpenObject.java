package io.millrace.store;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/**
 * An object that is open for reading.
 *
 * <p>Threads: one at a time.
 *
 * @param version the version that is open
 * @param channel where its bytes are
 */
record OpenObject(Version version, SeekableByteChannel channel) implements Content {

    /** A region of the object, which owns the channel from here on. */
    @Override
    public Body body(long start, long count) {
        return channel instanceof FileChannel file
                ? Body.of(file, start, count) : new SequentialBody(channel, start, count);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
