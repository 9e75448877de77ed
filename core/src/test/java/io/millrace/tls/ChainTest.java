package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {

    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private Identity read(Path chain, String key) throws TlsException {
        return new PemIdentity(chain, TestFiles.file(key), null).read().get(0);
    }

    private static String refusal(Path chain, Path key) {
        return assertThrows(TlsException.class, () -> new PemIdentity(chain, key, null).read())
                .getMessage().replace(chain.toString(), "CHAIN").replace(key.toString(), "KEY");
    }

    private static List<String> subjects(List<X509Certificate> chain) {
        return chain.stream().map(each -> each.getSubjectX500Principal().toString()).toList();
    }

    private static List<List<String>> orders(List<String> names) {
        if (names.isEmpty()) {
            return List.of(List.of());
        }
        List<List<String>> orders = new ArrayList<>();
        for (String first : names) {
            List<String> rest = new ArrayList<>(names);
            rest.remove(first);
            orders(rest).forEach(order -> {
                List<String> all = new ArrayList<>(List.of(first));
                all.addAll(order);
                orders.add(all);
            });
        }
        return orders;
    }

    @Test
    void chainInAnyOrderIsSortedAndItsRootIsLeftOut() throws IOException {
        List<List<String>> orders = orders(List.of("ec.pem", "inner.pem", "outer.pem", "root.pem"));
        assertEquals(24, orders.size());
        for (List<String> order : orders) {
            Identity identity = read(
                    TestFiles.joined(folder, order.toArray(String[]::new)), "ec-pkcs8.key");
            assertEquals(List.of("CN=Leaf", "CN=Test inner", "CN=Test outer"),
                    subjects(identity.chain()), order.toString());
            assertEquals(List.of(), identity.leftOver());
        }
    }

    @Test
    void certificateAloneIsAChain() throws IOException {
        Identity identity = read(TestFiles.file("ec.pem"), "ec-sec1.key");
        assertEquals(List.of("CN=Leaf"), subjects(identity.chain()));
        assertEquals(List.of(), identity.warnings(NOW));
    }

    @Test
    void certificateTwiceIsSentOnce() throws IOException {
        Identity identity = read(TestFiles.joined(folder, "ec.pem", "ec.pem", "inner.pem",
                "inner.pem", "outer.pem"), "ec-pkcs8.key");
        assertEquals(3, identity.chain().size());
        assertEquals(List.of(), identity.leftOver());
    }

    @Test
    void gapIsAWarningThatNamesWhatIsMissing() throws IOException {
        Path chain = TestFiles.joined(folder, "ec.pem", "outer.pem", "root.pem");
        Identity identity = read(chain, "ec-pkcs8.key");
        assertEquals(List.of("CN=Leaf"), subjects(identity.chain()));
        assertTrue(identity.warnings(NOW).contains("the chain of the certificate " + chain
                + " has a gap: no certificate in the file is that of CN=Test inner, which issued"
                + " CN=Leaf; clients that don't have it will refuse the chain. Not sent:"
                + " CN=Test outer; CN=Test root"), identity.warnings(NOW).toString());
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] name(String name) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(name))));
    }

    /** A certificate of RFC 5280's version 1. */
    private static X509Certificate issued(String subject, KeyPair its, String issuer, KeyPair by)
            throws Exception {
        byte[] algorithm = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
        byte[] time = Der.value(0x17, "270101000000Z".getBytes(StandardCharsets.US_ASCII));
        byte[] text = Der.sequence(Der.integer(1), algorithm, name(issuer),
                Der.sequence(time, time), name(subject), its.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(by.getPrivate());
        signature.update(text);
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                new ByteArrayInputStream(
                        Der.sequence(text, algorithm, Der.bits(0, signature.sign()))));
    }

    /** An authority that renews its key keeps its name. */
    @Test
    void issuerIsTheOneThatHasSignedThoughAnotherHasItsName() throws Exception {
        KeyPair old = keys();
        KeyPair renewed = keys();
        KeyPair root = keys();
        X509Certificate leaf = issued("leaf", keys(), "authority", renewed);
        X509Certificate before = issued("authority", old, "root", root);
        X509Certificate its = issued("authority", renewed, "root", root);
        List<X509Certificate> all = List.of(leaf, before, its);
        assertEquals(List.of(leaf, its), Chain.from(leaf, all));
        assertEquals(List.of(before), Chain.leftOver(List.of(leaf, its), all));
    }

    @Test
    void authoritiesThatHaveIssuedEachOtherAreSentOnceEach() throws Exception {
        KeyPair one = keys();
        KeyPair other = keys();
        X509Certificate leaf = issued("leaf", keys(), "one", one);
        X509Certificate first = issued("one", one, "other", other);
        X509Certificate second = issued("other", other, "one", one);
        assertEquals(List.of(leaf, first, second),
                Chain.from(leaf, List.of(second, first, leaf)));
    }

    @Test
    void chainHasTenCertificatesAtMost() throws Exception {
        KeyPair key = keys();
        List<X509Certificate> line = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            line.add(issued("c" + i, key, "c" + (i + 1), key));
        }
        assertEquals(line.subList(0, 10), Chain.from(line.get(0), line.subList(0, 10)));
        assertEquals(line.subList(0, 10), Chain.from(line.get(0), line));
    }

    @Test
    void keyAndChainMayBeOneFile() throws IOException {
        Path file = TestFiles.joined(folder, "ec-sec1.key", "outer.pem", "ec.pem", "inner.pem");
        PemIdentity source = new PemIdentity(file, file, null);
        assertEquals(List.of(file), source.files());
        assertEquals(3, source.read().get(0).chain().size());
    }

    /** As older programs write it. */
    @Test
    void labelOfACertificateMayNameItsKind() throws IOException {
        Path file = TestFiles.write(folder, "x509.pem",
                TestFiles.text("ec.pem").replace(" CERTIFICATE", " X509 CERTIFICATE"));
        assertEquals(List.of("CN=Leaf"), subjects(read(file, "ec-sec1.key").chain()));
    }

    @Test
    void keyOfEachKindFitsItsCertificate() throws IOException {
        for (String[] pair : new String[][] {{"rsa.pem", "rsa-pkcs1.key"},
            {"ed25519.pem", "ed25519.key"}, {"pss.pem", "pss.key"}}) {
            assertEquals(1, read(TestFiles.file(pair[0]), pair[1]).chain().size());
        }
    }

    @Test
    void keyThatDoesNotFitIsRefused() {
        assertEquals("the key KEY doesn't fit the certificate CHAIN: the key is RSA, the"
                + " certificate EC of CN=Leaf; name the key that the certificate was requested"
                + " with", refusal(TestFiles.file("ec.pem"), TestFiles.file("rsa-pkcs8.key")));
        assertEquals("the key KEY doesn't fit the certificate CHAIN: the key is EC, the"
                + " certificate EC of CN=Leaf; name the key that the certificate was requested"
                + " with", refusal(TestFiles.file("ec.pem"), TestFiles.file("expired.key")));
    }

    @Test
    void shortRsaKeyIsRefused() {
        assertEquals("the key KEY is RSA with 1024 bits, which clients refuse: make one of 2048 or"
                + " more, or an EC key, and request a certificate for it",
                refusal(TestFiles.file("weak.pem"), TestFiles.file("weak.key")));
    }

    @Test
    void fileWithoutCertificateIsToldWhatItHas() throws IOException {
        Path key = TestFiles.file("rsa-pkcs8.key");
        assertEquals("CHAIN is a certificate request, not a certificate: send it to a certificate"
                + " authority, and use the file that comes back",
                refusal(TestFiles.file("request.pem"), key));
        assertEquals("CHAIN has no certificate, but a PRIVATE KEY: are the two files swapped?",
                refusal(TestFiles.file("ec-pkcs8.key"), key));
        String certificate = TestFiles.text("rsa.pem");
        assertTrue(refusal(TestFiles.write(folder, "t", certificate.replace(
                " CERTIFICATE", " TRUSTED CERTIFICATE")), key)
                .startsWith("CHAIN is a certificate in OpenSSL's own format: convert it"));
        assertTrue(refusal(TestFiles.write(folder, "7", certificate.replace(
                " CERTIFICATE", " PKCS7")), key).startsWith("CHAIN is PKCS#7: convert it"));
        assertEquals("CHAIN has no certificate, but a X509 CRL",
                refusal(TestFiles.write(folder, "r", certificate.replace(
                " CERTIFICATE", " X509 CRL")), key));
        assertEquals("the certificate in line 1 of CHAIN can't be read; copy the whole file again",
                refusal(TestFiles.write(folder, "d", TestFiles.text("rsa-pkcs8.key").replace(
                " PRIVATE KEY", " CERTIFICATE")), key));
    }

    @Test
    void namesAreTheDnsNamesOrTheCommonName() throws IOException {
        assertEquals(Set.of("*.b.example", "c.b.example", "localhost"),
                read(TestFiles.file("ec.pem"), "ec-pkcs8.key").names());
        assertEquals(Set.of("a.example", "localhost"),
                read(TestFiles.file("rsa.pem"), "rsa-pkcs8.key").names());
        assertEquals(Set.of("old.example"),
                read(TestFiles.file("expired.pem"), "expired.key").names());
    }

    @Test
    void timesAndUsesThatClientsRefuseAreWarnings() throws IOException {
        Path file = TestFiles.file("expired.pem");
        Identity identity = read(file, "expired.key");
        Instant end = identity.certificate().getNotAfter().toInstant();
        String use = "the certificate " + file + " is not for servers (its extended key usage):"
                + " clients will refuse it; request one for TLS servers";
        assertEquals(List.of(use), identity.warnings(end));
        assertEquals(List.of("the certificate " + file + " expired on " + end
                + ": clients will refuse it; renew it", use),
                identity.warnings(end.plusSeconds(1)));
        Instant begin = identity.certificate().getNotBefore().toInstant();
        assertEquals(List.of(use), identity.warnings(begin));
        assertEquals(List.of("the certificate " + file + " is not valid before " + begin
                + ": is this machine's clock right?", use),
                identity.warnings(begin.minusSeconds(1)));
    }

    @Test
    void secretsAreInNoText() throws IOException {
        PemIdentity source = new PemIdentity(TestFiles.file("rsa.pem"),
                TestFiles.file("rsa-encrypted.key"), "secret".toCharArray());
        assertEquals("PemIdentity[" + TestFiles.file("rsa.pem") + "]", source.toString());
        assertEquals("Identity[" + TestFiles.file("rsa.pem") + "]",
                source.read().get(0).toString());
    }
}
