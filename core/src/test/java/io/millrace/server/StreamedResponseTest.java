package io.millrace.server;

import static io.millrace.server.Streamed.CHUNKED;
import static io.millrace.server.Streamed.LAST;
import static io.millrace.server.Streamed.LONG;
import static io.millrace.server.Streamed.bytes;
import static io.millrace.server.Streamed.chunk;
import static io.millrace.server.Streamed.ok;
import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Want;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses whose body is made while it is sent. */
class StreamedResponseTest {

    @Test
    void piecesAreChunksAndTheEndIsTheLast() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello", " ", "world");
        body.then = -1;
        Conversation conversation = new Conversation(request ->
                request.path().equals("/") ? ok(body) : Response.text("next"));
        assertEquals(CHUNKED + chunk("hello") + chunk(" ") + chunk("world") + LAST
                + Wire.ok("next"), conversation.send(get("/") + get("/2")).sent());
        assertEquals(1, body.closes);
    }

    @Test
    void emptyBodyIsTheLastChunkAlone() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH);
        body.then = -1;
        assertEquals(CHUNKED + LAST, new Conversation(request -> ok(body)).send(get("/")).sent());
    }

    /** A body of known length, of which a first part can be transferred and the rest only read. */
    private record Readable(String text, int transferable) implements Body {

        @Override
        public long length() {
            return text.length();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            int at = (int) position;
            int count = Math.min(Math.min(text.length() - at, target.remaining()), 10_000);
            target.put(bytes(text.substring(at, at + count)));
            return count;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            if (position >= transferable) {
                return Body.super.transferTo(position, count, target);
            }
            int end = (int) Math.min(position + count, transferable);
            return target.write(ByteBuffer.wrap(bytes(text.substring((int) position, end))));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 40000, 0", "7, 40000, 0", "1000, 600000, 0", "65536, 600000, 0",
        "65536, 32768, 0", "65536, 32769, 0", "1000, 600000, 100000", "65536, 600000, 100000"})
    void bodyOfKnownLengthIsWholeThoughItCanOnlyBeRead(int room, int length, int transferable) {
        String text = LONG.substring(0, length);
        Conversation conversation =
                new Conversation(request -> ok(new Readable(text, transferable)));
        conversation.peer.room = room;
        conversation.send(get("/"));
        while (conversation.want == Want.WRITE) {
            conversation.take(room);
        }
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + text,
                conversation.sent());
        assertEquals(0, conversation.resources.counters.read(Counters.Figure.BYTES_IN_FLIGHT));
    }

    @Test
    void bodyThatIsReadIsNotSentInOneVisit() {
        int budgetBytes = 200_000;
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes),
                request -> ok(new Readable(LONG, 100_000)));
        conversation.peer.append(bytes(get("/")));
        int visits = 0;
        do {
            int before = conversation.peer.out.size();
            conversation.visit();
            visits++;
            int sentBytes = conversation.peer.out.size() - before;
            assertTrue(sentBytes <= budgetBytes + Resources.OUT_BYTES, () -> sentBytes + " bytes");
        } while (conversation.want == Want.WRITE);
        assertTrue(visits >= 3, () -> "too few visits");
        assertTrue(conversation.sent().endsWith(LONG));
    }

    @Test
    void bodyOfKnownLengthSendsNoByteMoreThanThat() {
        Body grown = new Body() {
            @Override
            public long length() {
                return 5;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                int count = Math.min(target.remaining(), 11);
                target.put(bytes("hello world".substring(0, count)));
                return count;
            }
        };
        String sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assertEquals(sized + sized, new Conversation(request -> ok(grown))
                .send(get("/") + get("/")).sent());
    }

    @Test
    void lastChunkIsSentOnceThoughTheSocketIsFullAndTheConnectionEnds() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        body.then = -1;
        Conversation conversation =
                new Conversation(request -> ok(body).with("Connection", "close"));
        conversation.peer.room = 10;
        conversation.send(get("/")).take(Integer.MAX_VALUE);
        assertEquals(CHUNKED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                + chunk("hello") + LAST, conversation.sent());
        assertEquals(1, body.closes);
    }

    @Test
    void bodyThatHasNothingNowGoesOnWhenItHas() {
        for (long length : new long[] {10, Body.UNKNOWN_LENGTH}) {
            StepwiseBody body = new StepwiseBody(length, "hello");
            Conversation conversation = new Conversation(request ->
                    request.path().equals("/") ? ok(body) : Response.text("next"));
            conversation.send(get("/") + get("/2"));
            assertEquals(Want.APPLICATION, conversation.want);
            String first = conversation.sent();
            assertTrue(first.contains("hello"), "what is there is sent at once");
            Runnable callback = body.callback;
            body.callback = null;
            body.pieces.add("world");
            callback.run();
            conversation.go();
            callback.run(); // late, and nothing to it
            conversation.go();
            if (length < 0) {
                assertEquals(chunk("world"), conversation.sent());
                body.then = -1;
                body.callback.run();
                assertEquals(LAST + Wire.ok("next"), conversation.go().sent());
            } else {
                assertEquals("world" + Wire.ok("next"), conversation.sent());
            }
            assertEquals(1, body.closes);
        }
    }

    @Test
    void http10GetsTheBytesAloneAndThenTheEnd() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello", "world");
        body.then = -1;
        Conversation conversation = new Conversation(request -> ok(body));
        conversation.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloworld",
                conversation.sent());
        assertFalse(conversation.connection.needsReset(Abandonment.PEER_LEFT));
        assertEquals(1, body.closes);
    }

    @Test
    void headIsAnsweredWithTheSameFieldsAndTheBodyIsNotStarted() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        InputStream stream = new ByteArrayInputStream(bytes("hello")) {
            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH);
        Conversation conversation = new Conversation(request -> switch (request.path()) {
            case "/stream" -> ok(Body.of(task -> {
                throw new AssertionError();
            }, stream));
            case "/written" -> ok(Body.written(task -> {
                throw new AssertionError();
            }, out -> {
                throw new AssertionError();
            }));
            case "/published" -> ok(Body.of((Flow.Publisher<ByteBuffer>) subscriber -> {
                throw new AssertionError();
            }));
            default -> ok(body).withTrailers(() -> {
                throw new AssertionError();
            });
        });
        for (String path : new String[] {"/stream", "/written", "/published", "/"}) {
            assertEquals(CHUNKED, conversation.send(get(path).replace("GET", "HEAD")).sent());
        }
        assertEquals(1, closes.get());
        assertEquals(0, body.reads);
        assertEquals(1, body.closes);
    }

    @ParameterizedTest
    @CsvSource({"204, No Content", "205, Reset Content", "304, Not Modified"})
    void statusWithoutABodyNeverSendsOne(int code, String reason) {
        StepwiseBody unknown = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        StepwiseBody known = new StepwiseBody(5, "hello");
        Conversation conversation = new Conversation(request -> Response.of(
                Status.of(code, reason)).with(request.path().equals("/u") ? unknown : known)
                .withTrailers(() -> {
                    throw new AssertionError();
                }));
        String bodiless = "HTTP/1.1 " + code + " " + reason + "\r\n"
                + (code == 205 ? "Content-Length: 0\r\n" : "") + "\r\n";
        assertEquals(bodiless + bodiless, conversation.send(get("/u") + get("/k")).sent());
        assertEquals(0, unknown.reads + known.reads);
        assertEquals(2, unknown.closes + known.closes);
        assertNull(conversation.closed);
    }
}
