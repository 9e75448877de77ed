package io.millrace.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.RawRequest;
import io.millrace.app.cli.Flag;
import io.millrace.content.DigestAlgorithm;
import io.millrace.server.HttpServer;
import io.millrace.store.FolderStore;
import io.millrace.store.Scrub.Finding;
import io.millrace.store.Scrub.Result;
import io.millrace.store.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command verify. */
class VerifyCommandTest {

    @TempDir
    private Path folder;

    @Test
    void helpMentionsEveryFlag() {
        MainRun run = MainRun.of("verify", "--help");
        assertEquals(0, run.exitCode());
        for (Flag<?> flag : VerifyCommand.FLAGS.all()) {
            assertTrue(run.out().contains("  " + flag.name()), flag.name());
        }
        run.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
        assertTrue(MainRun.of("--help").out().contains("verify FOLDER"));
    }

    @Test
    void folderWithoutDigestsIsFine() throws Exception {
        Files.writeString(folder.resolve("a"), "one");
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/b"), "one");
        Files.createDirectory(folder.resolve(".millrace.parts"));
        Files.writeString(folder.resolve(".millrace.parts/x"), "one");
        MainRun run = MainRun.of("verify", folder.toString(), "--rate", "1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("2 objects, 0 B read in "), run.out());
        assertTrue(run.out().endsWith("  intact             0\n  corrupt            0\n"
                + "  unreadable         0\n  changed meanwhile  0\n  without a digest   2\n"),
                run.out());
    }

    @Test
    void corruptObjectEndsItWith1AndStaysAsItIs() throws Exception {
        StoreOptions options = StoreOptions.builder().keepDigests(true).build();
        try (FolderStore store = FolderStore.open(folder, options);
                HttpServer server = HttpServer.start(0, store)) {
            String url = "http://127.0.0.1:" + server.address().getPort();
            for (String key : List.of("a", "b")) {
                assertEquals(201, RawRequest.status(
                        RawRequest.send(url, "PUT /" + key + " HTTP/1.1\r\n", "one")));
            }
        }
        MainRun run = MainRun.of("verify", folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("  intact             2\n"), run.out());
        Path corrupt = folder.resolve("a");
        FileTime time = Files.getLastModifiedTime(corrupt);
        Files.writeString(corrupt, "two");
        Files.setLastModifiedTime(corrupt, time);
        run = MainRun.of("verify", folder.toString(), "--rate", "unlimited");
        assertEquals(1, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("corrupt: /a: expected sha-256=:"), run.out());
        assertTrue(run.out().contains("2 objects, 6 B read in "), run.out());
        assertTrue(run.out().contains("  intact             1\n  corrupt            1\n"),
                run.out());
        assertEquals("two", Files.readString(corrupt));
        assertEquals(time, Files.getLastModifiedTime(corrupt));
    }

    @Test
    void deviceIsReadNoFasterThanTheFlagSays() throws Exception {
        StoreOptions options = StoreOptions.builder().keepDigests(true).build();
        try (FolderStore store = FolderStore.open(folder, options);
                HttpServer server = HttpServer.start(0, store)) {
            RawRequest.send("http://127.0.0.1:" + server.address().getPort(),
                    "PUT /a HTTP/1.1\r\n", "x".repeat(20_000));
        }
        long beganNs = System.nanoTime();
        MainRun run = MainRun.of("verify", folder.toString(), "--rate", "50KB");
        assertTrue(run.out().contains("  intact             1\n"), run.out());
        // 0.4 s, less the tenth of a second that it may catch up with.
        assertTrue(System.nanoTime() - beganNs >= Duration.ofMillis(300).toNanos());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "verify | verify needs exactly one folder, see verify --help",
        "verify a b | verify needs exactly one folder, see verify --help",
        "verify . --rate 0 | --rate must be above 0: 0",
        "verify . --rate fast | --rate must be a size such as 500, 40MB or 16KiB, or unlimited: "
                + "fast",
        "verify /no/such/folder | there is no folder /no/such/folder",
    })
    void wrongArgumentsAreOneLineAndExitCode2(String line, String message) {
        MainRun run = MainRun.of(line.split(" "));
        assertEquals(2, run.exitCode());
        assertEquals("millrace: " + message + "\n", run.err());
        assertEquals("", run.out());
    }

    @Test
    void eachObjectThatIsNotSoundIsALine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VerifyReport report = new VerifyReport(
                new PrintStream(out, true, StandardCharsets.UTF_8), null, 0);
        assertTrue(report.isClean());
        report.onObject(new Result("a", Finding.INTACT, null, null, null, null));
        report.onObject(new Result("a", Finding.CHANGED, null, null, null, null));
        assertTrue(report.isClean());
        report.onObject(new Result("d/\u00e9\u001b[1m%\n", Finding.UNREADABLE, null, null, null,
                "Input/output error"));
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) -1);
        report.onObject(new Result("b", Finding.CORRUPT, DigestAlgorithm.SHA_256, new byte[32],
                ones, null));
        report.onBytes(1500);
        report.end(1_500_000_000, true);
        String zeros = "sha-256=:" + "A".repeat(43) + "=:";
        assertEquals("unreadable: /d/\u00e9%1B[1m%25%0A: Input/output error\n"
                + "corrupt: /b: expected " + zeros + ", found sha-256=:" + "/".repeat(42) + "8=:\n"
                + "4 objects, 1.5 kB read in 1.50 s, stopped before the end\n"
                + "  intact             1\n  corrupt            1\n  unreadable         1\n"
                + "  changed meanwhile  1\n  without a digest   0\n",
                out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
        assertTrue(!report.isClean());
    }

    private static boolean isCleanWith(Finding finding) {
        VerifyReport report =
                new VerifyReport(new PrintStream(new ByteArrayOutputStream()), null, 0);
        report.onObject(new Result("a", finding, DigestAlgorithm.SHA_256, new byte[32],
                new byte[32], "Input/output error"));
        return report.isClean();
    }

    @Test
    void oneObjectThatIsCorruptOrCannotBeReadIsOneTooMany() {
        assertFalse(isCleanWith(Finding.CORRUPT));
        assertFalse(isCleanWith(Finding.UNREADABLE));
        assertTrue(isCleanWith(Finding.WITHOUT_DIGEST));
    }

    // Else a name is shown as another one, letters in another order.
    @Test
    void charactersThatATerminalObeysAreNotShown() {
        assertEquals("/a%E2%80%AEgpj.exe", VerifyReport.shown("a\u202egpj.exe"));
        assertEquals("/%EF%BB%BF\u00e9", VerifyReport.shown("\ufeff\u00e9"));
    }

    @Test
    void progressIsDrawnOverItself() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        VerifyReport report = new VerifyReport(new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(terminal, true, StandardCharsets.UTF_8),
                System.nanoTime() - 1_000_000_000);
        report.onBytes(1500);
        report.end(System.nanoTime(), false);
        String drawn = terminal.toString(StandardCharsets.UTF_8);
        assertTrue(drawn.startsWith("\r0 objects, 1.5 kB read, "), drawn);
        assertTrue(drawn.endsWith(" \r"), drawn);
    }
}
