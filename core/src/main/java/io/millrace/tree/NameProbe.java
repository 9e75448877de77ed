package io.millrace.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds out whether a folder takes two names for one, as folders do that don't know case or that
 * normalize Unicode. There two keys may be one object.
 *
 * <p>Threads: any.
 */
final class NameProbe {

    private NameProbe() {
    }

    /**
     * Whether different names are different files, found out by making one for a moment.
     *
     * @param prefix what only the probe's own files in the folder begin with
     * @throws IOException if the folder can't be written
     */
    static boolean tellsNamesApart(Path folder, String prefix) throws IOException {
        try {
            // The letter e with an acute accent, as one character and as two.
            return tellsApart(folder, prefix + "\u00e9", prefix + "e\u0301")
                    && tellsApart(folder, prefix, prefix.toUpperCase(Locale.ROOT));
        } catch (InvalidPathException e) {
            // Names of ASCII only, in this locale; what is left is their case.
            return tellsApart(folder, prefix, prefix.toUpperCase(Locale.ROOT));
        }
    }

    private static boolean tellsApart(Path folder, String name, String other) throws IOException {
        Path file = folder.resolve(name);
        Path sibling = folder.resolve(other);
        Files.deleteIfExists(file); // left by a process that was killed here
        Files.createFile(file);
        try {
            return !Files.exists(sibling, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
