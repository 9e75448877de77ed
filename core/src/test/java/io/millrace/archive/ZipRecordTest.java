package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** APPNOTE 6.3: what stands before and behind an object, and in the directory, at the limits. */
class ZipRecordTest {

    private static final long MAX = ZipRecord.MAX_32;
    private static final long TIME_NS =
            Instant.parse("2021-03-04T05:06:07Z").getEpochSecond() * 1_000_000_000L;

    private static String local(ZipRecord record) {
        Piece out = new Piece(10, 0);
        record.local(out);
        return HexFormat.of().formatHex(out.toBytes());
    }

    @Test
    void objectHasFlagsForUtf8AndADescriptorAndNoSizes() {
        assertEquals("504b0304" + "1400" + "0808" + "0800" + "c3286452"
                + "00000000" + "00000000" + "00000000" + "0200" + "0900" + "c3bc"
                + "5554" + "0500" + "01" + "bf6a4060",
                local(ZipRecord.ofObject("\u00fc", TIME_NS, 7, false)));
    }

    @Test
    void largeObjectHasAnExtraFieldThatAnnouncesAWideDescriptor() {
        ZipRecord record = ZipRecord.ofObject("a", TIME_NS, 7, true);
        assertEquals("504b0304" + "2d00" + "0808" + "0800" + "c3286452"
                + "00000000" + "ffffffff" + "ffffffff" + "0100" + "1d00" + "61"
                + "0100" + "1000" + "00".repeat(16) + "5554" + "0500" + "01" + "bf6a4060",
                local(record));
        Piece out = new Piece(24, 0);
        record.descriptor(out, 0x01020304, 5, MAX + 1);
        assertEquals("504b0708" + "04030201" + "0500000000000000" + "0000000001000000",
                HexFormat.of().formatHex(out.toBytes()));
    }

    @Test
    void momentBefore1970IsInTheSecondThatItBelongsTo() {
        String head = local(ZipRecord.ofEmpty("a", -1, 7));
        assertEquals("5554" + "0500" + "01" + "ffffffff", head.substring(head.length() - 18));
    }

    @Test
    void folderAndEmptyObjectHaveNoDescriptor() {
        String rest = "0000" + "c3286452" + "00".repeat(12);
        assertEquals("504b0304" + "1400" + "0008" + rest + "0200" + "0900" + "612f"
                + "5554" + "0500" + "01" + "bf6a4060",
                local(ZipRecord.ofFolder("a/", TIME_NS, 7)));
        assertEquals("504b0304" + "1400" + "0008" + rest + "0100" + "0900" + "61"
                + "5554" + "0500" + "01" + "bf6a4060",
                local(ZipRecord.ofEmpty("a", TIME_NS, 7)));
    }

    /** Made-by, attributes, sizes, offset and ZIP64's field, as the directory has them. */
    private static String central(long size, long compressed, long offset) {
        boolean large = Math.max(size, compressed) > MAX;
        ZipRecord record = ZipRecord.ofObject("a", TIME_NS, offset, large);
        record.descriptor(new Piece(24, 0), 9, compressed, size);
        byte[] bytes = record.central();
        ByteBuffer central = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return "version " + central.getShort(6)
                + " compressed " + Integer.toUnsignedLong(central.getInt(20))
                + " size " + Integer.toUnsignedLong(central.getInt(24))
                + " offset " + Integer.toUnsignedLong(central.getInt(42))
                + " extra " + HexFormat.of().formatHex(bytes, 47, bytes.length - 9);
    }

    @Test
    void numbersOf32BitsAreInPlaceAndThoseBeyondInTheExtraField() {
        assertEquals("version 20 compressed 4294967294 size 4294967294 offset 4294967294 extra ",
                central(MAX - 1, MAX - 1, MAX - 1));
        // The greatest one stands for "look into the extra field", so it has to be there.
        assertEquals("version 45 compressed 5 size " + MAX + " offset 7 extra "
                + "01000800" + "ffffffff00000000", central(MAX, 5, 7));
        assertEquals("version 45 compressed 5 size " + MAX + " offset 7 extra "
                + "01000800" + "0000000001000000", central(MAX + 1, 5, 7));
        assertEquals("version 45 compressed 5 size 6 offset " + MAX + " extra "
                + "01000800" + "ffffffff00000000", central(6, 5, MAX));
        assertEquals("version 45 compressed " + MAX + " size " + MAX + " offset " + MAX
                + " extra " + "01001800" + "0200000001000000" + "0100000001000000"
                + "0000000001000000", central(MAX + 3, MAX + 2, MAX + 1));
    }

    @Test
    void modesAreThoseOfUnix() {
        ByteBuffer folder = ByteBuffer.wrap(ZipRecord.ofFolder("a/", TIME_NS, 0).central())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(3, folder.get(5));
        assertEquals(040755 << 16 | 0x10, folder.getInt(38));
        ByteBuffer object = ByteBuffer.wrap(ZipRecord.ofEmpty("a", TIME_NS, 0).central())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0100644 << 16, object.getInt(38));
    }

    @Test
    void timesThatAFieldCanNotHoldAreTheNearestOrLeftOut() {
        assertEquals(0x00210000L, ZipRecord.dosTime(0));
        assertEquals(0x00210000L, ZipRecord.dosTime(
                Instant.parse("1979-12-31T23:59:59Z").getEpochSecond()));
        assertEquals(0x00210001L, ZipRecord.dosTime(
                Instant.parse("1980-01-01T00:00:02Z").getEpochSecond()));
        assertEquals(0xff9fbf7dL, ZipRecord.dosTime(
                Instant.parse("2107-12-31T23:59:59Z").getEpochSecond()));
        assertEquals(0xff9fbf7dL, ZipRecord.dosTime(
                Instant.parse("2108-01-01T00:00:00Z").getEpochSecond()));
        long last = Integer.MAX_VALUE;
        assertEquals(30 + 1 + 9, local(ZipRecord.ofEmpty("a", last * 1_000_000_000L, 0)).length()
                / 2);
        assertEquals(30 + 1, local(ZipRecord.ofEmpty("a", (last + 1) * 1_000_000_000L, 0))
                .length() / 2);
    }
}
