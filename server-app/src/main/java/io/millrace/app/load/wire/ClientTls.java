package io.millrace.app.load.wire;

import io.millrace.app.cli.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whose certificates the load tool trusts, and TLS with servers that have them. Connections to one
 * server resume each other's sessions, as those of browsers do.
 *
 * <p>Threads: any.
 */
public final class ClientTls {

    private final SSLContext context;
    private final boolean anyName;

    private ClientTls(SSLContext context, boolean anyName) {
        this.context = context;
        this.anyName = anyName;
    }

    /** Trusts what the JDK trusts. */
    public static ClientTls ofJdk() throws CommandException {
        return new ClientTls(context(null), false);
    }

    /**
     * Trusts the certificates in a PEM file and those that they have signed.
     *
     * @throws CommandException if the file can't be read or has none
     */
    public static ClientTls of(Path pem) throws CommandException {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate each
                    : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca-" + trusted.size(), each);
            }
            if (trusted.size() == 0) {
                throw CommandException.failure("no certificate in " + pem);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(
                    TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return new ClientTls(context(factory.getTrustManagers()), false);
        } catch (IOException e) {
            throw CommandException.unreadable(pem, e);
        } catch (GeneralSecurityException e) {
            throw CommandException.failure("no PEM certificates in " + pem);
        }
    }

    /** Trusts every server. */
    public static ClientTls ofAny() throws CommandException {
        return new ClientTls(context(new TrustManager[] {new Anyone()}), true);
    }

    private static SSLContext context(TrustManager[] trust) throws CommandException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw CommandException.failure("this JDK has no TLS: " + e.getMessage());
        }
    }

    /** Connections to a server of this name, which its certificate has to be for. */
    public Wire.Connector to(InetSocketAddress address, String host, Duration timeout,
            int bufferBytes) {
        return opening -> {
            SSLEngine engine = context.createSSLEngine(host, address.getPort());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(anyName ? null : "HTTPS");
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            engine.setSSLParameters(parameters);
            return TlsWire.on(SocketWire.connect(address, timeout, opening), engine, timeout,
                    bufferBytes);
        };
    }

    /** For tests and for certificates that nobody has signed: whoever answers is trusted. */
    private static final class Anyone extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // trusted
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // trusted
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // trusted
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException("a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException("a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
