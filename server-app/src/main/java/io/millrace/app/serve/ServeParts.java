package io.millrace.app.serve;

import io.millrace.app.log.ConsoleLog;
import io.millrace.app.log.Lines;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * What runs beside the server, such as a log or a second listener: opened before it or after it,
 * and closed once it has stopped, the last one first. Some of it can be reloaded.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
public final class ServeParts implements Closeable {

    private final Lines lines;
    private final Map<String, String> environment;
    private final Reloads reloads;
    private final ConfigReload changes;
    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final List<String> warnings = new ArrayList<>();

    /** None yet, in an empty environment. */
    public ServeParts(Lines lines) {
        this(lines, Map.of());
    }

    /** None yet; what happens to them later is told by these lines. */
    ServeParts(Lines lines, Map<String, String> environment) {
        this.lines = lines;
        this.environment = environment;
        this.reloads = new Reloads(lines);
        this.changes = new ConfigReload(lines);
    }

    /** Adds a part, which is closed at the end. */
    <T extends Closeable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Adds a line that is printed to stderr when all has started. */
    void warn(String line) {
        warnings.add(line);
    }

    /** Prints the lines of {@link #warn}. */
    void printWarnings(PrintStream err) {
        for (String warning : warnings) {
            ConsoleLog.printError(err, Level.WARNING, warning);
        }
    }

    /** What SIGHUP reads again, and files that are looked at. */
    Reloads reloads() {
        return reloads;
    }

    /** What a change of the configuration file applies to. */
    ConfigReload changes() {
        return changes;
    }

    /** The variables of the process. */
    Map<String, String> environment() {
        return environment;
    }

    /** The lines that parts print while they run. */
    public Lines lines() {
        return lines;
    }

    /** Closes each part, whatever happens to those before. */
    @Override
    public void close() throws IOException {
        if (!parts.isEmpty()) {
            Closeable others = this::close;
            try (others) { // after this one, whatever it throws
                parts.pop().close();
            }
        }
    }
}
