package io.millrace.space;

import java.nio.file.Path;

/**
 * Where a store gets its {@link Preallocation}. This is the class for JDK 17 to 21, which have no
 * way to call the kernel; JDK 22 and later find another one of the same name in the jar.
 *
 * <p>Threads: any.
 */
final class Preallocations {

    private Preallocations() {
    }

    /**
     * The preallocation for all files of the file system that a file is in; null if there is none,
     * or if it is not known to be faster there. This takes milliseconds.
     */
    static Preallocation of(Path file) {
        return null;
    }

    /** The same for any file system, to test and to measure it. */
    static Preallocation ofAnyFileSystem(Path file) {
        return null;
    }
}
