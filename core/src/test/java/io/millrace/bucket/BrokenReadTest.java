package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.route.LeavingRequest;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3Stored;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** GETs whose engine breaks off in the middle of the body, or has another object by then. */
class BrokenReadTest {

    private static final int LENGTH = 3 << 20;
    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");

    private S3Double engine;
    private BucketClient client;
    private byte[] bytes;
    private S3Stored stored;

    @BeforeEach
    void openStoreWithAnObject() throws Exception {
        engine = S3Double.start();
        client = BucketClient.of(engine, BucketClient.options(engine)
                .progressTimeout(Duration.ofSeconds(1)).build());
        bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 9));
        }
        stored = engine.place("a", bytes, Map.of());
    }

    @AfterEach
    void closeStore() throws Exception {
        client.close();
        engine.close();
    }

    private void assertWhole(Got got) {
        assertNull(got.failure(), () -> "failed after " + got.bytes().length);
        assertEquals(ByteBuffer.wrap(bytes), ByteBuffer.wrap(got.bytes()));
    }

    /** What was asked for of which version, in order. */
    private String ranges() {
        return engine.requests(GET).stream()
                .map(call -> call.field("Range") + (call.field("If-Match").isEmpty() ? ""
                        : call.field("If-Match").equals(stored.etag()) ? " of it" : " of another"))
                .collect(Collectors.joining(", "));
    }

    @Test
    void restIsAskedForWhereTheEngineBreaksOff() throws Exception {
        engine.next(GET, S3Fault.halfBody());
        assertWhole(client.get("/a"));
        assertTrue(ranges().matches(", bytes=[0-9]+-" + (LENGTH - 1) + " of it"), ranges());
    }

    @Test
    void restIsAskedForWhereTheEngineFallsSilent() throws Exception {
        engine.next(GET, S3Fault.halfBodyThenSilence());
        assertWhole(client.get("/a"));
        assertTrue(ranges().matches(", bytes=[0-9]+-" + (LENGTH - 1) + " of it"), ranges());
    }

    @Test
    void threeBreaksInARowAreNotNoticedByTheClientAndTheFourthCutsItOff() throws Exception {
        engine.next(3, GET, S3Fault.halfBody());
        assertWhole(client.get("/a"));
        // Half of the rest is less than 1 MiB from the second break on.
        engine.forget();
        engine.place("a", bytes = Arrays.copyOf(bytes, 1 << 20), Map.of());
        engine.next(4, GET, S3Fault.halfBody());
        Got cut = client.get("/a");
        assertNotNull(cut.failure());
        assertTrue(cut.bytes().length < bytes.length);
        assertEquals(ByteBuffer.wrap(bytes, 0, cut.bytes().length), ByteBuffer.wrap(cut.bytes()));
        assertEquals(4, engine.requests(GET).size());
    }

    @Test
    void breaksWithAMebibyteBetweenThemDoNotCount() throws Exception {
        bytes = Arrays.copyOf(bytes, 16 << 20);
        engine.place("long", bytes, Map.of());
        engine.next(4, GET, S3Fault.halfBody()); // of 16, 8, 4 and 2 MiB
        assertWhole(client.get("/long"));
        assertEquals(5, engine.requests(GET).size());
    }

    @Test
    void anotherVersionIsNeverSentAsTheRestOfThisOne() throws Exception {
        engine.next(GET, S3Fault.halfBody());
        Request request = Request.of("GET", "/a");
        Response response = client.begin(request);
        // The first half may be on its way; the rest will be of a version that is gone.
        engine.place("a", new byte[LENGTH], Map.of());
        Got cut = BucketClient.read(request, response);
        if (cut.failure() == null) { // asked for the rest before it was replaced
            assertWhole(cut);
        } else {
            assertEquals(ByteBuffer.wrap(bytes, 0, cut.bytes().length),
                    ByteBuffer.wrap(cut.bytes()));
        }
    }

    @Test
    void versionThatIsGoneCutsTheClientOff() throws Exception {
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, S3Fault.answer(412, "PreconditionFailed"));
        Got cut = client.get("/a");
        assertNotNull(cut.failure());
        // The log tells why the engine was asked again at all.
        assertEquals(1, cut.failure().getCause().getSuppressed().length);
        assertEquals(ByteBuffer.wrap(bytes, 0, cut.bytes().length), ByteBuffer.wrap(cut.bytes()));
    }

    @Test
    void engineThatIgnoresTheConditionOfTheRestIsNotBelieved() throws Exception {
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, S3Fault.wrongEtag());
        assertNotNull(client.get("/a").failure());
    }

    @Test
    void rangeThatBreaksOffIsGoneOnWithToItsEnd() throws Exception {
        engine.next(GET, S3Fault.halfBody());
        Got got = client.get("/a", "Range", "bytes=1000-101000");
        assertNull(got.failure());
        assertEquals(ByteBuffer.wrap(bytes, 1000, 100_001), ByteBuffer.wrap(got.bytes()));
        assertTrue(ranges().matches("bytes=1000-101000, bytes=[0-9]+-101000 of it"), ranges());
    }

    @Test
    void eachOfSeveralRangesMayBreakOff() throws Exception {
        Predicate<DoubleCall> first = call -> GET.test(call)
                && List.of("bytes=0-99999", "bytes=2000000-2099999").contains(call.field("Range"));
        engine.next(2, first, S3Fault.halfBody());
        Got got = client.get("/a", "Range", "bytes=0-99999,2000000-2099999");
        assertNull(got.failure());
        String text = new String(got.bytes(), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(new String(bytes, 0, 100_000, StandardCharsets.ISO_8859_1)));
        assertTrue(text.contains(
                new String(bytes, 2_000_000, 100_000, StandardCharsets.ISO_8859_1)));
        assertEquals(4, engine.requests(GET).size());
    }

    @Test
    void responseThatHasComeToItsEndLeavesItsConnectionToTheNext() throws Exception {
        engine.place("small", new byte[100], Map.of());
        int before = engine.accepted();
        for (int i = 0; i < 20; i++) {
            assertEquals(100, client.get("/small").bytes().length);
            assertEquals(LENGTH, client.get("/a").bytes().length);
            client.get("/a", "Range", "bytes=0-99,1000000-1000099");
        }
        // One may still be on its way back when the next request is made.
        assertTrue(engine.accepted() - before <= 3, engine.accepted() + " connections");
    }

    // The client leaves.

    @Test
    void clientThatLeavesBeforeTheResponseEndsTheRequest() throws Exception {
        engine.next(GET, S3Fault.silence());
        LeavingRequest request = new LeavingRequest(Request.of("GET", "/a"));
        Response answer = (Response) client.handle(request);
        engine.await(GET);
        request.leave();
        engine.await(GET.and(DoubleCall::clientLeft));
        answer.stage().toCompletableFuture().handle((response, failure) -> null).get();
    }

    @Test
    @Timeout(60)
    void clientThatLeavesInTheMiddleEndsTheRequest() throws Exception {
        bytes = new byte[32 << 20];
        engine.place("long", bytes, Map.of());
        Response response = client.begin(Request.of("GET", "/long"));
        ByteBuffer piece = ByteBuffer.allocate(100);
        while (piece.position() == 0) {
            response.body().read(0, piece);
            Pause.briefly();
        }
        response.body().close();
        while (engine.connections() > 0 || client.state.client().inFlight() > 0) {
            Pause.briefly();
        }
    }

    @Test
    @Timeout(60)
    void responseThatIsNotSentHoldsNoRequest() throws Exception {
        Response response = client.begin(Request.of("GET", "/a"));
        response.discard();
        while (client.state.client().inFlight() > 0) {
            Pause.briefly();
        }
    }
}
