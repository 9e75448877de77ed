package io.millrace.server;

import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.BodyContract;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Bodies that are told that they have had no bytes for too long. */
class StalledBodyTest {

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    /** A body that has bytes when it is told that it has stalled, so many times. */
    private static final class Patient implements Body {

        private final int times;
        private String next = "";
        int stalls;
        Runnable callback;

        Patient(int times) {
            this.times = times;
        }

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            byte[] bytes = next.getBytes(StandardCharsets.US_ASCII);
            next = "";
            target.put(bytes);
            return bytes.length;
        }

        @Override
        public void whenReadable(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public boolean onStall() {
            stalls++;
            next = stalls <= times ? "." : "";
            return stalls <= times;
        }
    }

    private static Conversation begin(Body body) {
        Conversation conversation =
                new Conversation(request -> Response.of(Status.OK).with(body));
        assertEquals(HEAD, conversation.send(get("/")).sent());
        return conversation;
    }

    @Test
    void bodyThatHasSomethingToSayGoesOn() {
        Patient body = new Patient(2);
        Conversation conversation = begin(body);
        for (int i = 0; i < 2; i++) {
            Runnable before = body.callback;
            assertEquals("0001\r\n.\r\n", conversation.visitOverdue().sent());
            before.run(); // it still comes, and changes nothing
            conversation.go();
        }
        assertEquals("", conversation.visitOverdue().sent());
        assertEquals(3, body.stalls);
        assertNull(conversation.closed);
        conversation.expire();
        assertNotNull(conversation.closed);
    }

    @Test
    void bodyThatSaysNothingIsCut() {
        Conversation conversation = begin(new Patient(0));
        conversation.visitOverdue();
        assertNull(conversation.closed);
        conversation.expire();
        assertNotNull(conversation.closed);
    }

    @Test
    void bodyThatFailsInsteadIsLoggedAndCut() throws Exception {
        Conversation conversation = begin(new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return 0;
            }

            @Override
            public void whenReadable(Runnable callback) {
                // Never.
            }

            @Override
            public boolean onStall() {
                throw new IllegalStateException("planted");
            }
        });
        try (Logged logged = new Logged(Connection.class)) {
            conversation.visitOverdue();
            assertEquals(List.of("response body failed: GET / | "
                    + "java.lang.IllegalStateException: planted"), logged.lines());
        }
        assertInstanceOf(BodyContract.BodyException.class, conversation.closed);
    }

    @Test
    void bodyThatWaitsForTheSocketIsNotAsked() {
        Patient body = new Patient(1);
        Conversation conversation =
                new Conversation(request -> Response.of(Status.OK).with(body));
        conversation.peer.room = 0;
        conversation.send(get("/"));
        conversation.visitOverdue();
        assertEquals(0, body.stalls);
    }

    @Test
    void applicationThatOwesItsResponseIsNotAsked() {
        Conversation conversation =
                new Conversation(request -> Response.later(new CompletableFuture<>()));
        assertEquals("", conversation.send(get("/")).visitOverdue().sent());
    }

    // Over sockets: told again and again by the worker's own clock, and no timeout is counted.
    @Test
    void workerTellsTheBodyEachTimeItsTimeIsUp() throws Exception {
        ServerOptions options = ServerOptions.builder().port(0).workers(1)
                .answerTimeout(Duration.ofMillis(100)).drainTimeout(Duration.ZERO).build();
        Patient body = new Patient(3);
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options,
                        request -> Response.of(Status.OK).with(body));
                RawClient client = new RawClient(server)) {
            client.send(get("/"));
            assertEquals(HEAD + "0001\r\n.\r\n".repeat(3), client.rest());
            assertEquals(1, server.stats().workers().get(0).timedOut());
            assertEquals("response body stalled: GET /", logged.lines().get(0));
            assertEquals(4, body.stalls);
        }
    }
}
