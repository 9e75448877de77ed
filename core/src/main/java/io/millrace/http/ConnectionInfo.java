package io.millrace.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Instant;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling: the connection that a request came by, and the client at its other end.
 *
 * <p>{@link #peer}, {@link #local} and {@link #isSecure} tell of the client as far as the server
 * knows it. They are those of the socket unless a proxy that the server trusts has named others.
 * {@link #socketPeer}, {@link #socketLocal} and {@link #tlsSession} are the socket's always.
 *
 * <p>What a server knows of a connection grows, with a TLS handshake for example, and a proxy may
 * send the requests of many clients by one connection. So there may be several of these for one
 * connection. They are {@linkplain #equals equal}.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class ConnectionInfo {

    private static final ConnectionInfo UNKNOWN = builder().build();

    /** The first of those that are equal; this one if it is the first. */
    private final ConnectionInfo first;
    private final long id;
    private final int worker;
    private final SocketAddress peer;
    private final SocketAddress local;
    private final Told told;
    private final long acceptedNs;
    private final long acceptedMillis;

    /** What no socket tells. Most connections share the one that tells nothing. */
    private record Told(boolean isSecure, SSLSession tlsSession, ProxyInfo proxy,
            String peerName) {

        private static final Told NOTHING = new Told(false, null, null, "unknown");
    }

    private ConnectionInfo(Builder builder) {
        first = builder.first == null ? this : builder.first;
        id = builder.id;
        worker = builder.worker;
        peer = builder.peer;
        local = builder.local;
        told = builder.told;
        acceptedNs = builder.acceptedNs;
        acceptedMillis = builder.acceptedMillis;
    }

    /** Of which nothing is known: that of a request that no server has read. */
    public static ConnectionInfo unknown() {
        return UNKNOWN;
    }

    /** Begins one of another connection, such as for the test of a handler. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins one of the same connection that tells something else of it. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The number of the connection, counted by its worker from 0; unique together with {@link
     * #worker}.
     */
    public long id() {
        return id;
    }

    /** The index of the worker that owns the connection. */
    public int worker() {
        return worker;
    }

    /**
     * The client's address. Null if it isn't known: a proxy may hide it. A client of a Unix domain
     * socket has one without a path.
     */
    public @Nullable SocketAddress peer() {
        return peer;
    }

    /**
     * The address of the client without its port, as a log has it: {@code 192.0.2.1}, {@code
     * 2001:db8:0:0:0:0:0:1} or {@code unix}. Without an address {@code unknown}, or the name that a
     * proxy gives the client in its place, such as {@code _hidden} (RFC 7239 section 6.3).
     */
    public String peerText() {
        if (peer instanceof InetSocketAddress tcp) {
            return tcp.isUnresolved() ? tcp.getHostString() : tcp.getAddress().getHostAddress();
        }
        return peer instanceof UnixDomainSocketAddress ? "unix" : told.peerName;
    }

    /** The address that the client has connected to; null if it isn't known. */
    public @Nullable SocketAddress local() {
        return local;
    }

    /** The other end of the socket: the client's address, or that of a proxy before it. */
    public SocketAddress socketPeer() {
        return first.peer;
    }

    /** The server's end of the socket. */
    public SocketAddress socketLocal() {
        return first.local;
    }

    /** Whether the client's side is encrypted, by this server or by a proxy that it trusts. */
    public boolean isSecure() {
        return told.isSecure;
    }

    /**
     * The TLS session of the socket, with the client's certificates if there are any; null if the
     * socket is not encrypted.
     */
    public @Nullable SSLSession tlsSession() {
        return told.tlsSession;
    }

    /**
     * The version of TLS, such as {@code TLSv1.3}: the socket's or, if that is not encrypted, what
     * a proxy has told by the PROXY protocol; null if there is none.
     */
    public @Nullable String tlsProtocol() {
        return told.tlsSession != null ? told.tlsSession.getProtocol()
                : told.proxy == null ? null : told.proxy.tlsProtocol();
    }

    /** The cipher suite, from where {@link #tlsProtocol} is; null if there is none. */
    public @Nullable String tlsCipher() {
        return told.tlsSession != null ? told.tlsSession.getCipherSuite()
                : told.proxy == null ? null : told.proxy.tlsCipher();
    }

    /** What a proxy has told by the PROXY protocol besides addresses; null if there is nothing. */
    public @Nullable ProxyInfo proxy() {
        return told.proxy;
    }

    /** {@link System#nanoTime} when the worker took the connection. */
    public long acceptedNs() {
        return acceptedNs;
    }

    /** When the worker took the connection, to the millisecond. */
    public Instant acceptedAt() {
        return Instant.ofEpochMilli(acceptedMillis);
    }

    /** Whether the other one is of the same connection, whatever else it tells of it. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ConnectionInfo info && info.first == first;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(first);
    }

    /** The worker, the number and the client's address. */
    @Override
    public String toString() {
        return "connection " + worker + "/" + id + " of " + peer;
    }

    /**
     * Collects what is known of a connection. What isn't set is null, 0, or the epoch.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private final ConnectionInfo first;
        private long id;
        private int worker;
        private SocketAddress peer;
        private SocketAddress local;
        private Told told = Told.NOTHING;
        private long acceptedNs;
        private long acceptedMillis;

        private Builder() {
            first = null;
        }

        private Builder(ConnectionInfo info) {
            first = info.first;
            id = info.id;
            worker = info.worker;
            peer = info.peer;
            local = info.local;
            told = info.told;
            acceptedNs = info.acceptedNs;
            acceptedMillis = info.acceptedMillis;
        }

        /** Sets the number of the connection, and the worker that has counted it. */
        public Builder number(int worker, long id) {
            this.worker = worker;
            this.id = id;
            return this;
        }

        /** Sets the client's address; that of the socket's other end, too, if this is the first. */
        public Builder peer(SocketAddress peer) {
            this.peer = peer;
            return this;
        }

        /** Sets the address connected to; that of the server's end, too, if this is the first. */
        public Builder local(SocketAddress local) {
            this.local = local;
            return this;
        }

        /** Sets whether the client's side is encrypted. */
        public Builder secure(boolean isSecure) {
            told = new Told(isSecure, told.tlsSession, told.proxy, told.peerName);
            return this;
        }

        /** Sets the socket's TLS session; it is secure then. */
        public Builder tlsSession(SSLSession tlsSession) {
            told = new Told(true, Objects.requireNonNull(tlsSession), told.proxy, told.peerName);
            return this;
        }

        /** Sets what a proxy has told of the client; it is secure if that is connected by TLS. */
        public Builder proxy(ProxyInfo proxy) {
            told = new Told(told.isSecure || proxy.isTls(), told.tlsSession, proxy, told.peerName);
            return this;
        }

        /** Sets what {@link ConnectionInfo#peerText} is without an address. */
        public Builder peerName(String peerName) {
            told = new Told(told.isSecure, told.tlsSession, told.proxy,
                    Objects.requireNonNull(peerName));
            return this;
        }

        /** Sets when the connection was taken, by {@link System#nanoTime} and by the clock. */
        public Builder accepted(long ns, long epochMillis) {
            acceptedNs = ns;
            acceptedMillis = epochMillis;
            return this;
        }

        /** Ends the building. */
        public ConnectionInfo build() {
            return new ConnectionInfo(this);
        }
    }
}
