package io.millrace.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * The program's log: warnings, errors and evictions on stderr, one line each and a stack trace if
 * there is one. What is of no concern to an operator is left out; {@link RunningStore} prints the
 * rest.
 *
 * <p>Threads: any.
 */
public final class ConsoleLog extends System.LoggerFinder {

    /** The class that tells which objects it has deleted, at INFO. */
    private static final String EVICTIONS = "io.millrace.evict.Evictor";

    /** Called by the JDK, which finds this class as a service. */
    public ConsoleLog() {
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
            Level least = name.equals(EVICTIONS) ? Level.INFO : Level.WARNING;
            return level.getSeverity() >= least.getSeverity() && level != Level.OFF;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (isLoggable(level)) {
                print(text(bundle, message), thrown);
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                String text = text(bundle, format);
                boolean plain = parameters == null || parameters.length == 0;
                print(plain ? text : new MessageFormat(text, Locale.ROOT).format(parameters), null);
            }
        }

        private static String text(ResourceBundle bundle, String message) {
            return bundle != null && message != null && bundle.containsKey(message)
                    ? bundle.getString(message) : message;
        }

        /** In one call, so that lines of several threads don't mix. */
        private static void print(String text, Throwable thrown) {
            StringWriter lines = new StringWriter().append("millrace: ").append(text);
            if (thrown != null) {
                PrintWriter writer = new PrintWriter(lines.append(System.lineSeparator()));
                thrown.printStackTrace(writer);
                writer.flush();
            }
            System.err.println(lines.toString().stripTrailing());
        }
    }
}
