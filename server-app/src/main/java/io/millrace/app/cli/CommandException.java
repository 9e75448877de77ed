package io.millrace.app.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Why a command ends before its work is done, in one line for the person who called it.
 *
 * <p>Threads: any.
 */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The arguments are wrong. */
    public static CommandException usage(String message) {
        return new CommandException(2, message);
    }

    /** The arguments are right, but the machine or the network says no. */
    public static CommandException failure(String message) {
        return new CommandException(1, message);
    }

    /** A file that an argument names can't be read. */
    public static CommandException unreadable(Path file, IOException e) {
        String why = e.toString();
        if (e instanceof NoSuchFileException) {
            why = "there is no such file";
        } else if (e instanceof AccessDeniedException) {
            why = "this user has no right to";
        }
        return failure("can't read " + file + ": " + why);
    }

    /** The exit code of the program. */
    public int exitCode() {
        return exitCode;
    }
}
