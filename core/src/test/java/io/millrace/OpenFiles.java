package io.millrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that this process has open, on Linux.
 *
 * <p>Threads: any.
 */
public final class OpenFiles {

    private OpenFiles() {
    }

    /** How many descriptors lead to a file or into a folder. */
    public static long below(Path path) throws IOException {
        Path root = path.toRealPath();
        return count(file -> file.startsWith(root));
    }

    /** How many descriptors are of files whose names begin so. */
    public static long called(String prefix) throws IOException {
        return count(file -> file.getFileName() != null
                && file.getFileName().toString().startsWith(prefix));
    }

    /** The same of files that have no name any more, so that nothing is left of them at the end. */
    public static long removed(String prefix) throws IOException {
        return count(file -> file.getFileName() != null
                && file.getFileName().toString().startsWith(prefix)
                && file.toString().endsWith(" (deleted)"));
    }

    /**
     * The names of all pipes, each of which has two descriptors. Those of earlier tests' processes
     * close at any time: compare names, not numbers.
     */
    public static Set<String> pipes() throws IOException {
        try (Stream<Path> files = files()) {
            return files.map(Path::toString).filter(name -> name.startsWith("pipe:"))
                    .collect(Collectors.toSet());
        }
    }

    private static long count(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = files()) {
            return files.filter(wanted).count();
        }
    }

    private static Stream<Path> files() throws IOException {
        return Files.list(Path.of("/proc/self/fd")).flatMap(OpenFiles::target);
    }

    private static Stream<Path> target(Path link) {
        try {
            return Stream.of(Files.readSymbolicLink(link));
        } catch (IOException e) {
            return Stream.empty(); // the descriptor of the listing itself is gone by now
        }
    }
}
