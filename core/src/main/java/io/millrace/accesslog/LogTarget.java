package io.millrace.accesslog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the lines of an {@link AccessLog} go: a file, a standard stream, or anything else that an
 * application has, such as {@code bytes -> channel.write(bytes)}.
 *
 * <p>Threads: the access log's own, except {@link #reopen}. It may block: lines wait meanwhile, and
 * are dropped when there are too many.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LogTarget extends Closeable {

    /**
     * Writes some of the bytes, or all; called again with the rest. They end with a line. There are
     * none when only what {@link #reopen} has prepared is to be done. A target that takes no byte
     * for a second, as a full pipe that doesn't block, counts as one that has thrown.
     *
     * @throws IOException if they can't be written: the lines that are left are lost, and the next
     *     ones are tried
     */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * Prepares that the next lines go to a new file, if that means anything here. Threads: any.
     *
     * @throws IOException if they still go to the old one
     */
    default void reopen() throws IOException {
    }

    /** Ends the writing. */
    @Override
    default void close() throws IOException {
    }
}
