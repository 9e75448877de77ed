package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bucket.uploads.UploadProgress.Bytes;
import io.millrace.bucket.uploads.UploadProgress.Origin;
import io.millrace.bucket.uploads.UploadProgress.Stage;
import io.millrace.bucket.write.WriteMark;
import io.millrace.http.HttpException;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a look at all uploads of a bucket finds, and what it removes that killed nodes left. */
@Timeout(60)
class UploadListTest {

    private static final String FOLDER = UploadRecords.FOLDER;
    private static final String NAME = "0".repeat(32);
    private static final String TAIL = FOLDER + NAME + ".tail-";
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private S3Double engine;
    private UploadsState state;
    private BucketUploads uploads;
    private volatile long nowMs;

    @BeforeEach
    void start() throws Exception {
        engine = S3Double.start().leastPartBytes(1);
        state = new UploadsState(engine, System::nanoTime);
        uploads = new BucketUploads(state, null, () -> nowMs);
    }

    @AfterEach
    void stop() throws Exception {
        uploads.close();
        state.close();
        engine.close();
    }

    private void record(String name, Stage stage, boolean isInUse, String uploadId, String tail) {
        uploads.records().create(name, new UploadProgress(
                new Origin("/a", -1, 1, WriteMark.random(), Map.of()), stage, isInUse, 0,
                new byte[0], new Bytes(uploadId, 1, List.of(), tail, 1, 1), null)).join();
    }

    /** Bytes of an upload that are so much older than the next look. */
    private void tail(String number, long ageMs) {
        nowMs = engine.place(TAIL + number, "x").modified().toEpochMilli() + ageMs;
    }

    /** What is there besides records, once all that was asked of the engine is done. */
    private List<String> tails() {
        engine.await(call -> state.client().inFlight() == 0);
        return new TreeSet<>(engine.objects().keySet()).stream()
                .filter(key -> key.startsWith(TAIL)).map(key -> key.substring(TAIL.length()))
                .toList();
    }

    @Test
    void tailWithoutItsRecordIsRemovedOnceItIsMoreThanAnHourOld() throws Exception {
        tail("1", HOUR_MS);
        uploads.all();
        assertEquals(List.of("1"), tails());
        nowMs++;
        uploads.all();
        assertEquals(List.of(), tails());
    }

    @Test
    void tailThatItsRecordNamesStaysAndOthersOfItAreRemoved() throws Exception {
        record(NAME, Stage.UNFINISHED, false, null, "2");
        tail("1", 0);
        tail("2", HOUR_MS + 2_000);
        uploads.all();
        assertEquals(List.of("2"), tails());
    }

    @Test
    void tailsOfAnUploadInUseStay() throws Exception {
        record(NAME, Stage.UNFINISHED, true, null, "2");
        tail("1", HOUR_MS + 2_000);
        uploads.all();
        assertEquals(List.of("1"), tails());
    }

    @Test
    void tailsOfARecordThatCanNotBeReadStay() throws Exception {
        engine.place(FOLDER + NAME, "a later release's");
        tail("1", HOUR_MS + 2_000);
        uploads.all();
        assertEquals(List.of("1"), tails());
    }

    @Test
    void restOfAnUploadThatWasEndedIsRemovedAndIsNoUpload() throws Exception {
        String id = state.client().beginMultipart("a", Map.of()).join();
        tail("1", 0);
        record(NAME, Stage.ENDED, false, id, "1");
        record("1".repeat(32), Stage.UNFINISHED, false, null, null);
        assertEquals(1, uploads.all().size());
        assertEquals(1, uploads.lastCount());
        assertEquals(List.of(), tails());
        assertEquals(List.of(), engine.multiparts());
        assertEquals(List.of(FOLDER + "1".repeat(32)), List.copyOf(engine.objects().keySet()));
    }

    @Test
    void restThatCanNotBeRemovedIsLeftToTheNextLook() throws Exception {
        record(NAME, Stage.ENDED, false, null, null);
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.answer(403, "AccessDenied"));
        assertEquals(List.of(), uploads.all());
        assertEquals(List.of(FOLDER + NAME), List.copyOf(engine.objects().keySet()));
        assertEquals(List.of(), uploads.all());
        assertEquals(List.of(), List.copyOf(engine.objects().keySet()));
    }

    @Test
    void recordThatIsGoneWhenItIsReadIsNoUnreadOne() throws Exception {
        record(NAME, Stage.UNFINISHED, false, null, null);
        engine.next(DoubleCall.is("GetObject"), S3Fault.answer(404, "NoSuchKey"));
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(404, "NoSuchKey"));
        assertEquals(Set.of(), uploads.multipartIds().join());
        assertEquals(1, uploads.all().size());
    }

    @Test
    void listThatFailsFailsTheLook() {
        engine.next(DoubleCall.is("ListObjectsV2"), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, assertThrows(HttpException.class, uploads::all).status().code());
    }

    @Test
    void moreRecordsThanAreReadAtATimeAreAllFound() throws Exception {
        for (int i = 0; i < 33; i++) {
            record(String.format("%032x", i), Stage.UNFINISHED, false, "id" + i, null);
        }
        assertEquals(33, uploads.all().size());
        assertEquals(33, uploads.multipartIds().join().size());
    }
}
