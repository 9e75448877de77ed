package io.millrace.app.load;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.load.stats.PercentileFile;
import io.millrace.app.load.stats.TimelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that a result is written to.
 *
 * <p>Threads: main.
 */
final class ResultFiles {

    private final Arguments arguments;

    private ResultFiles(Arguments arguments) {
        this.arguments = arguments;
    }

    /**
     * The files that the arguments name, which can be written: a run of hours shouldn't end with
     * the news that there is no such folder.
     */
    static ResultFiles of(Arguments arguments) throws CommandException {
        ResultFiles files = new ResultFiles(arguments);
        for (Flag<String> flag : List.of(LoadFlags.SVG, LoadFlags.HGRM, LoadFlags.CSV)) {
            Path file = files.file(flag);
            if (file != null) {
                checkWritable(file);
            }
        }
        return files;
    }

    private static void checkWritable(Path file) throws CommandException {
        if (Files.exists(file)) { // perhaps a device, in a folder that only root may write to
            if (Files.isDirectory(file) || !Files.isWritable(file)) {
                throw CommandException.failure("can't write " + file
                        + ": it is a folder, or this user has no right to");
            }
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!(Files.isDirectory(folder) && Files.isWritable(folder))) {
            throw CommandException.failure("can't write " + file + ": " + folder
                    + " is no folder that can be written to");
        }
    }

    private Path file(Flag<String> flag) throws CommandException {
        return arguments.has(flag) ? arguments.path(flag) : null;
    }

    /** Writes them all. */
    void write(LoadResult result) throws CommandException {
        if (arguments.has(LoadFlags.SVG)) {
            write(file(LoadFlags.SVG), LoadCharts.svg(result));
        }
        if (arguments.has(LoadFlags.HGRM)) {
            write(file(LoadFlags.HGRM), PercentileFile.of(result.tally().latencies()));
        }
        if (arguments.has(LoadFlags.CSV)) {
            write(file(LoadFlags.CSV), TimelineFile.of(result.timeline(), result.endNs()));
        }
    }

    private static void write(Path file, String text) throws CommandException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw CommandException.failure("can't write " + file + ": " + e);
        }
    }
}
