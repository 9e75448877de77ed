package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ConsoleLogTest {

    private final System.Logger logger =
            new ConsoleLog().getLogger("x", ConsoleLogTest.class.getModule());

    @Test
    void theJdkFindsIt() {
        assertSame(ConsoleLog.class, System.LoggerFinder.getLoggerFinder().getClass());
    }

    @Test
    void warningsAndErrorsAreLoggedAndNothingElse() {
        assertTrue(logger.isLoggable(Level.WARNING));
        assertTrue(logger.isLoggable(Level.ERROR));
        assertFalse(logger.isLoggable(Level.INFO));
        assertFalse(logger.isLoggable(Level.DEBUG));
        assertFalse(logger.isLoggable(Level.OFF));
        assertEquals("", printed(() -> logger.log(Level.INFO, "started")));
    }

    @Test
    void evictionsAreLogged() {
        System.Logger evictions = new ConsoleLog().getLogger("io.millrace.evict.Evictor",
                ConsoleLogTest.class.getModule());
        assertTrue(evictions.isLoggable(Level.INFO));
        assertFalse(evictions.isLoggable(Level.DEBUG));
    }

    @Test
    void warningIsOneLine() {
        assertEquals("millrace: it's 1 of {0}\n",
                printed(() -> logger.log(Level.WARNING, "it's 1 of {0}")));
        assertEquals("millrace: 1 of b\n",
                printed(() -> logger.log(Level.WARNING, "{0} of {1}", 1, "b")));
    }

    @Test
    void numbersAreWrittenAsEverywhereWhateverTheLocale() {
        Locale locale = Locale.getDefault();
        Locale.setDefault(new Locale.Builder().setLanguage("ar").setRegion("EG").build());
        try {
            assertEquals("millrace: 1,000 of b\n",
                    printed(() -> logger.log(Level.WARNING, "{0} of {1}", 1000, "b")));
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void exceptionIsPrintedWithItsTrace() {
        String printed = printed(
                () -> logger.log(Level.ERROR, "failed", new IllegalStateException("because")));
        assertTrue(printed.startsWith(
                "millrace: failed\njava.lang.IllegalStateException: because\n\tat "), printed);
        assertTrue(printed.endsWith(")\n") || printed.endsWith(" more\n"), printed);
    }

    private static synchronized String printed(Runnable logging) {
        PrintStream stderr = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            logging.run();
        } finally {
            System.setErr(stderr);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
