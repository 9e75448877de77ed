package io.millrace.server;

import static io.millrace.server.OneWorker.HELLO;
import static io.millrace.server.OneWorker.PUT_CHUNKED;
import static io.millrace.server.OneWorker.TARGET;
import static io.millrace.server.OneWorker.await;
import static io.millrace.server.OneWorker.get;
import static io.millrace.server.OneWorker.options;
import static io.millrace.server.OneWorker.start;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.CountingBody;
import io.millrace.http.ExchangeStub;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server over sockets: raw bytes in, raw bytes out. */
class HttpServerTest {

    private static final String KEPT =
            "Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n";
    private static final Duration SHORT = Duration.ofMillis(200);

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
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
}
