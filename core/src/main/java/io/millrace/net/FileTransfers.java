package io.millrace.net;

import java.nio.ByteBuffer;

/**
 * Chooses how a worker's bytes get into files. This version is for JDK 17 to 21, which can only
 * copy; on JDK 22 and later the multi-release jar replaces it.
 *
 * <p>Threads: any.
 */
public final class FileTransfers { // decision 76

    private FileTransfers() {
    }

    /**
     * The fastest way for each file.
     *
     * @param piece the worker's direct buffer, empty before and after each call
     */
    public static FileTransfer fastest(ByteBuffer piece) {
        return FileTransfer.copying(piece);
    }

    /**
     * Uses {@code splice} wherever it is possible, even where a copy is faster, for tests and
     * benchmarks; null if this system has no {@code splice}.
     */
    public static FileTransfer splicing(ByteBuffer piece) {
        return null;
    }
}
