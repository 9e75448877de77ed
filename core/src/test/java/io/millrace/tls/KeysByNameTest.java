package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several identities a client gets; an alias is an identity's place. */
class KeysByNameTest {

    @TempDir
    private Path folder;
    private int made;

    private static Identity read(String certificate, String key) throws IOException {
        return new PemIdentity(TestFiles.file(certificate), TestFiles.file(key), null).read()
                .get(0);
    }

    /** With a key for elliptic curves. */
    private Identity made(String... names) throws IOException {
        Path certificate = folder.resolve(made + ".pem");
        Path key = folder.resolve(made++ + ".key");
        SelfSignedCertificate.of(List.of(names), Duration.ofDays(1)).write(certificate, key);
        return new PemIdentity(certificate, key, null).read().get(0);
    }

    @Test
    void firstOfThoseWithTheSameNameIsChosen() throws Exception {
        KeysByName keys = new KeysByName(List.of(made("other"), made("a.example", "x"),
                made("a.example"), made("*.example"), made("*.example")));
        assertEquals("1", keys.choose("EC", "a.example"));
        assertEquals("3", keys.choose("EC", "b.example"));
    }

    @Test
    void withoutANameAnotherKindOfKeyForTheNamesOfTheFirstStandsIn() throws Exception {
        Identity rsa = read("rsa.pem", "rsa-pkcs8.key"); // of a.example and localhost
        KeysByName keys = new KeysByName(List.of(
                rsa, made("a.example"), made("a.example", "localhost")));
        assertEquals("0", keys.choose("RSA", null));
        assertEquals("2", keys.choose("EC", null));
        assertEquals("2", keys.choose("EC", "unknown.example"));
        assertNull(new KeysByName(List.of(rsa, made("a.example"))).choose("EC", null));
    }

    /** RFC 4343: letters of either case are the same. */
    @Test
    void nameIsFoundWhateverTheCaseInWhichEitherSideWritesIt() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        byte[] name = Der.value(0x82, "Files.EXAMPLE".getBytes(StandardCharsets.US_ASCII));
        byte[] encoded = new CertificateText("files", List.of(name), Instant.EPOCH,
                Instant.EPOCH.plusSeconds(1)).signed(pair);
        Identity capitals = new Identity("capitals", pair.getPrivate(), List.of((X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(
                        new ByteArrayInputStream(encoded))), List.of());
        KeysByName keys = new KeysByName(List.of(made("other"), capitals));
        assertEquals("1", keys.choose("EC", "files.example"));
        assertEquals("1", keys.choose("EC", "FILES.example"));
    }

    /** A star stands for one label. */
    @Test
    void wildcardIsForNamesOfOneLabelMore() throws Exception {
        KeysByName keys = new KeysByName(List.of(made("other"), made("*.a.example")));
        assertEquals("1", keys.choose("EC", "b.a.example"));
        assertEquals("0", keys.choose("EC", "c.b.a.example"));
        assertEquals("0", keys.choose("EC", "a.example"));
        assertEquals("0", keys.choose("EC", ".a.example"));
    }

    /** RFC 9525 section 6.3: a name that people see is none of a host. */
    @Test
    void certificateForAnAddressAloneHasNoName() throws Exception {
        assertEquals(Set.of(), made("127.0.0.1").names());
    }

    @Test
    void certificateBetweenThatHasExpiredIsAWarningToo() throws Exception {
        Identity own = read("rsa.pem", "rsa-pkcs8.key");
        Identity expired = read("expired.pem", "expired.key");
        Identity both = new Identity("both.pem", own.key(),
                List.of(own.certificate(), expired.certificate()), List.of());
        Instant now = expired.certificate().getNotAfter().toInstant().plusSeconds(1);
        List<String> warnings = both.warnings(now);
        assertEquals("the certificate " + expired.certificate().getSubjectX500Principal()
                + " in both.pem expired on " + now.minusSeconds(1)
                + ": clients will refuse it; renew it", warnings.get(warnings.size() - 1));
    }
}
