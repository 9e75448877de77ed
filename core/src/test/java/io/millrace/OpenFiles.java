package io.millrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The files that this process has open, on Linux.
 *
 * <p>Threads: any.
 */
public final class OpenFiles {

    private OpenFiles() {
    }

    /** How many descriptors lead into a folder. */
    public static long below(Path folder) throws IOException {
        Path root = folder.toRealPath();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(link -> leadsBelow(root, link)).count();
        }
    }

    private static boolean leadsBelow(Path root, Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(root);
        } catch (IOException e) {
            return false; // the descriptor of the listing itself is gone by now
        }
    }
}
