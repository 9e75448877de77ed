package io.millrace.net;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The way that the bytes of a worker's sockets take into files. What it holds serves one piece of
 * one body at a time, and is empty between any two calls.
 *
 * <p>Threads: the owning worker only.
 */
public interface FileTransfer {

    /**
     * The channel by which one body goes into its file: {@link FileChannel#transferFrom} from the
     * source keeps what {@link PieceChannel} promises.
     */
    FileChannel channel(SocketSource source, FileChannel file);

    /** Frees what isn't memory, at the worker's end. */
    default void close() {
    }

    /**
     * Copies everything; on every system.
     *
     * @param piece the worker's direct buffer, empty before and after each call
     */
    static FileTransfer copying(ByteBuffer piece) {
        return (source, file) -> new PieceChannel(file, piece);
    }
}
