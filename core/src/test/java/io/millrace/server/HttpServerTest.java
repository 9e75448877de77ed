package io.millrace.server;

import static io.millrace.server.OneWorker.HELLO;
import static io.millrace.server.OneWorker.TARGET;
import static io.millrace.server.OneWorker.get;
import static io.millrace.server.OneWorker.start;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server over sockets: raw bytes in, raw bytes out. */
class HttpServerTest {

    private static final String KEPT =
            "Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n";

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
}
