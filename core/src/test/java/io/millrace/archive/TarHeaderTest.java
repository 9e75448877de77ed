package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** IEEE 1003.1, pax: the header of a folder or object, at the limits of its fields. */
class TarHeaderTest {

    private static final long SECOND = 1_000_000_000L;

    private static byte[] header(String name, boolean isFolder, long modifiedNs, long size) {
        Piece out = new Piece(10, 0);
        TarHeader.write(out, name, isFolder, modifiedNs, size);
        return out.toBytes();
    }

    /** The records of the extended header; null if there is none. */
    private static String extended(byte[] header) {
        if (header.length == 512) {
            return null;
        }
        assertEquals('x', header[156]);
        int size = Integer.parseInt(text(header, 124, 11), 8);
        assertEquals(512 + (size + 511) / 512 * 512 + 512, header.length);
        return text(header, 512, size);
    }

    private static String text(byte[] bytes, int from, int count) {
        return new String(bytes, from, count, StandardCharsets.UTF_8);
    }

    @Test
    void headerOfAnObjectHasEachFieldInItsPlace() {
        byte[] header = header("a/b", false, 1_600_000_000L * SECOND + 999_999_999, 0x1234);
        String fields = "a/b" + "\0".repeat(97) + "0000644\0" + "0000000\0" + "0000000\0"
                + "00000011064\0" + "13727410000\0" + "........" + "0" + "\0".repeat(100)
                + "ustar\0" + "00" + "\0".repeat(247);
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i];
        }
        assertEquals(fields.replace("........", String.format("%06o\0 ", sum)),
                text(header, 0, 512));
    }

    @Test
    void folderHasItsTypeAndMode() {
        byte[] header = header("a/", true, 0, 0);
        assertEquals('5', header[156]);
        assertEquals("0000755\0", text(header, 100, 8));
    }

    @Test
    void nameOf100BytesIsInPlaceAndALongerOneIsExtended() {
        assertEquals(null, extended(header("n".repeat(100), false, 0, 0)));
        byte[] longer = header("n".repeat(101), false, 0, 0);
        assertEquals("111 path=" + "n".repeat(101) + "\n", extended(longer));
        assertEquals("n".repeat(100) + "0000644\0", text(longer, longer.length - 512, 108));
    }

    @Test
    void nameThatIsNotAsciiIsExtended() {
        assertEquals("11 path=\u00fc\n", extended(header("\u00fc", false, 0, 0)));
    }

    @Test
    void checksumIsTheSumOfUnsignedBytes() {
        byte[] header = header("\u00fc", false, 0, 0);
        byte[] last = Arrays.copyOfRange(header, header.length - 512, header.length);
        int sum = 0;
        for (int i = 0; i < last.length; i++) {
            sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(last[i]);
        }
        assertEquals(String.format("%06o\0 ", sum), text(last, 148, 8));
    }

    @Test
    void lengthOfARecordCountsItsOwnDigits() {
        // 99 bytes with two digits, and no record of 100: three digits make 101.
        assertEquals("99 path=" + "\u00fc" + "n".repeat(88) + "\n",
                extended(header("\u00fc" + "n".repeat(88), false, 0, 0)));
        assertEquals("101 path=" + "\u00fc" + "n".repeat(89) + "\n",
                extended(header("\u00fc" + "n".repeat(89), false, 0, 0)));
    }

    @Test
    void sizeOf8GiBIsExtendedAndOneByteLessIsInPlace() {
        byte[] largest = header("a", false, 0, (1L << 33) - 1);
        assertEquals(null, extended(largest));
        assertEquals("77777777777\0", text(largest, 124, 12));
        assertEquals("19 size=8589934592\n", extended(header("a", false, 0, 1L << 33)));
    }

    @Test
    void timeBefore1970OrBeyondTheFieldIsExtended() {
        assertEquals(null, extended(header("a", false, 0, 0)));
        assertEquals("12 mtime=-1\n", extended(header("a", false, -1, 0)));
        assertEquals(null, extended(header("a", false, ((1L << 33) - 1) * SECOND, 0)));
        assertEquals("20 mtime=8589934592\n",
                extended(header("a", false, (1L << 33) * SECOND, 0)));
    }

    @Test
    void lastBlockIsFilled() {
        for (long size : new long[] {0, 1, 511, 512, 513}) {
            Piece out = new Piece(1, 0);
            TarHeader.pad(out, size);
            assertEquals((size + 511) / 512 * 512 - size, out.count());
            assertArrayEquals(new byte[out.count()], out.toBytes(),
                    () -> HexFormat.of().formatHex(Arrays.copyOf(out.toBytes(), 16)));
        }
    }
}
