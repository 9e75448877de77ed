package io.millrace.file;

import java.nio.file.Path;

/**
 * Where a store gets its {@link FileCalls}: the class for JDKs before 22, which has none.
 *
 * <p>Threads: any.
 */
final class SystemFiles {

    private SystemFiles() {
    }

    /**
     * The calls by absolute paths for the files of a folder; null if there are none, or if they are
     * not known to tell the same there as {@code java.nio.file}. This takes a tenth of a second.
     */
    static FileCalls of(Path folder) {
        return null;
    }
}
