package io.millrace.tls;

import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLEngine;

/**
 * How a server speaks TLS: its keys and certificates, and whose client certificates it trusts.
 *
 * <pre>{@code
 * Tls tls = Tls.builder()
 *         .certificate(Path.of("fullchain.pem"), Path.of("privkey.pem"))
 *         .build();
 * }</pre>
 *
 * <p>The protocols are TLS 1.3 and 1.2, by the JDK's implementation, with ALPN {@code http/1.1}.
 * With several certificates, clients get the one for the name that they ask for (SNI).
 *
 * <p>Files are read by {@link Builder#build} and {@link #reload}, as a whole: if one of them can't
 * be used, all stays as it was. Connections that exist go on with what they began with. What will
 * trouble clients, such as a certificate that has expired, is logged as a warning.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Tls {

    private final List<IdentitySource> sources;
    private final ClientCertificates clientCertificates;
    private final Path clientCa;
    private final int maxSessions;
    private final Duration sessionLifetime;
    private volatile TlsSettings settings;
    /** The files when they were last read, be it in vain. Guarded by this. */
    private FileStates read;
    /** The files at the last look. Guarded by this. */
    private FileStates seen;
    /** Why they can't be used; null if they were read, "" if that is not known. Guarded by this. */
    private String failure;

    private Tls(Builder builder) throws TlsException {
        sources = List.copyOf(builder.sources);
        clientCertificates = builder.clientCertificates;
        clientCa = builder.clientCa;
        maxSessions = builder.maxSessions;
        sessionLifetime = builder.sessionLifetime;
        reload();
    }

    /** A builder without a certificate, which needs at least one. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * An engine for one connection, in server mode. It keeps the keys and certificates of this
     * moment.
     */
    public SSLEngine newEngine() {
        return settings.newEngine();
    }

    /** Whether clients show certificates. */
    public ClientCertificates clientCertificates() {
        return clientCertificates;
    }

    /** The server's own certificates in use now, without their chains; the default first. */
    public List<X509Certificate> certificates() {
        return settings.identities().stream().map(Identity::certificate).toList();
    }

    /**
     * Reads all files again. New connections use what they contain; sessions of before can't be
     * resumed.
     *
     * @throws TlsException if one of them can't be used; all stays as it was
     */
    public synchronized void reload() throws TlsException {
        read = look(); // before they are read: what changes meanwhile is seen by the next look
        seen = read;
        failure = "";
        TlsSettings next;
        try {
            next = TlsSettings.read(sources, clientCertificates, clientCa, maxSessions,
                    sessionLifetime);
        } catch (TlsException e) {
            failure = e.getMessage();
            throw e;
        }
        settings = next;
        failure = null;
        Instant now = Instant.now();
        for (Identity identity : next.identities()) {
            for (String warning : identity.warnings(now)) {
                SafeLog.log(Tls.class, Level.WARNING, warning, null);
            }
        }
    }

    /**
     * Reads all files again if one has changed since they were last read, and none since the call
     * before this one: a chain and its key are two files, and the new one fits no old one. To be
     * called every few seconds; it costs a look at each file's time. Files that can't be used are
     * read again by each call, as that may be the system's fault: it may have had no descriptor
     * left.
     *
     * @return whether they were read
     * @throws TlsException if one of them can't be used; all stays as it was. The same is thrown
     *     once, until a file changes again
     */
    public synchronized boolean reloadIfChanged() throws TlsException { // decision 537
        FileStates now = look();
        boolean settled = now.equals(seen);
        seen = now;
        String before = now.equals(read) ? failure : "";
        if (!settled || before == null) {
            return false;
        }
        try {
            reload();
            return true;
        } catch (TlsException e) {
            if (before.equals(e.getMessage())) {
                return false;
            }
            throw e;
        }
    }

    private FileStates look() {
        List<Path> files = new ArrayList<>();
        sources.forEach(source -> files.addAll(source.files()));
        if (clientCa != null) {
            files.add(clientCa);
        }
        return FileStates.of(files);
    }

    /** Where the certificates come from; nothing of keys and passwords. */
    @Override
    public String toString() {
        return "Tls" + settings.identities().stream().map(Identity::source).toList();
    }

    /**
     * Collects files.
     *
     * <p>Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final int MAX_SESSIONS = 1_000_000;
        private static final Duration MAX_LIFETIME = Duration.ofDays(7); // RFC 8446 s4.6.1

        private final List<IdentitySource> sources = new ArrayList<>();
        private ClientCertificates clientCertificates = ClientCertificates.NONE;
        private Path clientCa;
        private int maxSessions = 4_096;
        private Duration sessionLifetime = Duration.ofHours(1);

        private Builder() {
        }

        /**
         * Adds a certificate. The first of all is for clients that ask for no name, or one that no
         * certificate has.
         *
         * @param chain PEM file of the certificate and those between it and the root, in any order
         * @param key PEM file of its private key: PKCS#8, PKCS#1 or SEC 1; may be the same file
         */
        public Builder certificate(Path chain, Path key) {
            return add(new PemIdentity(Objects.requireNonNull(chain),
                    Objects.requireNonNull(key), null));
        }

        /**
         * Adds a certificate whose key is encrypted as PKCS#8 has it.
         *
         * @param password copied
         */
        public Builder certificate(Path chain, Path key, char[] password) {
            return add(new PemIdentity(Objects.requireNonNull(chain),
                    Objects.requireNonNull(key), password.clone()));
        }

        /**
         * Adds all certificates of a PKCS#12 file that have their private keys there.
         *
         * @param password of the file and its keys; copied
         */
        public Builder keyStore(Path pkcs12, char[] password) {
            return add(new KeyStoreIdentities(Objects.requireNonNull(pkcs12), password.clone()));
        }

        private Builder add(IdentitySource source) {
            sources.add(source);
            return this;
        }

        /**
         * Asks clients for certificates; none by default. Whether one was revoked is not looked up.
         *
         * @param wish {@code WANTED} or {@code NEEDED}
         * @param authorities PEM file of the certificates of those who issue them
         */
        public Builder clientCertificates(ClientCertificates wish, Path authorities) {
            if (wish == ClientCertificates.NONE) {
                throw new IllegalArgumentException("wish must be WANTED or NEEDED: NONE");
            }
            clientCertificates = wish;
            clientCa = Objects.requireNonNull(authorities);
            return this;
        }

        /**
         * Bounds the sessions that clients may resume without a full handshake.
         *
         * @param maxSessions most sessions to remember of clients that can't keep tickets
         *     themselves, 1 to 1,000,000; 4,096 by default, some 2 KB each
         * @param lifetime how long a session can be resumed, and how long the keys of tickets are
         *     used, 1 second to 7 days; 1 hour by default
         */
        public Builder sessions(int maxSessions, Duration lifetime) {
            if (maxSessions < 1 || maxSessions > MAX_SESSIONS) {
                throw new IllegalArgumentException(
                        "maxSessions must be in [1, " + MAX_SESSIONS + "]: " + maxSessions);
            }
            if (lifetime.toSeconds() < 1 || lifetime.compareTo(MAX_LIFETIME) > 0) {
                throw new IllegalArgumentException(
                        "lifetime must be in [PT1S, " + MAX_LIFETIME + "]: " + lifetime);
            }
            this.maxSessions = maxSessions;
            this.sessionLifetime = lifetime;
            return this;
        }

        /**
         * Reads all files.
         *
         * @throws TlsException if one of them can't be used
         * @throws IllegalArgumentException if there is no certificate
         */
        public Tls build() throws TlsException {
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("there must be a certificate");
            }
            return new Tls(this);
        }
    }
}
