package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

class TlsTest extends TlsClients {

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
