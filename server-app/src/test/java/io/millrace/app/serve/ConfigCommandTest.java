package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.token.TokenFileTest;
import io.millrace.tls.SelfSignedCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {

    @TempDir
    Path folder;

    private String file(String text) throws Exception {
        return Files.writeString(folder.resolve("a.conf"), text).toString();
    }

    /** The line about a key, with one space between its words. */
    private static String line(MainRun run, String key) {
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        return run.out().lines().map(line -> line.replaceAll(" +", " "))
                .filter(line -> line.matches("(# )?" + key + "( =|:) .*")).findAny().orElseThrow();
    }

    @Test
    void eachValueIsShownWithItsOrigin() throws Exception {
        String conf = file("port = 81\nworkers = 3\n\nlisten = [::1]:82\nlisten = a:83\n"
                + "max-head = 32KiB\n");
        MainRun run = MainRun.in(
                Map.of("MILLRACE_PORT", "82", "MILLRACE_DIR", "/srv/a  # b", "PATH", "/bin"),
                "config", "--config", conf, "--port=83", "--discard");
        assertEquals("port = 83 # flag", line(run, "port"));
        assertEquals("dir = \"/srv/a # b\" # environment", line(run, "dir"));
        assertEquals("workers = 3 # " + conf + ":2", line(run, "workers"));
        assertEquals("listen = [::1]:82,a:83 # " + conf + ":4", line(run, "listen"));
        assertEquals("discard = true # flag", line(run, "discard"));
        assertEquals("# address = 127.0.0.1 # default", line(run, "address"));
        assertEquals("# read-only = false # default", line(run, "read-only"));
        assertEquals("# idle-timeout = 75s # default", line(run, "idle-timeout"));
        assertEquals("# token-file: none # default", line(run, "token-file"));
        assertFalse(run.out().contains("help"), run.out());
    }

    // A default may follow another option; what is shown is what would hold.
    @Test
    void defaultIsShownAsItWouldHold() {
        assertEquals("# max-target = 512 # default",
                line(MainRun.of("config", "--max-head", "512"), "max-target"));
    }

    @Test
    void outputIsAConfigurationFileThatSetsTheSame() throws Exception {
        MainRun run = MainRun.of("config", "--port", "83", "--dir", " a # b", "--listen",
                "a:1,unix:x", "--max-head", "32KiB", "--contract", "article");
        String conf = file(run.out());
        MainRun again = MainRun.of("config", "--config", conf);
        assertEquals(run.out().replaceAll(" +# flag", ""),
                again.out().replaceAll(" +# " + conf + ":\\d+", ""));
        // And each default that has a value is one that its key takes.
        conf = file(run.out().replaceAll("(?m)^# ([a-z0-9-]+ = )", "$1")
                .replaceAll("(?m)^(workers = ).*", "$11"));
        again = MainRun.of("config", "--config", conf, "--read-only=false");
        assertEquals("", again.err());
        assertEquals(0, again.exitCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "port = 1\\nprot = 2 | :2: unknown key prot: did you mean port?",
        "workers = 0 | :1: workers must be in [1, 1024]: 0",
        "max-head = 512\\nmax-target = 1KiB | :2: max-target must be at most --max-head: 1KiB",
        "address = unix:a\\nport = 1 | :2: port can't be used with --address unix:a: a Unix "
            + "domain socket has no port",
        "dir = s3://u:hush@h | :1: dir can't be a URL (s3:...): write ./ before a folder's name "
            + "that has a colon"})
    void checkNamesTheWrongLineAndExitsWith2(String text, String message) throws Exception {
        String conf = file(text.replace("\\n", "\n"));
        for (String[] args : new String[][] {{"config", "--check", "--config", conf},
            {"config", "--config", conf}, {"--config", conf}, {"serve", "--config", conf}}) {
            MainRun run = MainRun.of(args);
            assertEquals("millrace: " + conf + message + "\n", run.err());
            assertEquals("", run.out());
            assertEquals(2, run.exitCode());
        }
    }

    @Test
    void checkOfWhatIsRightPrintsNothing() throws Exception {
        Path tokens = TokenFileTest.write(folder.resolve("tokens"), "secret\n");
        MainRun run = MainRun.of("config", "--check", "--config",
                file("port = 1\ntoken-file = " + tokens + "\ndir = " + folder.resolve("data")));
        assertEquals("", run.err());
        assertEquals("", run.out());
        assertEquals(0, run.exitCode());
        assertFalse(Files.exists(folder.resolve("data")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "stderr"})
    void logOnAStandardStreamIsNoFileInTheStoresFolder(String stream) {
        MainRun run = MainRun.of("config", "--check", "--dir", ".", "--access-log", stream);
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
    }

    // A check reads no tokens, and takes the store for one that needs them all the same.
    @ParameterizedTest
    @ValueSource(strings = {"dir = %data\ntoken-file = %t", "dir = %data\nread-only = true",
        "discard = true",
        "bucket = https://127.0.0.1:1/bucket\nbucket-keys = %keys\ntoken-file = %t"})
    void checkLetsAllSitesUseAStoreThatNotEveryoneMayChange(String text) throws Exception {
        TokenFileTest.write(folder.resolve("t"), "secret\n");
        TokenFileTest.write(folder.resolve("keys"),
                "AWS_ACCESS_KEY_ID=i\nAWS_SECRET_ACCESS_KEY=s\n");
        Files.createDirectory(folder.resolve("data"));
        MainRun run = MainRun.of("config", "--check", "--config",
                file(text.replace("%", folder + "/") + "\ncors = *\n"));
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
    }

    @Test
    void checkReadsTheTokenFile() throws Exception {
        Path tokens = TokenFileTest.write(folder.resolve("tokens"), "a SECRET r\nb SECRET\n");
        MainRun run = MainRun.of("config", "--check", "--token-file", tokens.toString());
        assertTrue(run.err().startsWith("millrace: the token file " + tokens + ", line 2: "),
                run.err());
        assertEquals(2, run.exitCode());
        Files.delete(tokens);
        run = MainRun.of("config", "--check", "--token-file", tokens.toString());
        assertEquals("millrace: there is no token file " + tokens + "\n", run.err());
        assertEquals(2, run.exitCode());
    }

    @Test
    void checkRefusesATokenFileThatRequestsCouldReach() throws Exception {
        Path tokens = TokenFileTest.write(folder.resolve("tokens"), "secret\n");
        MainRun run = MainRun.of("config", "--check", "--dir", folder.toString(),
                "--token-file", tokens.toString());
        assertEquals("millrace: the token file " + tokens + " is in the store's folder " + folder
                + ", where requests can reach it: move it to another folder\n", run.err());
        assertEquals(2, run.exitCode());
    }

    @Test
    void configurationThatRequestsCouldReplaceIsRefused() throws Exception {
        String conf = file("port = 0\ndir = " + folder + "\n");
        for (String[] args : new String[][] {{"--config", conf},
            {"config", "--check", "--config", conf}}) {
            MainRun run = MainRun.of(args);
            assertEquals("millrace: the configuration file " + conf + " is in the store's folder "
                    + folder + ", where requests can reach it: move it to another folder\n",
                    run.err());
            assertEquals(2, run.exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tls-cert %none.pem", "--tls-cert %none.pem --tls-key %a,%b",
        "--access-log-format json", "--access-log %none/log", "--access-log %log --dir %.",
        "--access-log %. --dir %data", "--tls-cert %.", "--token-file %.", "--health-path health",
        "--address unix:", "--address unix:%s --tls-cert %a.pem --tls-key %a.key --https-redirect "
            + "127.0.0.1:0", "--cors *", "--cors app.example", "--max-upload-bytes 0",
        "--bucket https://127.0.0.1:1/bucket --bucket-keys %none"})
    void checkRefusesWhatServeWould(String line) throws Exception {
        SelfSignedCertificate.of(List.of("localhost"), Duration.ofDays(1))
                .write(folder.resolve("a.pem"), folder.resolve("a.key"));
        String[] flags = line.replace("%", folder + "/").split(" ");
        MainRun serve = MainRun.of(flags);
        assertNotEquals("", serve.err());
        MainRun check = MainRun.of(Stream.concat(Stream.of("config", "--check"), Stream.of(flags))
                .toArray(String[]::new));
        assertEquals(serve.err(), check.err());
        assertEquals(2, check.exitCode());
    }

    @Test
    void missingFileOfTheEnvironmentIsNamed() {
        MainRun run = MainRun.in(Map.of("MILLRACE_CONFIG", "/none.conf"), "config");
        assertEquals("millrace: there is no configuration file /none.conf\n", run.err());
        assertEquals(2, run.exitCode());
        assertEquals(1, MainRun.in(Map.of("MILLRACE_CONFIG", "/none.conf")).exitCode());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileThatEveryUserCanChangeIsAWarning() throws Exception {
        Path conf = Path.of(file("port = 1\n"));
        TokenFileTest.chmod(conf, "rw-rw-r--");
        assertEquals("", MainRun.of("config", "--check", "--config", conf.toString()).err());
        TokenFileTest.chmod(conf, "rw-rw-rw-");
        MainRun run = MainRun.of("config", "--check", "--config", conf.toString());
        assertEquals("millrace: the configuration file " + conf + " can be changed by every user of"
                + " this machine: take that permission away (chmod o-w)\n", run.err());
        assertEquals(0, run.exitCode());
    }

    @Test
    void unknownVariableIsAWarning() {
        MainRun run = MainRun.in(Map.of("MILLRACE_PROT", "1"), "config", "--check");
        assertEquals("millrace: unknown variable MILLRACE_PROT is ignored: did you mean "
                + "MILLRACE_PORT?\n", run.err());
        assertEquals(0, run.exitCode());
    }

    @Test
    void secretsAreNotShown() {
        Flag<String> password = Flag.of("--tls-password", FlagType.FILE, "", "a secret");
        assertEquals("***", ConfigCommand.shown(password, "hush"));
        Flag<String> other = Flag.of("--other", FlagType.FILE, "", "no secret");
        assertEquals("a", ConfigCommand.shown(other, "a"));
        assertEquals("s3://***@host/x@y",
                ConfigCommand.shown(other, "s3://user:hush@host/x@y"));
        assertEquals("--token-file is no secret",
                ConfigCommand.shown(ServeFlags.TOKEN_FILE, "--token-file is no secret"));
    }
}
