package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworksTest {

    private static boolean contains(String network, String address) {
        return Networks.of(List.of(network)).contain(
                new InetSocketAddress(IpText.address(address), 1));
    }

    private static String violation(String text) {
        String violation = Networks.violation(List.of("10.0.0.0/8", text));
        assertEquals(violation, assertThrows(IllegalArgumentException.class,
                () -> Networks.of(List.of(text))).getMessage());
        return violation;
    }

    @Test
    void networkHasItsFirstAndLastAddressAndNoneBeyond() {
        assertTrue(contains("10.0.0.0/8", "10.0.0.0"));
        assertTrue(contains("10.0.0.0/8", "10.255.255.255"));
        assertFalse(contains("10.0.0.0/8", "9.255.255.255"));
        assertFalse(contains("10.0.0.0/8", "11.0.0.0"));
        assertTrue(contains("192.0.2.128/25", "192.0.2.128"));
        assertFalse(contains("192.0.2.128/25", "192.0.2.127"));
        assertTrue(contains("172.16.0.0/12", "172.31.255.255"));
        assertFalse(contains("172.16.0.0/12", "172.32.0.0"));
        assertTrue(contains("2001:db8::/33", "2001:db8:7fff:ffff::"));
        assertFalse(contains("2001:db8::/33", "2001:db8:8000::"));
        assertTrue(contains("192.0.2.1/32", "192.0.2.1"));
        assertFalse(contains("192.0.2.1/32", "192.0.2.0"));
    }

    @Test
    void prefixOf0HasAllAddressesOfItsFamily() {
        assertTrue(contains("0.0.0.0/0", "255.255.255.255"));
        assertFalse(contains("0.0.0.0/0", "2001:db8::1"));
        assertTrue(contains("::/0", "2001:db8::1"));
        assertFalse(contains("::/0", "192.0.2.1"));
    }

    @Test
    void addressAloneIsANetworkOfOne() {
        assertTrue(contains("192.0.2.1", "192.0.2.1"));
        assertFalse(contains("192.0.2.1", "192.0.2.2"));
        assertTrue(contains("::1", "::1"));
        assertFalse(contains("::1", "::2"));
    }

    @Test
    void mappedAddressesAreThoseOfIpv4() throws UnknownHostException {
        byte[] mapped = IpText.address("::1").getAddress();
        mapped[10] = mapped[11] = -1;
        mapped[12] = 10;
        assertTrue(Networks.of(List.of("10.0.0.0/8"))
                .contain(new InetSocketAddress(InetAddress.getByAddress(mapped), 1)));
        assertTrue(contains("::ffff:10.0.0.0/104", "10.2.3.4"));
        assertFalse(contains("::ffff:10.0.0.0/104", "11.2.3.4"));
        assertEquals("must have a number from 96 to 128 behind the slash of ::ffff:0.0.0.0/95",
                violation("::ffff:0.0.0.0/95"));
    }

    @Test
    void unixIsTheClientsOfUnixDomainSockets() {
        UnixDomainSocketAddress unnamed = UnixDomainSocketAddress.of("");
        assertTrue(Networks.of(List.of("unix")).contain(unnamed));
        assertFalse(Networks.of(List.of("0.0.0.0/0", "::/0")).contain(unnamed));
        assertFalse(Networks.of(List.of("unix")).contain(new InetSocketAddress("127.0.0.1", 1)));
    }

    @Test
    void severalNetworksAreTriedAndNoAddressIsInNone() {
        Networks networks = Networks.of(List.of("unix", "10.0.0.0/8", "::1"));
        assertTrue(networks.contain(new InetSocketAddress("::1", 1)));
        assertTrue(networks.contain(new InetSocketAddress("10.1.1.1", 1)));
        assertFalse(networks.contain(new InetSocketAddress("192.0.2.1", 1)));
        assertFalse(networks.contain(null));
        assertFalse(networks.contain(InetSocketAddress.createUnresolved("a.example", 1)));
        assertFalse(networks.isEmpty());
        assertFalse(Networks.of(List.of("unix")).isEmpty());
        assertTrue(Networks.of(List.of()).isEmpty());
    }

    @Test
    void malformedNetworkSaysWhatToWrite() {
        assertNull(Networks.violation(List.of("10.0.0.0/8", "::/0", "unix")));
        assertEquals("must have networks without bits of a host: for 10.1.0.0/8 write 10.0.0.0/8, "
                + "or the address alone", violation("10.1.0.0/8"));
        assertEquals("must have networks without bits of a host: for 2001:db8::1/32 write "
                + "2001:db8:0:0:0:0:0:0/32, or the address alone", violation("2001:db8::1/32"));
        assertEquals("must have a number from 0 to 32 behind the slash of 10.0.0.0/33",
                violation("10.0.0.0/33"));
        assertEquals("must have a number from 0 to 128 behind the slash of ::/129",
                violation("::/129"));
        for (String text : List.of("10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/x")) {
            assertEquals("must have a number from 0 to 32 behind the slash of " + text,
                    violation(text));
        }
        for (String text : List.of("proxy.example.org", "10.0/16", "/8", "[::1]", "UNIX")) {
            assertEquals("must have networks such as 10.0.0.0/8 or 2001:db8::/32, addresses or "
                    + "unix, not " + text, violation(text));
        }
    }
}
