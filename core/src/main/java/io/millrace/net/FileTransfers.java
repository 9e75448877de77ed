package io.millrace.net;

import java.nio.ByteBuffer;

/**
 * Chooses how a worker's bytes get into files. This is the class for JDK 17 to 21, which can only
 * copy; JDK 22 and later find another one of the same name in the jar.
 *
 * <p>Threads: any.
 */
public final class FileTransfers {

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
     * One that never copies where {@code splice} can do, though a copy be faster, to test and to
     * measure it; null if there is no {@code splice} on this system.
     */
    public static FileTransfer splicing(ByteBuffer piece) {
        return null;
    }
}
