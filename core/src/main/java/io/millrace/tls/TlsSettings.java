package io.millrace.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What all engines made between two reloads have in common: keys, certificates, sessions and
 * protocol parameters.
 *
 * <p>Threads: any, immutable.
 */
final class TlsSettings {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    private final List<Identity> identities;
    private final SSLContext context;
    private final SSLParameters parameters;

    private TlsSettings(List<Identity> identities, SSLContext context,
            SSLParameters parameters) {
        this.identities = identities;
        this.context = context;
        this.parameters = parameters;
    }

    /**
     * Reads all files.
     *
     * @param clientCa null if clients show no certificates
     * @throws TlsException if one of them can't be used
     */
    static TlsSettings read(List<IdentitySource> sources, ClientCertificates wish, Path clientCa,
            int maxSessions, Duration sessionLifetime) throws TlsException {
        List<Identity> identities = new ArrayList<>();
        for (IdentitySource source : sources) {
            identities.addAll(source.read());
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // No trust manager, rather than null: that is the JDK's file of authorities.
            context.init(new KeyManager[] {new KeysByName(identities)},
                    clientCa == null ? new TrustManager[0] : trusting(clientCa), null);
            context.getServerSessionContext().setSessionCacheSize(maxSessions);
            context.getServerSessionContext()
                    .setSessionTimeout((int) sessionLifetime.toSeconds());
            return new TlsSettings(List.copyOf(identities), context,
                    parameters(context, wish));
        } catch (GeneralSecurityException e) {
            throw new TlsException("TLS can't be used on this Java: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusting(Path clientCa)
            throws TlsException, GeneralSecurityException {
        List<X509Certificate> authorities = Chain.read(clientCa, PemFile.read(clientCa));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read", e);
        }
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry(String.valueOf(i), authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static SSLParameters parameters(SSLContext context, ClientCertificates wish) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(CipherSuites.chosen(parameters.getCipherSuites()));
        parameters.setUseCipherSuitesOrder(true);
        // A client that offers other protocols only gets the alert no_application_protocol.
        parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
        switch (wish) {
            case NONE -> parameters.setNeedClientAuth(false);
            case WANTED -> parameters.setWantClientAuth(true);
            case NEEDED -> parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    SSLEngine newEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }

    List<Identity> identities() {
        return identities;
    }
}
