package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.uploads.UploadProgress.Bytes;
import io.millrace.bucket.uploads.UploadProgress.Origin;
import io.millrace.bucket.uploads.UploadProgress.Stage;
import io.millrace.bucket.write.WriteMark;
import io.millrace.http.HttpException;
import io.millrace.s3.S3Double;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the record of an upload says of its parts, and when, while a use brings them. */
@Timeout(60)
class UploadPartsTest {

    private static final String NAME = "0".repeat(32);
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(5);

    private final List<Throwable> lost = new CopyOnWriteArrayList<>();
    private volatile long nowNs;
    private S3Double engine;
    private UploadsState state;
    private BucketUploads uploads;

    @BeforeEach
    void start() throws Exception {
        engine = S3Double.start().leastPartBytes(1);
        state = new UploadsState(engine, () -> nowNs);
        uploads = new BucketUploads(state, null, () -> 0);
    }

    @AfterEach
    void stop() throws Exception {
        uploads.close();
        state.close();
        engine.close();
    }

    private UploadParts begin(int nextPart, boolean isHeldBack) {
        UploadProgress progress = new UploadProgress(
                new Origin("/a", -1, 1, WriteMark.random(), Map.of()), Stage.UNFINISHED, true, 0,
                new byte[0], new Bytes(null, nextPart, List.of(), null, 0, 0), null);
        UploadRecords.Kept kept = uploads.records().create(NAME, progress).join();
        return new UploadParts(uploads, NAME, "a", kept, isHeldBack, lost::add);
    }

    private static CompletableFuture<Void> send(UploadParts parts) {
        return parts.send(List.of(ByteBuffer.wrap(new byte[1])));
    }

    /** What another node would find. */
    private Bytes recorded(UploadParts parts) throws Exception {
        parts.recorded().join();
        return uploads.records().load(NAME).join().progress().bytes();
    }

    private Set<Integer> numbers() {
        return engine.multiparts().get(0).parts().keySet();
    }

    @Test
    void numberIsClaimedBeforeAPartHasIt() throws Exception {
        UploadParts parts = begin(1, false);
        for (int number = 1; number <= 2 * UploadParts.CLAIMED_PARTS + 1; number++) {
            send(parts).join();
            assertTrue(numbers().contains(number));
            int free = recorded(parts).nextPart();
            assertTrue(free > number && free <= number + UploadParts.CLAIMED_PARTS,
                    number + " is used, and others may use those from " + free);
        }
    }

    @Test
    void lastNumberIsUsedAndNoneBehindIt() throws Exception {
        UploadParts parts = begin(UploadProgress.MAX_PARTS - 1, false);
        send(parts).join();
        send(parts).join();
        Throwable refused = assertThrows(CompletionException.class, () -> send(parts).join());
        assertEquals(413, ((HttpException) refused.getCause()).status().code());
        assertEquals(Set.of(9_999, 10_000), numbers());
        assertEquals(UploadProgress.MAX_PARTS + 1, recorded(parts).nextPart());
    }

    @Test
    void partsAreWrittenDownEveryFiveSeconds() throws Exception {
        UploadParts parts = begin(1, false);
        send(parts).join();
        nowNs += PERIOD_NS - 1;
        send(parts).join();
        assertEquals(0, recorded(parts).sizeBytes());
        nowNs++;
        send(parts).join();
        assertEquals(3, recorded(parts).sizeBytes());
        assertEquals(3, recorded(parts).parts().size());
        send(parts).join();
        assertEquals(3, recorded(parts).sizeBytes());
    }

    @Test
    void partsThatHaveYetToBeCheckedAreNotWrittenDown() throws Exception {
        UploadParts parts = begin(1, true);
        for (int i = 0; i <= UploadParts.CLAIMED_PARTS; i++) { // numbers are claimed twice
            nowNs += PERIOD_NS;
            send(parts).join();
            assertEquals(0, recorded(parts).sizeBytes());
            assertEquals(List.of(), recorded(parts).parts());
        }
        assertEquals(UploadParts.CLAIMED_PARTS + 1, parts.bytes().sizeBytes());
    }

    @Test
    void useIsToldThatAnotherNodeHasTheUpload() throws Exception {
        UploadParts parts = begin(1, false);
        send(parts).join();
        UploadRecords.Kept kept = uploads.records().load(NAME).join();
        uploads.records().replace(NAME, kept, kept.progress().with(true)).join();
        nowNs += PERIOD_NS;
        send(parts).join();
        assertThrows(CompletionException.class, () -> parts.recorded().join());
        engine.await(call -> !lost.isEmpty());
        HttpException why = (HttpException) lost.get(0).getCause();
        assertEquals(UploadResponses.SUPERSEDED, why.response());
    }
}
