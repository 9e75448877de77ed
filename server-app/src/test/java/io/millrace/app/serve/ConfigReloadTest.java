package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import io.millrace.app.token.TokenFileTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    private final ServeParts parts =
            new ServeParts(new Lines(new PrintStream(out), Runnable::run));
    private final List<String> applied = new ArrayList<>();
    private Path file;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(err));
        file = folder.resolve("a.conf");
        write("dir = a\nport = 1\nworkers = 2\n");
        startWith(Map.of());
        parts.reloads().add("the configuration", parts.changes());
        parts.changes().add(next -> applied.add(next.of(ServeFlags.DIR)), ServeFlags.DIR);
    }

    @AfterEach
    void stop() {
        System.setErr(systemErr);
    }

    private void startWith(Map<String, String> environment) throws Exception {
        Configuration configuration = new Configuration(
                ServeFlags.FLAGS.parse(List.of("--config", file.toString(), "--workers", "3")),
                environment);
        parts.changes().start(configuration, configuration.read(parts));
    }

    private void write(String text) throws Exception {
        Files.writeString(file, text);
    }

    private void assertSaid(String stdout, String stderr) {
        parts.reloads().reloadAll();
        assertEquals(stdout, out.toString());
        assertEquals(stderr, err.toString());
        out.reset();
        err.reset();
    }

    @Test
    void unchangedFileChangesNothing() {
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertEquals(List.of(), applied);
    }

    @Test
    void changeIsAppliedOnce() throws Exception {
        write("dir = b\nport = 1\nworkers = 2\n");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertEquals(List.of("b"), applied);
        write("port = 1");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertEquals(List.of("b", "data"), applied);
    }

    @Test
    void whatNeedsARestartIsNamedInOneLineUntilItIsTakenBack() throws Exception {
        write("dir = b\nport = 2\nmax-head = 32KiB\n");
        String line = "millrace: the configuration needs a restart: port, max-head\n";
        assertSaid("SIGHUP: reloaded the configuration\n", line);
        assertEquals(List.of("b"), applied);
        assertSaid("SIGHUP: reloaded the configuration\n", line);
        write("dir = b\nport = 1\n");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
    }

    @Test
    void flagStillWinsOverAChangedFile() throws Exception {
        write("dir = a\nport = 1\nworkers = 9\n");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
    }

    @Test
    void wrongFileChangesNothingAndItsLineIsNamed() throws Exception {
        write("dir = b\nprot = 1\n");
        assertSaid("", "millrace: reload of the configuration failed, nothing changes: " + file
                + ":2: unknown key prot: did you mean port?\n");
        write("dir = b\nmax-head = 1\n");
        assertSaid("", "millrace: reload of the configuration failed, nothing changes: " + file
                + ":2: max-head must be in [512, 1048576]: 1\n");
        Files.delete(file);
        assertSaid("", "millrace: reload of the configuration failed, nothing changes: there is "
                + "no configuration file " + file + "\n");
        assertEquals(List.of(), applied);
        write("dir = b\nport = 1\n");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertEquals(List.of("b"), applied);
    }

    @Test
    void tokenFileThatRequestsCouldReachIsNotGoneOnWith() throws Exception {
        Path store = Files.createDirectory(folder.resolve("store"));
        Path tokens = TokenFileTest.write(store.resolve("tokens"), "t\n");
        parts.changes().add(next -> applied.add("tokens"), ServeFlags.TOKEN_FILE);
        write("dir = " + store + "\nport = 1\ntoken-file = " + tokens + "\n");
        assertSaid("", "millrace: reload of the configuration failed, nothing changes: the token "
                + "file " + tokens + " is in the store's folder " + store + ", where requests can "
                + "reach it: move it to another folder\n");
        assertEquals(List.of(), applied);
    }

    // What needs a restart holds for none of the changes: a check would look at the wrong folder.
    @Test
    void changeSeesTheOtherSettingsAsTheyRun() throws Exception {
        parts.changes().add(next -> applied.add(next.of(ServeFlags.HEALTH_PATH) + " of "
                + next.of(ServeFlags.PORT)), ServeFlags.HEALTH_PATH);
        write("dir = a\nport = 2\nhealth-path = /h\n");
        assertSaid("SIGHUP: reloaded the configuration\n",
                "millrace: the configuration needs a restart: port\n");
        assertEquals(List.of("/h of 1"), applied);
    }

    @Test
    void keysOfABucketMayStandInTheVariablesOfTheProcess() throws Exception {
        String bucket = "bucket = https://127.0.0.1:1/bucket\n";
        write(bucket);
        startWith(Map.of("AWS_ACCESS_KEY_ID", "i", "AWS_SECRET_ACCESS_KEY", "s"));
        parts.changes().add(next -> applied.add(next.of(ServeFlags.HEALTH_PATH)),
                ServeFlags.HEALTH_PATH);
        write(bucket + "health-path = /health\n");
        assertSaid("SIGHUP: reloaded the configuration\n", "");
        assertEquals(List.of("/health"), applied);
    }

    @Test
    void changeThatIsRefusedIsSaidAndTriedAgain() throws Exception {
        List<Arguments> tried = new ArrayList<>();
        parts.changes().add(next -> {
            tried.add(next);
            throw CommandException.failure("the disk is full: make room");
        }, ServeFlags.DISCARD, ServeFlags.LISTEN);
        write("dir = b\nport = 1\ndiscard = true\n");
        for (int i = 1; i <= 2; i++) {
            assertSaid("SIGHUP: reloaded the configuration\n",
                    "millrace: discard, listen can't be changed: the disk is full: make room\n");
            assertEquals(i, tried.size());
        }
        assertEquals(List.of("b"), applied);
    }
}
