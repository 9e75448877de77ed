package io.millrace.server;

import io.millrace.codec.Networks;
import io.millrace.layer.ProxyLayer;
import io.millrace.layer.TlsLayer;
import io.millrace.net.Listener;
import io.millrace.net.PeerLimit;
import io.millrace.option.Rule;
import io.millrace.tls.Tls;
import io.millrace.transfer.Layer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on, and what comes there before HTTP: nothing, a PROXY header, TLS.
 *
 * <pre>{@code
 * ServerOptions.builder().endpoints(
 *         Endpoint.of(new InetSocketAddress(80)),
 *         Endpoint.of(new InetSocketAddress(443)).tls(tls));
 * }</pre>
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Endpoint {

    /**
     * A connection on its way from the acceptor to a worker.
     *
     * @param peers how many connections each client may have; null for any number
     */
    record Accepted(SocketChannel channel, Endpoint endpoint, PeerLimit peers) {

        /** What stands between the connection and its socket. */
        Layer layer(Resources resources) {
            Layer proxied =
                    endpoint.proxies == null ? Layer.NONE : new ProxyLayer(channel, peers);
            return endpoint.tls == null ? proxied : new TlsLayer(channel, proxied,
                    endpoint.tls.newEngine(), resources.tlsBuffers());
        }

        @Override
        public String toString() {
            return "a new connection to " + Listener.text(endpoint.address);
        }
    }

    /** Checks a list of those to listen on. Threads: any. */
    static final class ListRule implements Rule<List<Endpoint>> {

        /** More would be a mistake: 0.0.0.0 and [::] cover all addresses of a machine. */
        private static final int MAX_ADDRESSES = 64;

        @Override
        public String violation(List<Endpoint> endpoints) {
            for (Endpoint endpoint : endpoints) {
                check(Objects.requireNonNull(endpoint, "endpoint").address());
            }
            if (endpoints.isEmpty() || endpoints.size() > MAX_ADDRESSES) {
                throw new IllegalArgumentException("number of addresses must be in [1, "
                        + MAX_ADDRESSES + "]: " + endpoints.size());
            }
            return null;
        }

        private static void check(SocketAddress address) {
            if (address instanceof InetSocketAddress tcp) {
                if (tcp.isUnresolved()) {
                    throw new IllegalArgumentException(
                            "address is unresolved: " + tcp.getHostString());
                }
            } else if (!(address instanceof UnixDomainSocketAddress unix)) {
                throw new IllegalArgumentException(
                        "address must be an InetSocketAddress or a UnixDomainSocketAddress: "
                                + address);
            } else if (unix.toString().isEmpty()) {
                throw new IllegalArgumentException(
                        "the path of a Unix domain socket address must not be empty");
            }
        }
    }

    private final SocketAddress address;
    /** Null for none. */
    private final Tls tls;
    private final List<String> proxyTexts;
    /** Null for none. */
    private final Networks proxies;

    private Endpoint(SocketAddress address, Tls tls, List<String> proxyTexts) {
        this.address = address;
        this.tls = tls;
        this.proxyTexts = proxyTexts;
        proxies = proxyTexts.isEmpty() ? null : Networks.of(proxyTexts);
    }

    /**
     * HTTP without anything before it.
     *
     * @param address an {@link java.net.InetSocketAddress}, where port 0 picks a free one, or a
     *     {@link java.net.UnixDomainSocketAddress}
     */
    public static Endpoint of(SocketAddress address) {
        return new Endpoint(Objects.requireNonNull(address, "address"), null, List.of());
    }

    /** The same address with TLS. */
    public Endpoint tls(Tls tls) {
        return new Endpoint(address, Objects.requireNonNull(tls), proxyTexts);
    }

    /**
     * The same address behind proxies that begin each connection with a header of the PROXY
     * protocol, version 1 or 2, in front of TLS if there is any. {@link
     * io.millrace.http.RequestHead#connection} then tells of the client that it names. A connection
     * without one, or from elsewhere, is closed.
     *
     * @param networks of the proxies, like 10.0.0.0/8 or fd00::/8; addresses; unix for proxies
     *     behind a Unix domain socket
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public Endpoint proxies(String... networks) {
        String violation = networks.length == 0 ? "must have at least one network"
                : Networks.violation(List.of(networks));
        if (violation != null) {
            throw new IllegalArgumentException("proxies " + violation + ": "
                    + String.join(",", networks));
        }
        return new Endpoint(address, tls, List.of(networks));
    }

    /** The same at another address. */
    Endpoint at(SocketAddress other) {
        return new Endpoint(Objects.requireNonNull(other, "address"), tls, proxyTexts);
    }

    /** The address to listen on. */
    public SocketAddress address() {
        return address;
    }

    /** Keys and certificates; null if connections are not encrypted. */
    public @Nullable Tls tls() {
        return tls;
    }

    /** Where the proxies are that begin each connection with a PROXY header; empty for none. */
    public List<String> proxyNetworks() {
        return proxyTexts;
    }

    /** Whether each connection begins with a PROXY header. */
    boolean isProxied() {
        return proxies != null;
    }

    /** Whether connections come from this peer: any but where only proxies may connect. */
    boolean admits(SocketAddress peer) {
        return proxies == null || proxies.contain(peer);
    }

    /** Whether the other is the same address, for the same proxies and with the same TLS. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint endpoint && endpoint.address.equals(address)
                && endpoint.tls == tls && endpoint.proxyTexts.equals(proxyTexts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, tls, proxyTexts);
    }

    /** The address, and what is spoken there. */
    @Override
    public String toString() {
        return address + (proxies == null ? "" : " behind proxies in " + proxyTexts)
                + (tls == null ? "" : " with " + tls);
    }

    /** Whether all TCP addresses are loopback ones, of which there is at least one. */
    static boolean areOnLoopbackOnly(List<SocketAddress> addresses) {
        boolean hasTcp = false;
        for (SocketAddress address : addresses) {
            if (address instanceof InetSocketAddress tcp) {
                if (!tcp.getAddress().isLoopbackAddress()) {
                    return false;
                }
                hasTcp = true;
            }
        }
        return hasTcp;
    }

    static InetSocketAddress firstTcp(List<SocketAddress> addresses) {
        for (SocketAddress address : addresses) {
            if (address instanceof InetSocketAddress tcp) {
                return tcp;
            }
        }
        throw new IllegalStateException("no TCP address in " + addresses);
    }
}
