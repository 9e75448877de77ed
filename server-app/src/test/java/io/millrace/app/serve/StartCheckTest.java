package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.millrace.app.MainRun;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code config --check} finds on this machine, beside what a start does. */
@EnabledOnOs(OS.LINUX)
class StartCheckTest {

    private static final String TLS = "--tls-cert %a.pem --tls-key %a.key ";

    @TempDir
    private Path temp;

    @BeforeEach
    void makeFiles() throws Exception {
        new ServeRun(temp).makePair();
        Files.createFile(temp.resolve("file"));
        Files.createSymbolicLink(temp.resolve("link"), temp.resolve("none"));
    }

    private String[] flags(String line, String... first) {
        List<String> flags = new ArrayList<>(List.of(first));
        if (!line.contains("--dir") && !line.contains("--bucket")) {
            flags.add("--dir=" + temp.resolve("data"));
        }
        flags.addAll(List.of(line.replace("%", temp + "/").split(" ")));
        return flags.toArray(String[]::new);
    }

    private MainRun check(String line) {
        return MainRun.of(flags(line, "config", "--check"));
    }

    private void assertCheckSaysWhatServeDoes(String line) {
        MainRun serve = MainRun.of(flags(line, "--port=0"));
        assertNotEquals("", serve.err());
        MainRun check = check(line);
        assertEquals(serve.err(), check.err());
        assertEquals(2, check.exitCode());
    }

    @Test
    void moreAddressesThanAServerMayHaveAreRefused() {
        String more = String.join(",", Collections.nCopies(65, "127.0.0.1:0"));
        for (String flags : List.of("--listen ", "--proxy-protocol 127.0.0.1 --proxy-listen ",
                "--admin ", TLS + "--https-redirect ")) {
            assertCheckSaysWhatServeDoes(flags + more);
        }
        assertEquals("millrace: --address, --listen and --proxy-listen: number of addresses must"
                + " be in [1, 64]: 66\n", check("--listen " + more).err());
        String most = more.substring(more.indexOf(',') + 1);
        assertEquals("", check("--admin " + most + ' ' + TLS + "--https-redirect " + most).err());
        most = most.substring(most.indexOf(',') + 1);
        assertEquals("", check("--listen " + most).err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--address a..b", "--listen a..b:1",
        "--proxy-protocol 127.0.0.1 --proxy-listen a..b:1", "--admin a..b:1",
        TLS + "--https-redirect a..b:1"})
    void nameOfNoHostIsRefused(String line) {
        assertCheckSaysWhatServeDoes(line);
        assertEquals("millrace: unknown address: a..b\n", check(line).err());
        // Else it could be shown on no other machine, and not be reloaded while no server of
        // names responds.
        assertEquals(0, MainRun.of(flags(line, "config")).exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--listen unix:%none/socket", "--listen unix:%file",
        "--listen unix:%.",
        "--listen unix:%link",
        "--admin unix:%none/socket", TLS + "--https-redirect unix:%file",
        "--access-log %file/log", "--dir %none --read-only"})
    void placeThatCannotBeUsedIsRefused(String line) {
        assertCheckSaysWhatServeDoes(line);
    }

    @Test
    void placesThatAStartWouldMakeAreLeftToIt() throws Exception {
        assertEquals("", check("--dir %a/b --listen unix:%socket --access-log %log").err());
        assertEquals("", check("--dir %none/c --wait-for-folder 1s").err());
        assertEquals("", check("--access-log %link").err());
        assertFalse(Files.exists(temp.resolve("a")));
        assertFalse(Files.exists(temp.resolve("socket")));
        assertFalse(Files.exists(temp.resolve("log")));
        Files.createDirectory(temp.resolve("none")); // where the link leads
        assertEquals("", check("--dir %link").err());
        assertEquals("", check("--dir %link --read-only").err());
        assertEquals("", check("--dir %file --discard").err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "file/a/b", "link", "link/a"})
    void whatIsNoFolderIsRefusedAsTheStores(String name) {
        String last = name.startsWith("file") ? "file" : "link";
        String start = "millrace: the folder " + temp.resolve(name) + " can't be made: "
                + temp.resolve(last) + " is not a folder";
        for (String wait : List.of("0s", "1s")) {
            String line = "--dir %" + name + " --wait-for-folder " + wait;
            MainRun check = check(line);
            assertTrue(check.err().startsWith(start), check.err());
            assertEquals(2, check.exitCode());
            assertEquals(1, MainRun.of(flags(line, "--port=0")).exitCode());
        }
    }

    @Test
    void placesThatThisUserMayNotWriteToAreRefused() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("closed"));
        Files.createSymbolicLink(folder.resolve("link"), temp.resolve("log"));
        TokenFileTest.chmod(folder, "r-xr-xr-x");
        assumeFalse(Files.isWritable(folder), "the user may do all");
        try {
            assertTrue(check("--dir %closed").err().startsWith("millrace: the folder " + folder
                    + " can't be written: " + folder + " belongs to "));
            assertTrue(check("--dir %closed/a").err().startsWith("millrace: the folder "
                    + folder.resolve("a") + " can't be made: " + folder + " belongs to "));
            assertEquals("", check("--dir %closed --read-only").err());
            assertCheckSaysWhatServeDoes("--access-log %closed/log");
            assertEquals("", check("--access-log %closed/link").err());
            assertCheckSaysWhatServeDoes("--listen unix:%closed/socket");
            TokenFileTest.chmod(folder, "-wxr-xr-x");
            assertTrue(check("--dir %closed").err().startsWith("millrace: the folder " + folder
                    + " can't be read: "));
        } finally {
            TokenFileTest.chmod(folder, "rwxr-xr-x");
        }
    }

    /**
     * Nothing comes by this pipe, so that whoever opens it waits: a check, and a reload, which
     * checks the configuration, would hold up all that is read again.
     */
    @ParameterizedTest
    @ValueSource(strings = {"--tls-cert %a.pem --tls-key %a.key --tls-key-password-file %pipe",
        "--tls-cert %a.pem --tls-key %pipe", "--tls-cert %a.pem --tls-client-ca %pipe",
        "--token-file %pipe", "--bucket https://127.0.0.1:1/bucket --bucket-keys %pipe"})
    void pipeIsLeftToTheStart(String line) throws Exception {
        makePipe();
        try {
            MainRun check = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> check(line));
            assertEquals("", check.err());
            assertEquals(0, check.exitCode());
        } finally {
            endWaits();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tls-cert %pipe --tls-key %a.key,%a.key",
        "--tls-key-password-file %pipe",
        "--tls-cert %a.pem --tls-key %pipe --tls-client-cert needed",
        "--bucket https://127.0.0.1:1/bucket --bucket-keys %pipe --bucket-profile a"})
    void flagsThatDoNotGoTogetherAreRefusedBesideAPipe(String line) throws Exception {
        makePipe();
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(30),
                    () -> assertCheckSaysWhatServeDoes(line));
        } finally {
            endWaits();
        }
    }

    private void makePipe() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600",
                temp.resolve("pipe").toString()).start().waitFor());
    }

    private void endWaits() throws IOException {
        new RandomAccessFile(temp.resolve("pipe").toFile(), "rw").close();
    }
}
