package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.Logged;
import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafeLogTest {

    @Test
    void lineIsWrittenInTheNameOfItsSource() throws Exception {
        try (Logged logged = new Logged(SafeLogTest.class)) {
            SafeLog.log(SafeLogTest.class, Level.WARNING, "pauses", null);
            SafeLog.log(SafeLogTest.class, Level.ERROR, "failed", new IllegalStateException("why"));
            assertEquals(List.of("pauses", "failed | java.lang.IllegalStateException: why"),
                    logged.lines());
        }
    }

    @Test
    void brokenLoggerEndsNeitherThread() throws Exception {
        try (Logged logged = new Logged(SafeLogTest.class, new OutOfMemoryError("a test's"))) {
            SafeLog.log(SafeLogTest.class, Level.INFO, "goes on", new IllegalStateException("why"));
            assertEquals(List.of(), logged.lines());
        }
        try (Logged logged = new Logged(SafeLogTest.class)) {
            SafeLog.log(SafeLogTest.class, Level.WARNING, "pauses", null);
            assertEquals(List.of("pauses"), logged.lines());
        }
    }
}
