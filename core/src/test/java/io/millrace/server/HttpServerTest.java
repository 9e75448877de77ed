package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.CountingBody;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server over sockets: raw bytes in, raw bytes out. */
class HttpServerTest {

    private static final String KEPT =
            "Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n";
    private static final String HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Handler TARGET = request -> Response.text(request.target());
    private static final Duration SHORT = Duration.ofMillis(200);

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO);
    }

    private static HttpServer start(Handler handler) throws IOException {
        return HttpServer.start(options().build(), handler);
    }

    /** An answer in plain text, as it arrives. */
    private static String text(String status, String body, String... connection) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n" + String.join("", connection)
                + "\r\n" + body;
    }

    private static String ok(String body, String... connection) {
        return text("200 OK", body, connection);
    }

    private static String closing(String status, String body) {
        return text(status, body, "Connection: close\r\n");
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    // Requests without a body.

    @Test
    void getIsAnswered() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            assertEquals(ok("/hello"), client.send(HELLO).answer());
        }
    }

    @Test
    void getByteByByteIsAnswered() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            assertEquals(ok("/hello"), client.sendByteByByte(HELLO).answer());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertEquals(ok("/1") + ok("/2") + closing("200 OK", "/3"), client.rest());
            assertEquals(1, server.stats().accepted());
        }
    }

    @Test
    void manyPipelinedRequestsAreAllAnswered() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            // At the same time: nobody knows how many answers the kernel holds.
            CompletableFuture<Void> sent = new CompletableFuture<>();
            new Thread(() -> {
                try {
                    client.send(HELLO.repeat(5000)).endOutput();
                    sent.complete(null);
                } catch (IOException e) {
                    sent.completeExceptionally(e);
                }
            }).start();
            assertEquals(ok("/hello").repeat(5000), client.rest());
            get(sent);
        }
    }

    @Test
    void http11GoesOnUnlessTheClientCloses() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            assertEquals(ok("/hello"), client.send(HELLO).answer());
            assertEquals(ok("/hello"), client.send(HELLO).answer());
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertEquals(closing("200 OK", "/"), client.rest());
        }
    }

    // Node's agent, undici and Apache HttpClient read it of each response; Apache httpd does so.
    @Test
    void clientThatSaysKeepAliveIsToldForHowLong() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            for (String request : List.of("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive",
                    "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: foo, Keep-Alive",
                    "GET /1 HTTP/1.0\r\nConnection: keep-alive")) {
                assertEquals(ok("/1", KEPT), client.send(request + "\r\n\r\n").answer());
            }
            assertEquals(ok("/hello"), client.send(HELLO).answer());
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n");
            assertEquals(closing("200 OK", "/"), client.rest());
        }
    }

    @Test
    void http10ClosesUnlessTheClientKeepsAlive() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertEquals(ok("/1", KEPT), client.answer());
            assertEquals(closing("200 OK", "/2"),
                    client.send("GET /2 HTTP/1.0\r\n\r\n").rest());
        }
    }

    @Test
    void responseThatClosesEndsTheConnection() throws Exception {
        try (HttpServer server =
                start(request -> Response.text("bye").with("Connection", "close"));
                RawClient client = new RawClient(server)) {
            assertEquals(closing("200 OK", "bye"), client.send(HELLO).rest());
        }
    }

    @Test
    void headIsAnsweredWithoutTheBody() throws Exception {
        CountingBody body = new CountingBody(Body.of(random(100_000)));
        try (HttpServer server = start(request -> request.method().equals("HEAD")
                ? Response.of(Status.OK).with(body) : Response.text(request.target()));
                RawClient client = new RawClient(server)) {
            client.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n").send(HELLO);
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", client.head());
            assertEquals(ok("/hello"), client.answer());
            assertEquals(1, body.closes);
        }
    }

    @Test
    void noContentAndNotModifiedHaveNoBody() throws Exception {
        try (HttpServer server = start(request -> Response.text("unwanted")
                .with(request.path().equals("/204") ? Status.NO_CONTENT : Status.NOT_MODIFIED));
                RawClient client = new RawClient(server)) {
            client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
            String type = "Content-Type: text/plain; charset=utf-8\r\n";
            assertEquals("HTTP/1.1 204 No Content\r\n" + type + "\r\n", client.head());
            assertEquals("HTTP/1.1 304 Not Modified\r\n" + type + "\r\n", client.head());
        }
    }

    @Test
    void halfClosedClientStillGetsItsAnswer() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            assertEquals(ok("/hello"), client.send(HELLO).endOutput().rest());
        }
    }

    @Test
    void requestCutShortInItsHeadIsRefused() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            assertEquals(closing("400 Bad Request",
                            "the connection ended inside the request head\n"),
                    client.send("GET / HT").endOutput().rest());
        }
    }

    // Bodies that are taken.

    private static String put(long length) {
        return "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static final String PUT_CHUNKED =
            "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void putWithALengthIsTaken() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (HttpServer server = start(request -> new ExchangeStub(Channels.newChannel(bytes)));
                RawClient client = new RawClient(server)) {
            assertEquals(ok("taken"), client.send(put(11) + "hello world").answer());
            assertEquals("hello world", bytes.toString());
            assertEquals(ok("taken"), client.sendByteByByte(put(3) + "abc").answer());
            assertEquals("hello worldabc", bytes.toString());
        }
    }

    @Test
    void chunkedPutIsTakenAndTheNextRequestWithIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String chunks = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n";
        try (HttpServer server = start(request -> request.method().equals("PUT")
                ? new ExchangeStub(Channels.newChannel(bytes)) : Response.text(request.target()));
                RawClient client = new RawClient(server)) {
            client.send(PUT_CHUNKED + chunks + HELLO);
            assertEquals(ok("taken") + ok("/hello"), client.answer() + client.answer());
            assertEquals("hello world", bytes.toString());
            client.sendByteByByte(PUT_CHUNKED + chunks + HELLO);
            assertEquals(ok("taken") + ok("/hello"), client.answer() + client.answer());
            assertEquals("hello worldhello world", bytes.toString());
        }
    }

    @Test
    void bodyLargerThanVisitAndPieceIsTakenIntoMemory() throws Exception {
        byte[] body = random(3_000_001);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (HttpServer server = HttpServer.start(small(),
                request -> new ExchangeStub(Channels.newChannel(bytes)));
                RawClient client = new RawClient(server)) {
            assertEquals(ok("taken"), client.send(put(body.length)).send(body).answer());
            assertArrayEquals(body, bytes.toByteArray());
            bytes.reset();
            assertEquals(ok("taken"), client.send(PUT_CHUNKED).send(chunked(body)).answer());
            assertArrayEquals(body, bytes.toByteArray());
        }
    }

    @Test
    void bodyLargerThanVisitAndPieceIsTakenIntoAFile(@TempDir Path folder) throws Exception {
        byte[] body = random(3_000_001);
        for (boolean chunked : new boolean[] {false, true}) {
            Path path = folder.resolve("chunked-" + chunked);
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
                    HttpServer server = HttpServer.start(small(),
                            request -> new ExchangeStub(file));
                    RawClient client = new RawClient(server)) {
                if (chunked) {
                    client.send(PUT_CHUNKED).send(chunked(body));
                } else {
                    client.send(put(body.length)).send(body);
                }
                assertEquals(ok("taken"), client.answer());
                assertTrue(file.isOpen());
                assertArrayEquals(body, Files.readAllBytes(path));
            }
        }
    }

    private static ServerOptions small() {
        return options().maxHeadBytes(512).maxTargetBytes(64).bytesPerVisit(10_000)
                .pieceBytes(4096).build();
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int chunk = 7001;
        for (int at = 0; at < body.length; at += chunk) {
            int count = Math.min(chunk, body.length - at);
            out.writeBytes((Integer.toHexString(count) + "\r\n").getBytes());
            out.write(body, at, count);
            out.writeBytes("\r\n".getBytes());
        }
        out.writeBytes("0\r\n\r\n".getBytes());
        return out.toByteArray();
    }

    // Bodies that are not wanted.

    private static final String EXPECTING = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            + "Expect: 100-continue\r\n\r\n";

    @Test
    void expectationIsMetBeforeTheBodyIfThereIsASink() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (HttpServer server = start(request -> new ExchangeStub(Channels.newChannel(bytes)));
                RawClient client = new RawClient(server)) {
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.send(EXPECTING).head());
            assertEquals(ok("taken"), client.send("hello").answer());
            assertEquals("hello", bytes.toString());
        }
    }

    @Test
    void expectationIsNotMetIfNobodyWantsTheBody() throws Exception {
        try (HttpServer server = start(request -> Response.text("no").with(Status.FORBIDDEN));
                RawClient client = new RawClient(server)) {
            assertEquals(closing("403 Forbidden", "no"), client.send(EXPECTING).rest());
        }
    }

    @Test
    void refusalArrivesThoughTheClientWritesOn() throws Exception {
        ServerOptions options = options().maxBodyBytes(1 << 20).build();
        AtomicInteger asked = new AtomicInteger();
        try (HttpServer server = HttpServer.start(options, request -> {
            asked.incrementAndGet();
            return Response.text("");
        }); RawClient client = new RawClient(server)) {
            client.send(put(8 << 20)).send(new byte[8 << 20]);
            assertEquals(closing("413 Content Too Large",
                    "the body is longer than 1048576 bytes\n"), client.rest());
            assertEquals(0, asked.get());
        }
    }

    @Test
    void bodyOfExactlyTheLimitIsTakenAndOneMoreIsNot() throws Exception {
        ServerOptions options = options().maxBodyBytes(5).build();
        try (HttpServer server = HttpServer.start(options,
                request -> new ExchangeStub());
                RawClient client = new RawClient(server)) {
            assertEquals(ok("taken"), client.send(put(5) + "12345").answer());
            assertEquals(ok("taken"),
                    client.send(PUT_CHUNKED + "5\r\n12345\r\n0\r\n\r\n").answer());
            String refusal = "the body is longer than 5 bytes\n";
            assertEquals(text("413 Content Too Large", refusal),
                    client.send(put(6) + "123456").answer());
            assertEquals(closing("413 Content Too Large", refusal),
                    client.send(PUT_CHUNKED + "6\r\n123456\r\n0\r\n\r\n").endOutput().rest());
        }
    }

    @Test
    void shortUnwantedBodyIsSkippedAndTheConnectionGoesOn() throws Exception {
        try (HttpServer server = start(TARGET); RawClient client = new RawClient(server)) {
            client.send(put(100_000)).send(new byte[100_000]).send(HELLO);
            assertEquals(ok("/x") + ok("/hello"), client.answer() + client.answer());
            client.send(PUT_CHUNKED).send(chunked(new byte[100_000])).send(HELLO);
            assertEquals(ok("/x") + ok("/hello"), client.answer() + client.answer());
        }
    }

    @Test
    void longUnwantedBodyEndsTheConnection() throws Exception {
        ServerOptions options = options().maxSkipBytes(10).build();
        try (HttpServer server = HttpServer.start(options, TARGET);
                RawClient client = new RawClient(server);
                RawClient other = new RawClient(server)) {
            client.send(put(10) + "1234567890" + HELLO);
            assertEquals(ok("/x") + ok("/hello"), client.answer() + client.answer());
            assertEquals(closing("200 OK", "/x"), other.send(put(11) + "12345678901").rest());
        }
    }

    // What goes wrong.

    @Test
    void handlerThatThrowsIsAnsweredWith500AndTheServerGoesOn() throws Exception {
        try (HttpServer server = start(request -> {
            switch (request.path()) {
                case "/exception" -> throw new IllegalStateException("meant to be seen");
                case "/error" -> throw new StackOverflowError("meant to be seen");
                case "/null" -> {
                    return null;
                }
                case "/refused" -> throw new HttpException(Status.CONFLICT, "not now");
                default -> {
                    return Response.text(request.target());
                }
            }
        }); RawClient client = new RawClient(server)) {
            for (String path : List.of("/exception", "/error", "/null")) {
                assertEquals(text("500 Internal Server Error", "internal server error\n"),
                        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").answer());
            }
            assertEquals(text("409 Conflict", "not now\n"),
                    client.send("GET /refused HTTP/1.1\r\nHost: a\r\n\r\n").answer());
            assertEquals(ok("/hello"), client.send(HELLO).answer());
        }
    }

    @Test
    void exchangeIsAbandonedOnceIfThePeerLeavesWithinTheBody() throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            ExchangeStub taking = new ExchangeStub();
            try (HttpServer server = start(request -> taking)) {
                try (RawClient client = new RawClient(server)) {
                    client.send(put(10) + "12345");
                    get(taking.sinkAsked);
                    if (reset) {
                        client.reset();
                    }
                }
                server.stop(Duration.ofSeconds(60));
                assertEquals(List.of(Abandonment.PEER_LEFT), taking.whys);
                taking.assertAbandonedOnce();
                assertEquals(List.of(Abandonment.PEER_LEFT), taking.whys);
            }
        }
    }

    @Test
    void halfClosedPeerHearsThatItsBodyWasShort() throws Exception {
        ExchangeStub taking = new ExchangeStub();
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            assertEquals(
                    closing("400 Bad Request", "the connection ended inside the request body\n"),
                    client.send(put(10) + "12345").endOutput().rest());
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void malformedChunkAbandonsTheExchange() throws Exception {
        ExchangeStub taking = new ExchangeStub();
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            assertEquals(closing("400 Bad Request", "the chunked body is malformed\n"),
                    client.send(PUT_CHUNKED + "5\r\nhelloX").endOutput().rest());
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void sinkThatThrowsAbandonsTheExchangeWhoseAnswerIsSent() throws Exception {
        ExchangeStub taking = new ExchangeStub(SinkStub.failing("no space left"));
        taking.onAbandon = Response.text("full").with(Status.INSUFFICIENT_STORAGE);
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            assertEquals(text("507 Insufficient Storage", "full"),
                    client.send(put(5) + "hello").answer());
            assertEquals("no space left", get(taking.abandoned).getMessage());
            assertEquals(List.of(Abandonment.SINK_FAILED), taking.whys);
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void fileThatThrowsIsAnsweredWith500(@TempDir Path folder) throws Exception {
        FileChannel file = FileChannel.open(folder.resolve("x"), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        file.close();
        ExchangeStub taking = new ExchangeStub(file);
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            assertEquals(text("500 Internal Server Error", "internal server error\n"),
                    client.send(put(5) + "hello").answer());
            taking.assertAbandonedOnce();
        }
    }

    // Answers that come later.

    @Test
    void laterAnswerComesFromAnotherThread() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (HttpServer server = start(request -> {
            asked.complete(null);
            return request.path().equals("/hello") ? Response.later(answer)
                    : Response.text(request.target());
        }); RawClient client = new RawClient(server)) {
            client.send(HELLO + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            get(asked);
            answer.complete(Response.text("later"));
            assertEquals(ok("later") + ok("/2"), client.answer() + client.answer());
        }
    }

    @Test
    void laterFailureIsAnsweredLikeAHandlersOwn() throws Exception {
        try (HttpServer server = start(request -> Response.later(switch (request.path()) {
            case "/refused" -> CompletableFuture.failedFuture(
                    new HttpException(Status.CONFLICT, "not now"));
            case "/null" -> CompletableFuture.completedFuture(null);
            default -> CompletableFuture.supplyAsync(() -> {
                throw new IllegalStateException("meant to be seen");
            });
        })); RawClient client = new RawClient(server)) {
            assertEquals(text("409 Conflict", "not now\n"),
                    client.send("GET /refused HTTP/1.1\r\nHost: a\r\n\r\n").answer());
            String internal = text("500 Internal Server Error", "internal server error\n");
            assertEquals(internal, client.send(HELLO).answer());
            assertEquals(internal,
                    client.send("GET /null HTTP/1.1\r\nHost: a\r\n\r\n").answer());
        }
    }

    @Test
    void laterAnswerToAPeerThatLeftIsClosed() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CountingBody body = new CountingBody(Body.of(random(100_000)));
        try (HttpServer server = start(request -> {
            asked.complete(null);
            return Response.later(answer);
        })) {
            try (RawClient client = new RawClient(server)) {
                client.send(HELLO);
                get(asked);
                client.reset();
            }
            answer.complete(Response.of(Status.OK).with(body));
            get(body.closed);
            server.stop(Duration.ofSeconds(60));
            assertEquals(1, body.closes);
        }
    }

    // Large answers.

    @Test
    void largeBodiesArriveWholeAtASlowReader(@TempDir Path folder) throws Exception {
        byte[] bytes = random(5_000_003);
        Path path = Files.write(folder.resolve("x"), bytes);
        try (HttpServer server = start(request -> Response.of(Status.OK)
                .with(request.path().equals("/file")
                        ? Body.of(FileChannel.open(path), 1, bytes.length - 1)
                        : Body.of(bytes)));
                RawClient client = new RawClient(server, 4096)) {
            client.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5000002\r\n\r\n", client.head());
            assertArrayEquals(Arrays.copyOfRange(bytes, 1, bytes.length),
                    client.body(bytes.length - 1));
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5000003\r\n\r\n", client.head());
            assertArrayEquals(bytes, client.body(bytes.length));
        }
    }

    @Test
    void largeBodyIsClosedIfThePeerLeaves() throws Exception {
        CountingBody body = new CountingBody(Body.of(new byte[32 << 20]));
        try (HttpServer server = start(request -> Response.of(Status.OK).with(body))) {
            try (RawClient client = new RawClient(server, 4096)) {
                client.send(HELLO).head();
            }
            get(body.closed);
            assertEquals(1, body.closes);
        }
    }

    // Time.

    @Test
    void headThatTakesTooLongIsAnsweredWith408() throws Exception {
        try (HttpServer server = HttpServer.start(options().headTimeout(SHORT).build(), TARGET);
                RawClient client = new RawClient(server)) {
            assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                    client.send("GET / HT").rest());
            assertEquals(1, server.stats().workers().get(0).timedOut());
        }
    }

    @Test
    void idleConnectionIsClosedWithoutAWord() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        // A connection's time begins when its first request is there already.
        ServerListener late = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                await(sent);
            }
        };
        try (HttpServer server = HttpServer.start(
                options().idleTimeout(SHORT).listener(late).build(), TARGET);
                RawClient used = new RawClient(server).send(HELLO);
                RawClient fresh = new RawClient(server)) {
            sent.countDown();
            assertEquals(ok("/hello"), used.answer());
            assertEquals("", used.rest());
            assertEquals("", fresh.rest());
        }
    }

    @Test
    void bodyThatTricklesIsAnsweredWith408() throws Exception {
        ExchangeStub taking = new ExchangeStub();
        try (HttpServer server = HttpServer.start(
                options().progressTimeout(SHORT).minBytesPerSecond(1000).build(),
                request -> taking);
                RawClient client = new RawClient(server)) {
            // RFC 9110 s15.5.9: the server has decided to close, and should say so.
            assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                    client.send(put(1000) + "12345").rest());
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void readerThatStallsIsCut() throws Exception {
        CountingBody body = new CountingBody(Body.of(new byte[32 << 20]));
        try (HttpServer server = HttpServer.start(options().progressTimeout(SHORT).build(),
                request -> Response.of(Status.OK).with(body));
                RawClient client = new RawClient(server, 4096)) {
            client.send(HELLO);
            get(body.closed);
        }
    }

    // The server's life.

    @Test
    void twoServersShareNothing() throws Exception {
        try (HttpServer one = start(request -> Response.text("one"));
                HttpServer two = start(request -> Response.text("two"));
                RawClient toOne = new RawClient(one); RawClient toTwo = new RawClient(two)) {
            assertEquals(ok("one"), toOne.send(HELLO).answer());
            one.stop(Duration.ZERO);
            assertEquals(ok("two"), toTwo.send(HELLO).answer());
            assertEquals(1, one.stats().requests());
            assertEquals(1, two.stats().accepted());
        }
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name + "-")).toList();
    }

    @Test
    void usedPortIsAnErrorThatLeavesNoThread() throws Exception {
        try (HttpServer server = start(TARGET)) {
            ServerOptions options = options().address(server.address()).name("unlucky").build();
            assertThrows(IOException.class, () -> HttpServer.start(options, TARGET));
            assertEquals(List.of(), threads("unlucky"));
        }
    }

    @Test
    void stoppedServerLeavesNoThreadAndNoListener() throws Exception {
        HttpServer server =
                HttpServer.start(options().name("shortlived").workers(2).build(), TARGET);
        assertEquals(3, threads("shortlived").size());
        try (RawClient idle = new RawClient(server)) {
            assertEquals(ok("/hello"), idle.send(HELLO).answer());
            assertEquals(0, server.stop(Duration.ofSeconds(60)));
            assertEquals("", idle.rest());
        }
        assertEquals(List.of(), threads("shortlived"));
        assertThrows(IOException.class, () -> new RawClient(server));
        assertEquals(0, server.stop(Duration.ZERO));
    }

    @Test
    void stopLetsAnExchangeFinish() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options().name("finishing").build(),
                request -> {
                    asked.complete(null);
                    return Response.later(answer);
                })) {
            CompletableFuture<Integer> cut;
            try (RawClient client = new RawClient(server)) {
                client.send(HELLO);
                get(asked);
                cut = CompletableFuture.supplyAsync(() -> server.stop(Duration.ofSeconds(60)));
                for (Thread thread : threads("finishing")) {
                    if (thread.getName().endsWith("-acceptor")) {
                        thread.join();
                    }
                }
                assertFalse(cut.isDone());
                answer.complete(Response.text("done"));
                String whole = client.rest();
                assertTrue(whole.equals(ok("done")) || whole.equals(closing("200 OK", "done")),
                        whole);
            }
            assertEquals(0, get(cut));
        }
    }

    @Test
    void stopPastItsDeadlineCutsAndSaysHowMany() throws Exception {
        ExchangeStub taking = new ExchangeStub();
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            client.send(put(10) + "12345");
            get(taking.sinkAsked);
            assertEquals(1, server.stop(Duration.ofMillis(100)));
            assertEquals("", client.rest());
            assertEquals("the server is shutting down", get(taking.abandoned).getMessage());
            assertEquals(List.of(Abandonment.SERVER_STOPS), taking.whys);
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void handlerCannotStopItsOwnServer() throws Exception {
        CompletableFuture<HttpServer> self = new CompletableFuture<>();
        try (HttpServer server = start(request -> {
            assertThrows(IllegalStateException.class,
                    () -> self.join().stopAccepting(Duration.ZERO));
            var e = assertThrows(IllegalStateException.class,
                    () -> self.join().stop(Duration.ZERO));
            return Response.text(e.getMessage());
        }); RawClient client = new RawClient(server)) {
            self.complete(server);
            assertEquals(ok("stop() was called from a handler of this server;"
                            + " call it from another thread"),
                    client.send(HELLO).answer());
        }
    }

    @Test
    void statsCountRequestsBytesAndConnections() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HttpServer server = start(request -> request.method().equals("PUT")
                ? new ExchangeStub(Channels.newChannel(bytes)) : Response.text(request.target()));
        String put = put(5) + "hello";
        String dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
        try (RawClient one = new RawClient(server); RawClient two = new RawClient(server)) {
            one.send(HELLO).answer();
            one.send(HELLO).answer();
            two.send(put).answer();
            assertEquals(2, server.stats().openConnections());
        }
        server.stop(Duration.ofSeconds(60));
        ServerStats stats = server.stats();
        assertEquals(2, stats.accepted());
        assertEquals(0, stats.turnedAway());
        assertEquals(0, stats.openConnections());
        assertEquals(3, stats.requests());
        assertEquals(2 * HELLO.length() + put.length(), stats.bytesIn());
        assertEquals(2 * ok("/hello").length() + ok("taken").length() + 3 * dateLine.length(),
                stats.bytesOut());
        assertEquals(1.0, stats.busiestShare());
    }

    @Test
    void allWorkersGetConnectionsInTurn() throws Exception {
        try (HttpServer server = HttpServer.start(options().workers(3).build(), TARGET)) {
            for (int i = 0; i < 6; i++) {
                try (RawClient client = new RawClient(server)) {
                    assertEquals(ok("/hello"), client.send(HELLO).answer());
                }
            }
            assertEquals(List.of(2L, 2L, 2L), server.stats().workers().stream()
                    .map(WorkerStats::connections).toList());
        }
    }

    @Test
    void connectionsBeyondFullInboxesWaitUntilTheWorkerGoesOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Handler busy = request -> {
            await(release);
            return Response.text("at last");
        };
        try (HttpServer server =
                HttpServer.start(options().workers(1).inboxCapacity(2).build(), busy)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(server).send(HELLO));
            }
            while (server.stats().accepted() < 3) {
                Pause.briefly();
            }
            release.countDown();
            for (RawClient client : clients) {
                assertEquals(ok("at last"), client.answer());
                client.close();
            }
            assertEquals(0, server.stats().turnedAway());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void serverOnAPortIsOnLoopback() throws Exception {
        try (HttpServer server = HttpServer.start(0, request -> Response.text("here"));
                RawClient client = new RawClient(server)) {
            assertTrue(server.address().getAddress().isLoopbackAddress());
            assertEquals(Wire.ok("here"), client.send(Wire.get("/")).answer());
        }
    }

    @Test
    void serverWithoutOptionsOrHandlerIsRefused() {
        Handler handler = request -> Response.text("");
        assertEquals("options", assertThrows(NullPointerException.class,
                () -> HttpServer.start(null, handler)).getMessage());
        assertEquals("handler", assertThrows(NullPointerException.class,
                () -> HttpServer.start(0, null)).getMessage());
    }
}
