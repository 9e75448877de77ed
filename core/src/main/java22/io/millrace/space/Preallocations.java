package io.millrace.space;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a store gets its {@link Preallocation}: the class for JDK 22 and later.
 *
 * <p>It needs one grant of whoever starts the JVM, native access for this module to call the
 * kernel, and asks for nothing that would print a warning without it. The store's jar grants it to
 * itself in its manifest.
 *
 * <p>Threads: any.
 */
final class Preallocations {

    /**
     * Where it was measured. One that compresses would not compress what was reserved, one in
     * memory would clear it twice, and not every one spares work.
     */
    private static final String FILE_SYSTEM = "ext4";

    private Preallocations() {
    }

    /**
     * The preallocation for all files of the file system that a file is in; null if there is none,
     * or if it is not known to be faster there. This takes milliseconds.
     */
    static Preallocation of(Path file) {
        return of(file, false);
    }

    /** The same for any file system, to test and to measure it. */
    static Preallocation ofAnyFileSystem(Path file) {
        return of(file, true);
    }

    private static Preallocation of(Path file, boolean anyFileSystem) {
        if (!Preallocations.class.getModule().isNativeAccessEnabled()) {
            log("preallocation is not used: native access is not enabled", null);
            return null;
        }
        if (file.getFileSystem() != FileSystems.getDefault()) {
            log("preallocation is not used: not the default file system", null);
            return null;
        }
        try {
            String type = Files.getFileStore(file).type();
            if (!anyFileSystem && !type.equals(FILE_SYSTEM)) {
                log("preallocation is not used: the file system is " + type, null);
                return null;
            }
            MethodHandles.lookup().ensureInitialized(LinuxPreallocation.class);
            log("preallocation is used for large bodies", null);
            return new LinuxPreallocation();
        } catch (IllegalAccessException | IOException | RuntimeException | Error e) {
            // Another system, another libc; a native image has errors of its own for what it was
            // not built with. None of them keeps a store from working.
            log("preallocation is not used", e);
            return null;
        }
    }

    private static void log(String message, Throwable failure) {
        SafeLog.log(Preallocations.class, Level.DEBUG, message, failure);
    }
}
