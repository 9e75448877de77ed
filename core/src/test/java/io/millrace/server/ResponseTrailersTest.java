package io.millrace.server;

import static io.millrace.server.Streamed.CHUNKED;
import static io.millrace.server.Streamed.HTTP10;
import static io.millrace.server.Streamed.assertInternalError;
import static io.millrace.server.Streamed.bytes;
import static io.millrace.server.Streamed.chunk;
import static io.millrace.server.Streamed.ok;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.TransferResources;
import io.millrace.transfer.Want;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trailers of responses. */
class ResponseTrailersTest {

    @Test
    void trailersComeAfterTheBodyAndAreAskedForOnce() {
        AtomicInteger asked = new AtomicInteger();
        StepwiseBody body = new StepwiseBody(5, "hello");
        Conversation conversation = new Conversation(request -> ok(body).withTrailers(() -> {
            assertEquals(0, body.pieces.size());
            return Headers.of("Digest", "" + asked.incrementAndGet(), "B", "c");
        }));
        conversation.peer.room = 0;
        conversation.send(get("/"));
        while (conversation.want == Want.WRITE) {
            conversation.take(1);
        }
        assertEquals(CHUNKED + chunk("hello") + "0\r\nDigest: 1\r\nB: c\r\n\r\n",
                conversation.sent());
        assertEquals(1, asked.get());
    }

    @Test
    void trailersAreLeftOutForHttp10AndNotAskedFor() {
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
                new Conversation(request -> ok(new StepwiseBody(5, "hello")).withTrailers(() -> {
                    throw new AssertionError();
                })).send(HTTP10).sent());
    }

    @Test
    void trailersOfExactlyTheBoundAreSentAndOneByteMoreIs500() throws Exception {
        int most = ResponseSender.MAX_HEAD_BYTES - "0\r\nA: \r\n\r\n".length();
        for (int extra = 0; extra <= 1; extra++) {
            String value = "x".repeat(most + extra);
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(request ->
                        ok(new StepwiseBody(5, "hello"))
                                .withTrailers(() -> Headers.of("A", value)));
                conversation.send(get("/"));
                if (extra == 0) {
                    assertTrue(conversation.sent().endsWith("0\r\nA: " + value + "\r\n\r\n"));
                } else {
                    assertInternalError(conversation);
                }
                assertEquals(extra, logged.lines().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Trailer", "Host", "Connection",
        "Content-Encoding", "Content-Type", "Content-Range", "TE", "Set-Cookie", "Authorization",
        "Cache-Control"})
    void trailerThatHasToStandInAHeadIs500(String name) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    ok(new StepwiseBody(5, "hello")).withTrailers(
                            () -> Headers.of("A", "b", name, "5"))).send(get("/"));
            assertInternalError(conversation);
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void trailersFollowABodyThatLeavesAnyRoomInTheBuffer() {
        Conversation conversation = new Conversation(request ->
                ok(Body.of(bytes(letters(Integer.parseInt(request.path().substring(1))))))
                        .withTrailers(() -> Headers.of("A", "b")));
        for (int length = TransferResources.OUT_BYTES - 200;
                length <= TransferResources.OUT_BYTES; length++) {
            String sent = conversation.send(get("/" + length)).sent();
            assertTrue(sent.endsWith("\r\n0\r\nA: b\r\n\r\n"), "behind " + length + " bytes");
        }
    }

    @Test
    void trailersThatFailAre500() throws Exception {
        for (Handler handler : new Handler[] {
            request -> ok(new StepwiseBody(5, "hello")).withTrailers(() -> null),
            request -> ok(new StepwiseBody(5, "hello")).withTrailers(() -> {
                throw new IllegalStateException("meant");
            })}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(handler).send(get("/"));
                assertInternalError(conversation);
                assertEquals(1, logged.lines().size());
            }
        }
    }

    @Test
    void trailersThatFailBehindBytesThatHaveLeftAreCut() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    ok(new StepwiseBody(100_000, Wire.letters(20_000),
                            Wire.letters(20_000), Wire.letters(20_000), Wire.letters(20_000),
                            Wire.letters(20_000))).withTrailers(() -> {
                        throw new IllegalStateException("meant");
                    })).send(get("/"));
            assertNotNull(conversation.closed);
            assertFalse(conversation.sent().contains("\r\n0\r\n"));
            assertEquals(1, logged.lines().size());
        }
    }
}
