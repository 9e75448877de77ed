package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ListenAddress;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks what a start would find on this machine, such as names of hosts, folders and rights, as
 * far as that takes no port and makes no file. What is not there now may be there at the next
 * start, so that a reload of the configuration doesn't ask for it.
 *
 * <p>Threads: main.
 */
final class StartCheck { // decision 548

    private StartCheck() {
    }

    /**
     * Checks the places that the arguments name; their values have been checked.
     *
     * @throws CommandException naming the first where a start would fail
     */
    static void check(Arguments arguments) throws CommandException {
        addresses(ServeSettings.places(arguments));
        addresses(arguments.of(ServeFlags.ADMIN));
        if (TlsFlags.isGiven(arguments)) {
            addresses(arguments.of(TlsFlags.Made.REDIRECT));
        }
        AccessLogFlags.check(arguments);
        StorePlan.of(arguments, null).checkPlace();
    }

    private static void addresses(List<ListenAddress> places) throws CommandException {
        for (ListenAddress place : places) {
            place.address(); // which looks it up
            String wrong = place.isUnix() ? ofSocket(Path.of(place.path())) : null;
            if (wrong != null) {
                throw CommandException.failure("can't listen on " + place + ": " + wrong);
            }
        }
    }

    private static String ofSocket(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "its folder does not exist";
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(file)) {
            return "the file exists and is not a socket";
        }
        return Files.isWritable(folder) ? null : "permission denied for its folder";
    }

    /**
     * Checks the folder of a store.
     *
     * @throws IOException if it can't be one, in words as the store would have them
     */
    static void folder(Path folder, boolean readOnly) throws IOException {
        Path there = folder.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        boolean isThere = Files.isDirectory(folder);
        if (!isThere && readOnly) {
            throw new IOException("there is no folder " + folder);
        }
        if (!Files.isDirectory(there)) {
            throw new IOException(
                    "the folder " + folder + " can't be made: " + there + " is not a folder");
        }
        if (isThere && !Files.isReadable(folder)) {
            throw new IOException("the folder " + folder + " can't be read",
                    new AccessDeniedException(folder.toString()));
        }
        if (!readOnly && !(Files.isWritable(there) && Files.isExecutable(there))) {
            throw new IOException("the folder " + folder + " can't be "
                    + (isThere ? "written" : "made"), new AccessDeniedException(there.toString()));
        }
    }
}
