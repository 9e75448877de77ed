package io.millrace.app;

import io.millrace.accesslog.AccessLog;
import io.millrace.accesslog.AccessLogFormat;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.server.ServerListener;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
        String place = arguments.of(AccessLogFlags.Made.PLACE);
        if (place.isEmpty()) {
            throw CommandException.usage(FORMAT_FLAG + " needs " + FLAG
                    + ": say where the log is to be written");
        }
        AccessLogFormat format = arguments.of(AccessLogFlags.Made.FORMAT);
        AccessLog log = switch (place) {
            case "-" -> AccessLog.toStdout(format);
            case "stderr" -> AccessLog.toStderr(format);
            default -> toFile(path(place), format, arguments, parts);
        };
        return List.of(parts.add(log));
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
        if (!arguments.of(ServeFlags.DISCARD)) {
            refuseWithin(ServeSettings.folder(arguments), file);
        }
        try {
            AccessLog log = AccessLog.toFile(file, format);
            parts.reloads().add("the access log", log::reopen);
            return log;
        } catch (NoSuchFileException e) {
            throw CommandException.failure("the access log " + file + " can't be written: its"
                    + " folder is missing, create it");
        } catch (AccessDeniedException e) {
            throw CommandException.failure("the access log " + file
                    + " can't be written by this user: chown or chmod it or its folder");
        } catch (IOException e) {
            throw CommandException.failure("the access log " + file + " can't be written: "
                    + e.getMessage());
        }
    }

    /** In the store's folder it would be an object: read by clients, and replaced. */
    private static void refuseWithin(Path folder, Path file) throws CommandException {
        boolean isWithin;
        try {
            Path real = Files.exists(file) ? file.toRealPath()
                    : file.toAbsolutePath().getParent().toRealPath();
            isWithin = real.startsWith(folder.toRealPath());
        } catch (IOException e) {
            return; // one of them isn't there, so that the file isn't in the other
        }
        if (isWithin) {
            throw CommandException.usage("the access log " + file + " is in the store's folder "
                    + folder + ", where requests can reach it: choose another folder");
        }
    }
}
