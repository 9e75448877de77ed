package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    @TempDir
    private Path folder;

    private static Tls.Builder rsa() {
        return Tls.builder().certificate(
                TestFiles.file("rsa.pem"), TestFiles.file("rsa-pkcs8.key"));
    }

    private Tls.Builder addEc(Tls.Builder builder) throws IOException {
        return builder.certificate(TestFiles.joined(folder, "inner.pem", "ec.pem", "outer.pem"),
                TestFiles.file("ec-sec1.key"));
    }

    // Clients.

    /** A client that trusts the root, with a certificate of its own if it is named. */
    private static SSLContext client(String own) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Path root = TestFiles.file("root.pem");
            store.setCertificateEntry("root", Chain.read(root, PemFile.read(root)).get(0));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keys(own), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyManager[] keys(String name) throws GeneralSecurityException, IOException {
        Path key = TestFiles.file(name + ".key");
        Path chain = TestFiles.file(name + ".pem");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", PrivateKeys.read(key, PemFile.read(key), null), new char[0],
                Chain.read(chain, PemFile.read(chain)).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static SSLEngine engine(SSLContext context, Consumer<SSLParameters> changes) {
        SSLEngine engine = context.createSSLEngine("host", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        changes.accept(parameters);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static Consumer<SSLParameters> asking(String name) {
        return parameters -> parameters.setServerNames(List.of(new SNIHostName(name)));
    }

    private static Consumer<SSLParameters> suites(String... suites) {
        return parameters -> parameters.setCipherSuites(suites);
    }

    private static Consumer<SSLParameters> version(String version) {
        return parameters -> parameters.setProtocols(new String[] {version});
    }

    private static Consumer<SSLParameters> nothing() {
        return parameters -> { };
    }

    /** The client's end of a handshake that succeeds. */
    private static SSLEngine shake(Tls tls, SSLContext context, Consumer<SSLParameters> changes)
            throws SSLException {
        SSLEngine client = engine(context, changes);
        Handshake.run(client, tls.newEngine());
        return client;
    }

    private static SSLEngine shake(Tls tls, Consumer<SSLParameters> changes)
            throws SSLException {
        return shake(tls, client(null), changes);
    }

    private static String refusal(Tls tls, SSLContext context,
            Consumer<SSLParameters> changes) {
        return assertThrows(SSLException.class, () -> shake(tls, context, changes)).getMessage();
    }

    private static String served(SSLEngine client) throws SSLException {
        return ((X509Certificate) client.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal().toString();
    }

    // Names.

    @Test
    void certificateIsChosenByTheNameThatTheClientAsksFor() throws IOException {
        Tls tls = addEc(rsa()).certificate(TestFiles.file("ed25519.pem"),
                TestFiles.file("ed25519.key")).build();
        for (String[] pair : new String[][] {{"a.example", "CN=a.example"},
            {"A.EXAMPLE", "CN=a.example"}, {"c.b.example", "CN=Leaf"}, {"x.b.example", "CN=Leaf"},
            {"X.B.example", "CN=Leaf"}, {"ed.example", "CN=ed"},
            {"other.example", "CN=a.example"}, {"b.example", "CN=a.example"},
            {"x.y.b.example", "CN=a.example"}}) {
            assertEquals(pair[1], served(shake(tls, asking(pair[0]))), pair[0]);
        }
        assertEquals("CN=a.example", served(shake(tls, nothing())));
    }

    @Test
    void firstCertificateIsTheDefaultWhateverItsKey() throws IOException {
        Tls tls = addEc(Tls.builder()).certificate(TestFiles.file("rsa.pem"),
                TestFiles.file("rsa-pkcs8.key")).build();
        assertEquals("CN=Leaf", served(shake(tls, asking("other.example"))));
        assertEquals("CN=Leaf", served(shake(tls, nothing())));
        assertEquals("CN=a.example", served(shake(tls, asking("a.example"))));
    }

    @Test
    void nameIsChosenByInBothVersions() throws IOException {
        Tls tls = addEc(rsa()).build();
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            assertEquals("CN=Leaf", served(shake(tls,
                    asking("c.b.example").andThen(version(version)))), version);
            assertEquals("CN=a.example", served(shake(tls,
                    asking("a.example").andThen(version(version)))), version);
        }
    }

    @Test
    void sameNameWithTwoKindsOfKeyServesBothKindsOfClients() throws IOException {
        Tls tls = addEc(rsa()).build();
        String ecdsa = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        String rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        Consumer<SSLParameters> old = asking("localhost").andThen(version("TLSv1.2"));
        assertEquals("CN=Leaf", served(shake(tls, old.andThen(suites(ecdsa)))));
        assertEquals("CN=a.example", served(shake(tls, old.andThen(suites(rsa)))));
        assertTrue(refusal(tls, client(null), asking("c.b.example").andThen(version("TLSv1.2"))
                .andThen(suites(rsa))).contains("no cipher suites in common"));
    }

    @Test
    void wholeChainIsSentInOrder() throws IOException {
        SSLEngine client = shake(addEc(Tls.builder()).build(), nothing());
        assertEquals(List.of("CN=Leaf", "CN=Test inner", "CN=Test outer"),
                Arrays.stream(client.getSession().getPeerCertificates()).map(each ->
                        ((X509Certificate) each).getSubjectX500Principal().toString()).toList());
    }

    @Test
    void keyStoreServesAsPemFilesDo() throws IOException {
        Tls tls = Tls.builder().keyStore(TestFiles.file("ec.p12"), "secret".toCharArray()).build();
        assertEquals(1, tls.certificates().size());
        assertEquals("CN=Leaf", served(shake(tls, nothing())));
    }

    @Test
    void keyStoreThatCannotBeUsedIsToldWhy() {
        for (String[] pair : new String[][] {
            {"ec.p12", "wrong", "the password doesn't open FILE"},
            {"keyless.p12", "secret", "FILE has no private key with its certificate: export both"
                    + " with openssl pkcs12 -export -inkey KEY -in CHAIN"},
            {"rsa.pem", "secret", "FILE is not PKCS#12: name a .p12 or .pfx file, which openssl"
                    + " pkcs12 -export makes of a chain and a key"},
            {"none.p12", "secret", "there is no file FILE"}}) {
            Path file = TestFiles.file(pair[0]);
            assertEquals(pair[2], assertThrows(TlsException.class, () -> Tls.builder()
                    .keyStore(file, pair[1].toCharArray()).build()).getMessage()
                    .replace(file.toString(), "FILE"));
        }
    }

    // What is spoken.

    @Test
    void bothVersionsAreSpokenAndNoOlderOne() throws IOException {
        Tls tls = rsa().build();
        assertEquals("TLSv1.3", shake(tls, nothing()).getSession().getProtocol());
        assertEquals("TLSv1.2", shake(tls, version("TLSv1.2")).getSession().getProtocol());
        assertArrayEquals(new String[] {"TLSv1.3", "TLSv1.2"},
                tls.newEngine().getEnabledProtocols());
    }

    @Test
    void serverChoosesTheCipherSuiteThatIsCheapest() throws IOException {
        Tls tls = rsa().build();
        assertEquals("TLS_AES_128_GCM_SHA256", shake(tls, suites("TLS_CHACHA20_POLY1305_SHA256",
                "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")).getSession()
                .getCipherSuite());
        assertEquals("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                shake(tls, version("TLSv1.2")).getSession().getCipherSuite());
    }

    @Test
    void weakSuitesAreNotOffered() throws IOException {
        for (String suite : rsa().build().newEngine().getEnabledCipherSuites()) {
            assertTrue(suite.matches("TLS_(ECDHE_(RSA|ECDSA)_WITH_)?(AES_(128|256)_GCM|"
                    + "CHACHA20_POLY1305)_SHA(256|384)"), suite);
        }
        for (String weak : new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}) {
            // By the server, or by a newer JDK's client, which doesn't offer all of them.
            assertFalse(refusal(rsa().build(), client(null),
                    version("TLSv1.2").andThen(suites(weak))).isEmpty(), weak);
        }
    }

    @Test
    void protocolOfTheApplicationIsHttp11OrNone() throws IOException {
        Tls tls = rsa().build();
        assertEquals("http/1.1", shake(tls, parameters -> parameters.setApplicationProtocols(
                new String[] {"h2", "http/1.1"})).getApplicationProtocol());
        assertEquals("", shake(tls, nothing()).getApplicationProtocol());
        assertTrue(refusal(tls, client(null), parameters -> parameters.setApplicationProtocols(
                new String[] {"h2"})).contains("application layer protocol"));
    }

    // Client certificates.

    @Test
    void clientIsAskedForNoCertificateByDefault() throws IOException {
        Tls tls = rsa().build();
        assertEquals(ClientCertificates.NONE, tls.clientCertificates());
        SSLEngine server = tls.newEngine();
        SSLEngine client = engine(client("client"), nothing());
        Handshake.run(client, server);
        assertThrows(SSLPeerUnverifiedException.class,
                () -> server.getSession().getPeerCertificates());
        assertEquals(null, client.getSession().getLocalCertificates());
    }

    private static Tls.Builder with(ClientCertificates wish) {
        return rsa().clientCertificates(wish, TestFiles.file("clients.pem"));
    }

    @Test
    void certificateOfAClientIsKnownWhereItIsWantedOrNeeded() throws IOException {
        for (ClientCertificates wish : new ClientCertificates[] {
            ClientCertificates.WANTED, ClientCertificates.NEEDED}) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                Tls tls = rsa().clientCertificates(wish, // the second of two authorities
                        TestFiles.joined(folder, "root.pem", "clients.pem")).build();
                assertEquals(wish, tls.clientCertificates());
                SSLEngine server = tls.newEngine();
                Handshake.run(engine(client("client"), version(version)), server);
                assertEquals("CN=Someone, O=Tests",
                        server.getSession().getPeerPrincipal().toString());
            }
        }
    }

    @Test
    void clientWithoutCertificateMayComeWhereItIsWantedOnly() throws IOException {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            SSLEngine server = with(ClientCertificates.WANTED).build().newEngine();
            Handshake.run(engine(client(null), version(version)), server);
            assertThrows(SSLPeerUnverifiedException.class,
                    () -> server.getSession().getPeerCertificates());
            refusal(with(ClientCertificates.NEEDED).build(), client(null), version(version));
        }
    }

    @Test
    void clientWithCertificateOfAnotherAuthorityIsRefused() throws IOException {
        // The client has it, but shows only what an authority of the server has issued.
        refusal(with(ClientCertificates.NEEDED).build(), client("expired"), nothing());
    }

    @Test
    void clientAuthoritiesThatCannotBeReadAreAnError() {
        Path key = TestFiles.file("client.key");
        assertEquals(key + " has no certificate, but a PRIVATE KEY: are the two files swapped?",
                assertThrows(TlsException.class, () ->
                        rsa().clientCertificates(ClientCertificates.WANTED, key).build())
                        .getMessage());
    }

    // Sessions.

    @Test
    void sessionIsResumedInBothVersionsUntilAReload() throws IOException {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            Tls tls = rsa().build();
            SSLContext context = client(null);
            long first = shake(tls, context, version(version)).getSession().getCreationTime();
            long creation = shake(tls, context, version(version)).getSession().getCreationTime();
            assertEquals(first, creation, version);
            tls.reload();
            assertNotEquals(first, shake(tls, context, version(version)).getSession()
                    .getCreationTime(), version);
        }
    }

    // Reloading.

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

    // The builder.

    @Test
    void builderRefusesWhatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> Tls.builder().build());
        assertThrows(IllegalArgumentException.class, () -> rsa().clientCertificates(
                ClientCertificates.NONE, TestFiles.file("clients.pem")));
        Duration hour = Duration.ofHours(1);
        rsa().sessions(1, hour).sessions(1_000_000, hour);
        assertThrows(IllegalArgumentException.class, () -> rsa().sessions(0, hour));
        assertThrows(IllegalArgumentException.class, () -> rsa().sessions(1_000_001, hour));
        rsa().sessions(1, Duration.ofSeconds(1)).sessions(1, Duration.ofDays(7));
        assertThrows(IllegalArgumentException.class,
                () -> rsa().sessions(1, Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class,
                () -> rsa().sessions(1, Duration.ofDays(7).plusNanos(1)));
    }

    @Test
    void textOfItHasTheFilesOnly() throws IOException {
        assertEquals("Tls[" + TestFiles.file("rsa.pem") + "]", rsa().build().toString());
        assertNotEquals(rsa().build(), rsa().build());
    }
}
