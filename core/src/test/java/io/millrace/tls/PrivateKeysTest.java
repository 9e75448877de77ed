package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateKeysTest {

    @TempDir
    private Path folder;

    private static PrivateKey read(Path file, String password) throws TlsException {
        return PrivateKeys.read(file, PemFile.read(file),
                password == null ? null : password.toCharArray());
    }

    private static PrivateKey read(String name) throws TlsException {
        return read(TestFiles.file(name), null);
    }

    private static String refusal(Path file, String password) {
        return assertThrows(TlsException.class, () -> read(file, password)).getMessage()
                .replace(file.toString(), "FILE");
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
    }

    @Test
    void rsaKeyIsTheSameInAllItsForms() throws IOException {
        PrivateKey pkcs8 = read("rsa-pkcs8.key");
        assertEquals("RSA", pkcs8.getAlgorithm());
        assertEquals(pkcs8, read("rsa-pkcs1.key"));
        assertEquals(pkcs8, read(TestFiles.file("rsa-encrypted.key"), "secret"));
    }

    @Test
    void ecKeyIsTheSameInAllItsForms() throws IOException {
        PrivateKey pkcs8 = read("ec-pkcs8.key");
        assertEquals("EC", pkcs8.getAlgorithm());
        assertSameNumber(pkcs8, read("ec-sec1.key"));
    }

    /** One form has the public key beside the number, another one hasn't. */
    private static void assertSameNumber(PrivateKey expected, PrivateKey key) {
        assertEquals(((ECPrivateKey) expected).getS(), ((ECPrivateKey) key).getS());
    }

    @Test
    void curveMayStandInTheBlockBefore() throws IOException {
        byte[] number = new DerReader(PemFile.read(TestFiles.file("ec-sec1.key")).get(1).bytes())
                .enter(Der.SEQUENCE).skip(Der.INTEGER).whole(Der.OCTET_STRING);
        String bare = pem("EC PRIVATE KEY", Der.sequence(Der.integer(1), number));
        String curve = pem("EC PARAMETERS", Der.oid("1.2.840.10045.3.1.7"));
        assertSameNumber(read("ec-pkcs8.key"),
                read(TestFiles.write(folder, "with.key", curve + bare), null));
        assertTrue(refusal(TestFiles.write(folder, "without.key", bare), null)
                .startsWith("the private key in line 1 of FILE can't be read; it must be an RSA"));
    }

    @Test
    void edwardsAndPssKeysAreRead() throws IOException {
        assertEquals("EdDSA", read("ed25519.key").getAlgorithm());
        assertEquals("RSASSA-PSS", read("pss.key").getAlgorithm());
    }

    @Test
    void encryptedKeyNeedsItsPassword() {
        assertEquals("the private key FILE is encrypted and there is no password for it: give one"
                + " (--tls-key-password-file, Tls.Builder.certificate), or decrypt it:"
                + " openssl pkcs8 -topk8 -nocrypt -in FILE -out FILE",
                refusal(TestFiles.file("rsa-encrypted.key"), null));
        assertEquals("the password doesn't decrypt the private key FILE",
                refusal(TestFiles.file("rsa-encrypted.key"), "secret2"));
        assertEquals("the password doesn't decrypt the private key FILE",
                refusal(TestFiles.file("rsa-encrypted.key"), ""));
    }

    @Test
    void oldEncryptionIsRefusedWithAndWithoutPassword() {
        assertTrue(refusal(TestFiles.file("rsa-old.key"), null).startsWith(
                "the private key FILE is encrypted and there is no password"));
        assertEquals("the private key FILE is encrypted in OpenSSL's old format: decrypt it:"
                + " openssl pkcs8 -topk8 -nocrypt -in FILE -out FILE",
                refusal(TestFiles.file("rsa-old.key"), "secret"));
    }

    @Test
    void fileWithoutOneKeyIsToldWhatItHas() throws IOException {
        assertEquals("FILE has no private key, but a CERTIFICATE: name the file of the key, if the"
                + " two are not swapped",
                refusal(TestFiles.file("rsa.pem"), null));
        assertEquals("FILE has no private key, but a CERTIFICATE REQUEST",
                refusal(TestFiles.file("request.pem"), null));
        assertEquals("FILE has more than one private key, in lines 1 and 6: leave one",
                refusal(TestFiles.joined(folder, "ec-pkcs8.key", "rsa-pkcs1.key"), null));
    }

    @Test
    void keysThatTlsCannotUseAreRefused() throws IOException {
        String unreadable = "the private key in line 1 of FILE can't be read; it must be an RSA"
                + " key, an EC key of a named curve (P-256, P-384, P-521), Ed25519 or Ed448, and"
                + " whole: openssl pkey -in FILE -check";
        assertEquals(unreadable, refusal(TestFiles.file("dsa.key"), null));
        assertEquals(unreadable, refusal(
                TestFiles.write(folder, "x", pem("PRIVATE KEY", new byte[] {0x30, 0})), null));
        assertEquals("the private key FILE is a DSA PRIVATE KEY: only RSA, EC, Ed25519 and Ed448"
                + " keys can be used", refusal(
                TestFiles.write(folder, "y", pem("DSA PRIVATE KEY", new byte[] {1})), null));
    }

    @Test
    void keyCutInsideItsBytesIsRefused() throws IOException {
        for (String name : new String[] {"rsa-pkcs8.key", "rsa-pkcs1.key", "ec-pkcs8.key",
            "ed25519.key"}) {
            PemBlock whole = PemFile.read(TestFiles.file(name)).get(0);
            for (int length = 1; length < whole.bytes().length; length += 7) {
                byte[] cut = Arrays.copyOf(whole.bytes(), length);
                Path file = TestFiles.write(folder, "cut", pem(whole.label(), cut));
                assertThrows(TlsException.class, () -> read(file, null), name + " " + length);
            }
        }
    }
}
