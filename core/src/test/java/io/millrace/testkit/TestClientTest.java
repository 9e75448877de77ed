package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventBroadcast;
import io.millrace.event.EventStream;
import io.millrace.http.Abandonment;
import io.millrace.http.Attribute;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client gets from handlers that keep their contract. */
class TestClientTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> told = new ArrayList<>();
    @TempDir
    Path folder;

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Exchange echo(RequestHead request) {
        return Exchange.collect(request, 1 << 20, bytes -> Response.of(Status.OK)
                .with(Body.of(bytes)));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    @Test
    void responseHasWhatTheHandlerSet() {
        TestResponse response = TestClient.of(request -> Response.text(request.path())
                .with(Status.CREATED).add("A", "1").add("a", "2")).get("/x");
        assertEquals(201, response.code());
        assertEquals(Status.CREATED, response.assertStatus(201).status());
        assertEquals("/x", response.text());
        assertEquals("2", response.header("content-length"));
        assertEquals(List.of("1", "2"), response.headers().all("A"));
        assertFalse(response.isCut() || response.closes());
        assertTrue(response.hasResponse());
        assertNull(response.failure());
        assertNull(response.abandonment());
    }

    @Test
    void bodyArrivesWholeAndInPieces() {
        byte[] body = bytes(100_000);
        TestClient client = TestClient.of(TestClientTest::echo);
        TestRequest request = TestRequest.put("/").body(body);
        assertArrayEquals(body, client.send(request).bytes());
        assertArrayEquals(body, client.send(request.chunked()).bytes());
        assertArrayEquals(body, client.send(request.pieces(1)).bytes());
        assertArrayEquals(body, client.send(request.chunked().pieces(999)).bytes());
    }

    @Test
    void stepsOfAnExchangeComeInOrder() {
        ExchangeStub exchange = new ExchangeStub();
        assertEquals("taken", TestClient.of(request -> exchange)
                .send(TestRequest.put("/").body("abcde").pieces(2)).text());
        assertEquals(List.of("sink", "progress 2", "progress 4", "progress 5", "complete"),
                exchange.calls);
        assertEquals("abcde", exchange.bytes.toString());
    }

    /** A body of zeros, of a length that is not known before. */
    private static Handler zeros(int count) {
        return request -> Response.of(Status.OK).with(new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                int bytes = (int) Math.min(target.remaining(), count - position);
                target.position(target.position() + bytes);
                return bytes == 0 ? -1 : bytes;
            }
        });
    }

    @Test
    void bodyOfTheMostBytesIsReadAndOneMoreIsNot() {
        assertEquals(TestStream.MOST_BYTES,
                TestClient.of(zeros(TestStream.MOST_BYTES)).get("/").bytes().length);
        assertEquals("the body has more than 33554432 bytes, or never ends; read it in pieces:"
                + " TestClient.open", assertThrows(AssertionError.class, () ->
                        TestClient.of(zeros(TestStream.MOST_BYTES + 1)).get("/")).getMessage());
    }

    @Test
    void sinkIsNotAskedForWithoutABody() {
        ExchangeStub exchange = new ExchangeStub();
        TestClient.of(request -> exchange).get("/").assertStatus(200);
        assertEquals(List.of("complete"), exchange.calls);
    }

    @Test
    void refusedBodyIsNotSent() {
        ExchangeStub exchange = new ExchangeStub(null);
        TestClient.of(request -> exchange).put("/", "abc").assertStatus(200);
        assertEquals(List.of("sink", "complete"), exchange.calls);
    }

    @Test
    void fileIsWrittenFromItsPosition() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "0123456789");
        TestClient.of(request -> new PositionedUpload(file, 4))
                .send(TestRequest.put("/").body("abc").pieces(2)).assertStatus(200);
        assertEquals("0123abc789", Files.readString(file));
        TestClient.of(request -> Exchange.into(file, path -> Response.text("kept")))
                .put("/", "new").assertStatus(200);
        assertEquals("new", Files.readString(file));
    }

    @Test
    void streamsAndPublishersGetTheBody() {
        byte[] body = bytes(200_000); // more than a pipe holds
        TestRequest request = TestRequest.put("/").body(body);
        assertArrayEquals(body, TestClient.of(head -> Exchange.stream(threads,
                in -> Response.of(Status.OK).with(Body.of(in.readAllBytes()))))
                .send(request).bytes());
        TestClient publishing = TestClient.of(head -> {
            CollectingSubscriber subscriber = new CollectingSubscriber();
            return Exchange.publish(subscriber, subscriber.response);
        });
        assertArrayEquals(body, publishing.send(request).bytes());
        assertArrayEquals(bytes(50), publishing.send(
                TestRequest.put("/").body(bytes(50)).pieces(1)).bytes());
    }

    @Test
    void transformedBodyIsTheResponses() {
        byte[] body = bytes(60_000); // no more than is held of it while it is sent
        TestClient client = TestClient.of(request -> Exchange.transform(threads,
                Response.of(Status.OK), (in, out) -> in.transferTo(out)));
        assertArrayEquals(body, client.send(TestRequest.put("/").body(body)).bytes());
        assertArrayEquals(body, client.send(TestRequest.put("/").body(body).pieces(9)).bytes());
        assertEquals(0, client.get("/").assertStatus(200).bytes().length);
        assertEquals("0", TestClient.of(request -> Exchange.transform(threads,
                Response.of(Status.OK), (in, out) -> out.write('0')))
                .send(TestRequest.put("/").body(body).pieces(9)).text());
        assertFalse(client.send(TestRequest.put("/").body("abc").leavesAfter(2)).hasResponse());
    }

    @Test
    void laterExchangesAndResponsesAreAwaited() {
        TestClient client = TestClient.of(request -> Exchange.later(CompletableFuture.supplyAsync(
                () -> Exchange.collect(request, 10, bytes -> Response.later(
                        CompletableFuture.supplyAsync(() -> Response.text(
                                new String(bytes, StandardCharsets.UTF_8)), threads))),
                threads)));
        assertEquals("abc", client.put("/", "abc").text());
        assertEquals("abc", TestClient.of(Handler.blocking(threads, TestClientTest::echo))
                .put("/", "abc").text());
    }

    @Test
    void bodiesOfEveryKindAreRead() throws IOException {
        byte[] body = bytes(100_000);
        Path file = Files.write(folder.resolve("file"), body);
        List<Handler> handlers = List.of(
                request -> Response.of(Status.OK).with(Body.of(body)),
                request -> Response.of(Status.OK).with(Body.of(file)),
                request -> Response.of(Status.OK).with(
                        Body.of(threads, new ByteArrayInputStream(body))),
                request -> Response.of(Status.OK).with(
                        Body.of(threads, new ByteArrayInputStream(body), body.length)),
                request -> Response.of(Status.OK).with(
                        Body.written(threads, out -> out.write(body))),
                request -> Response.of(Status.OK).with(Body.of(published(body))),
                request -> Response.of(Status.OK).with(Body.of(published(body), body.length)));
        for (Handler handler : handlers) {
            assertArrayEquals(body, TestClient.of(handler).get("/").bytes());
            assertArrayEquals(body, TestClient.of(handler)
                    .send(TestRequest.get("/").pieces(7)).bytes());
        }
    }

    private SubmissionPublisher<ByteBuffer> published(byte[] body) {
        return new SubmissionPublisher<>(threads, 4) {
            @Override
            public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
                super.subscribe(to);
                submit(ByteBuffer.wrap(body, 0, 10));
                submit(ByteBuffer.wrap(body, 10, body.length - 10));
                close();
            }
        };
    }

    @Test
    void headAndBodilessStatusesHaveNoBody() {
        CountingBody body = new CountingBody(Body.of(bytes(5)));
        TestClient client = TestClient.of(request -> Response.of(
                Status.of(Integer.parseInt(request.path().substring(1)))).with(body));
        TestResponse head = client.send(TestRequest.head("/200"));
        assertEquals("5", head.header("Content-Length"));
        assertEquals(0, head.bytes().length);
        assertEquals(1, body.closes);
        assertEquals(0, client.get("/204").bytes().length);
        assertEquals(0, client.get("/304").bytes().length);
        assertNull(client.get("/204").header("Content-Length"));
        assertEquals(4, body.closes);
        assertEquals("7", TestClient.of(request -> Response.of(Status.OK).with(Body.absent(7)))
                .send(TestRequest.head("/")).header("Content-Length"));
    }

    @Test
    void trailersFollowABodyThatIsSent() {
        Handler handler = request -> Response.text("abc")
                .withTrailers(() -> Headers.of("Rows", "1"));
        assertEquals("1", TestClient.of(handler).get("/").trailers().first("Rows"));
        assertEquals(0, TestClient.of(handler).send(TestRequest.head("/")).trailers().size());
        assertEquals(0, TestClient.of(handler).send(TestRequest.get("/").http10()).trailers()
                .size());
    }

    @Test
    void attributesGoWithOneRequest() {
        Attribute<String> user = Attribute.of("user");
        TestClient client = TestClient.of(request -> {
            String before = request.attribute(user);
            request.attribute(user, "Ann");
            return Response.text(before + ", " + request.attribute(user));
        });
        TestRequest request = TestRequest.get("/");
        assertEquals("null, Ann", client.send(request).text());
        assertEquals("null, Ann", client.send(request).text());
        assertEquals("Bob, Ann", client.send(request.with(user, "Bob").pieces(1)).text());
    }

    @Test
    void refusalIsAResponse() {
        TestResponse response = TestClient.of(request -> {
            throw new HttpException(Status.NOT_FOUND, "no such note");
        }).get("/");
        assertEquals("no such note\n", response.assertStatus(404).text());
        assertNull(response.failure());
    }

    @Test
    void failureIs500AndKeepsItsCause() {
        IllegalStateException cause = new IllegalStateException("a bug");
        TestResponse response = TestClient.of(request -> {
            throw cause;
        }).get("/");
        assertEquals(500, response.code());
        assertSame(cause, response.failure());
        AssertionError error = assertThrows(AssertionError.class,
                () -> response.assertStatus(200));
        assertSame(cause, error.getCause());
        assertTrue(error.getMessage().startsWith("expected status 200 but got:\n500 Internal"),
                error.getMessage());
        ExchangeStub exchange = new ExchangeStub();
        exchange.atComplete = new IOException("no disk");
        assertEquals("no disk",
                TestClient.of(request -> exchange).get("/").failure().getMessage());
        assertEquals("late", TestClient.of(request -> Response.later(
                CompletableFuture.failedFuture(new IOException("late")))).get("/").failure()
                .getMessage());
    }

    @Test
    void failedSinkAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub();
        exchange.atProgress = new IllegalStateException("enough");
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals(500, response.code());
        assertEquals(Abandonment.SINK_FAILED, response.abandonment());
        assertSame(exchange.atProgress, response.failure());
        exchange.assertAbandonedOnce();
        TestClient small = TestClient.of(request -> Exchange.collect(request, 2, bytes -> null));
        small.put("/", "abc").assertStatus(413);
        assertEquals(Abandonment.SINK_FAILED,
                small.send(TestRequest.put("/").body("abc").chunked()).assertStatus(413)
                        .abandonment());
    }

    @Test
    void clientThatLeavesInTheBodyAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub();
        exchange.onAbandon = Response.text("unheard");
        Handler handler = request -> {
            request.whenGone(() -> told.add("gone"));
            request.whenHalfClosed(() -> told.add("half"));
            return exchange;
        };
        TestResponse response = TestClient.of(handler)
                .send(TestRequest.put("/").body("abcdef").leavesAfter(4).pieces(3));
        assertEquals(List.of("sink", "progress 3", "progress 4",
                "abandon the connection ended inside the request body"), exchange.calls);
        assertEquals(List.of(Abandonment.PEER_LEFT), exchange.whys);
        assertEquals(List.of("half", "gone"), told);
        assertFalse(response.hasResponse());
        assertEquals(Abandonment.PEER_LEFT, response.abandonment());
        assertThrows(AssertionError.class, response::code);
        assertEquals("there is no response: the client has left, or the server has closed the"
                + " connection", assertThrows(AssertionError.class, response::status).getMessage());
    }

    @Test
    void clientThatSendsLessThanItSaysLeaves() {
        ExchangeStub exchange = new ExchangeStub();
        assertFalse(TestClient.of(request -> exchange)
                .send(TestRequest.put("/").body("abc").bodyLength(4)).hasResponse());
        assertEquals("abc", exchange.bytes.toString());
        exchange.assertAbandonedOnce();
        TestClient.of(request -> Exchange.collect(request, 10, bytes -> null))
                .send(TestRequest.put("/").bodyLength(11)).assertStatus(413);
    }

    @Test
    void clientThatLeavesBehindItsBodyHasLeft() {
        CountingBody body = new CountingBody(Body.empty());
        CompletableFuture<Response> stage = new CompletableFuture<>();
        TestResponse response = TestClient.of(request -> {
            request.whenGone(() -> stage.complete(Response.of(Status.OK).with(body)));
            return Exchange.collect(request, 10, bytes -> Response.later(stage));
        }).send(TestRequest.put("/").body("abc").leavesAfter(3));
        assertFalse(response.hasResponse());
        assertNull(response.abandonment());
        assertEquals(1, body.closes);
    }

    @Test
    void exchangeDecidedTooLateIsAbandoned() {
        ExchangeStub exchange = new ExchangeStub();
        CompletableFuture<Exchange> stage = new CompletableFuture<>();
        TestResponse response = TestClient.of(request -> {
            request.whenGone(() -> stage.complete(exchange));
            return Exchange.later(stage);
        }).send(TestRequest.put("/").body("abc").leavesAfter(0));
        assertFalse(response.hasResponse());
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
    }

    @Test
    void bodyMayBeStopped() {
        ExchangeStub exchange = new ExchangeStub();
        TestResponse response = TestClient.of(request -> {
            request.stopBody();
            return exchange;
        }).put("/", "abc");
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
        response.assertStatus(503);
        exchange.onAbandon = Response.text("enough");
        assertEquals("enough", TestClient.of(request -> new StoppingExchange(request, exchange))
                .send(TestRequest.put("/").body("abc").pieces(1)).text());
    }

    @Test
    void informationalResponsesAreKept() {
        TestResponse response = TestClient.of(request -> {
            request.inform(Response.of(Status.EARLY_HINTS).add("Link", "</a>"));
            assertThrows(IllegalArgumentException.class,
                    () -> request.inform(Response.of(Status.OK)));
            return Response.text("");
        }).get("/");
        assertEquals(1, response.informed().size());
        assertEquals("</a>", response.informed().get(0).headers().first("Link"));
    }

    @Test
    void bodyThatFailsBeforeItsFirstByteIs500() {
        TestResponse response = TestClient.of(request -> Response.of(Status.OK).with(
                Body.written(threads, out -> {
                    throw new IOException("no more");
                }))).get("/");
        assertEquals("internal server error\n", response.assertStatus(500).text());
        assertEquals("no more", response.failure().getMessage());
    }

    @Test
    void cutBodyIsNotTakenForTheWhole() {
        TestResponse response = TestClient.of(request -> Response.of(Status.OK).with(
                new FailingBody("abc"))).get("/");
        assertTrue(response.isCut());
        assertEquals("abc", new String(response.receivedBytes(), StandardCharsets.UTF_8));
        assertThrows(AssertionError.class, response::text);
        assertThrows(AssertionError.class, response::bytes);
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
        CountingBody body = new CountingBody(Body.of(bytes(10)));
        TestClient client = TestClient.of(request -> {
            request.whenGone(() -> told.add("gone"));
            return Response.of(Status.OK).with(body);
        });
        try (TestStream stream = client.open(TestRequest.get("/").pieces(4))) {
            assertArrayEquals(new byte[] {0, 31, 62, 93}, stream.read());
        }
        assertEquals(List.of("gone"), told);
        assertEquals(1, body.closes);
        assertArrayEquals(bytes(10), client.get("/").bytes());
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

    @Test
    void cookiesAreKeptIfAskedFor() {
        Handler handler = request -> {
            Response response = Response.text(request.headers().first("Cookie") + "");
            return switch (request.path()) {
                case "/set" -> response.add("Set-Cookie", "a=1; Path=/; HttpOnly")
                        .add("Set-Cookie", "b=2; Path=/b").add("Set-Cookie", "c=3; secure; Path=/")
                        .add("Set-Cookie", "malformed");
                case "/clear" -> response.add("Set-Cookie", "a=; Max-Age=0; Path=/")
                        .add("Set-Cookie", "b=; Path=/b; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
                default -> response;
            };
        };
        TestClient browser = TestClient.of(handler).withCookies();
        assertEquals("null", browser.get("/set").text());
        assertEquals("a=1", browser.get("/").text());
        assertEquals("a=1; b=2", browser.get("/b").text());
        assertEquals("a=1; b=2", browser.get("/b/c").text());
        assertEquals("a=1", browser.get("/bc").text());
        assertEquals("a=1; c=3", browser.send(TestRequest.get("/").secure()).text());
        browser.get("/clear");
        assertEquals("null", browser.get("/b").text());
        TestClient other = TestClient.of(handler);
        other.get("/set");
        assertEquals("null", other.get("/").text());
        assertEquals("null", browser.withCookies().send(TestRequest.get("/").secure()).text());
    }

    private static Handler within20Ms(Handler handler) {
        return handler.within(Duration.ofMillis(20));
    }

    @Test
    void stageThatOutlastsTheApplicationsLimitIs503() {
        CountingBody body = new CountingBody(Body.empty());
        CompletableFuture<Response> stage = new CompletableFuture<>();
        TestClient.of(within20Ms(request -> Response.later(stage))).get("/").assertStatus(503);
        stage.complete(Response.of(Status.OK).with(body));
        assertEquals(1, body.closes);
        ExchangeStub exchange = new ExchangeStub();
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        TestClient.of(within20Ms(request -> Exchange.later(decision))).get("/").assertStatus(503);
        decision.complete(exchange);
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
        TestClient.of(request -> {
            request.applicationTimeout(Duration.ofMillis(1));
            request.applicationTimeout(Duration.ofMinutes(1));
            return Response.later(CompletableFuture.supplyAsync(() -> Response.text("in time"),
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)));
        }).get("/").assertStatus(200);
    }

    @Test
    void stageThatIsCarriedOutAllTheSameHasNoResponse() {
        Undone stage = new Undone();
        TestResponse response = TestClient.of(within20Ms(request -> Response.later(stage)))
                .get("/");
        assertFalse(response.hasResponse());
        assertEquals("the stage given to Response.later did not complete within 20 ms",
                response.failure().getMessage());
    }

    /** Can't be taken back. */
    private static final class Undone extends CompletableFuture<Response>
            implements Withdrawable {

        @Override
        public boolean withdraw() {
            return false;
        }
    }

    @Test
    void sinkWithoutRoomThatOutlastsTheLimitAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub(new FullSink());
        TestClient.of(within20Ms(request -> exchange)).put("/", "abc").assertStatus(503);
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
    }

    /** Never has room. */
    private record FullSink() implements PacedSink {

        @Override
        public int room() {
            return 0;
        }

        @Override
        public void whenRoom(Runnable callback) {
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new AssertionError("there is no room");
        }

        @Override
        public void close() {
        }
    }

    @Test
    void bodyThatOutlastsTheLimitIsCut() {
        TestResponse response = TestClient.of(within20Ms(request -> {
            request.whenGone(() -> told.add("gone"));
            return Response.of(Status.OK).with(Body.of(new SubmissionPublisher<>()));
        })).get("/");
        assertTrue(response.isCut());
        assertEquals(200, response.code());
        assertEquals(List.of("gone"), told);
    }

    @Test
    void bodyThatHasSomethingToSayAtTheLimitGoesOn() {
        TestResponse response = TestClient.of(within20Ms(
                request -> Response.of(Status.OK).with(new Heartbeats()))).get("/");
        assertEquals("::", response.text());
    }

    /** Has a byte at each stall, and ends behind the second. */
    private static final class Heartbeats implements Body {

        private boolean hasByte;

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (!hasByte) {
                return position == 2 ? -1 : 0;
            }
            hasByte = false;
            target.put((byte) ':');
            return 1;
        }

        @Override
        public void whenReadable(Runnable callback) {
        }

        @Override
        public boolean onStall() {
            hasByte = true;
            return true;
        }
    }

    @Test
    void limitIsPositive() {
        TestClient client = TestClient.of(TestClientTest::echo);
        assertThrows(IllegalArgumentException.class, () -> client.within(Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> client.within(Duration.ofNanos(-1)));
        client.within(Duration.ofNanos(1)).put("/", "no wait").assertStatus(200);
    }

    /** Writes a body into a file from a position. */
    private static final class PositionedUpload implements Exchange {

        private final FileChannel file;
        private final long position;

        PositionedUpload(Path file, long position) throws IOException {
            this.file = FileChannel.open(file, StandardOpenOption.WRITE);
            this.position = position;
        }

        @Override
        public WritableByteChannel sink() {
            return file;
        }

        @Override
        public long sinkPosition() {
            return position;
        }

        @Override
        public Response complete() throws IOException {
            file.close();
            return Response.text("written");
        }
    }

    /** Responds with what it is given. */
    private static final class CollectingSubscriber implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<Response> response = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            byte[] taken = new byte[piece.remaining()];
            piece.get(taken);
            bytes.writeBytes(taken);
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            response.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            response.complete(Response.of(Status.OK).with(Body.of(bytes.toByteArray())));
        }
    }

    /** Wants no more of the body after its second byte. */
    private record StoppingExchange(RequestHead request, ExchangeStub stub) implements Exchange {

        @Override
        public WritableByteChannel sink() throws Exception {
            return stub.sink();
        }

        @Override
        public void onProgress(long receivedBytes) {
            assertTrue(receivedBytes <= 2, "it goes on");
            if (receivedBytes == 2) {
                request.stopBody();
            }
        }

        @Override
        public Response complete() throws Exception {
            return stub.complete();
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            return stub.abandon(why, cause);
        }
    }

    /** Has these bytes, and then fails. */
    private record FailingBody(String text) implements Body {

        @Override
        public long length() {
            return text.length() + 1;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            if (position > 0) {
                throw new IOException("the disk is gone");
            }
            target.put(text.getBytes(StandardCharsets.UTF_8));
            return text.length();
        }
    }
}
