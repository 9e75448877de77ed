package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.ProxyInfo;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyHeaderParserTest {

    private static final byte[] BEHIND = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final ConnectionInfo SOCKET = ConnectionInfo.builder()
            .peer(new InetSocketAddress("10.0.0.1", 1)).local(new InetSocketAddress("10.0.0.2", 2))
            .build();

    /** Parses a header whole, byte by byte, and cut at each position; what all agree on. */
    private static ConnectionInfo parse(byte[] header) throws ProtocolException {
        byte[] stream = Arrays.copyOf(header, header.length + BEHIND.length);
        System.arraycopy(BEHIND, 0, stream, header.length, BEHIND.length);
        ByteBuffer whole = ByteBuffer.wrap(stream);
        ConnectionInfo info = new ProxyHeaderParser().parse(whole).of(SOCKET);
        assertEquals(BEHIND.length, whole.remaining(), "not a byte of the client's");

        ProxyHeaderParser slow = new ProxyHeaderParser();
        for (int i = 0; i < header.length - 1; i++) {
            assertNull(slow.parse(ByteBuffer.wrap(stream, i, 1)));
            assertTrue(slow.hasBegun());
        }
        assertSame(describe(info), describe(slow.parse(ByteBuffer.wrap(stream, header.length - 1,
                1)).of(SOCKET)));

        for (int cut = 0; cut < header.length; cut++) {
            ProxyHeaderParser parser = new ProxyHeaderParser();
            assertNull(parser.parse(ByteBuffer.wrap(stream, 0, cut)));
            ByteBuffer rest = ByteBuffer.wrap(stream, cut, stream.length - cut);
            assertSame(describe(info), describe(parser.parse(rest).of(SOCKET)));
            assertEquals(BEHIND.length, rest.remaining());
        }
        return info;
    }

    private static String describe(ConnectionInfo info) {
        ProxyInfo proxy = info.proxy();
        String text = info.peer() + " " + info.local() + " " + info.isSecure() + " "
                + (proxy == null ? "" : proxy.authority() + " " + proxy.alpn() + " "
                + Arrays.toString(proxy.uniqueId()) + " " + proxy.tlsProtocol() + " "
                + proxy.tlsCipher() + " " + proxy.clientName() + " " + proxy.isClientVerified());
        return text.intern();
    }

    private static ConnectionInfo parse(String line) throws ProtocolException {
        return parse(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Why it is refused: the same whole and byte by byte. */
    private static String refusal(byte[] bytes) {
        String whole = assertThrows(ProtocolException.class,
                () -> new ProxyHeaderParser().parse(ByteBuffer.wrap(bytes))).getMessage();
        assertEquals(whole, assertThrows(ProtocolException.class, () -> {
            ProxyHeaderParser parser = new ProxyHeaderParser();
            for (byte one : bytes) {
                parser.parse(ByteBuffer.wrap(new byte[] {one}));
            }
        }).getMessage());
        return whole;
    }

    private static String refusal(String text) {
        return refusal(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertEnds(String peer, String local, ConnectionInfo info) {
        assertEquals(peer, info.peer().toString());
        assertEquals(local, info.local().toString());
        assertEquals("/10.0.0.1:1", info.socketPeer().toString());
        assertEquals(SOCKET, info);
    }

    // Version 1.

    @Test
    void lineOfTcp4HasBothEnds() throws Exception {
        ConnectionInfo info = parse("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n");
        assertEnds("/192.0.2.1:1000", "/192.0.2.2:80", info);
        assertFalse(info.isSecure());
        assertNull(info.proxy());
        assertEnds("/255.255.255.255:65535", "/255.255.255.255:65535",
                parse("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"));
    }

    @Test
    void lineOfTcp6HasBothEnds() throws Exception {
        assertEnds("/[2001:db8:0:0:0:0:0:1]:0", "/[2001:db8:0:0:0:0:0:2]:443",
                parse("PROXY TCP6 2001:db8::1 2001:DB8::2 0 443\r\n"));
        String longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        assertEnds("/[" + longest + "]:65535", "/[" + longest + "]:65535",
                parse("PROXY TCP6 " + longest + " " + longest + " 65535 65535\r\n"));
    }

    @Test
    void unknownLineLeavesTheSocketsAddresses() throws Exception {
        assertSame(SOCKET, parse("PROXY UNKNOWN\r\n"));
        assertSame(SOCKET, parse("PROXY UNKNOWN \r\n"));
        assertSame(SOCKET, parse("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"));
    }

    @Test
    void lineOf107BytesIsTheLongest() throws Exception {
        String start = "PROXY UNKNOWN ";
        assertSame(SOCKET, parse(start + "x".repeat(105 - start.length()) + "\r\n"));
        assertEquals("the PROXY line is longer than 107 bytes",
                refusal(start + "x".repeat(106 - start.length()) + "\r\n"));
    }

    @Test
    void malformedLineIsRefused() {
        for (String line : List.of("PROXY \r\n", "PROXY TCP4\r\n", "PROXY UNKNOWNS\r\n",
                "PROXY tcp4 192.0.2.1 192.0.2.2 1000 80\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1000 80\r\n",
                "PROXY  TCP4 192.0.2.1 192.0.2.2 1000 80\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1000\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80 \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80 x\r\n")) {
            assertEquals("the PROXY line is malformed", refusal(line), line);
        }
        for (String line : List.of("PROXY TCP4 192.0.2.1 192.0.2.2 1000 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01000 80\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 80\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 1000 80\r\n",
                "PROXY TCP4 192.0.2.1 2001:db8::2 1000 80\r\n",
                "PROXY TCP4 2001:db8::1 2001:db8::2 1000 80\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1000 80\r\n",
                "PROXY TCP6 [2001:db8::1] [2001:db8::2] 1000 80\r\n",
                "PROXY TCP4 localhost 192.0.2.2 1000 80\r\n",
                "PROXY TCP4  192.0.2.2 1000 80\r\n")) {
            assertEquals("an address in the PROXY line is malformed", refusal(line), line);
        }
        assertEquals("the PROXY line does not end with CRLF",
                refusal("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\n"));
        assertEquals("the PROXY line does not end with CRLF", refusal("PROXY \n"));
    }

    @Test
    void whatIsNoHeaderIsRefusedAtItsFirstByte() {
        for (String text : List.of("GET / HTTP/1.1\r\n", "G", "proxy TCP4", "POST", "PROXYTCP4",
                "\r\nG", "\r\n\r\n\0\r\nQUIT\r", "\u0016\u0003\u0001")) {
            assertEquals("it does not begin with a PROXY header", refusal(text), text);
        }
    }

    // Version 2.

    @Test
    void headerOfInetHasBothEnds() throws Exception {
        ConnectionInfo info = parse(ProxyHeaders.inet().bytes());
        assertEnds("/192.0.2.1:1000", "/192.0.2.2:80", info);
        assertNull(info.proxy());
        assertEnds("/192.0.2.1:1000", "/192.0.2.2:80", parse(ProxyHeaders.of(0x21, 0x12)
                .with(Arrays.copyOfRange(ProxyHeaders.inet().bytes(), 16, 28)).bytes()));
    }

    @Test
    void headerOfInet6HasBothEnds() throws Exception {
        byte[] ends = new byte[36];
        ends[0] = 0x20;
        ends[15] = 1;
        ends[16] = 0x20;
        ends[31] = 2;
        ends[33] = 7;
        ends[34] = ends[35] = (byte) 0xff;
        assertEnds("/[2000:0:0:0:0:0:0:1]:7", "/[2000:0:0:0:0:0:0:2]:65535",
                parse(ProxyHeaders.of(0x21, 0x21).with(ends).bytes()));
        byte[] mapped = new byte[36];
        mapped[10] = mapped[11] = -1;
        mapped[12] = 10;
        assertEquals("10.0.0.0",
                parse(ProxyHeaders.of(0x21, 0x21).with(mapped).bytes()).peerText());
    }

    @Test
    void headerOfUnixHasClientsWithoutPath() throws Exception {
        byte[] paths = new byte[216];
        Arrays.fill(paths, (byte) 'x');
        ConnectionInfo info = parse(ProxyHeaders.of(0x21, 0x31).with(paths).bytes());
        assertEquals(UnixDomainSocketAddress.of(""), info.peer());
        assertEquals("unix", info.peerText());
    }

    @Test
    void localAndUnspecifiedLeaveTheSocketsAddresses() throws Exception {
        assertSame(SOCKET, parse(ProxyHeaders.of(0x20, 0x00).bytes()));
        assertSame(SOCKET, parse(ProxyHeaders.of(0x20, 0x11)
                .with(Arrays.copyOfRange(ProxyHeaders.inet().bytes(), 16, 28)).bytes()));
        assertSame(SOCKET, parse(ProxyHeaders.of(0x20, 0xee).with((byte) 1).bytes()),
                "what a LOCAL header has is ignored");
        assertSame(SOCKET, parse(ProxyHeaders.of(0x21, 0x00).bytes()));
    }

    @Test
    void otherVersionsCommandsAndFamiliesAreRefused() {
        for (int command : new int[] {0x10, 0x11, 0x22, 0x2f, 0x31, 0x00}) {
            assertEquals("the PROXY header has version and command 0x"
                    + Integer.toHexString(command) + ", not 0x20 or 0x21",
                    refusal(ProxyHeaders.of(command, 0x11).bytes()));
        }
        for (int family : new int[] {0x01, 0x02, 0x10, 0x13, 0x20, 0x23, 0x30, 0x41, 0xf1, 0xff}) {
            assertEquals("the PROXY header has the unknown address family 0x"
                    + Integer.toHexString(family),
                    refusal(ProxyHeaders.of(0x21, family).with(new byte[216]).bytes()));
        }
    }

    @Test
    void addressesThatDoNotFitAreRefused() {
        int[][] familiesAndBytes = {{0x11, 12}, {0x21, 36}, {0x31, 216}};
        for (int[] each : familiesAndBytes) {
            assertEquals("the PROXY header is too short for its addresses", refusal(
                    ProxyHeaders.of(0x21, each[0]).with(new byte[each[1] - 1]).bytes()));
        }
    }

    @Test
    void headerOf4096BytesIsTheLongest() throws Exception {
        assertEnds("/192.0.2.1:1000", "/192.0.2.2:80",
                parse(ProxyHeaders.inet().tlv(0x04, new byte[4096 - 16 - 12 - 3]).bytes()));
        assertEquals("the PROXY header is longer than 4096 bytes", refusal(
                ProxyHeaders.inet().tlv(0x04, new byte[4097 - 16 - 12 - 3]).bytes()));
        assertEquals("the PROXY header is longer than 4096 bytes", refusal(
                ProxyHeaders.of(0x20, 0).with(new byte[0xffff]).bytes()));
    }

    @Test
    void valuesOfUseAreKeptAndOthersIgnored() throws Exception {
        byte[] id = {0, -1, 7};
        ConnectionInfo info = parse(ProxyHeaders.inet().tlv(0xe0, "custom")
                .tlv(0x01, "http/1.1").tlv(0x02, "files.example.org").tlv(0x05, id)
                .tlv(0x30, "netns").bytes());
        assertEquals("http/1.1", info.proxy().alpn());
        assertEquals("files.example.org", info.proxy().authority());
        assertArrayEquals(id, info.proxy().uniqueId());
        assertFalse(info.proxy().isTls());
        assertFalse(info.isSecure());
        assertNull(info.tlsProtocol());
        info.proxy().uniqueId()[0] = 9;
        assertArrayEquals(id, info.proxy().uniqueId(), "a copy");
        assertNull(parse(ProxyHeaders.inet().tlv(0x04, "padding").bytes()).proxy());
        assertNull(parse(ProxyHeaders.inet().tlv(0x04, "").bytes()).proxy());
    }

    @Test
    void valuesStandBehindAnUnspecifiedFamilyToo() throws Exception {
        ConnectionInfo info = parse(ProxyHeaders.of(0x21, 0).tlv(0x02, "a.example").bytes());
        assertEquals("/10.0.0.1:1", info.peer().toString());
        assertEquals("a.example", info.proxy().authority());
    }

    @Test
    void tlsOfTheClientMakesItSecure() throws Exception {
        byte[] all = ProxyHeaders.subTlvs(0x21, "TLSv1.3", 0x22, "J\u00fcrgen", 0x23,
                "TLS_AES_256_GCM_SHA384", 0x24, "SHA256", 0x25, "RSA2048");
        ConnectionInfo info = parse(ProxyHeaders.inet().tls(0x07, 0, all).bytes());
        assertTrue(info.isSecure());
        assertTrue(info.proxy().isTls());
        assertEquals("TLSv1.3", info.tlsProtocol());
        assertEquals("TLS_AES_256_GCM_SHA384", info.tlsCipher());
        assertEquals("J\u00fcrgen", info.proxy().clientName());
        assertTrue(info.proxy().isClientVerified());
    }

    @Test
    void clientIsVerifiedOnlyWithACertificateThatIs() throws Exception {
        byte[] name = ProxyHeaders.subTlvs(0x22, "a");
        assertTrue(parse(ProxyHeaders.inet().tls(0x03, 0, name).bytes()).proxy()
                .isClientVerified());
        assertTrue(parse(ProxyHeaders.inet().tls(0x05, 0, name).bytes()).proxy()
                .isClientVerified());
        assertFalse(parse(ProxyHeaders.inet().tls(0x01, 0, name).bytes()).proxy()
                .isClientVerified());
        assertFalse(parse(ProxyHeaders.inet().tls(0x07, 1, name).bytes()).proxy()
                .isClientVerified());
    }

    @Test
    void clientWithoutTlsIsNotSecure() throws Exception {
        ConnectionInfo info = parse(ProxyHeaders.inet().tls(0, 1, new byte[0]).bytes());
        assertFalse(info.isSecure());
        assertNull(info.proxy());
        byte[] name = ProxyHeaders.subTlvs(0x22, "a");
        assertNull(parse(ProxyHeaders.inet().tls(0x06, 0, name).bytes()).proxy());
    }

    @Test
    void checksumIsCompared() throws Exception {
        byte[] header = ProxyHeaders.inet().tlv(0x02, "a.example").withChecksum();
        assertEquals("a.example", parse(header).proxy().authority());
        for (int at : new int[] {16, 27, 31, header.length - 1}) {
            byte[] changed = header.clone();
            changed[at] ^= 1;
            assertEquals("the checksum in the PROXY header is wrong", refusal(changed));
        }
        assertEquals("the checksum in the PROXY header has not 4 bytes",
                refusal(ProxyHeaders.inet().tlv(0x03, new byte[3]).bytes()));
    }

    @Test
    void valuesCutShortAreRefused() {
        String cut = "a value in the PROXY header is cut short";
        assertEquals(cut, refusal(ProxyHeaders.inet().with((byte) 4).bytes()));
        assertEquals(cut, refusal(ProxyHeaders.inet().with((byte) 4, (byte) 0).bytes()));
        assertEquals(cut, refusal(ProxyHeaders.inet().with((byte) 4, (byte) 0, (byte) 1).bytes()));
        assertEquals(cut, refusal(ProxyHeaders.inet().tlv(0x20, new byte[4]).bytes()));
        assertEquals(cut, refusal(ProxyHeaders.inet().tls(1, 0, new byte[] {0x21, 0, 1}).bytes()));
        assertEquals(cut, refusal(ProxyHeaders.inet().tls(1, 0, new byte[2]).bytes()));
    }

    @Test
    void idOf128BytesIsTheLongest() throws Exception {
        assertEquals(128, parse(ProxyHeaders.inet().tlv(0x05, new byte[128]).bytes())
                .proxy().uniqueId().length);
        assertEquals("the unique ID in the PROXY header is longer than 128 bytes",
                refusal(ProxyHeaders.inet().tlv(0x05, new byte[129]).bytes()));
    }

    @Test
    void headerHoldsNoMoreMemoryThanItNeeds() throws Exception {
        ProxyHeaderParser parser = new ProxyHeaderParser();
        assertFalse(parser.hasBegun());
        assertEquals(0, parser.heldBytes());
        parser.parse(ByteBuffer.wrap(ProxyHeaders.inet().bytes(), 0, 20));
        assertEquals(107, parser.heldBytes());
        byte[] longer = ProxyHeaders.inet().tlv(0x04, new byte[200]).bytes();
        parser = new ProxyHeaderParser();
        parser.parse(ByteBuffer.wrap(longer, 0, 200));
        assertEquals(longer.length, parser.heldBytes());
    }
}
