package io.millrace.tree;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * How a folder of objects is to be opened.
 *
 * <p>Threads: any, immutable.
 *
 * @param depth how many segments the name of an object has at most
 * @param readOnly whether nothing in it is ever changed, so that it need not be locked
 * @param nonAtomicReplace whether a file may be replaced in several steps
 * @param forcesBytes whether the bytes of files are going to be forced to the device
 * @param forcesNames whether their names are, too
 * @param fileMode the permissions of new files; empty leaves them, and those of new folders, to the
 *     system
 */
public record FolderSettings(int depth, boolean readOnly, boolean nonAtomicReplace,
        boolean forcesBytes, boolean forcesNames, Set<PosixFilePermission> fileMode) {

    /** The same for a store that changes nothing. */
    FolderSettings forReading() {
        return new FolderSettings(depth, true, nonAtomicReplace, forcesBytes, forcesNames,
                fileMode);
    }
}
