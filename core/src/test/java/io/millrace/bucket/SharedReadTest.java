package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.store.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of objects into a bucket's cache: how many, of what age, and what is not kept. */
class SharedReadTest {

    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private S3Double engine;
    private BucketClient client;

    @BeforeEach
    void openStoreWithAnObject() throws Exception {
        engine = S3Double.start();
        client = open(1 << 20);
        place("a", "0123456789");
    }

    private BucketClient open(int cacheBytes) throws Exception {
        return BucketClient.of(engine, BucketClient.options(engine).cacheBytes(cacheBytes)
                .cacheWindow(WINDOW).maxCachedObjectBytes(1_000)
                .progressTimeout(Duration.ofMinutes(10)).build()); // nothing is given up
    }

    @AfterEach
    void closeStore() throws Exception {
        client.close();
        engine.close();
    }

    private void place(String key, String text) {
        engine.place(key, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private void warmUp() throws Exception {
        client.get("/a");
        client.get("/a");
        assertEquals(1, client.state.cache().objects());
    }

    private void pass(Duration time) {
        client.nowNs.addAndGet(time.toNanos());
    }

    private static Response begin(BucketClient client) throws HttpException {
        return (Response) client.handle(Request.of("GET", "/a"));
    }

    private static Got read(Response answer) throws Exception {
        return BucketClient.read(Request.of("GET", "/a"), Client.known(answer));
    }

    private void awaitNothingInFlight() {
        engine.await(call -> client.state.client().inFlight() == 0);
    }

    @Test
    void windowBeginsBeforeTheEngineIsAskedHoweverLongItTakes() throws Exception {
        client.get("/a");
        for (String asked : List.of("GetObject", "HeadObject")) { // read, then checked
            client.asked();
            CompletableFuture<Void> until = new CompletableFuture<>();
            engine.next(DoubleCall.is(asked), S3Fault.hold(until));
            Response held = begin(client);
            engine.await(DoubleCall.is(asked));
            pass(WINDOW);
            until.complete(null);
            assertEquals("0123456789", read(held).text());
            assertEquals(asked + " 200", client.asked());
            client.get("/a");
            assertEquals("HeadObject 200", client.asked());
            pass(WINDOW);
        }
    }

    @Test
    void readForWhichTooManyAreUnderWayIsItsClientsAlone() throws Exception {
        CompletableFuture<Void> until = new CompletableFuture<>();
        // A quarter of it are four objects of the largest size: one read at a time.
        try (BucketClient small = open(7_000)) {
            place("b", "other");
            small.get("/a");
            small.get("/b");
            engine.next(DoubleCall.is("GetObject", "a"), S3Fault.hold(until));
            Response held = begin(small);
            assertEquals("other", small.get("/b").text());
            assertEquals(0, small.state.cache().objects());
            until.complete(null);
            assertEquals("0123456789", read(held).text());
            assertEquals("other", small.get("/b").text());
            assertEquals(2, small.state.cache().objects());
        }
    }

    @Test
    void objectWithoutAnEntityTagIsReadAnewEachTime() throws Exception {
        engine.next(3, GET, S3Fault.noEtag());
        for (int i = 0; i < 2; i++) {
            Got got = client.get("/a");
            assertEquals("0123456789", got.text());
            assertNull(got.field("ETag"));
        }
        assertEquals(0, client.state.cache().objects());
        awaitNothingInFlight();
    }

    @Test
    void responseOfAnObjectThatHasBecomeLargeIsDropped() throws Exception {
        warmUp();
        engine.place("a", new byte[4 << 20], Map.of());
        pass(WINDOW);
        assertEquals(4 << 20, client.get("/a").bytes().length);
        awaitNothingInFlight();
    }

    @Test
    void responseThatDoesNotSayHowLongTheObjectIsIs502AndDropped() throws Exception {
        warmUp();
        place("a", "9876543210");
        pass(WINDOW);
        engine.next(GET, S3Fault.text(206, "0".repeat(4 << 20)));
        Got got = client.get("/a");
        assertEquals(502, got.status());
        assertTrue(got.text().contains("doesn't say how long"), got.text());
        awaitNothingInFlight();
    }
}
