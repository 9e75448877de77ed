package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DerTest {

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void lengthsUseTheFewestBytes() {
        assertEquals("0400", hex(Der.octets(new byte[0])));
        assertTrue(hex(Der.octets(new byte[127])).startsWith("047f00"));
        assertTrue(hex(Der.octets(new byte[128])).startsWith("04818000"));
        assertTrue(hex(Der.octets(new byte[255])).startsWith("0481ff00"));
        assertTrue(hex(Der.octets(new byte[256])).startsWith("0482010000"));
        assertTrue(hex(Der.octets(new byte[65_535])).startsWith("0482ffff00"));
        assertTrue(hex(Der.octets(new byte[65_536])).startsWith("048301000000"));
    }

    @Test
    void valuesAreAsX690HasThem() {
        assertEquals("020100", hex(Der.integer(0)));
        assertEquals("02020080", hex(Der.integer(128)));
        assertEquals("0101ff", hex(Der.bool(true)));
        assertEquals("0500", hex(Der.nothing()));
        assertEquals("0c03c3bc61", hex(Der.text("\u00fca")));
        assertEquals("03020780", hex(Der.bits(7, (byte) 0x80)));
        assertEquals("a303020101", hex(Der.explicit(3, Der.integer(1))));
        assertEquals("06082a8648ce3d030107", hex(Der.oid("1.2.840.10045.3.1.7")));
        assertEquals("06092a864886f70d010101", hex(Der.oid("1.2.840.113549.1.1.1")));
        assertEquals("06022a7f", hex(Der.oid("1.2.127")));
        assertEquals("06032a8100", hex(Der.oid("1.2.128")));
        assertEquals("3006020101020102", hex(Der.sequence(Der.integer(1), Der.integer(2))));
        assertEquals("3103020101", hex(Der.set(Der.integer(1))));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536}) {
            byte[] inner = Der.octets(new byte[length]);
            DerReader in = new DerReader(Der.sequence(Der.integer(1), inner)).enter(Der.SEQUENCE);
            assertFalse(in.nextIs(Der.OCTET_STRING));
            assertTrue(in.skip(Der.INTEGER).nextIs(Der.OCTET_STRING));
            assertArrayEquals(inner, in.whole(Der.OCTET_STRING));
            assertFalse(in.nextIs(Der.OCTET_STRING));
        }
    }

    @Test
    void malformedValueIsRefused() {
        for (String hex : new String[] {"", "30", "3001", "308100", "31020500", "3080",
            "3084000000", "3084ffffffff", "30ff", "3083000000"}) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            assertThrows(IllegalArgumentException.class, () ->
                    new DerReader(bytes).enter(Der.SEQUENCE).whole(Der.INTEGER), hex);
        }
    }
}
