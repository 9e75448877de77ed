package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, and clients of the JDK that agree on keys with a server. */
abstract class TlsClients {

    @TempDir
    Path folder;

    static Tls.Builder rsa() {
        return Tls.builder().certificate(
                TestFiles.file("rsa.pem"), TestFiles.file("rsa-pkcs8.key"));
    }

    Tls.Builder addEc(Tls.Builder builder) throws IOException {
        return builder.certificate(TestFiles.joined(folder, "inner.pem", "ec.pem", "outer.pem"),
                TestFiles.file("ec-sec1.key"));
    }

    /** A client that trusts the root, with a certificate of its own if it is named. */
    static SSLContext client(String own) {
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

    static KeyManager[] keys(String name) throws GeneralSecurityException, IOException {
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

    static SSLEngine engine(SSLContext context, Consumer<SSLParameters> changes) {
        SSLEngine engine = context.createSSLEngine("host", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        changes.accept(parameters);
        engine.setSSLParameters(parameters);
        return engine;
    }

    static Consumer<SSLParameters> asking(String name) {
        return parameters -> parameters.setServerNames(List.of(new SNIHostName(name)));
    }

    static Consumer<SSLParameters> suites(String... suites) {
        return parameters -> parameters.setCipherSuites(suites);
    }

    static Consumer<SSLParameters> version(String version) {
        return parameters -> parameters.setProtocols(new String[] {version});
    }

    static Consumer<SSLParameters> nothing() {
        return parameters -> { };
    }

    /** The client's end of a handshake that succeeds. */
    static SSLEngine shake(Tls tls, SSLContext context, Consumer<SSLParameters> changes)
            throws SSLException {
        SSLEngine client = engine(context, changes);
        Handshake.run(client, tls.newEngine());
        return client;
    }

    static SSLEngine shake(Tls tls, Consumer<SSLParameters> changes)
            throws SSLException {
        return shake(tls, client(null), changes);
    }

    static String refusal(Tls tls, SSLContext context,
            Consumer<SSLParameters> changes) {
        return assertThrows(SSLException.class, () -> shake(tls, context, changes)).getMessage();
    }

    static String served(SSLEngine client) throws SSLException {
        return ((X509Certificate) client.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal().toString();
    }
}
