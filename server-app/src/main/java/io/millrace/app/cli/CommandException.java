package io.millrace.app.cli;

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

    /** The exit code of the program. */
    public int exitCode() {
        return exitCode;
    }
}
