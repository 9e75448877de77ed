package io.millrace.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that puts links in place of a store's folders and takes them away again, as fast as the
 * system can. It is built of {@code links.c} where it is needed.
 *
 * <p>Threads: one at a time.
 */
final class LinkSwapper {

    private final Path program;

    private LinkSwapper(Path program) {
        this.program = program;
    }

    /** Why there can't be one on this machine, and what to do; null if there can. */
    static String missing() {
        String missing = FaultLibrary.missing();
        return missing == null ? null : missing.replace("faults are injected by a library",
                "links are swapped by a program")
                .replace("faults are injected", "links are swapped");
    }

    /** Builds the program in a folder. */
    static LinkSwapper build(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("links.c");
        Path program = folder.resolve("links");
        try (InputStream in = LinkSwapper.class.getResourceAsStream("links.c")) {
            Files.copy(in, source);
        }
        Process gcc = new ProcessBuilder(List.of("gcc", "-O2", "-o", program.toString(),
                source.toString())).redirectErrorStream(true).start();
        String out = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc can't build " + source + ": " + out);
        }
        return new LinkSwapper(program);
    }

    /**
     * Swaps so many times, one or two of the folders {@code a}, {@code a/b} and {@code a/b/c} and
     * of the objects {@code t} and {@code a/b/c/t} each time.
     *
     * @param data the store's folder
     * @param outside a folder with the same names, to which the links lead
     * @param trash where folders go that the store makes while nothing has their name
     * @return a line for each place with its swaps, and one for each thing that was done outside
     */
    List<String> swap(Path data, Path outside, Path trash, int swaps, long seed)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), data.toString(),
                outside.toString(), trash.toString(), "" + swaps, "" + seed)
                .redirectErrorStream(true).start();
        try {
            String out = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("the program that swaps links failed: " + out);
            }
            return out.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
