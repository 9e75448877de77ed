package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Flag;
import io.millrace.tls.SelfSignedCertificate;
import io.millrace.tls.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command cert. */
class CertCommandTest {

    @TempDir
    private Path folder;

    private MainRun run(String... more) {
        String[] args = new String[more.length + 5];
        System.arraycopy(new String[] {"cert", "--cert", file("c.pem").toString(), "--key",
            file("k.pem").toString()}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return MainRun.of(args);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    void helpMentionsEveryFlag() {
        MainRun run = MainRun.of("cert", "--help");
        assertEquals(0, run.exitCode());
        for (Flag<?> flag : CertCommand.FLAGS.all()) {
            assertTrue(run.out().contains("  " + flag.name()), flag.name());
        }
        run.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
        assertTrue(MainRun.of("--help").out().contains("cert [FLAGS]"));
    }

    @Test
    void pairThatIsMadeCanBeServed() throws Exception {
        MainRun run = run("--name", "a.example,192.0.2.1", "--days", "825");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("made " + file("c.pem") + " and " + file("k.pem")
                + " for localhost, 127.0.0.1, ::1, "), run.out());
        assertTrue(run.out().contains("a.example, 192.0.2.1, valid for 825 days\n"), run.out());
        assertTrue(run.out().contains("--tls-cert " + file("c.pem") + " --tls-key "), run.out());
        X509Certificate made = Tls.builder().certificate(file("c.pem"), file("k.pem")).build()
                .certificates().get(0);
        String names = made.getSubjectAlternativeNames().toString();
        assertTrue(names.startsWith("[[2, localhost], [7, 127.0.0.1], [7, 0:0:0:0:0:0:0:1]"),
                names);
        assertTrue(names.endsWith("[2, a.example], [7, 192.0.2.1]]"), names);
        assertEquals(Duration.ofDays(825), Duration.between(
                made.getNotBefore().toInstant(), made.getNotAfter().toInstant()));
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file("k.pem"))));
    }

    @ParameterizedTest
    @CsvSource({"host, true", "a-1.example, true", "1a, true", "0123456789, false", "10.1, false",
        "a-.example, false", "a..b, false", "my_host, false", "'', false"})
    void nameOfTheMachineIsOneOfThoseIfACertificateCanHaveIt(String machine, boolean isNamed) {
        Set<String> names = CertCommand.names(List.of("given"), machine);
        assertEquals(isNamed, names.contains(machine));
        assertTrue(names.contains("given"));
        SelfSignedCertificate.of(List.copyOf(names), Duration.ofDays(1));
    }

    @Test
    void existingFileIsNotReplaced() throws Exception {
        Files.writeString(file("k.pem"), "mine");
        MainRun run = run();
        assertEquals(1, run.exitCode());
        assertEquals("millrace: " + file("k.pem") + " exists already and is not replaced:"
                + " delete it, or name other files with --cert and --key\n", run.err());
        assertEquals("mine", Files.readString(file("k.pem")));
        assertFalse(Files.exists(file("c.pem")));
    }

    @Test
    void folderThatIsMissingIsNamed() {
        MainRun run = MainRun.of("cert", "--cert", file("none/c.pem").toString(), "--key",
                file("k.pem").toString());
        assertEquals(1, run.exitCode());
        assertEquals("millrace: there is no folder for " + file("none/c.pem") + "\n", run.err());
        assertFalse(Files.exists(file("k.pem")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cert x | unexpected argument 'x': cert takes only flags, see cert --help",
        "cert --cert a --key ./a | --cert and --key must name two files: a",
        "cert --days 0 | --days must be a number in [1, 825]: 0",
        "cert --days 826 | --days must be a number in [1, 825]: 826",
        "cert --name a_/b | --name: not a host name: a_/b",
        "cert --name 1.2.3 | --name: not an IP address: 1.2.3",
    })
    void wrongArgumentsAreOneLineAndExitCode2(String line, String message) {
        MainRun run = MainRun.of(line.split(" "));
        assertEquals(2, run.exitCode());
        assertEquals("millrace: " + message + "\n", run.err());
    }
}
