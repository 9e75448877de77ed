package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.CommandException;
import io.millrace.app.token.TokenFileTest;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Starts of {@code serve}, and what is left of those that fail. */
class ServeCommandTest {

    @TempDir
    private Path temp;

    private ServeRun run;

    @BeforeEach
    void begin() {
        run = new ServeRun(temp);
    }

    @AfterEach
    void end() throws IOException {
        run.close();
    }

    private CommandException refused(String line) {
        return assertThrows(CommandException.class, () -> run.start(line));
    }

    /** Fails to start it, and sees that nothing runs: its socket and its folder are free. */
    private CommandException assertNothingRunsAfter(String line) throws Exception {
        CommandException failed = refused("--listen unix:%socket " + line);
        assertFalse(Files.exists(temp.resolve("socket")), "the server still listens");
        FolderStore.open(temp.resolve("data")).close(); // or another store would use it
        return failed;
    }

    @Test
    void folderIsServedAndFreeAgainOnceTheServerHasStopped() throws Exception {
        String url = run.start("");
        assertEquals(201, ServeRun.put(url, "/a", "t"));
        assertEquals("x", Files.readString(temp.resolve("data/a")));
        run.stop();
        assertTrue(run.out().contains("served 1 requests over 1 connections in "), run.out());
        URI to = URI.create(url);
        assertThrows(ConnectException.class, () -> new Socket(to.getHost(), to.getPort()).close());
        FolderStore.open(temp.resolve("data")).close();
    }

    @Test
    void wordThatIsNoFlagStartsNothing() throws Exception {
        CommandException refused = refused("data");
        assertEquals("unexpected argument 'data': serve takes only flags, see serve --help",
                refused.getMessage());
        assertEquals(2, refused.exitCode());
        assertFalse(Files.exists(temp.resolve("data")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void serverStopsIfOneBesideItCannotStart() throws Exception {
        run.makePair();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            for (String flag : List.of("--admin ", ServeRun.TLS + "--https-redirect ")) {
                CommandException failed = assertNothingRunsAfter(flag + address);
                assertEquals(1, failed.exitCode());
                assertTrue(failed.getMessage().startsWith("can't listen on " + address + ": "),
                        failed.getMessage());
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tooManyAddressesOfAServerBesideItAreOneLine() throws Exception {
        run.makePair();
        String tooMany = String.join(",", Collections.nCopies(65, "127.0.0.1:0"));
        for (String flag : List.of("--admin", "--https-redirect")) {
            CommandException refused = assertNothingRunsAfter(ServeRun.TLS + flag + ' ' + tooMany);
            assertEquals(flag + ": number of addresses must be in [1, 64]: 65",
                    refused.getMessage());
            assertEquals(2, refused.exitCode());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void redirectNeedsATcpAddressToLeadTo() throws Exception {
        run.makePair();
        ServeRun sockets = new ServeRun(temp);
        CommandException refused = assertThrows(CommandException.class, () -> sockets.startOn(
                "unix:%socket", ServeRun.TLS + "--https-redirect 127.0.0.1:0"));
        assertEquals("--https-redirect needs a TCP address to redirect to: all addresses are Unix"
                + " domain sockets", refused.getMessage());
        assertFalse(Files.exists(temp.resolve("socket")), "the server still listens");
    }

    @Test
    void keyThatRequestsCouldReadStartsNothing() throws Exception {
        run.makePair();
        Files.createDirectory(temp.resolve("data"));
        Files.move(temp.resolve("a.key"), temp.resolve("data/a.key"));
        CommandException refused = refused("--tls-cert %a.pem --tls-key %data/a.key");
        assertTrue(refused.getMessage().startsWith("the TLS file " + temp.resolve("data/a.key")
                + " is in the store's folder "), refused.getMessage());
    }

    @Test
    void filesOfAStoreThatKeepsNothingMayStandAnywhere() throws Exception {
        Files.createDirectory(temp.resolve("data"));
        Files.writeString(temp.resolve("data/health"), "x");
        TokenFileTest.write(temp.resolve("data/tokens"), "t\n");
        String url = run.start("--discard --token-file %data/tokens --health-path /health");
        assertEquals(204, ServeRun.put(url, "/a", "t"));
        assertEquals("", run.warnings());
    }

    @Test
    void folderThatIsAFileIsSaidWithWhatToDo() throws Exception {
        Path file = Files.createFile(temp.resolve("data"));
        String refusal = refused("").getMessage();
        assertTrue(refusal.endsWith(": remove the file " + file + ", or choose another --dir"),
                refusal);
    }

    // A variable without a flag of its name may be why the start fails.
    @Test
    void startThatFailsSaysWhatItWouldHaveWarnedOf() throws Exception {
        Path file = Files.createFile(temp.resolve("data"));
        MainRun failed = MainRun.in(Map.of("MILLRACE_DIRR", "a"), "--port", "0", "--dir",
                file.toString());
        assertEquals(1, failed.exitCode());
        assertTrue(failed.err().startsWith("millrace: unknown variable MILLRACE_DIRR is ignored:"
                + " did you mean MILLRACE_DIR?\nmillrace: the folder " + file), failed.err());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void startThatFailsLeavesNoAccessLogOpen() throws Exception {
        Path file = Files.createFile(temp.resolve("data"));
        Path log = temp.resolve("access.log");
        assertEquals(1, MainRun.of("--port", "0", "--dir", file.toString(), "--access-log",
                log.toString()).exitCode());
        assertTrue(Files.exists(log), "it is opened before the store");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                assertFalse(Files.exists(descriptor) && Files.isSameFile(descriptor, log));
            }
        }
    }
}
