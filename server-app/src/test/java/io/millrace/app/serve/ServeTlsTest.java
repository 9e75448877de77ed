package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.tls.ClientCertificates;
import io.millrace.tls.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeTlsTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void makePairs() throws IOException {
        make("a");
        make("b");
    }

    private void make(String name) throws IOException {
        SelfSignedCertificate.of(List.of(name + ".example"), Duration.ofDays(1))
                .write(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    /** The arguments of a line in which a file's name has a dot and no slash. */
    private Arguments arguments(String line) throws CommandException {
        return ServeFlags.FLAGS.parse(List.of(line.isEmpty() ? new String[0]
                : line.replaceAll("(\\w+\\.(pem|key|txt))", folder + "/$1").split(" ")));
    }

    private ServeTls read(String line) throws CommandException {
        return ServeTls.read(arguments(line));
    }

    private void assertRefused(int exitCode, String message, String line) {
        CommandException refused = assertThrows(CommandException.class, () -> read(line));
        assertEquals(message, refused.getMessage().replace(folder + "/", ""));
        assertEquals(exitCode, refused.exitCode());
    }

    private static String names(ServeTls tls) {
        return tls.tls().certificates().stream()
                .map(each -> each.getSubjectX500Principal().toString()).toList().toString();
    }

    @Test
    void withoutAFlagOfTlsThereIsNone() throws Exception {
        assertFalse(TlsFlags.isGiven(arguments("--port 0 --token-file p.txt")));
        assertTrue(TlsFlags.isGiven(arguments("--hsts 60s")));
        assertTrue(TlsFlags.isGiven(arguments("--https-port 443")));
        assertNull(read("--port 0 --hsts 60s"));
    }

    @Test
    void pairsAreReadInTheirOrder() throws Exception {
        assertEquals("[CN=b.example, CN=a.example]",
                names(read("--tls-cert b.pem --tls-cert a.pem --tls-key b.key,a.key")));
    }

    @Test
    void keysMayStandInTheFilesOfTheCertificates() throws Exception {
        for (String name : List.of("a", "b")) {
            Files.writeString(folder.resolve(name + "both.pem"),
                    Files.readString(folder.resolve(name + ".pem"))
                    + Files.readString(folder.resolve(name + ".key")));
        }
        assertEquals("[CN=a.example]", names(read("--tls-cert aboth.pem")));
        assertEquals("[CN=b.example, CN=a.example]",
                names(read("--tls-cert bboth.pem,aboth.pem")));
    }

    @Test
    void flagsThatDoNotGoTogetherAreRefused() {
        assertRefused(2, "there must be as many --tls-key as --tls-cert, or none if the keys are in"
                + " the same files: 1 and 2", "--tls-cert a.pem,b.pem --tls-key a.key");
        for (String flag : List.of("--tls-key a.key", "--tls-client-ca a.pem",
                "--tls-client-cert wanted", "--https-redirect 127.0.0.1:0",
                "--tls-key-password-file p.txt", "--https-port 443")) {
            assertRefused(2, flag.split(" ")[0] + " needs --tls-cert: name a certificate, or make"
                    + " one with the command cert", flag);
        }
        assertRefused(2, "--tls-client-cert needs --tls-client-ca: name the file of the"
                + " authorities", "--tls-cert a.pem --tls-key a.key --tls-client-cert needed");
    }

    @Test
    void fileThatCannotBeUsedIsOneLine() {
        assertRefused(1, "there is no file c.pem", "--tls-cert c.pem --tls-key a.key");
        assertRefused(1, "a.pem has no private key, but a CERTIFICATE: name the file of the key, if"
                + " the two are not swapped", "--tls-cert a.pem");
        assertRefused(1, "the key b.key doesn't fit the certificate a.pem: the key is EC, the"
                + " certificate EC of CN=a.example; name the key that the certificate was requested"
                + " with", "--tls-cert a.pem --tls-key b.key");
    }

    @Test
    void clientsNeedCertificatesIfThereIsAnAuthority() throws Exception {
        String pair = "--tls-cert a.pem --tls-key a.key";
        assertEquals(ClientCertificates.NONE, read(pair).tls().clientCertificates());
        String authority = pair + " --tls-client-ca b.pem";
        assertEquals(ClientCertificates.NEEDED, read(authority).tls().clientCertificates());
        assertEquals(ClientCertificates.WANTED,
                read(authority + " --tls-client-cert wanted").tls().clientCertificates());
        assertEquals(ClientCertificates.NONE,
                read(authority + " --tls-client-cert none").tls().clientCertificates());
    }

    @Test
    void passwordIsTheFirstLineOfItsFile() throws Exception {
        Path tests = Path.of("../core/src/test/resources/tls").toAbsolutePath();
        Files.copy(tests.resolve("rsa.pem"), folder.resolve("rsa.pem"));
        Files.copy(tests.resolve("rsa-encrypted.key"), folder.resolve("rsa.key"));
        String pair = "--tls-cert rsa.pem --tls-key rsa.key";
        assertRefused(1, "the private key rsa.key is encrypted and there is no password for it:"
                + " give one (--tls-key-password-file, Tls.Builder.certificate), or decrypt it:"
                + " openssl pkcs8 -topk8 -nocrypt -in rsa.key -out FILE",
                pair);
        Files.writeString(folder.resolve("p.txt"), "secret\nanother\n");
        assertEquals("[CN=a.example]", names(read(pair + " --tls-key-password-file p.txt")));
        Files.writeString(folder.resolve("p.txt"), "");
        assertRefused(1, "the password doesn't decrypt the private key rsa.key",
                pair + " --tls-key-password-file p.txt");
    }

    @Test
    void configCheckReadsTheFiles() {
        MainRun run = MainRun.of("config", "--check", "--tls-cert",
                folder.resolve("a.pem").toString(), "--tls-key",
                folder.resolve("b.key").toString());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("doesn't fit the certificate"), run.err());
        assertEquals(0, MainRun.of("config", "--check", "--tls-cert",
                folder.resolve("a.pem").toString(), "--tls-key",
                folder.resolve("a.key").toString()).exitCode());
    }

    @Test
    void filesInTheStoresFolderAreRefused() {
        String[] pair = {"config", "--check", "--dir", folder.toString(), "--tls-cert",
            folder.resolve("a.pem").toString(), "--tls-key", folder.resolve("a.key").toString()};
        MainRun run = MainRun.of(pair);
        assertEquals(2, run.exitCode());
        assertEquals("millrace: the TLS file " + folder.resolve("a.pem") + " is in the store's"
                + " folder " + folder + ", where requests can reach it: move it to another"
                + " folder\n", run.err());
        pair[0] = "serve";
        pair[1] = "--port=0";
        assertEquals(run.err(), MainRun.of(pair).err());
    }

    @Test
    void portAndTimeOfTheFlagsEndWhereTheyMay() throws Exception {
        for (String taken : List.of("--https-port=1", "--https-port=65535", "--hsts=0s",
                "--hsts=730d")) {
            ServeFlags.FLAGS.parse(List.of(taken));
        }
        for (String refused : List.of("--https-port=0", "--https-port=65536", "--hsts=731d")) {
            assertThrows(CommandException.class,
                    () -> ServeFlags.FLAGS.parse(List.of(refused)), refused);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tls-cert data/a.pem --tls-key a.key",
        "--tls-cert a.pem --tls-key data/a.key",
        "--tls-cert a.pem --tls-key a.key --tls-client-ca data/b.pem",
        "--tls-cert a.pem --tls-key a.key --tls-key-password-file data/p.txt"})
    void eachFileInTheStoresFolderIsRefused(String line) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("p.txt"), "secret\n");
        for (String name : List.of("a.pem", "a.key", "b.pem")) {
            Files.copy(folder.resolve(name), data.resolve(name));
        }
        Path within = data.resolve(line.replaceAll(".*data/(\\S+).*", "$1"));
        MainRun run = MainRun.of(("config --check --dir data " + line)
                .replaceAll("(\\S+\\.\\w+|data)(?= |$)", folder + "/$1").split(" "));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("file " + within + " is in the store's folder "),
                run.err());
    }

    // Who connects to a socket of this machine, such as a proxy, comes without TLS.
    @Test
    void socketOfThisMachineHasNoTls() throws Exception {
        String line = "--tls-cert a.pem --tls-key a.key";
        assertEquals(List.of(true, false, true), ServeSettings.serverOptions(arguments(line),
                        read(line).tls(), List.of(), new InetSocketAddress("127.0.0.1", 0),
                        UnixDomainSocketAddress.of("s"), new InetSocketAddress("127.0.0.1", 0))
                .endpoints().stream().map(each -> each.tls() != null).toList());
    }

    @Test
    void onlyTheFlagPutsHstsAroundTheStore() throws Exception {
        Handler hello = request -> Response.text("hello");
        assertSame(hello, ServeTls.around(arguments("--port 0"), hello));
        assertTrue(hello != ServeTls.around(arguments("--hsts 60s"), hello));
    }

    private static final class Told {

        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ServeParts parts =
                new ServeParts(new Lines(new PrintStream(out, true), Runnable::run));

        String warnings() {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            parts.printWarnings(new PrintStream(err, true));
            return err.toString();
        }
    }

    @Test
    void keyThatEveryUserMayReadIsAWarning() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("a.key"),
                PosixFilePermissions.fromString("rw-r--r--"));
        Told told = new Told();
        read("--tls-cert a.pem --tls-key a.key").addTo(told.parts);
        assertTrue(told.warnings().contains("the key " + folder.resolve("a.key")
                + " can be read by every user of this machine: chmod 600 "
                + folder.resolve("a.key")), told.warnings());
        Files.setPosixFilePermissions(folder.resolve("a.key"),
                PosixFilePermissions.fromString("rw-r-----"));
        Told other = new Told();
        read("--tls-cert a.pem --tls-key a.key").addTo(other.parts);
        assertEquals("", other.warnings());
    }

    @Test
    void sighupReadsCertificatesAgainOrKeepsThem() throws Exception {
        ServeTls tls = read("--tls-cert a.pem --tls-key a.key");
        Told told = new Told();
        tls.addTo(told.parts);
        move("b.pem", "a.pem");
        told.parts.reloads().reloadAll();
        assertEquals("[CN=a.example]", names(tls));
        move("b.key", "a.key");
        told.parts.reloads().reloadAll();
        assertEquals("[CN=b.example]", names(tls));
        assertTrue(told.out.toString().startsWith("SIGHUP: reloaded the certificates"),
                told.out.toString());
    }

    // Every eighth turn takes a look, and two looks have to see the same.
    @Test
    void renewedCertificatesAreReadWithoutASignalAtTheSixteenthTurn() throws Exception {
        ServeTls tls = read("--tls-cert a.pem --tls-key a.key");
        Told told = new Told();
        tls.addTo(told.parts);
        move("b.pem", "a.pem");
        move("b.key", "a.key");
        for (int turn = 1; turn < 16; turn++) {
            told.parts.reloads().look();
            assertEquals("[CN=a.example]", names(tls), "turn " + turn);
        }
        told.parts.reloads().look();
        assertEquals("[CN=b.example]", names(tls));
        assertTrue(told.out.toString().startsWith("certificates read again: "),
                told.out.toString());
    }

    private void move(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to),
                StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
