package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventBroadcast;
import io.millrace.event.EventStream;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that are read as they come. */
class TestStreamTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void streamIsReadAsItComes() {
        CompletableFuture<Void> isRead = new CompletableFuture<>();
        Handler handler = request -> {
            request.whenGone(() -> told.add("gone"));
            return Response.of(Status.OK).set("Content-Type", "text/event-stream")
                    .with(Body.written(threads, out -> {
                        out.write("\ufeff: hi\n\nid: 1\nevent: tick\ndata: a\ndata: b\r\n\r\n"
                                .getBytes(StandardCharsets.UTF_8));
                        isRead.join();
                        out.write("data:  c\rretry: 5\r\rdata: unfinished"
                                .getBytes(StandardCharsets.UTF_8));
                    }));
        };
        try (TestStream stream = TestClient.of(handler).open(TestRequest.get("/").pieces(3))) {
            assertEquals(200, stream.status().code());
            assertEquals(new TestEvent("1", "tick", "a\nb"), stream.readEvent());
            isRead.complete(null);
            assertEquals(new TestEvent("1", "message", " c"), stream.readEvent());
            assertNull(stream.readEvent());
        }
        assertEquals(List.of(), told);
        assertEquals(List.of(new TestEvent("1", "tick", "a\nb"),
                new TestEvent("1", "message", " c")), TestClient.of(handler).get("/").events());
    }

    @Test
    void streamIsOpenBeforeItIsRead() {
        EventBroadcast events = EventBroadcast.create();
        try (TestStream stream = TestClient.of(events::open).open(TestRequest.get("/"))) {
            assertEquals(1, events.size());
            events.send("sent before the test reads");
            events.close();
            assertEquals(new TestEvent("", "message", "sent before the test reads"),
                    stream.readEvent());
            assertNull(stream.readEvent());
        }
    }

    @Test
    void streamThatFailsAtOnceFailsWhenItIsRead() {
        Handler handler = request -> EventStream.open(request, stream -> {
            throw new IllegalStateException("too early");
        });
        try (TestStream stream = TestClient.of(handler).open(TestRequest.get("/"))) {
            AssertionError error = assertThrows(AssertionError.class, stream::read);
            assertTrue(error.getMessage().endsWith("too early"), error.getMessage());
        }
        assertEquals("too early", TestClient.of(handler).get("/").failure().getMessage());
    }

    @Test
    void heartbeatsAreNoEvent() {
        EventBroadcast events = EventBroadcast.builder().heartbeat(Duration.ofMillis(1)).build();
        TestClient client = TestClient.of(events::open).within(Duration.ofMillis(50));
        try (TestStream stream = client.open(TestRequest.get("/"))) {
            assertEquals("there were comments, but no event within 50 ms",
                    assertThrows(AssertionError.class, stream::readEvent).getMessage());
        }
        assertEquals(0, events.size());
    }

    @Test
    void streamThatIsClosedIsAClientThatLeaves() {
        CountingBody body = new CountingBody(Body.of(TestClientBodyTest.bytes(10)));
        TestClient client = TestClient.of(request -> {
            request.whenGone(() -> told.add("gone"));
            return Response.of(Status.OK).with(body);
        });
        try (TestStream stream = client.open(TestRequest.get("/").pieces(4))) {
            assertArrayEquals(new byte[] {0, 31, 62, 93}, stream.read());
        }
        assertEquals(List.of("gone"), told);
        assertEquals(1, body.closes);
        assertArrayEquals(TestClientBodyTest.bytes(10), client.get("/").bytes());
        assertEquals(List.of("gone"), told);
        assertEquals(2, body.closes);
    }

    @Test
    void linesOfAStreamEndInAnyWay() {
        try (TestStream stream = TestClient.of(request -> Response.text("a\r\n\nb\rc"))
                .open(TestRequest.get("/").pieces(1))) {
            assertEquals("a", stream.readLine());
            assertEquals("", stream.readLine());
            assertEquals("b", stream.readLine());
            assertEquals("c", stream.readLine());
            assertNull(stream.readLine());
        }
    }
}
