package io.millrace.server;

import static io.millrace.server.OneWorker.HELLO;
import static io.millrace.server.OneWorker.PUT_CHUNKED;
import static io.millrace.server.OneWorker.TARGET;
import static io.millrace.server.OneWorker.get;
import static io.millrace.server.OneWorker.options;
import static io.millrace.server.OneWorker.start;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that come to a whole server over sockets, and those that are not wanted. */
class ServerBodiesTest {

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    // Bodies that are taken.

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
}
