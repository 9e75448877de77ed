package io.millrace.net;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * How bytes get from a worker's sockets into files. It serves one piece of one body at a time and
 * is empty between calls.
 *
 * <p>Threads: the owning worker only.
 */
public interface FileTransfer {

    /**
     * The channel that writes one body to its file. Its {@link FileChannel#transferFrom} from the
     * source keeps the contract of {@link PieceChannel}.
     */
    FileChannel channel(SocketSource source, FileChannel file);

    /** Frees what isn't memory, at the worker's end. */
    default void close() {
    }

    /**
     * Copies all bytes; works on every system.
     *
     * @param piece the worker's direct buffer, empty before and after each call
     */
    static FileTransfer copying(ByteBuffer piece) {
        return new FileTransfer() { // not a lambda, which costs a start 1 ms
            @Override
            public FileChannel channel(SocketSource source, FileChannel file) {
                return new PieceChannel(file, piece);
            }
        };
    }
}
