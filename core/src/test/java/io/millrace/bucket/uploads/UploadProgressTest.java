package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.uploads.UploadProgress.Bytes;
import io.millrace.bucket.uploads.UploadProgress.Origin;
import io.millrace.bucket.uploads.UploadProgress.Stage;
import io.millrace.bucket.write.WriteMark;
import io.millrace.s3.S3Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The record of an upload: that it comes back as it was written, or not at all. */
class UploadProgressTest {

    private static final Origin ORIGIN = new Origin("/d/\u00e4", 1L << 40, 8 << 20,
            new WriteMark("mark"), Map.of("content-type", "text/plain", "x-amz-meta-a", ""));
    private static final Bytes PLACES = new Bytes("upload", 34, List.of(
            new S3Part(1, "\"e1\"", 5L << 30, "c1"), new S3Part(33, "\"e2\"", 7, null)),
            "tail", 9, (5L << 30) + 16);
    private static final UploadProgress ALL = new UploadProgress(ORIGIN, Stage.UNFINISHED, true,
            1_700_000_000_123L, new byte[] {1, 0, -1}, PLACES, "\"tag\"");

    private static void assertSame(UploadProgress wanted, UploadProgress found) {
        assertArrayEquals(wanted.note(), found.note());
        assertEquals(wanted.origin(), found.origin());
        assertEquals(wanted.stage(), found.stage());
        assertEquals(wanted.isInUse(), found.isInUse());
        assertEquals(wanted.changedMs(), found.changedMs());
        assertEquals(wanted.bytes(), found.bytes());
        assertEquals(wanted.etag(), found.etag());
    }

    /** A record with its right sum, whatever it says. */
    private static byte[] summed(byte[] record) {
        CRC32 crc = new CRC32();
        crc.update(record, 0, record.length - 4);
        return ByteBuffer.wrap(record).putInt(record.length - 4, (int) crc.getValue()).array();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void recordComesBackAsItWasWritten(Stage stage) {
        UploadProgress full = new UploadProgress(ORIGIN, stage, true, ALL.changedMs(), ALL.note(),
                PLACES, ALL.etag());
        assertSame(full, UploadProgress.decode(full.encode()));
        UploadProgress least = new UploadProgress(new Origin("/", -1, 1, new WriteMark(""),
                Map.of()), stage, false, 0, new byte[0], Bytes.NONE, null);
        assertSame(least, UploadProgress.decode(least.encode()));
    }

    @Test
    void noTwoRecordsAreTheSameBytes() {
        assertFalse(Arrays.equals(ALL.encode(), ALL.encode()));
    }

    @Test
    void recordThatIsCutOrHasAnotherByteIsNone() {
        byte[] record = ALL.encode();
        for (int i = 0; i < record.length; i++) {
            assertNull(UploadProgress.decode(Arrays.copyOf(record, i)), "cut at " + i);
            byte[] other = record.clone();
            other[i] ^= 1;
            assertNull(UploadProgress.decode(other), "another byte at " + i);
        }
        assertNull(UploadProgress.decode(Arrays.copyOf(record, record.length + 1)));
    }

    @Test
    void recordThatIsCutBeforeItWasSummedIsNone() {
        byte[] record = ALL.encode();
        for (int i = 4; i < record.length; i++) {
            assertNull(UploadProgress.decode(summed(Arrays.copyOf(record, i))), "cut at " + i);
        }
    }

    @Test
    void recordOfALaterReleaseIsNone() {
        byte[] magic = ALL.encode();
        magic[3]++;
        assertNull(UploadProgress.decode(summed(magic)));
        for (byte stage : new byte[] {-1, (byte) Stage.values().length}) {
            byte[] other = ALL.encode();
            other[Integer.BYTES + Long.BYTES] = stage;
            assertNull(UploadProgress.decode(summed(other)));
        }
    }

    @Test
    void lengthWithinARecordThatItDoesNotHaveIsRefusedBeforeMemoryIsTaken() {
        int ofNote = Integer.BYTES + Long.BYTES + 1 + 1 + Long.BYTES;
        for (int length : new int[] {-1, Integer.MAX_VALUE}) {
            byte[] record = ALL.encode();
            ByteBuffer.wrap(record).putInt(ofNote, length);
            assertNull(UploadProgress.decode(summed(record)));
        }
    }

    @Test
    void changeLeavesAllElseAsItWas() {
        assertSame(new UploadProgress(ORIGIN, Stage.UNFINISHED, false, 5, ALL.note(), Bytes.NONE,
                ALL.etag()), ALL.with(Bytes.NONE, false, 5));
        assertSame(new UploadProgress(ORIGIN, Stage.UNFINISHED, false, ALL.changedMs(), ALL.note(),
                PLACES, ALL.etag()), ALL.with(false));
        assertSame(new UploadProgress(ORIGIN, Stage.UNFINISHED, true, 5, new byte[] {9}, PLACES,
                ALL.etag()), ALL.with(new byte[] {9}, 5));
        assertSame(new UploadProgress(ORIGIN, Stage.UNFINISHED, true, ALL.changedMs(), ALL.note(),
                new Bytes("upload", 34, List.of(), "tail", 9, PLACES.sizeBytes()), ALL.etag()),
                ALL.summary());
    }

    @Test
    void endsLeaveNothingInUse() {
        UploadProgress complete = ALL.complete("\"new\"", 77, 5);
        assertTrue(complete.isComplete());
        assertSame(new UploadProgress(ORIGIN, Stage.COMPLETE, false, 5, ALL.note(), new Bytes(null,
                34, List.of(), null, 0, 77), "\"new\""), complete);
        UploadProgress ended = ALL.ended();
        assertFalse(ended.isComplete());
        assertSame(new UploadProgress(ORIGIN, Stage.ENDED, false, ALL.changedMs(), new byte[0],
                PLACES, ALL.etag()), ended);
    }

    @Test
    void noteOfTheMostBytesIsCopiedAndALongerOneRefused() {
        byte[] most = new byte[UploadProgress.MAX_NOTE_BYTES];
        assertNotSame(most, UploadProgress.checked(most));
        assertEquals(most.length, UploadProgress.checked(most).length);
        assertThrows(IllegalArgumentException.class,
                () -> UploadProgress.checked(new byte[most.length + 1]));
    }
}
