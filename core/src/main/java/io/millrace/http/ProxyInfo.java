package io.millrace.http;

import org.jspecify.annotations.Nullable;

/**
 * What a proxy has told of a client by the PROXY protocol, version 2, besides its address. The
 * texts are as the proxy has sent them: the client may have chosen them, control characters and
 * all. What it hasn't told is null.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class ProxyInfo {

    private final String authority;
    private final String alpn;
    private final byte[] uniqueId;
    private final boolean isTls;
    private final String tlsProtocol;
    private final String tlsCipher;
    private final String clientName;
    private final boolean isClientVerified;

    private ProxyInfo(Builder builder) {
        authority = builder.authority;
        alpn = builder.alpn;
        uniqueId = builder.uniqueId;
        isTls = builder.isTls;
        tlsProtocol = builder.tlsProtocol;
        tlsCipher = builder.tlsCipher;
        clientName = builder.clientName;
        isClientVerified = builder.isClientVerified;
    }

    /** Begins one about which nothing is told. */
    public static Builder builder() {
        return new Builder();
    }

    /** The host that the client has named to the proxy, most often by SNI. */
    public @Nullable String authority() {
        return authority;
    }

    /** The protocol that client and proxy have agreed on by ALPN, such as {@code http/1.1}. */
    public @Nullable String alpn() {
        return alpn;
    }

    /** By which the proxy, and its log, know the connection. A copy; opaque bytes, 128 at most. */
    public byte @Nullable [] uniqueId() {
        return uniqueId == null ? null : uniqueId.clone();
    }

    /** Whether the client is connected to the proxy by TLS. */
    public boolean isTls() {
        return isTls;
    }

    /** The version of TLS, such as {@code TLSv1.3}. */
    public @Nullable String tlsProtocol() {
        return tlsProtocol;
    }

    /** The cipher suite, by the proxy's name for it. */
    public @Nullable String tlsCipher() {
        return tlsCipher;
    }

    /** The common name in the subject of the client's certificate. Trust it if it is verified. */
    public @Nullable String clientName() {
        return clientName;
    }

    /** Whether the client has sent a certificate that the proxy has verified. */
    public boolean isClientVerified() {
        return isClientVerified;
    }

    /**
     * Collects what a proxy has told.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private String authority;
        private String alpn;
        private byte[] uniqueId;
        private boolean isTls;
        private String tlsProtocol;
        private String tlsCipher;
        private String clientName;
        private boolean isClientVerified;

        private Builder() {
        }

        /** Sets {@link ProxyInfo#authority}. */
        public Builder authority(String authority) {
            this.authority = authority;
            return this;
        }

        /** Sets {@link ProxyInfo#alpn}. */
        public Builder alpn(String alpn) {
            this.alpn = alpn;
            return this;
        }

        /** Sets {@link ProxyInfo#uniqueId}, to a copy. */
        public Builder uniqueId(byte[] uniqueId) {
            this.uniqueId = uniqueId.clone();
            return this;
        }

        /** Sets that the client uses TLS: version and cipher suite, null if they are not told. */
        public Builder tls(@Nullable String protocol, @Nullable String cipher) {
            isTls = true;
            tlsProtocol = protocol;
            tlsCipher = cipher;
            return this;
        }

        /** Sets the name in the client's certificate, null if not told, and its verification. */
        public Builder client(@Nullable String name, boolean isVerified) {
            clientName = name;
            isClientVerified = isVerified;
            return this;
        }

        /** Ends the building. */
        public ProxyInfo build() {
            return new ProxyInfo(this);
        }
    }
}
