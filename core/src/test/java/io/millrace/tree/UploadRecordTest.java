package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** What is remembered of an upload, and read again after a kill or an update. */
class UploadRecordTest {

    private static final byte[] NOTE = {1, 2, 3};
    private static final UploadRecord BEGUN = UploadRecord.of("/\u00e9", 258, NOTE);
    private static final Version VERSION = new Version(5, 6, 7, true);

    /** The same with the checksum that belongs to the rest. */
    private static byte[] checked(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void recordOfEachStageComesBack() {
        for (UploadRecord record : new UploadRecord[] {BEGUN, BEGUN.ending(VERSION),
            BEGUN.complete(VERSION.weak()), UploadRecord.of("/a", -1, new byte[0])}) {
            UploadRecord back = UploadRecord.decode(record.encode());
            assertEquals(record.stage(), back.stage());
            assertEquals(record.path(), back.path());
            assertEquals(record.lengthBytes(), back.lengthBytes());
            assertEquals(record.version(), back.version());
            assertArrayEquals(record.note(), back.note());
        }
    }

    @Test
    void formatStays() {
        // Uploads that any release has begun go on.
        byte[] bytes = BEGUN.ending(VERSION).encode();
        assertEquals("4d525531" + "01" + "0000000000000102" + "00000003" + "2fc3a9" + "01"
                + "0000000000000005" + "0000000000000006" + "00000007" + "01"
                + "00000003" + "010203", HexFormat.of().formatHex(bytes, 0, bytes.length - 4));
        assertEquals("4d525531" + "00" + "0000000000000102" + "00000003" + "2fc3a9" + "00"
                + "00000003" + "010203", HexFormat.of().formatHex(BEGUN.encode(), 0, 28));
    }

    @Test
    void whatIsDamagedIsNoRecord() {
        byte[] bytes = BEGUN.ending(VERSION).encode();
        for (int i = 0; i < bytes.length; i++) {
            assertNull(UploadRecord.decode(Arrays.copyOf(bytes, i)), "cut at " + i);
            byte[] flipped = bytes.clone();
            flipped[i] ^= 4;
            assertNull(UploadRecord.decode(flipped), "byte " + i);
        }
    }

    @Test
    void recordOfALaterReleaseOrThatIsShorterThanItSaysIsNone() {
        byte[] bytes = BEGUN.encode();
        assertEquals(BEGUN.path(), UploadRecord.decode(checked(bytes.clone())).path());
        for (byte stage : new byte[] {3, 127, -1}) {
            byte[] later = bytes.clone();
            later[4] = stage;
            assertNull(UploadRecord.decode(checked(later)), "stage " + stage);
        }
        byte[] other = bytes.clone();
        other[3]++;
        assertNull(UploadRecord.decode(checked(other)), "another format");
        for (int length : new int[] {12, 0x7fffffff, -1}) {
            byte[] shorter = bytes.clone();
            ByteBuffer.wrap(shorter).putInt(13, length);
            assertNull(UploadRecord.decode(checked(shorter)), "a path of " + length + " bytes");
        }
        for (int i = 4; i < bytes.length; i++) {
            assertNull(UploadRecord.decode(checked(Arrays.copyOf(bytes, i))), "cut at " + i);
        }
    }

    @Test
    void noteAndStageChangeAndTheRestStays() {
        UploadRecord complete = BEGUN.with(new byte[] {9}).complete(VERSION);
        assertTrue(complete.isComplete());
        assertEquals(VERSION.etag(), complete.etag());
        assertArrayEquals(new byte[] {9}, complete.note());
        assertEquals(258, complete.lengthBytes());
        UploadRecord again = BEGUN.ending(VERSION).unfinished();
        assertFalse(again.isComplete());
        assertNull(again.version());
        assertNull(BEGUN.ending(VERSION).etag(), "it has none before its file is the object's");
    }

    @Test
    void fileThatTheKeyNamesAfterAKillIsThatOfTheUploadOnlyIfItIsTheSame() {
        UploadRecord ending = BEGUN.ending(VERSION);
        Version later = VERSION.at(60);
        assertEquals(later.etag(), ending.completed(later).etag());
        for (Version other : new Version[] {null, new Version(6, 6, 7, true),
            new Version(5, 6, 8, true)}) {
            UploadRecord completed = ending.completed(other);
            assertTrue(completed.isComplete());
            assertNull(completed.etag(), "another program's, or the next one's");
            assertEquals(5, completed.version().sizeBytes());
        }
        Version untold = new Version(5, 6, 0, true);
        assertNull(BEGUN.ending(untold).completed(untold).etag(), "the system tells no file");
    }
}
