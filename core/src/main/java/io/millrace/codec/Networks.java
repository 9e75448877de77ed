package io.millrace.codec;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A list of networks of IPv4 and IPv6 (RFC 4632 section 3.1, RFC 4291 section 2.3), and perhaps the
 * clients of Unix domain sockets. IPv4 addresses that are mapped into IPv6 are those of IPv4.
 *
 * <p>Threads: any, immutable.
 */
public final class Networks {

    private static final String UNIX = "unix";
    /** ::ffff:0:0/96 is where IPv4 is mapped into IPv6. */
    private static final int MAPPED_BITS = 96;

    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            for (int i = 0; i < whole; i++) {
                if (address[i] != other[i]) {
                    return false;
                }
            }
            int rest = bits % Byte.SIZE;
            return rest == 0 || (address[whole] ^ other[whole]) >> Byte.SIZE - rest == 0;
        }

        /** The address without the bits behind the prefix. */
        byte[] prefix() {
            byte[] prefix = address.clone();
            for (int i = bits; i < prefix.length * Byte.SIZE; i++) {
                prefix[i / Byte.SIZE] &= (byte) ~(0x80 >> i % Byte.SIZE);
            }
            return prefix;
        }
    }

    private final Network[] networks;
    private final boolean hasUnix;

    private Networks(Network[] networks, boolean hasUnix) {
        this.networks = networks;
        this.hasUnix = hasUnix;
    }

    /**
     * Networks like {@code 10.0.0.0/8} and {@code 2001:db8::/32}, single addresses, and {@code
     * unix}.
     *
     * @throws IllegalArgumentException with {@link #violation}
     */
    public static Networks of(List<String> texts) {
        boolean hasUnix = texts.contains(UNIX);
        return new Networks(texts.stream().filter(text -> !text.equals(UNIX))
                .map(Networks::network).toArray(Network[]::new), hasUnix);
    }

    /** What is wrong with the first malformed text and what to do; null if there is none. */
    public static String violation(List<String> texts) {
        for (String text : texts) {
            try {
                if (!text.equals(UNIX)) {
                    network(text);
                }
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        }
        return null;
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = IpText.address(host);
        if (address == null) {
            throw new IllegalArgumentException("must have networks such as 10.0.0.0/8 or "
                    + "2001:db8::/32, addresses or unix, not " + text);
        }
        int most = address.getAddress().length * Byte.SIZE;
        boolean isMapped = address instanceof Inet4Address && !IpText.isIpv4(host);
        int unmapped = isMapped ? MAPPED_BITS : 0;
        int bits = slash < 0 ? most : IpText.port(text.substring(slash + 1)) - unmapped;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("must have a number from " + unmapped + " to "
                    + (most + unmapped) + " behind the slash of " + text);
        }
        Network network = new Network(address.getAddress(), bits);
        Network prefix = new Network(network.prefix(), bits);
        if (!new Network(prefix.address, most).contains(network.address)) {
            throw new IllegalArgumentException("must have networks without bits of a host: for "
                    + text + " write " + text(prefix) + ", or the address alone");
        }
        return network;
    }

    private static String text(Network network) {
        try {
            return InetAddress.getByAddress(network.address).getHostAddress() + "/" + network.bits;
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether there is no network, and no Unix domain socket. */
    public boolean isEmpty() {
        return networks.length == 0 && !hasUnix;
    }

    /** Whether the address is in one of the networks; false for null. */
    public boolean contain(SocketAddress address) {
        if (address instanceof InetSocketAddress tcp) {
            return !tcp.isUnresolved() && contain(tcp.getAddress().getAddress());
        }
        return hasUnix && address instanceof UnixDomainSocketAddress;
    }

    private boolean contain(byte[] address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
