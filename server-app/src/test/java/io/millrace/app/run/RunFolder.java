package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder of a run, which is kept if something was wrong. Threads: any. */
final class RunFolder {

    private RunFolder() {
    }

    /** Prints a run's figures and what was wrong, and ends the process: with 1 if anything was. */
    static void end(Path folder, String report, List<String> faults) throws IOException {
        System.out.print(report);
        faults.forEach(System.out::println);
        if (faults.isEmpty()) {
            delete(folder);
        } else {
            System.out.println("the folder is kept: " + folder);
        }
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
