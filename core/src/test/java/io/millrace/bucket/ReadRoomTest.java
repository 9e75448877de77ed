package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.route.LeavingRequest;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory that all objects on their way to clients may hold together. */
@Timeout(60)
class ReadRoomTest {

    private static final int LENGTH = 1 << 20;
    private static final int ROOM = BucketRead.ROOM_BYTES;
    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");

    private S3Double engine;
    private BucketClient client;
    private BucketBuffers rooms;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        client = BucketClient.of(engine);
        rooms = client.state.readRoom();
        engine.place("a", new byte[LENGTH], Map.of());
        engine.place("small", new byte[100], Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        engine.close();
    }

    /** Leaves room for as many reads, less a byte of the next. */
    private Room leave(int reads) {
        return rooms.tryTake(rooms.totalBytes() - (reads + 1) * ROOM + 1);
    }

    private CompletableFuture<Response> later(String target, String... fields) throws Exception {
        return ((Response) client.handle(Request.of("GET", target, fields))).stage()
                .toCompletableFuture();
    }

    @Test
    void readForWhichThereIsNoRoomBeginsWhenAnotherOneHasEnded() throws Exception {
        leave(1);
        Request request = Request.of("GET", "/a");
        Response first = client.begin(request);
        CompletableFuture<Response> second = later("/a");
        assertThrows(TimeoutException.class, () -> second.get(200, TimeUnit.MILLISECONDS));
        assertEquals(1, engine.requests(GET).size());
        assertEquals(LENGTH, BucketClient.read(request, first).bytes().length);
        second.get().discard();
    }

    @Test
    void readForWhichThereIsNoRoomInTimeIsRefused() throws Exception {
        leave(0);
        Got refused = client.get("/a");
        assertEquals(503, refused.status());
        assertEquals("1", refused.field("Retry-After"));
        assertEquals(0, engine.requests(GET).size());
    }

    @Test
    void clientThatLeavesWaitsForNoRoom() throws Exception {
        Room all = leave(0);
        LeavingRequest request = new LeavingRequest(Request.of("GET", "/a"));
        Response answer = (Response) client.handle(request);
        request.leave();
        answer.stage().toCompletableFuture().handle((response, failure) -> null).get();
        all.close();
        assertEquals(0, rooms.takenBytes());
        assertEquals(0, engine.requests(GET).size());
    }

    @Test
    void headNeedsNoRoom() throws Exception {
        leave(0);
        assertEquals(200, client.head("/a").status());
    }

    @Test
    void shortObjectLeavesTheRestToOthers() throws Exception {
        Response response = client.begin(Request.of("GET", "/small"));
        assertEquals(32 * 1024 + 100, rooms.takenBytes());
        response.discard();
        assertEquals(0, rooms.takenBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/small", "/none", "/a Range: bytes=5-9",
        "/a Range: bytes=0-9,20-29", "/a Range: bytes=9999999-", "/a If-Match: \"other\"",
        "/a If-None-Match: *", "/a If-Match: *", "/none Accept: text/html"})
    void nothingIsTakenWhenTheResponseIsOver(String what) throws Exception {
        String[] parts = what.split(" ", 2);
        String[] fields = parts.length == 1 ? new String[0] : parts[1].split(": ");
        assertNotNull(client.get(parts[0], fields));
        assertEquals(0, rooms.takenBytes());
    }

    @Test
    void nothingIsTakenWhenTheEngineHasFailed() throws Exception {
        engine.next(GET, S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, client.get("/a").status());
        assertEquals(0, rooms.takenBytes());
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, S3Fault.answer(412, "PreconditionFailed"));
        assertNotNull(client.get("/a").failure());
        assertEquals(0, rooms.takenBytes());
    }

    @Test
    void nothingIsTakenWhenAResponseIsNotSent() throws Exception {
        Response response = client.begin(Request.of("GET", "/a", "If-Match", "*"));
        assertEquals(ROOM, rooms.takenBytes());
        response.discard();
        assertEquals(0, rooms.takenBytes());
        assertFalse(rooms.tryTake(rooms.totalBytes()) == null);
    }
}
