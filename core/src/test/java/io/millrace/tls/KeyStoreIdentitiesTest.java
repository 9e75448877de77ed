package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a PKCS#12 file may have in it. */
class KeyStoreIdentitiesTest {

    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    private Path folder;
    private KeyStore store;

    @BeforeEach
    void begin() throws Exception {
        store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
    }

    private static X509Certificate[] certificates(String... names) throws TlsException {
        List<X509Certificate> all = new ArrayList<>();
        for (String name : names) {
            all.addAll(Chain.read(TestFiles.file(name), PemFile.read(TestFiles.file(name))));
        }
        return all.toArray(new X509Certificate[0]);
    }

    private void add(String alias, String key, String... chain) throws Exception {
        PrivateKey read = PrivateKeys.read(
                TestFiles.file(key), PemFile.read(TestFiles.file(key)), null);
        store.setKeyEntry(alias, read, PASSWORD, certificates(chain));
    }

    private List<Identity> read() throws Exception {
        Path file = folder.resolve("store.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return new KeyStoreIdentities(file, PASSWORD).read();
    }

    private String refusal() {
        return assertThrows(TlsException.class, this::read).getMessage()
                .replace(folder.resolve("store.p12").toString(), "FILE");
    }

    @Test
    void eachKeyIsAnIdentityAndWhatHasNoneIsLeftOut() throws Exception {
        add("rsa", "rsa-pkcs8.key", "rsa.pem");
        store.setCertificateEntry("root", certificates("root.pem")[0]);
        add("ec", "ec-pkcs8.key", "ec.pem", "inner.pem", "outer.pem", "root.pem");
        List<String> subjects = new ArrayList<>();
        for (Identity identity : read()) {
            subjects.add(identity.key().getAlgorithm() + " " + identity.chain().size());
        }
        subjects.sort(null);
        assertEquals(List.of("EC 3", "RSA 1"), subjects, "a root is not sent");
    }

    @Test
    void shortRsaKeyIsRefusedAsInAFileOfItsOwn() throws Exception {
        add("weak", "weak.key", "weak.pem");
        assertEquals("the key weak in FILE is RSA with 1024 bits, which clients refuse: make one"
                + " of 2048 or more, or an EC key, and request a certificate for it", refusal());
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        add("one", "expired.key", "ec.pem");
        assertEquals("the key one in FILE doesn't fit its certificate: export the file again",
                refusal());
    }
}
