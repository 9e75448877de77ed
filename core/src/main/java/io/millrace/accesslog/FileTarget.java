package io.millrace.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file that lines are appended to, also by other processes. When something has renamed it, {@link
 * #reopen} makes a new one: the old one gets the lines on their way to it, and no line is lost.
 *
 * <p>Threads: {@link #reopen} and {@link #moveTo} by one at a time, the rest by the access log's.
 */
final class FileTarget implements LogTarget {

    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    /** Addresses of clients are in it, and names of users. */
    private static final FileAttribute<?> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    /** Where the next lines go; set after it could be opened. */
    private volatile Path file;
    private FileChannel channel;
    /** What {@link #reopen} has opened and no line has gone to; null if there is none. */
    private final AtomicReference<FileChannel> next = new AtomicReference<>();

    /** Opens it, so that a file that can't be written is noticed at once. */
    FileTarget(Path file) throws IOException {
        this.file = file;
        channel = open(file);
    }

    private static FileChannel open(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return FileChannel.open(file, APPEND, MODE);
        }
        return FileChannel.open(file, APPEND);
    }

    @Override
    public void reopen() throws IOException {
        moveTo(file);
    }

    /** As {@link #reopen}, in another file. */
    void moveTo(Path other) throws IOException {
        FileChannel unused = next.getAndSet(open(other));
        file = other;
        if (unused != null) {
            unused.close();
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        FileChannel opened = next.getAndSet(null);
        if (opened != null) {
            FileChannel old = channel;
            channel = opened;
            old.close();
        }
        if (!channel.isOpen()) { // an interrupt of this thread does that
            channel = open(file);
        }
        channel.write(bytes);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            FileChannel unused = next.getAndSet(null);
            if (unused != null) {
                unused.close();
            }
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
