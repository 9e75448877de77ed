package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of what is kept. */
class MetaFormatTest {

    private static final long TIME = 1_795_903_207_123_456_789L;

    private static ObjectMeta meta(String... fields) {
        try {
            return new ObjectMeta(ObjectFields.of(Headers.of(fields)), Map.of());
        } catch (HttpException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectMeta full() {
        return meta("Content-Type", "text/x", "Content-Encoding", "gzip", "Cache-Control", "\u00ff")
                .with(DigestAlgorithm.SHA_256, bytes(32)).with(DigestAlgorithm.SHA_512, bytes(64));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsKeptComesBack() {
        ObjectMeta back = MetaFormat.decode(MetaFormat.encode(full(), 5, TIME), 5, TIME);
        assertEquals("text/x", back.fields().value(0));
        assertEquals("gzip", back.fields().value(1));
        assertEquals("\u00ff", back.fields().value(4));
        assertArrayEquals(bytes(32), back.digests().get(DigestAlgorithm.SHA_256));
        assertArrayEquals(bytes(64), back.digests().get(DigestAlgorithm.SHA_512));
    }

    @Test
    void formatStays() {
        // A store that any release has written opens.
        byte[] bytes = MetaFormat.encode(meta("Content-Type", "a/b")
                .with(DigestAlgorithm.SHA_256, new byte[32]), 258, 1);
        assertEquals("01" + "0000000000000001" + "0000000000000102" + "010003612f62"
                + "200020" + "00".repeat(32), HexFormat.of().formatHex(bytes, 0, bytes.length - 4));
        assertEquals("a/b", MetaFormat.decode(bytes, 258, 1).fields().value(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 31, 34, 77, 127, -1})
    void entryOfALaterReleaseIsSkipped(int tag) {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        ObjectMeta back = MetaFormat.decode(retagged(bytes, tag), 5, TIME);
        assertEquals("gzip", back.fields().value(1));
        assertNull(back.fields().value(0));
        assertEquals(2, back.digests().size());
    }

    @Test
    void formatOfALaterReleaseIsNotRead() {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        bytes[0] = 2;
        assertTrue(MetaFormat.decode(checked(bytes), 5, TIME).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33})
    void digestOfAnotherLengthIsNone(int tag) {
        byte[] bytes = MetaFormat.encode(meta("Content-Type", "text/x"), 5, TIME);
        assertTrue(MetaFormat.decode(retagged(bytes, tag), 5, TIME).isEmpty());
    }

    @Test
    void entryThatEndsBehindTheOthersMakesAllOfThemNothing() {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        for (int length : new int[] {bytes.length, 0x7fff, 0xffff}) {
            byte[] copy = bytes.clone();
            ByteBuffer.wrap(copy).putShort(18, (short) length);
            assertTrue(MetaFormat.decode(checked(copy), 5, TIME).isEmpty());
        }
    }

    private static byte[] retagged(byte[] bytes, int tag) {
        byte[] copy = bytes.clone();
        copy[17] = (byte) tag;
        return checked(copy);
    }

    /** The same with the checksum that belongs to the rest. */
    private static byte[] checked(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void otherVersionHasNoneOfIt() {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        for (long time : new long[] {TIME + 1, TIME - 1, TIME + 1_000_000_000L, 0,
            TIME - TIME % 1_000_000_000L - 1_000_000_000L, TIME - TIME % 10_000_000_000L}) {
            assertTrue(MetaFormat.decode(bytes, 5, time).isEmpty(), Long.toString(time));
        }
        assertTrue(MetaFormat.decode(bytes, 6, TIME).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 1000, 1_000_000, 1_000_000_000})
    void copyWhoseTimeWasCutOffHasIt(long step) {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        assertEquals("gzip", MetaFormat.decode(bytes, 5, TIME - TIME % step).fields().value(1));
    }

    @Test
    void copyWhoseTimeBefore1970WasCutOffHasIt() {
        long time = -1_500_000_000L;
        byte[] bytes = MetaFormat.encode(full(), 5, time);
        // The seconds of a file's time are rounded down, and what is beyond them is left out.
        assertEquals("gzip", MetaFormat.decode(bytes, 5, -2_000_000_000L).fields().value(1));
        assertTrue(MetaFormat.decode(bytes, 5, -1_000_000_000L).isEmpty());
    }

    @Test
    void whatIsDamagedIsNothing() {
        byte[] bytes = MetaFormat.encode(full(), 5, TIME);
        for (int i = 0; i < bytes.length; i++) {
            assertTrue(MetaFormat.decode(Arrays.copyOf(bytes, i), 5, TIME).isEmpty());
            byte[] flipped = bytes.clone();
            flipped[i] ^= 4;
            assertTrue(MetaFormat.decode(flipped, 5, TIME).isEmpty(), "byte " + i);
        }
    }

    @Test
    void mostThatCanBeKeptFits() {
        ObjectMeta most = meta("Content-Language", "x".repeat(ObjectFields.MAX_BYTES - 8),
                "Content-Type", "a/", "Content-Encoding", "br", "Content-Disposition", "at",
                "Cache-Control", "no").with(DigestAlgorithm.SHA_256, bytes(32))
                .with(DigestAlgorithm.SHA_512, bytes(64));
        // An ext4 block less its own head, the entry and its name, and room for an ACL.
        assertTrue(MetaFormat.encode(most, 5, TIME).length < 2300);
    }

    @Test
    void digestAloneFitsAnInode() {
        // 256 bytes of an ext4 inode less what it has itself leave 64 to a name like ours.
        ObjectMeta digest = ObjectMeta.NONE.with(DigestAlgorithm.SHA_256, bytes(32));
        assertTrue(MetaFormat.encode(digest, 5, TIME).length <= 64);
        assertTrue(MetaFormat.encode(meta("Content-Type", "application/vnd.debian.binary-package"),
                5, TIME).length <= 64);
    }
}
