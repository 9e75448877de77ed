package io.millrace.app.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;

/**
 * The program's log on stderr, one line each and a stack trace if there is one; or one JSON object
 * a line. Unless it is told otherwise it has warnings, errors and evictions: the command that runs
 * prints what else an operator wants to know.
 *
 * <p>Threads: any.
 */
public final class ConsoleLog extends System.LoggerFinder {

    /** Classes that tell at INFO: which objects have been deleted; from whom a store takes over. */
    private static final Set<String> TOLD =
            Set.of("io.millrace.evict.Evictor", "io.millrace.store.FolderStore");
    private static final String OURS = "io.millrace.";
    private static final String PROGRAM = "io.millrace.app";

    // Of all loggers of the JVM, as stdout and stderr are. A change holds from the next line on.
    private static volatile Level least = Level.WARNING;
    private static volatile boolean isJson;

    /** Called by the JDK, which finds this class as a service. */
    public ConsoleLog() {
    }

    /** Sets what all loggers write from now on. */
    public static void set(LogLevel level, LogFormat format) {
        least = level.level();
        isJson = format == LogFormat.JSON;
    }

    /** Has all loggers write as they do by default. */
    public static void reset() {
        least = Level.WARNING;
        isJson = false;
    }

    /** Prints a line of the program itself, which no level holds back, to its stderr. */
    public static void printError(PrintStream err, Level level, String text) {
        err.println(isJson ? json(level, PROGRAM, text, null) : text("millrace: " + text, null));
    }

    /** Prints lines of the program itself to its stdout; the caller flushes it. */
    public static void print(PrintStream out, String lines) {
        if (isJson) {
            for (String line : lines.strip().split("\\R")) {
                out.println(json(Level.INFO, PROGRAM, line.strip(), null));
            }
        } else {
            out.print(lines);
        }
    }

    private static String json(Level level, String logger, String message, Throwable thrown) {
        return JsonLine.of(System.currentTimeMillis(), level, logger,
                Thread.currentThread().getName(), message, thrown);
    }

    private static String text(String text, Throwable thrown) {
        if (thrown == null) {
            return text.stripTrailing();
        }
        StringWriter lines = new StringWriter().append(text).append(System.lineSeparator());
        PrintWriter writer = new PrintWriter(lines);
        thrown.printStackTrace(writer);
        writer.flush();
        return lines.toString().stripTrailing();
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Logger(name);
    }

    private record Logger(String name) implements System.Logger {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            Level from = least;
            if (from == Level.WARNING && TOLD.contains(name)
                    || from == Level.DEBUG && !name.startsWith(OURS)) {
                from = Level.INFO; // the JDK has a trace for each exit at DEBUG
            }
            return level.getSeverity() >= from.getSeverity() && level != Level.OFF;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (isLoggable(level)) {
                print(level, message(bundle, message), thrown);
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                String text = message(bundle, format);
                boolean plain = parameters == null || parameters.length == 0;
                print(level,
                        plain ? text : new MessageFormat(text, Locale.ROOT).format(parameters),
                        null);
            }
        }

        private static String message(ResourceBundle bundle, String message) {
            return bundle != null && message != null && bundle.containsKey(message)
                    ? bundle.getString(message) : message;
        }

        /** In one call, so that lines of several threads don't mix. */
        private void print(Level level, String text, Throwable thrown) {
            System.err.println(isJson ? json(level, name, text, thrown)
                    : text("millrace: " + text, thrown));
        }
    }
}
