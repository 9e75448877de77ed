package io.millrace.server;

import io.millrace.layer.TlsBuffers;
import io.millrace.layer.TlsLayer;
import io.millrace.option.Rule;
import io.millrace.tls.Tls;
import io.millrace.transfer.Layer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;

/**
 * An address to listen on, and what is spoken there before HTTP: nothing, or TLS.
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

    /** A connection on its way from the acceptor to a worker. */
    record Accepted(SocketChannel channel, Endpoint endpoint) {
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

    private Endpoint(SocketAddress address, Tls tls) {
        this.address = address;
        this.tls = tls;
    }

    /**
     * HTTP without anything before it.
     *
     * @param address an {@link java.net.InetSocketAddress}, where port 0 picks a free one, or a
     *     {@link java.net.UnixDomainSocketAddress}
     */
    public static Endpoint of(SocketAddress address) {
        return new Endpoint(Objects.requireNonNull(address, "address"), null);
    }

    /** The same address with TLS. */
    public Endpoint tls(Tls tls) {
        return new Endpoint(address, Objects.requireNonNull(tls));
    }

    /** The same at another address. */
    Endpoint at(SocketAddress other) {
        return new Endpoint(Objects.requireNonNull(other, "address"), tls);
    }

    /** The address to listen on. */
    public SocketAddress address() {
        return address;
    }

    /** Keys and certificates; null if connections are not encrypted. */
    public Tls tls() {
        return tls;
    }

    /** What stands between a new connection and its socket. */
    Layer layer(SocketChannel channel, Resources resources) {
        return tls == null ? Layer.NONE
                : new TlsLayer(channel, Layer.NONE, tls.newEngine(), resources.tlsBuffers());
    }

    /** The address, and what is spoken there. */
    @Override
    public String toString() {
        return tls == null ? address.toString() : address + " with " + tls;
    }
}
