package io.millrace.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Standard output or error. Not by {@link System#out}, which keeps silent about lines that it
 * couldn't write, and whose lock others would wait for. It stays open.
 *
 * <p>Threads: the access log's.
 */
final class StreamTarget implements LogTarget {

    private final String name;
    private final FileChannel channel;

    StreamTarget(String name, FileDescriptor descriptor) {
        this.name = name;
        channel = new FileOutputStream(descriptor).getChannel();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
