package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.uploads.BucketUploads;
import io.millrace.bucket.write.BucketLeftovers;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import io.millrace.s3.S3Unfinished;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BucketLeftoversTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final AtomicInteger asked = new AtomicInteger();
    private S3Double engine;
    private PuttingStore store;
    private String old;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        store = new PuttingStore(engine, PuttingStore.SMALL, 1 << 20,
                options -> options.abortAfter(DAY));
        old = store.state.client().beginMultipart("old", Map.of()).join();
        store.state.client().part("old", old, 1, S3Payload.of(PutClient.bytes(10))).join();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        engine.close();
    }

    /** A pass when the upload that was begun first is that old. */
    private int pass(Duration age, Set<String> kept) {
        Instant initiated = engine.multiparts().get(0).initiated();
        return new BucketLeftovers(store.state, () -> initiated.plus(age), () -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(kept);
        }).pass().join();
    }

    private List<String> keys() {
        return engine.multiparts().stream().map(S3Unfinished::key).toList();
    }

    @Test
    void uploadOfExactlyTheAgeStaysAndAnOlderOneIsAborted() {
        assertEquals(0, pass(DAY, Set.of()));
        assertEquals(List.of("old"), keys());
        assertEquals(0, asked.get(), "nothing is old, so that nothing has to be kept");
        assertEquals(1, pass(DAY.plusMillis(1), Set.of()));
        assertEquals(List.of(), keys());
    }

    @Test
    void uploadThatIsNeededStays() {
        store.state.client().beginMultipart("z-other", Map.of()).join();
        assertEquals(1, pass(DAY.multipliedBy(3), Set.of(old)));
        assertEquals(List.of("old"), keys());
        assertEquals(1, asked.get());
    }

    @Test
    void uploadThatAnotherNodeHasAbortedMeanwhileIsNoFailure() {
        engine.next(DoubleCall.is("AbortMultipartUpload"), S3Fault.answer(404, "NoSuchUpload"));
        assertEquals(0, pass(DAY.plusMillis(1), Set.of()));
    }

    @Test
    void abortThatFailsDoesNotKeepTheOthersFromTheirs() {
        store.state.client().beginMultipart("z-other", Map.of()).join();
        engine.next(DoubleCall.is("AbortMultipartUpload", "old"),
                S3Fault.answer(403, "AccessDenied"));
        assertEquals(1, pass(DAY.multipliedBy(3), Set.of()));
        assertEquals(List.of("old"), keys());
    }

    @Test
    void uploadsBehindPagesOfThemAreAbortedWhetherThoseAreNeededOrNot() {
        engine.uploadsPerPage(10);
        Set<String> many = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            many.add(store.state.client().beginMultipart("many", Map.of()).join());
        }
        assertEquals(1, pass(DAY.multipliedBy(3), many));
        assertEquals(many, engine.multiparts().stream().map(S3Unfinished::id)
                .collect(Collectors.toSet()));
        store.state.client().beginMultipart("z-other", Map.of()).join();
        assertEquals(31, pass(DAY.multipliedBy(3), Set.of()));
        assertEquals(List.of(), keys());
    }

    @Test
    void listThatFailsIsNoFailureOfTheStore() {
        engine.next(20, DoubleCall.is("ListMultipartUploads"), S3Fault.answer(403, "AccessDenied"));
        assertEquals(0, pass(DAY.multipliedBy(3), Set.of()));
        assertEquals(List.of("old"), keys());
    }

    /** It may be a later release's, whose node serves the same bucket. */
    @Test
    void uploadsStayWhileARecordThatMayNeedThemCanNotBeRead() {
        String record = ".millrace.uploads/" + "0".repeat(32);
        store.state.client().put(new S3Put(record, Map.of(),
                S3Payload.of(PutClient.bytes(100)), false)).join();
        Instant late = engine.multiparts().get(0).initiated().plus(DAY.multipliedBy(3));
        try (BucketUploads uploads = new BucketUploads(store.state, null, () -> 0)) {
            BucketLeftovers leftovers = new BucketLeftovers(store.state, () -> late,
                    uploads::multipartIds);
            assertEquals(0, leftovers.pass().join());
            assertEquals(List.of("old"), keys());
            store.state.client().delete(record, Map.of()).join();
            assertEquals(1, leftovers.pass().join());
        }
    }

    @Test
    void storeThatIsOpenedLooksForThemAtOnce() {
        Instant initiated = engine.multiparts().get(0).initiated();
        new BucketLeftovers(store.state, () -> initiated.plus(DAY.multipliedBy(2)),
                () -> CompletableFuture.completedFuture(Set.of())).start();
        engine.await(DoubleCall.is("AbortMultipartUpload", "old"));
    }

    @Test
    void storeThatIsToLeaveThemAloneDoes() throws IOException {
        try (PuttingStore none = new PuttingStore(engine, PuttingStore.SMALL, 1 << 20,
                options -> options.abortAfter(Duration.ZERO))) {
            engine.forget();
            new BucketLeftovers(none.state, () -> Instant.MAX,
                    () -> CompletableFuture.completedFuture(Set.of())).start();
            assertEquals(0, none.state.client().list(S3ListQuery.of("")).join().objects().size());
            assertEquals(1, engine.requests().size());
        }
    }
}
