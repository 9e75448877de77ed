package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedCertificateTest {

    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir
    private Path folder;

    private static SelfSignedCertificate named(String... names) {
        return SelfSignedCertificate.of(List.of(names), YEAR);
    }

    private X509Certificate read(SelfSignedCertificate made) throws IOException {
        Path file = TestFiles.write(folder, "x.pem", made.certificatePem());
        return Chain.read(file, PemFile.read(file)).get(0);
    }

    private String alternatives(String... names) throws IOException, GeneralSecurityException {
        return read(named(names)).getSubjectAlternativeNames().toString();
    }

    @Test
    void certificateIsReadAndServedLikeAnyOther() throws Exception {
        Path chain = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        named("localhost").write(chain, key);
        Tls tls = Tls.builder().certificate(chain, key).build();
        X509Certificate own = tls.certificates().get(0);
        own.verify(own.getPublicKey());
        own.checkValidity();
        assertEquals(3, own.getVersion());
        assertEquals(-1, own.getBasicConstraints(), "it is no authority");
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), own.getExtendedKeyUsage());
        assertTrue(own.getKeyUsage()[0]);
        assertEquals("CN=localhost", own.getSubjectX500Principal().toString());
        assertEquals(own.getSubjectX500Principal(), own.getIssuerX500Principal());
        assertTrue(own.getSerialNumber().signum() > 0);
    }

    @Test
    void namesAndAddressesAreAlternatives() throws Exception {
        assertEquals("[[2, localhost], [7, 127.0.0.1], [7, 0:0:0:0:0:0:0:1], [2, *.a.example],"
                + " [2, xn--bcher-kva.example], [2, host_1]]",
                alternatives("localhost", "127.0.0.1", "::1", "*.A.example",
                        "b\u00fccher.example", "host_1"));
        String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
        assertEquals("[[2, " + longest + "]]", alternatives(longest));
        assertTrue(alternatives(Collections.nCopies(100, "a").toArray(String[]::new))
                .startsWith("[[2, a], [2, a]"));
    }

    @Test
    void whatIsNoNameIsRefused() {
        String tooLong = ("a".repeat(63) + ".").repeat(3) + "a".repeat(62);
        for (String wrong : new String[] {"", " ", "a b", "-a", "a-", "a..b", ".a", "a.", "*",
            "a.*.b", "*.*.b", "a/b", "a\nb", "a".repeat(64), tooLong}) {
            assertEquals("not a host name: " + wrong, assertThrows(
                    IllegalArgumentException.class, () -> named(wrong)).getMessage());
        }
        for (String wrong : new String[] {"1.2.3", "1.2.3.256", "1", ":::", "::g", "a:b",
            "fe80::1%eth0", "[::1]", "localhost:80", "1:2"}) {
            assertEquals("not an IP address: " + wrong, assertThrows(
                    IllegalArgumentException.class, () -> named(wrong)).getMessage());
        }
        assertThrows(IllegalArgumentException.class, SelfSignedCertificateTest::named);
        assertThrows(IllegalArgumentException.class,
                () -> named(Collections.nCopies(101, "a").toArray(String[]::new)));
    }

    @Test
    void timeBeginsWhenItIsMadeAndLastsAsLongAsAsked() throws IOException {
        // The last second of two digits for a year, and the first of four.
        for (String from : new String[] {"2026-11-29T01:02:03Z", "2049-12-31T23:59:59Z",
            "2050-01-01T00:00:00Z"}) {
            Instant begin = Instant.parse(from);
            X509Certificate made = read(SelfSignedCertificate.of(List.of("a"), YEAR, begin));
            assertEquals(begin, made.getNotBefore().toInstant());
            assertEquals(begin.plus(YEAR), made.getNotAfter().toInstant());
        }
    }

    @Test
    void validityHasBounds() {
        List<String> names = List.of("a");
        SelfSignedCertificate.of(names, Duration.ofSeconds(1));
        SelfSignedCertificate.of(names, Duration.ofDays(825));
        assertThrows(IllegalArgumentException.class,
                () -> SelfSignedCertificate.of(names, Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class,
                () -> SelfSignedCertificate.of(names, Duration.ofDays(825).plusNanos(1)));
    }

    @Test
    void longNameIsCutWherePeopleSeeItOnly() throws Exception {
        String name = "a".repeat(60) + ".example";
        X509Certificate made = read(named(name));
        assertEquals("CN=" + name.substring(0, 64), made.getSubjectX500Principal().toString());
        assertEquals("[[2, " + name + "]]", made.getSubjectAlternativeNames().toString());
    }

    @Test
    void eachIsAnother() throws IOException {
        assertNotEquals(named("a").keyPem(), named("a").keyPem());
        assertNotEquals(read(named("a")).getSerialNumber(), read(named("a")).getSerialNumber());
    }

    @Test
    void keyIsForItsOwnerOnly() throws IOException {
        Path key = folder.resolve("key.pem");
        named("a").write(folder.resolve("cert.pem"), key);
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertEquals("SelfSignedCertificate", named("a").toString());
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Files.writeString(certificate, "old");
        assertThrows(FileAlreadyExistsException.class, () -> named("a").write(certificate, key));
        assertFalse(Files.exists(key));
        Files.delete(certificate);
        Files.writeString(key, "old");
        assertThrows(FileAlreadyExistsException.class, () -> named("a").write(certificate, key));
        assertFalse(Files.exists(certificate));
        assertEquals("old", Files.readString(key));
        Path nowhere = folder.resolve("none/cert.pem");
        Path other = folder.resolve("other.pem");
        assertThrows(NoSuchFileException.class, () -> named("a").write(nowhere, other));
        assertFalse(Files.exists(other));
    }

    // An empty one would be in the way of the next attempt.
    @Test
    void fileThatCannotBeWrittenWholeIsNotLeft() throws IOException {
        for (String failing : new String[] {"key.pem", "cert.pem"}) {
            for (Operation operation : new Operation[] {Operation.WRITE, Operation.CLOSE}) {
                PlainFileSystem system = new PlainFileSystem();
                IOException failure = new IOException("No space left on device");
                system.before((now, real) -> {
                    if (now == operation && real.endsWith(failing)) {
                        throw failure;
                    }
                });
                assertSame(failure, assertThrows(IOException.class, () -> named("a").write(
                        system.path(folder.resolve("cert.pem")),
                        system.path(folder.resolve("key.pem")))));
                try (Stream<Path> left = Files.list(folder)) {
                    assertEquals(List.of(), left.toList());
                }
            }
        }
    }
}
