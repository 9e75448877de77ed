package io.millrace.net;

import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Chooses how a worker's bytes get into files: the class for JDK 22 and later.
 *
 * <p>{@code splice} needs two grants of whoever starts the JVM, and asks for nothing that would
 * print a warning without them: native access for this module, to call the kernel, and the JDK's
 * package {@code sun.nio.ch} opened to it, to reach the descriptors behind channels (see {@link
 * Descriptors}). The store's jar grants both to itself in its manifest.
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
        return new Splicing(piece, false);
    }

    /**
     * One that never copies where {@code splice} can do, though a copy be faster, to test and to
     * measure it; null if there is no {@code splice} on this system.
     */
    public static FileTransfer splicing(ByteBuffer piece) {
        Splicing splicing = new Splicing(piece, true);
        return splicing.pipe() != null ? splicing : null;
    }

    /**
     * A worker's pipe, through which one piece of one body goes at a time.
     *
     * <p>Threads: the owning worker only.
     */
    static final class Splicing implements FileTransfer {

        private final ByteBuffer piece;
        private final boolean anyFile;
        /** Asked for by the first large body, as finding out costs time; null if there is none. */
        private SplicePipe pipe;
        private boolean pipeAsked;

        private Splicing(ByteBuffer piece, boolean anyFile) {
            this.piece = piece;
            this.anyFile = anyFile;
        }

        @Override
        public FileChannel channel(SocketSource source, FileChannel file) {
            return new SplicingChannel(source, file, piece, this);
        }

        /** The pipe, empty; null if there is none on this system. */
        SplicePipe pipe() {
            if (!pipeAsked) {
                pipeAsked = true;
                pipe = open(anyFile);
            }
            return pipe;
        }

        @Override
        public void close() {
            if (pipe != null) {
                pipe.discard();
            }
        }
    }

    private static SplicePipe open(boolean anyFile) {
        Module module = FileTransfers.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            log("splice is not used: native access is not enabled", null);
            return null;
        }
        if (!Object.class.getModule().isOpen(Descriptors.JDK_PACKAGE, module)) {
            log("splice is not used: " + Descriptors.JDK_PACKAGE + " is not open", null);
            return null;
        }
        try {
            // Here, where a failure means a copy, and not at its first use in the midst of a body.
            MethodHandles.lookup().ensureInitialized(Descriptors.class);
            SplicePipe pipe = new SplicePipe(anyFile);
            log("splice is used for request bodies", null);
            return pipe;
        } catch (IllegalAccessException | RuntimeException | Error e) {
            // Another system, another libc, another JDK inside; a native image has errors of its
            // own for what it was not built with. None of them keeps a server from working.
            log("splice is not used", e);
            return null;
        }
    }

    private static void log(String message, Throwable failure) {
        SafeLog.log(FileTransfers.class, Level.DEBUG, message, failure);
    }
}
