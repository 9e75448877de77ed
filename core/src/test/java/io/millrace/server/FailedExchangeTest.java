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
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong in an exchange, and what takes too long. */
class FailedExchangeTest {

    private static final Duration SHORT = Duration.ofMillis(200);

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
