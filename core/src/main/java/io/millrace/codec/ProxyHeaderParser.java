package io.millrace.codec;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, that a proxy sends before the first byte
 * of its client (<a href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">
 * specification</a>). It takes no byte behind the header.
 *
 * <p>Threads: one at a time.
 */
public final class ProxyHeaderParser {

    /**
     * The longest header of version 2. Ten times what proxies send: the longest are paths of Unix
     * domain sockets, 216 bytes, and names in certificates.
     */
    static final int MOST_BYTES = 4096; // decision 211
    /** The longest line of version 1, its CRLF included, by the specification. */
    static final int MOST_LINE_BYTES = 107;

    private static final byte[] LINE_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = {
            0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private static final int FIXED_BYTES = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    /** The family in the upper half, in the lower 1 for a stream, 2 for datagrams (HTTP/3). */
    private static final int INET = 0x10;
    private static final int INET6 = 0x20;
    private static final int UNIX = 0x30;
    private static final int UNIX_PATH_BYTES = 108;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int length;

    /** Memory that grows with the header. */
    public int heldBytes() {
        return bytes.length;
    }

    /** Whether a byte of the header has come. */
    public boolean hasBegun() {
        return length > 0;
    }

    /**
     * Reads on, up to the end of the header; null if that has not come.
     *
     * @throws ProtocolException if it is no header, saying why; the connection can't be used then
     */
    public ProxyHeader parse(ByteBuffer in) throws ProtocolException {
        while (in.hasRemaining()) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes,
                        length == 0 ? MOST_LINE_BYTES : FIXED_BYTES + lengthField());
            }
            bytes[length++] = in.get();
            ProxyHeader header = bytes[0] == LINE_START[0] ? line() : binary();
            if (header != null) {
                return header;
            }
        }
        return null;
    }

    private void checkStart(byte[] start) throws ProtocolException {
        if (length <= start.length && bytes[length - 1] != start[length - 1]) {
            throw new ProtocolException("it does not begin with a PROXY header");
        }
    }

    // Version 1.

    private ProxyHeader line() throws ProtocolException {
        checkStart(LINE_START);
        if (bytes[length - 1] == Ascii.LF) {
            if (bytes[length - 2] != Ascii.CR) {
                throw new ProtocolException("the PROXY line does not end with CRLF");
            }
            return line(Ascii.text(bytes, LINE_START.length, length - 2));
        }
        if (length == MOST_LINE_BYTES) {
            throw new ProtocolException("the PROXY line is longer than " + MOST_LINE_BYTES
                    + " bytes");
        }
        return null;
    }

    private static ProxyHeader line(String text) throws ProtocolException {
        if (text.equals("UNKNOWN") || text.startsWith("UNKNOWN ")) {
            return ProxyHeader.OWN;
        }
        String[] parts = text.split(" ", -1);
        boolean isIpv4 = parts[0].equals("TCP4");
        if (parts.length != 5 || !isIpv4 && !parts[0].equals("TCP6")) {
            throw new ProtocolException("the PROXY line is malformed");
        }
        return new ProxyHeader(address(parts[1], parts[3], isIpv4),
                address(parts[2], parts[4], isIpv4), null);
    }

    private static SocketAddress address(String host, String port, boolean isIpv4)
            throws ProtocolException {
        InetAddress address = IpText.isIpv4(host) == isIpv4 ? IpText.address(host) : null;
        if (address == null || IpText.port(port) < 0) {
            throw new ProtocolException("an address in the PROXY line is malformed");
        }
        return new InetSocketAddress(address, IpText.port(port));
    }

    // Version 2.

    private ProxyHeader binary() throws ProtocolException {
        checkStart(SIGNATURE);
        if (length < FIXED_BYTES) {
            return null;
        }
        if (length == FIXED_BYTES) {
            checkFixed();
        }
        return length == FIXED_BYTES + lengthField() ? whole() : null;
    }

    private int lengthField() {
        return (bytes[FIXED_BYTES - 2] & 0xff) << 8 | bytes[FIXED_BYTES - 1] & 0xff;
    }

    private void checkFixed() throws ProtocolException {
        int command = bytes[SIGNATURE.length] & 0xff;
        if (command != LOCAL && command != PROXY) {
            throw new ProtocolException("the PROXY header has version and command 0x"
                    + Integer.toHexString(command) + ", not 0x20 or 0x21");
        }
        if (FIXED_BYTES + lengthField() > MOST_BYTES) {
            throw new ProtocolException("the PROXY header is longer than " + MOST_BYTES
                    + " bytes");
        }
    }

    private ProxyHeader whole() throws ProtocolException {
        if (bytes[SIGNATURE.length] == LOCAL) {
            return ProxyHeader.OWN; // whatever else is in it is to be ignored
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes, FIXED_BYTES, length - FIXED_BYTES);
        SocketAddress[] ends = ends(bytes[SIGNATURE.length + 1], rest);
        return new ProxyHeader(ends[0], ends[1], ProxyTlvs.read(rest));
    }

    /** Source and destination. */
    private static SocketAddress[] ends(int family, ByteBuffer in) throws ProtocolException {
        boolean isKnown = family == UNSPECIFIED || (family & 0xf0) <= UNIX && (family & 0xf0) != 0
                && ((family & 0xf) == 1 || (family & 0xf) == 2);
        if (!isKnown) {
            throw new ProtocolException("the PROXY header has the unknown address family 0x"
                    + Integer.toHexString(family & 0xff));
        }
        return switch (family & 0xf0) {
            case INET -> inetEnds(in, 4);
            case INET6 -> inetEnds(in, 16);
            case UNIX -> {
                checkRoom(in, 2 * UNIX_PATH_BYTES);
                yield new SocketAddress[] {unixEnd(in), unixEnd(in)};
            }
            default -> new SocketAddress[2];
        };
    }

    private static SocketAddress[] inetEnds(ByteBuffer in, int bytes) throws ProtocolException {
        checkRoom(in, 2 * bytes + 2 * Short.BYTES);
        InetAddress source = inet(in, bytes);
        InetAddress destination = inet(in, bytes);
        return new SocketAddress[] {new InetSocketAddress(source, in.getShort() & 0xffff),
                new InetSocketAddress(destination, in.getShort() & 0xffff)};
    }

    private static void checkRoom(ByteBuffer in, int bytes) throws ProtocolException {
        if (in.remaining() < bytes) {
            throw new ProtocolException("the PROXY header is too short for its addresses");
        }
    }

    private static InetAddress inet(ByteBuffer in, int bytes) {
        byte[] address = new byte[bytes];
        in.get(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Without its path, which names nothing on this machine. */
    private static SocketAddress unixEnd(ByteBuffer in) {
        in.position(in.position() + UNIX_PATH_BYTES);
        return UnixDomainSocketAddress.of("");
    }
}
