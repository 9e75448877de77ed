package io.millrace.server;

import io.millrace.tls.Tls;
import io.millrace.tls.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server's TLS for tests, and clients that trust it.
 *
 * <p>Threads: any.
 */
public final class TestTls {

    private static final Tls TLS = read();
    private static final SSLContext CLIENT = trusting();

    private TestTls() {
    }

    private static Tls read() {
        try {
            return Tls.builder()
                    .certificate(TestFiles.file("ec.pem"), TestFiles.file("ec-pkcs8.key")).build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for localhost. */
    public static Tls tls() {
        return TLS;
    }

    /** An address on loopback with TLS, its port picked by the system. */
    public static Endpoint endpoint() {
        return Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(tls());
    }

    /** What trusts the server's certificate and no other. */
    public static SSLContext clientContext() {
        return CLIENT;
    }

    private static SSLContext trusting() {
        try (InputStream pem = Files.newInputStream(TestFiles.file("ec.pem"))) {
            Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("server", own);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A TLS connection over a socket; the handshake is done. */
    public static SSLSocket over(Socket socket, SSLContext context, String... protocols)
            throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket,
                "localhost", socket.getPort(), true);
        if (protocols.length > 0) {
            secure.setEnabledProtocols(protocols);
        }
        secure.startHandshake();
        return secure;
    }
}
