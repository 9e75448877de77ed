package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ConfigFile;
import io.millrace.app.cli.Environment;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;

/**
 * Where the settings of {@code serve} come from: flags win over environment variables, these over a
 * file.
 *
 * <p>Threads: main.
 */
final class Configuration {

    private final Arguments commandLine;
    private final Map<String, String> environment;

    /** Settings of a command line, with those of an environment below. */
    Configuration(Arguments commandLine, Map<String, String> environment) {
        this.commandLine = commandLine;
        this.environment = environment;
    }

    /**
     * Reads all of them, the file included.
     *
     * @param parts get the warnings
     * @throws CommandException naming the first place that is wrong
     */
    Arguments read(ServeParts parts) throws CommandException {
        Arguments arguments = commandLine;
        if (isConcerned()) {
            arguments = arguments.over(
                    Environment.read(environment, ServeFlags.FLAGS, parts::warn));
        }
        Path file = file(arguments);
        if (file == null) {
            return arguments;
        }
        if (isOpenToAll(file)) {
            parts.warn("the configuration file " + file + " can be changed by every user of this"
                    + " machine: take that permission away (chmod o-w)");
        }
        return arguments.over(ConfigFile.read(file, ServeFlags.FLAGS));
    }

    private static boolean isOpenToAll(Path file) {
        try {
            return Files.isRegularFile(file) && Files.getPosixFilePermissions(file)
                    .contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false; // to read the file will tell, or the system has other permissions
        }
    }

    /** The variables of the process. */
    Map<String, String> environment() {
        return environment;
    }

    /** Whether a variable may be for the program; if not, nothing is loaded to read one. */
    private boolean isConcerned() {
        for (String variable : environment.keySet()) {
            if (variable.startsWith(Environment.PREFIX)) { // a constant, without its class
                return true;
            }
        }
        return false;
    }

    /** The file that these arguments name; null if there is none. */
    static Path file(Arguments arguments) throws CommandException {
        Setting file = arguments.settings().get(Flags.CONFIG.name());
        try {
            return file == null ? null : Path.of(file.text());
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(
                    file.name() + " must be a file: " + wrong.getMessage());
        }
    }
}
