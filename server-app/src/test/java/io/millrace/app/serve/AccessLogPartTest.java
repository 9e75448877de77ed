package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the access log may be: not where requests could read or replace it. */
class AccessLogPartTest {

    @TempDir
    Path folder;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    private final ServeParts parts =
            new ServeParts(new Lines(new PrintStream(new ByteArrayOutputStream()), Runnable::run));
    private Path store;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(err));
        store = Files.createDirectory(folder.resolve("store"));
        file = folder.resolve("a.conf");
    }

    @AfterEach
    void stop() throws Exception {
        System.setErr(systemErr);
        parts.close();
    }

    private void write(Path log) throws Exception {
        write(store, log);
    }

    private void write(Path served, Path log) throws Exception {
        Files.writeString(file, "dir = " + served + "\naccess-log = " + log + "\n");
    }

    private void open(Path log) throws Exception {
        write(log);
        Configuration configuration = new Configuration(
                ServeFlags.FLAGS.parse(List.of("--config", file.toString())), Map.of());
        parts.changes().start(configuration, configuration.read(parts));
        parts.reloads().add("the configuration", parts.changes());
        AccessLogPart.open(configuration.read(parts), parts);
    }

    private String refusal(Path log) {
        return "the access log " + log + " is in the store's folder " + store
                + ", where requests can reach it: choose another folder";
    }

    @Test
    void logInTheStoresFolderIsRefused() throws Exception {
        Path within = store.resolve("a.log");
        CommandException refused = assertThrows(CommandException.class, () -> open(within));
        assertEquals(refusal(within), refused.getMessage());
        assertFalse(Files.exists(within));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linkToALogThatWouldBeMadeInTheStoresFolderIsRefused() throws Exception {
        Path within = store.resolve("a.log");
        Path first = Files.createSymbolicLink(folder.resolve("first"), Path.of("store/a.log"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("first"));
        for (Path link : List.of(first, second)) {
            CommandException refused = assertThrows(CommandException.class, () -> open(link));
            assertEquals(refusal(link), refused.getMessage());
            assertFalse(Files.exists(within));
        }
        Path other = Files.createSymbolicLink(folder.resolve("other"), Path.of("a.log"));
        open(other);
        assertTrue(Files.exists(folder.resolve("a.log")));
    }

    @Test
    void linesOfAFileHaveTheFormatOfTheFlag() throws Exception {
        try (ServeRun run = new ServeRun(folder)) {
            ServeRun.get(run.start("--access-log %json.log --access-log-format json"), "/a", "");
        }
        String line = Files.readString(folder.resolve("json.log"));
        assertTrue(line.startsWith("{") && line.contains("\"status\":404,"), line);
    }

    @Test
    void fileThatWasRotatedIsMadeAnewWhenASignalAsksForIt() throws Exception {
        try (ServeRun run = new ServeRun(folder)) {
            run.start("--access-log %a.log");
            Files.move(folder.resolve("a.log"), folder.resolve("old.log"));
            run.reload();
            assertEquals("SIGHUP: reloaded the access log\n", run.out());
            assertTrue(Files.exists(folder.resolve("a.log")));
        }
    }

    @Test
    void logInAFileGoesToNothingElseWithoutARestart() throws Exception {
        open(folder.resolve("a.log"));
        for (String other : List.of("", "access-log = -\n", "access-log = stderr\n")) {
            Files.writeString(file, "dir = " + store + "\n" + other);
            parts.reloads().reloadAll();
            assertEquals("millrace: access-log can't be changed: from a file to something else"
                    + " takes a restart\n", err.toString());
            err.reset();
        }
    }

    @Test
    void logWhoseFolderIsMissingIsSaidWithWhatToDoAndNotMovedTo() throws Exception {
        Path missing = folder.resolve("none/a.log");
        String refusal = "the access log " + missing
                + " can't be written: its folder is missing, create it";
        assertEquals(refusal,
                assertThrows(CommandException.class, () -> open(missing)).getMessage());
        open(folder.resolve("a.log"));
        write(missing);
        parts.reloads().reloadAll();
        assertTrue(err.toString().startsWith("millrace: access-log can't be changed: " + refusal),
                err.toString());
    }

    // What the file says of the folder holds from the next start on.
    @Test
    void logInTheFolderThatIsServedIsRefusedWhateverTheFileNowSaysOfIt() throws Exception {
        open(folder.resolve("a.log"));
        Path within = store.resolve("a.log");
        write(Files.createDirectory(folder.resolve("next")), within);
        parts.reloads().reloadAll();
        assertEquals("millrace: access-log can't be changed: " + refusal(within) + "\nmillrace: "
                + "the configuration needs a restart: dir\n", err.toString());
        assertFalse(Files.exists(within));
    }

    @Test
    void logMayStandAnywhereIfTheStoreHasNoFolder() throws Exception {
        for (String flag : List.of("--discard", "--bucket=https://127.0.0.1:1/bucket")) {
            assertNull(ServeSettings.keptFolder(ServeFlags.FLAGS.parse(List.of(flag))), flag);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void logThatIsMovedThereOrBehindALinkStaysWhereItIs() throws Exception {
        open(folder.resolve("a.log"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), store);
        for (Path within : List.of(store.resolve("a.log"), link.resolve("a.log"))) {
            write(within);
            parts.reloads().reloadAll();
            assertEquals("millrace: access-log can't be changed: " + refusal(within) + "\n",
                    err.toString());
            assertFalse(Files.exists(within));
            err.reset();
        }
        write(folder.resolve("b.log"));
        parts.reloads().reloadAll();
        assertEquals("", err.toString());
        assertTrue(Files.exists(folder.resolve("b.log")));
    }
}
