package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.http.Request;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.store.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PUTs into a bucket of which small objects are in memory, and that takes no large ones. */
@Timeout(120)
class PutAndCacheTest {

    private static final int MOST = 30_000;

    private S3Double engine;
    private PuttingStore store;
    private PutClient client;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        store = new PuttingStore(engine, PuttingStore.SMALL, 64 << 20,
                options -> options.maxObjectBytes(MOST).cacheBytes(1 << 20)
                        .maxCachedObjectBytes(1 << 16).cacheWindow(Duration.ofMinutes(1)));
        client = store.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
        engine.close();
    }

    private byte[] get() throws Exception {
        Request request = Request.of("GET", "/a");
        return BucketClient.read(request, Client.known(
                new BucketRequests(store.state).handle(request).complete())).bytes();
    }

    /** Places an object, and reads it until it is in memory. */
    private String placeAndKeep(String text) throws Exception {
        String etag = engine.place("a", text).etag();
        get();
        get();
        assertEquals(1, store.state.cache().objects());
        return etag;
    }

    // The cache.

    @ParameterizedTest
    @CsvSource({"80, PutObject", "9000, PutObject", "30000, CompleteMultipartUpload"})
    void objectIsSeenAsSoonAsTheEngineHasIt(int length, String last) throws Exception {
        placeAndKeep("before");
        CompletableFuture<Void> until = new CompletableFuture<>();
        engine.next(DoubleCall.is(last), S3Fault.hold(until).afterStoring());
        byte[] body = PutClient.bytes(length);
        client.head("/a", "Content-Length", Integer.toString(length)).send(body);
        engine.await(call -> engine.objects().get("a").bytes().length == length);
        assertArrayEquals(body, get());
        until.complete(null);
        assertEquals(204, client.reply().status());
        assertArrayEquals(body, get());
    }

    @Test
    void conditionThatFailsShowsWhatAnotherNodeHasStored() throws Exception {
        String before = placeAndKeep("before");
        CompletableFuture<Void> until = new CompletableFuture<>();
        engine.next(DoubleCall.is("PutObject"), S3Fault.hold(until));
        client.head("/a", "Content-Length", "10", "If-Match", before).send(PutClient.bytes(10));
        engine.await(DoubleCall.is("PutObject"));
        assertEquals("before", new String(get())); // in memory once more
        engine.place("a", "another's");
        until.complete(null);
        assertEquals(412, client.reply().status());
        assertEquals("another's", new String(get()));
    }

    // Lengths.

    @Test
    void objectOfTheMostBytesIsStoredAndOneOfAByteMoreIsNot() throws IOException {
        assertEquals(201, client.put("/b", PutClient.bytes(MOST)).status());
        assertEquals(413, client.head("/c", "Content-Length", Integer.toString(MOST + 1))
                .reply().status());
        assertEquals(1, engine.objects().size());
    }

    @Test
    void objectOfUnknownLengthMayHaveTheMostBytesAndNoMore() throws IOException {
        store.close();
        store = new PuttingStore(engine, PuttingStore.SMALL, 64 << 20,
                options -> options.maxObjectBytes(1500));
        try (PutClient fits = store.client(); PutClient doesNot = store.client()) {
            assertEquals(201, fits.putChunked("/b", PutClient.bytes(1500), 100).status());
            assertEquals(413, doesNot.putChunked("/c", PutClient.bytes(1501), 100).status());
        }
        engine.await(call -> engine.multiparts().isEmpty());
        assertEquals(1, engine.objects().size());
    }

    // What the engine is asked.

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 20_000})
    void conditionThatTellsWhatIsThereNeedsNoLook(int length) throws IOException {
        byte[] body = PutClient.bytes(length);
        Reply created = client.put("/b", body, "If-None-Match", "*");
        assertEquals(201, created.status());
        assertEquals(204, client.put("/b", body, "If-Match", created.fields().get("etag"))
                .status());
        assertEquals(0, engine.requests(DoubleCall.is("HeadObject")).size());
    }
}
