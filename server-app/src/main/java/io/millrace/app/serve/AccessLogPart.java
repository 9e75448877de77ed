package io.millrace.app.serve;

import io.millrace.accesslog.AccessLog;
import io.millrace.accesslog.AccessLogFormat;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.server.ServerListener;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The access log that the flags ask for: in a file, which SIGHUP opens again, or on a standard
 * stream.
 *
 * <p>Threads: main.
 */
final class AccessLogPart {

    private static final String FLAG = AccessLogFlags.Made.PLACE.name();
    private static final String FORMAT_FLAG = AccessLogFlags.Made.FORMAT.name();

    private static final String STDOUT = "-";
    private static final String STDERR = "stderr";
    /** As many as Linux follows; more lead nowhere. */
    private static final int MAX_LINKS = 40;

    private AccessLogPart() {
    }

    /**
     * Opens it, as a part, if one of its flags is given.
     *
     * @return what the server is to tell of requests
     * @throws CommandException if it can't be opened, or requests could reach it
     */
    static List<ServerListener> open(Arguments arguments, ServeParts parts)
            throws CommandException {
        String place = place(arguments);
        AccessLogFormat format = arguments.of(AccessLogFlags.Made.FORMAT);
        AccessLog log = switch (place) {
            case STDOUT -> AccessLog.toStdout(format);
            case STDERR -> AccessLog.toStderr(format);
            default -> toFile(path(place), format, arguments, parts);
        };
        return List.of(parts.add(log));
    }

    /**
     * Checks the flags, as far as that creates no file.
     *
     * @throws CommandException as {@link #open} does
     */
    static void check(Arguments arguments) throws CommandException {
        String place = place(arguments);
        if (place.equals(STDOUT) || place.equals(STDERR)) {
            return;
        }
        Path file = path(place);
        refuseWithin(arguments, file);
        if (Files.isDirectory(file)) {
            throw refused(file, new FileSystemException(place, null, "Is a directory"));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.notExists(folder)) {
            throw refused(file, new NoSuchFileException(place));
        }
        if (!Files.isDirectory(folder)) {
            throw refused(file, new FileSystemException(place, null, "Not a directory"));
        }
        boolean isThere = Files.exists(file);
        if (!isThere && Files.isSymbolicLink(file)) {
            return; // the file is made where the link leads
        }
        if (!Files.isWritable(isThere ? file : folder)) {
            throw refused(file, new AccessDeniedException(place));
        }
    }

    private static String place(Arguments arguments) throws CommandException {
        String place = arguments.of(AccessLogFlags.Made.PLACE);
        if (place.isEmpty()) {
            throw CommandException.usage(FORMAT_FLAG + " needs " + FLAG
                    + ": say where the log is to be written");
        }
        return place;
    }

    private static Path path(String text) throws CommandException {
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(FLAG + " must be a file, - or stderr: "
                    + wrong.getMessage());
        }
    }

    private static AccessLog toFile(Path file, AccessLogFormat format, Arguments arguments,
            ServeParts parts) throws CommandException {
        refuseWithin(arguments, file);
        try {
            AccessLog log = AccessLog.toFile(file, format);
            parts.reloads().add("the access log", log::reopen);
            parts.changes().add(next -> moveTo(next, log), AccessLogFlags.Made.PLACE);
            return log;
        } catch (IOException e) {
            throw refused(file, e);
        }
    }

    /** The configuration has another file by now. */
    private static void moveTo(Arguments next, AccessLog log) throws CommandException {
        String place = next.of(AccessLogFlags.Made.PLACE);
        if (place.isEmpty() || place.equals(STDOUT) || place.equals(STDERR)) {
            throw CommandException.usage("from a file to something else takes a restart");
        }
        Path file = path(place);
        refuseWithin(next, file);
        try {
            log.moveTo(file);
        } catch (IOException e) {
            throw refused(file, e);
        }
    }

    private static CommandException refused(Path file, IOException e) {
        String start = "the access log " + file + " can't be written";
        if (e instanceof NoSuchFileException) {
            return CommandException.failure(start + ": its folder is missing, create it");
        }
        return CommandException.failure(e instanceof AccessDeniedException
                ? start + " by this user: chown or chmod it or its folder"
                : start + ": " + e.getMessage());
    }

    /** In the store's folder it would be an object: read by clients, and replaced. */
    private static void refuseWithin(Arguments arguments, Path file) throws CommandException {
        Path folder = ServeSettings.keptFolder(arguments);
        if (folder == null) {
            return;
        }
        boolean isWithin;
        try {
            isWithin = place(file).startsWith(folder.toRealPath());
        } catch (IOException e) {
            return; // one of them isn't there, so that the file isn't in the other
        }
        if (isWithin) {
            throw CommandException.usage("the access log " + file + " is in the store's folder "
                    + folder + ", where requests can reach it: choose another folder");
        }
    }

    /** Where a log is, or the folder in which it would be made: a link leads to either. */
    private static Path place(Path file) throws IOException {
        Path end = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(end) && links < MAX_LINKS; links++) {
            end = end.resolveSibling(Files.readSymbolicLink(end));
        }
        return Files.exists(end) ? end.toRealPath() : end.getParent().toRealPath();
    }
}
