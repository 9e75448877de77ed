package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.app.log.ConsoleLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of this process, as the flags have it. */
class LogFlagsTest {

    @AfterEach
    void reset() {
        ConsoleLog.reset();
    }

    private static void apply(String... flags) throws Exception {
        LogFlags.apply(ServeFlags.FLAGS.parse(List.of(flags)));
    }

    private static void assertLogs(Level least, boolean isJson) {
        System.Logger logger =
                new ConsoleLog().getLogger("io.millrace.x", LogFlagsTest.class.getModule());
        assertEquals(least, List.of(Level.DEBUG, Level.INFO, Level.WARNING, Level.ERROR).stream()
                .filter(logger::isLoggable).findFirst().orElseThrow());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConsoleLog.print(new PrintStream(out, true), "a\n");
        assertEquals(isJson, out.toString().startsWith("{"), out::toString);
    }

    @Test
    void eachFlagHoldsWithAndWithoutTheOther() throws Exception {
        apply("--log-level", "debug", "--log-format", "json");
        assertLogs(Level.DEBUG, true);
        apply("--log-level", "error");
        assertLogs(Level.ERROR, false);
        apply("--log-format", "json");
        assertLogs(Level.WARNING, true);
        apply("--port", "0");
        assertLogs(Level.WARNING, false);
    }

    @Test
    void changeOfTheConfigurationHoldsFromTheReloadOn(@TempDir Path temp) throws Exception {
        String dir = "dir = " + temp.resolve("data") + "\n";
        Path conf = Files.writeString(temp.resolve("conf"), dir + "log-level = error\n");
        try (ServeRun run = new ServeRun(temp)) {
            run.startFrom(conf);
            assertLogs(Level.ERROR, false);
            Files.writeString(conf, dir + "log-level = info\nlog-format = json\n");
            run.reload();
            assertLogs(Level.INFO, true);
            Files.writeString(conf, dir);
            run.reload();
            assertLogs(Level.WARNING, false);
        }
    }
}
