package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** Certificates that are changed while the server runs. */
class CertificateChangeTest extends TlsClients {

    private Tls reloadable() throws IOException {
        copy("rsa.pem", "chain.pem");
        copy("rsa-pkcs8.key", "key.pem");
        return Tls.builder().certificate(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .build();
    }

    /** As certbot and others do it: another file takes the name. */
    private void copy(String from, String to) throws IOException {
        Path fresh = Files.copy(TestFiles.file(from), folder.resolve(to + ".new"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void reloadServesTheNewCertificateToNewConnectionsOnly() throws IOException {
        Tls tls = reloadable();
        SSLEngine begun = tls.newEngine();
        copy("ed25519.pem", "chain.pem");
        copy("ed25519.key", "key.pem");
        assertEquals("CN=a.example", served(shake(tls, nothing())));
        tls.reload();
        assertEquals("CN=ed", served(shake(tls, nothing())));
        SSLEngine client = engine(client(null), nothing());
        Handshake.run(client, begun);
        assertEquals("CN=a.example", served(client));
    }

    @Test
    void brokenPairKeepsTheOldOneAndSaysSo() throws IOException {
        Tls tls = reloadable();
        copy("ed25519.pem", "chain.pem");
        assertTrue(assertThrows(TlsException.class, tls::reload).getMessage().startsWith("the key "
                + folder.resolve("key.pem") + " doesn't fit the certificate "
                + folder.resolve("chain.pem")));
        assertEquals("CN=a.example", served(shake(tls, nothing())));
        Files.delete(folder.resolve("key.pem"));
        assertEquals("there is no file " + folder.resolve("key.pem"),
                assertThrows(TlsException.class, tls::reload).getMessage());
        assertEquals("CN=a.example", served(shake(tls, nothing())));
        copy("ed25519.key", "key.pem");
        tls.reload();
        assertEquals("CN=ed", served(shake(tls, nothing())));
    }

    @Test
    void fileCutAnywhereKeepsTheOldOne() throws IOException {
        Tls tls = reloadable();
        String whole = TestFiles.text("ed25519.pem");
        copy("ed25519.key", "key.pem");
        for (int length = 0; length < whole.length() - 1; length += 13) {
            Files.writeString(folder.resolve("chain.pem"), whole.substring(0, length));
            assertThrows(TlsException.class, tls::reload);
            assertEquals("CN=a.example",
                    tls.certificates().get(0).getSubjectX500Principal().toString());
        }
    }

    @Test
    void changeIsReadWhenTwoLooksHaveFoundTheSame() throws IOException {
        Tls tls = reloadable();
        assertFalse(tls.reloadIfChanged());
        assertFalse(tls.reloadIfChanged());
        copy("ed25519.pem", "chain.pem");
        assertFalse(tls.reloadIfChanged(), "the key may still come");
        copy("ed25519.key", "key.pem");
        assertFalse(tls.reloadIfChanged(), "the key has come");
        assertEquals("CN=a.example", served(shake(tls, nothing())));
        assertTrue(tls.reloadIfChanged());
        assertEquals("CN=ed", served(shake(tls, nothing())));
        assertFalse(tls.reloadIfChanged());
    }

    @Test
    void brokenChangeIsToldOnce() throws IOException {
        Tls tls = reloadable();
        copy("ed25519.pem", "chain.pem");
        assertFalse(tls.reloadIfChanged());
        assertThrows(TlsException.class, tls::reloadIfChanged);
        assertFalse(tls.reloadIfChanged());
        copy("rsa.pem", "chain.pem");
        assertFalse(tls.reloadIfChanged());
        assertTrue(tls.reloadIfChanged());
    }

    @Test
    void linkThatChangesItsTargetIsAChange() throws IOException {
        Path link = folder.resolve("live");
        Path first = Files.createDirectory(folder.resolve("1"));
        Path second = Files.createDirectory(folder.resolve("2"));
        Files.copy(TestFiles.file("rsa.pem"), first.resolve("chain.pem"));
        Files.copy(TestFiles.file("rsa-pkcs8.key"), first.resolve("key.pem"));
        Files.copy(TestFiles.file("ed25519.pem"), second.resolve("chain.pem"));
        Files.copy(TestFiles.file("ed25519.key"), second.resolve("key.pem"));
        Files.createSymbolicLink(link, first);
        Tls tls = Tls.builder().certificate(link.resolve("chain.pem"), link.resolve("key.pem"))
                .build();
        Files.delete(link);
        Files.createSymbolicLink(link, second);
        assertFalse(tls.reloadIfChanged());
        assertTrue(tls.reloadIfChanged());
        assertEquals("CN=ed", served(shake(tls, nothing())));
    }

    @Test
    void clientAuthoritiesAreReadAgainAsWell() throws IOException {
        copy("clients.pem", "ca.pem");
        Tls tls = rsa().clientCertificates(ClientCertificates.NEEDED, folder.resolve("ca.pem"))
                .build();
        shake(tls, client("client"), nothing());
        copy("root.pem", "ca.pem");
        assertFalse(tls.reloadIfChanged());
        assertTrue(tls.reloadIfChanged());
        refusal(tls, client("client"), nothing());
    }

    @Test
    void expiredCertificateIsServedWithAWarning() throws Exception {
        try (Logged log = new Logged(Tls.class)) {
            Tls.builder().certificate(TestFiles.file("expired.pem"),
                    TestFiles.file("expired.key")).build();
            assertEquals(2, log.lines().size(), log.lines().toString());
            assertTrue(log.lines().get(0).contains("expired.pem expired on "));
            assertTrue(log.lines().get(1).contains("is not for servers"));
        }
    }
}
