package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines that send other bytes than were asked for, or break off again and again. */
@Timeout(120)
class RestOfReadTest {

    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");
    /** More than the connection and its client hold. */
    private static final int LENGTH = 12 << 20;

    private S3Double engine;
    private BucketClient client;

    @BeforeEach
    void openStore() throws IOException {
        engine = S3Double.start();
        client = open(Duration.ofMinutes(10)); // so that nothing but the store ends a request
    }

    private BucketClient open(Duration progressTimeout) throws IOException {
        return BucketClient.of(engine,
                BucketClient.options(engine).progressTimeout(progressTimeout).build());
    }

    @AfterEach
    void closeStore() throws IOException {
        client.close();
        engine.close();
    }

    /** Numbers, so that no two places have the same bytes. */
    private String place(int length) {
        StringBuilder text = new StringBuilder(length + 10);
        while (text.length() < length) {
            text.append(text.length()).append(' ');
        }
        String all = text.substring(0, length);
        engine.place("a", all.getBytes(StandardCharsets.US_ASCII), Map.of());
        return all;
    }

    /** The whole object, whatever was asked for. */
    private S3Fault whole(String all) {
        return S3Fault.text(200, all).field("ETag", engine.objects().get("a").etag());
    }

    private void awaitNothingInFlight() {
        engine.await(call -> client.state.client().inFlight() == 0);
    }

    @Test
    void wholeInPlaceOfTheRestIsNotSentAsThat() throws Exception {
        String all = place(LENGTH);
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, whole(all));
        Got cut = client.get("/a");
        assertNotNull(cut.failure());
        assertTrue(all.startsWith(cut.text()), cut.bytes().length + " bytes");
        awaitNothingInFlight();
    }

    @Test
    void wholeInPlaceOfTheFirstOfSeveralRangesHasThatOne() throws Exception {
        String all = place(3_000);
        engine.next(GET, whole(all));
        Request request = Request.of("GET", "/a", "Range", "bytes=0-4,2000-2002");
        Response response = client.begin(request);
        awaitNothingInFlight(); // all of it is here before the first byte is read
        Got got = BucketClient.read(request, response);
        assertNull(got.failure());
        assertTrue(got.text().contains("bytes 0-4/3000\r\n\r\n" + all.substring(0, 5) + "\r\n--"));
        assertTrue(got.text().contains(
                "bytes 2000-2002/3000\r\n\r\n" + all.substring(2000, 2003) + "\r\n--"));
    }

    @Test
    void wholeInPlaceOfTheFirstOfSeveralRangesIsDroppedBehindIt() throws Exception {
        String all = place(LENGTH);
        engine.next(GET, whole(all));
        Got got = client.get("/a", "Range", "bytes=0-4,2000-2002");
        assertNull(got.failure());
        assertTrue(got.text().contains(all.substring(2000, 2003)));
        awaitNothingInFlight();
    }

    @Test
    void engineThatBreaksOffAllTheTimeIsGivenUpHoweverMuchItBroughtAtFirst() throws Exception {
        String all = place(3 << 20);
        engine.next(40, GET, S3Fault.halfBody()); // of 3 MiB, 1.5 MiB, 768 KiB and 384 KiB
        Got cut = client.get("/a");
        assertNotNull(cut.failure());
        assertTrue(all.startsWith(cut.text()), cut.bytes().length + " bytes");
        assertEquals(4, engine.requests(GET).size());
    }

    @Test
    void objectWithoutAnEntityTagIsNotGoneOnWith() throws Exception {
        String all = place(10);
        engine.next(GET, S3Fault.text(200, all.substring(0, 5)).field("Content-Length", "10"));
        try (BucketClient impatient = open(Duration.ofMillis(100))) {
            Got cut = impatient.get("/a");
            assertNotNull(cut.failure());
            assertEquals(all.substring(0, 5), cut.text());
            assertEquals("GetObject 200", impatient.asked());
        }
    }

    @Test
    void clientThatLeavesWhileTheRestIsAskedForEndsThatRequest() throws Exception {
        place(100_000);
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, S3Fault.silence());
        Response response = client.begin(Request.of("GET", "/a"));
        ByteBuffer piece = ByteBuffer.allocate(100_000);
        while (engine.requests(GET).size() < 2) {
            response.body().read(piece.position(), piece);
            Pause.briefly();
        }
        response.body().close();
        engine.await(GET.and(DoubleCall::clientLeft));
        awaitNothingInFlight();
    }

    // What is not sent on.

    @Test
    void objectThatAConditionRefusesIsDropped() throws Exception {
        place(LENGTH);
        engine.next(GET, S3Fault.ignoringConditions());
        assertEquals(412, client.get("/a", "If-Match", "\"other\"").status());
        awaitNothingInFlight();
    }

    @Test
    void responseThatDoesNotSayHowLongTheObjectIsIsDropped() throws Exception {
        engine.next(GET, S3Fault.text(206, "0".repeat(4 << 20)));
        assertEquals(502, client.get("/a").status());
        awaitNothingInFlight();
    }

    @Test
    void otherPartThanWasAskedForIsDroppedAndTheRightOneSent() throws Exception {
        String all = place(LENGTH);
        engine.next(GET, S3Fault.text(206, all).field("ETag", engine.objects().get("a").etag())
                .field("Content-Range", "bytes 0-" + (LENGTH - 1) + '/' + LENGTH));
        Got got = client.get("/a", "Range", "bytes=100-105");
        assertEquals(206, got.status());
        assertEquals(all.substring(100, 106), got.text());
        awaitNothingInFlight();
    }

    @Test
    void anotherVersionThanWasLookedAtIsDropped() throws Exception {
        String all = place(LENGTH);
        engine.next(GET, S3Fault.wrongEtag());
        Got got = client.get("/a", "If-Match", "*");
        assertEquals(engine.objects().get("a").etag(), got.field("ETag"));
        assertEquals(all, got.text());
        awaitNothingInFlight();
    }
}
