package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class IpTextTest {

    private static String address(String text) {
        return IpText.address(text) == null ? null : IpText.address(text).getHostAddress();
    }

    @Test
    void addressesAreParsedAndMappedOnesAreIpv4() {
        assertEquals("192.0.2.1", address("192.0.2.1"));
        assertEquals("2001:db8:0:0:0:0:0:1", address("2001:DB8::1"));
        assertEquals("192.0.2.1", address("::ffff:192.0.2.1"));
        assertEquals("192.0.2.1", address("::ffff:c000:201"));
        assertEquals("0:0:0:0:0:0:0:0", address("::"));
    }

    @Test
    void whatOnlyResolversTakeIsNoAddress() {
        for (String text : new String[] {"", "1", "1.2.3", "01.2.3.4", "256.1.1.1", "1.2.3.4.5",
                "localhost", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7", "::1::", "1.2.3.4 ",
                "\u0661.2.3.4"}) {
            assertNull(IpText.address(text), text);
        }
    }

    @Test
    void portsAreDecimalFrom0To65535() {
        assertEquals(0, IpText.port("0"));
        assertEquals(19, IpText.port("19"));
        assertEquals(65535, IpText.port("65535"));
        for (String text : new String[] {"", "65536", "080", "-1", "+1", "1 ", "123456"}) {
            assertEquals(-1, IpText.port(text), text);
        }
    }
}
