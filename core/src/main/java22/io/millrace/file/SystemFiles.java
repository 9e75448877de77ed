package io.millrace.file;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Where a store gets its {@link FileCalls}: the class for JDK 22 and later.
 *
 * <p>They need one grant of whoever starts the JVM, native access for this module to call the
 * kernel, and ask for nothing that would print a warning without it. The store's jar grants it to
 * itself in its manifest.
 *
 * <p>Threads: any.
 */
final class SystemFiles { // decision 470

    /**
     * Local ones, where an open file has the very time and length that its name shows once it is
     * closed. A file system of the network may set both as it is closed.
     */
    private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs", "btrfs", "tmpfs");

    private SystemFiles() {
    }

    /**
     * The calls by absolute paths for the files of a folder; null if there are none, or if they are
     * not known to tell the same there as {@code java.nio.file}. This takes a tenth of a second.
     */
    static FileCalls of(Path folder) {
        if (!SystemFiles.class.getModule().isNativeAccessEnabled()) {
            log("system calls for files are not used: native access is not enabled", null);
            return null;
        }
        if (folder.getFileSystem() != FileSystems.getDefault() || !isOfJdk(folder)) {
            log("system calls for files are not used: not the system's own files", null);
            return null;
        }
        try {
            String type = Files.getFileStore(folder).type();
            if (!FILE_SYSTEMS.contains(type)) {
                log("system calls for files are not used: the file system is " + type, null);
                return null;
            }
            FileCalls calls = LinuxFileCalls.ofPaths();
            if (calls.state(folder.toString()) == null) {
                log("system calls for files are not used: they don't work for " + folder, null);
                return null;
            }
            log("system calls are used for files", null);
            return calls;
        } catch (IOException | RuntimeException | Error e) {
            // Another system, another libc; a native image has errors of its own for what it was
            // not built with. None of them keeps a store from working.
            log("system calls for files are not used", e);
            return null;
        }
    }

    /** Whether no other provider has taken the place of the JDK's. */
    private static boolean isOfJdk(Path folder) {
        return folder.getFileSystem().provider().getClass().getModule()
                == Object.class.getModule();
    }

    private static void log(String message, Throwable failure) {
        SafeLog.log(SystemFiles.class, Level.DEBUG, message, failure);
    }
}
