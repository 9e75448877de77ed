package io.millrace.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;

/**
 * The program's log: warnings, errors and evictions on stderr, one line each and a stack trace if
 * there is one. What is of no concern to an operator is left out; {@link RunningStore} prints the
 * rest.
 *
 * <p>Threads: any.
 */
public final class ConsoleLog extends System.LoggerFinder {

    /** Classes that tell at INFO: which objects have been deleted; from whom a store takes over. */
    private static final Set<String> TOLD =
            Set.of("io.millrace.evict.Evictor", "io.millrace.store.FileStore");

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
            Level least = TOLD.contains(name) ? Level.INFO : Level.WARNING;
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
