package io.millrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
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
        return count(file -> file.startsWith(root));
    }

    /** How many descriptors are of files whose names begin so. */
    public static long called(String prefix) throws IOException {
        return count(file -> file.getFileName() != null
                && file.getFileName().toString().startsWith(prefix));
    }

    private static long count(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(link -> leadsTo(wanted, link)).count();
        }
    }

    private static boolean leadsTo(Predicate<Path> wanted, Path link) {
        try {
            return wanted.test(Files.readSymbolicLink(link));
        } catch (IOException e) {
            return false; // the descriptor of the listing itself is gone by now
        }
    }
}
