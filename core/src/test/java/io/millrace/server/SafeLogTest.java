package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.System.Logger.Level;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class SafeLogTest {

    /** As if there were no memory left. */
    private static final class BrokenLogger implements System.Logger {

        private final Error error = new OutOfMemoryError("a test's");

        @Override
        public String getName() {
            return "broken";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            throw error;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            throw error;
        }
    }

    @Test
    void brokenLoggerEndsNobody() {
        BrokenLogger logger = new BrokenLogger();
        Throwable failure = new IllegalStateException("what should have been said");
        SafeLog.log(logger, Level.ERROR, "failed", failure);
        assertArrayEquals(new Throwable[] {logger.error}, failure.getSuppressed());
        SafeLog.log(logger, Level.WARNING, "pauses", null);
    }
}
