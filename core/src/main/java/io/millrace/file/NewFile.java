package io.millrace.file;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * A new file, whose bytes are written in sequence. Unlike the JDK's files it isn't closed by the
 * interrupt of a thread, nor by the garbage collector: whoever made it closes it.
 *
 * <p>Threads: one at a time.
 */
public interface NewFile extends WritableByteChannel {

    /** Forces its bytes to the device. */
    void force() throws IOException;

    /** What it is now, while it is open. */
    FileState state() throws IOException;
}
