package io.millrace.app.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleLogTest {

    private final System.Logger logger =
            new ConsoleLog().getLogger("io.millrace.x", ConsoleLogTest.class.getModule());

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
        assertTrue(new ConsoleLog().getLogger("io.millrace.store.FolderStore",
                ConsoleLogTest.class.getModule()).isLoggable(Level.INFO), "a store takes over");
    }

    @Test
    void warningIsOneLine() {
        assertEquals("millrace: it's 1 of {0}\n",
                printed(() -> logger.log(Level.WARNING, "it's 1 of {0}")));
        assertEquals("millrace: 1 of b\n",
                printed(() -> logger.log(Level.WARNING, "{0} of {1}", 1, "b")));
    }

    @Test
    void lineThatIsHeldBackIsNotEvenMade() {
        Object shown = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("nobody reads it");
            }
        };
        assertEquals("", printed(() -> logger.log(Level.INFO, "{0}", shown)));
        assertEquals("", printed(() -> logger.log(Level.OFF, "{0}", shown)));
        assertEquals("", printed(() -> logger.log(Level.INFO, "a", new Exception("b"))));
    }

    // As some classes of the JDK log.
    @Test
    void messageOfABundleIsLookedUpThere() {
        ResourceBundle bundle = new ListResourceBundle() {
            @Override
            protected Object[][] getContents() {
                return new Object[][] {{"key", "{0} apples"}};
            }
        };
        assertEquals("millrace: 3 apples\n",
                printed(() -> logger.log(Level.WARNING, bundle, "key", 3)));
        assertEquals("millrace: {0} apples\n",
                printed(() -> logger.log(Level.WARNING, bundle, "key", (Object[]) null)));
        assertEquals("millrace: none of its keys\n",
                printed(() -> logger.log(Level.WARNING, bundle, "none of its keys")));
        assertTrue(printed(() -> logger.log(Level.WARNING, bundle, "key", new Exception("a")))
                .startsWith("millrace: {0} apples\njava.lang.Exception: a\n\tat "));
    }

    @Test
    void lineWithoutAMessageIsPrintedAllTheSame() {
        assertEquals("millrace: null\n",
                printed(() -> logger.log(Level.WARNING, (ResourceBundle) null, null,
                        (Object[]) null)));
        assertEquals("io.millrace.x", logger.getName());
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

    @Test
    void levelHoldsForAllLoggersFromTheNextLineOn() {
        System.Logger evictions = new ConsoleLog().getLogger("io.millrace.evict.Evictor",
                ConsoleLogTest.class.getModule());
        System.Logger jdks = new ConsoleLog().getLogger("java.lang.Runtime",
                ConsoleLogTest.class.getModule());
        ConsoleLog.set(LogLevel.DEBUG, LogFormat.TEXT);
        assertEquals("millrace: a\n", printed(() -> logger.log(Level.DEBUG, "a")));
        assertFalse(logger.isLoggable(Level.TRACE));
        assertFalse(jdks.isLoggable(Level.DEBUG));
        assertTrue(jdks.isLoggable(Level.INFO));
        ConsoleLog.set(LogLevel.INFO, LogFormat.TEXT);
        assertEquals("", printed(() -> logger.log(Level.DEBUG, "a")));
        assertEquals("millrace: a\n", printed(() -> logger.log(Level.INFO, "a")));
        ConsoleLog.set(LogLevel.ERROR, LogFormat.TEXT);
        assertEquals("", printed(() -> logger.log(Level.WARNING, "a")));
        assertFalse(evictions.isLoggable(Level.INFO));
        ConsoleLog.reset();
        assertTrue(evictions.isLoggable(Level.INFO));
        assertTrue(logger.isLoggable(Level.WARNING));
    }

    @Test
    void lineOfJsonHasAllOfTheLog() {
        ConsoleLog.set(LogLevel.WARNING, LogFormat.JSON);
        String line = printed(() -> logger.log(Level.ERROR, "it's {0}", "\"x\"\n"));
        assertTrue(line.matches("\\{\"timestamp\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}"
                + ":[0-9]{2}\\.[0-9]{3}Z\",\"level\":\"ERROR\","
                + "\"logger\":\"io.millrace.x\",\"thread\":\""
                + Thread.currentThread().getName() + "\",\"message\":\"its .*\"}\n"), line);
    }

    @Test
    void traceIsOneFieldOfTheLine() {
        ConsoleLog.set(LogLevel.WARNING, LogFormat.JSON);
        String line = printed(
                () -> logger.log(Level.ERROR, "failed", new IllegalStateException("because")));
        assertTrue(line.contains("\"message\":\"failed\",\"exception\":"
                + "\"java.lang.IllegalStateException: because\\n\\tat "), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    void linesOfTheProgramHaveTheFormatToo() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        ConsoleLog.print(out, "a\n  b  1\n");
        ConsoleLog.printError(out, Level.ERROR, "c");
        assertEquals("a\n  b  1\nmillrace: c\n",
                bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
        bytes.reset();
        ConsoleLog.set(LogLevel.ERROR, LogFormat.JSON);
        ConsoleLog.print(out, "a\n  b  1\n");
        ConsoleLog.printError(out, Level.WARNING, "c");
        assertEquals(List.of("\"INFO a\"", "\"INFO b  1\"", "\"WARNING c\""),
                bytes.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll(
                        ".*\"level\":(\"[A-Z]+)\".*\"message\":\"(.*)}", "$1 $2")).toList());
    }

    @AfterEach
    void reset() {
        ConsoleLog.reset();
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
