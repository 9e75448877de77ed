package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Phase;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the last bytes of a response when its connection ends. */
class EndOfResponseTest {

    /** More than the system keeps for a socket. */
    private static final byte[] LARGE =
            Wire.letters(16 << 20).getBytes(StandardCharsets.ISO_8859_1);
    private static final String LAST_REQUEST =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static Response large() {
        return Response.of(Status.OK).with(Body.of(LARGE));
    }

    // RFC 9112 s9.6: what comes after a close makes the system send a reset, which takes with it
    // what has not left yet.
    @ParameterizedTest
    @ValueSource(strings = {LAST_REQUEST, "GET / HTTP/1.0\r\n\r\n"})
    void lastResponseIsWholeForAClientThatSendsOneLineMore(String request) throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), head -> large());
                RawClient client = new RawClient(server, 4096)) {
            client.send(request);
            client.head();
            byte[] begin = client.body(LARGE.length - (1 << 20));
            client.send("\r\n");
            byte[] end = client.body(1 << 20);
            assertEquals(LARGE.length, begin.length + end.length);
            assertArrayEquals(Arrays.copyOfRange(LARGE, begin.length, LARGE.length), end);
            assertEquals("", client.rest());
        }
    }

    @Test
    void lastResponseIsFollowedByTheEndOfTheServersSideOnly() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.send(LAST_REQUEST);
        assertEquals(Wire.closing("200 OK", "one"), conversation.sent());
        assertEquals(Want.LINGER, conversation.want);
        assertEquals(Phase.LINGER, conversation.connection.phase(conversation.want));
        conversation.send("\r\n");
        assertEquals(Want.LINGER, conversation.want);
        assertEquals(Phase.LINGER, conversation.connection.phase(conversation.want));
        assertEquals(0, conversation.connection.keptBytes());
        conversation.end();
        assertEquals(Want.CLOSE, conversation.want);
    }

    @Test
    void lastResponseToAClientThatHasEndedItsSideIsFollowedByTheClose() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.ended = true;
        conversation.send(Wire.get("/"));
        assertEquals(Wire.ok("one"), conversation.sent());
        assertEquals(Want.CLOSE, conversation.want);
    }

    // The end is read in the visit of the requests, as they fill what is read at once.
    @Test
    void responsesThatAreGatheredAreSentBeforeTheCloseOfAClientThatHasEndedItsSide() {
        int atOnce = ServerOptions.builder().port(0).build().maxHeadBytes();
        String begin = Wire.get("/") + "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        String requests = begin + "y".repeat(atOnce - begin.length() - 4) + "\r\n\r\n";
        for (int room : new int[] {Integer.MAX_VALUE, 10}) {
            Conversation conversation = new Conversation(request -> Response.text("one"));
            conversation.peer.ended = true;
            conversation.peer.room = room;
            conversation.send(requests).take(Integer.MAX_VALUE);
            assertEquals(Wire.ok("one") + Wire.ok("one"), conversation.sent());
            assertEquals(Want.CLOSE, conversation.want);
        }
    }

    @Test
    void refusalOfWhatIsNoRequestIsWholeBeforeTheSideIsShut() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 10;
        conversation.send("GET\r\n\r\n");
        assertEquals(Want.WRITE, conversation.want);
        assertFalse(conversation.peer.shut);
        conversation.take(Integer.MAX_VALUE);
        assertTrue(conversation.peer.shut);
        assertEquals(Wire.closing("400 Bad Request", "the request line has no target\n"),
                conversation.sent());
    }

    // It would be told of the second request where the first one's response is.
    @Test
    void headThatComesTooSlowlyBehindAnUnreadResponseIsCutWithoutAWord() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 10;
        conversation.send(Wire.get("/") + "GET /2 HT");
        conversation.visit();
        int sent = conversation.peer.out.size();
        conversation.peer.room = 0;
        conversation.expire();
        assertEquals(Want.CLOSE, conversation.want);
        assertEquals(sent, conversation.peer.out.size());
        assertTrue(conversation.reset);
    }

    @Test
    void bodyThatComesTooSlowlyBehindAnUnreadResponseIsCutWithoutAWord() {
        ExchangeStub upload = new ExchangeStub();
        Conversation conversation = new Conversation(request ->
                request.path().equals("/x") ? upload : Response.text("one"));
        conversation.peer.room = 10;
        conversation.send(Wire.get("/") + Wire.put(10) + "hello");
        conversation.expire();
        assertEquals(10, conversation.peer.out.size());
        assertTrue(conversation.reset);
        upload.assertAbandonedOnce();
    }

    // Without the reset its client would take the close for the body's end.
    @Test
    void bodyThatEndsWithTheConnectionIsCutByAResetThoughAllThatItHadWasSent() {
        Conversation conversation = new Conversation(request -> Response.of(Status.OK).with(
                Body.of(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long count) {
                    }

                    @Override
                    public void cancel() {
                    }
                }))));
        conversation.send("GET / HTTP/1.0\r\n\r\n");
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", conversation.sent());
        for (Abandonment why : Abandonment.values()) {
            assertTrue(conversation.connection.needsReset(why), why + "");
        }
    }

    // With it, the client might lose what it has not read yet.
    @Test
    void wholeBodyThatEndsWithTheConnectionIsFollowedByNoReset() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        Conversation conversation = new Conversation(request -> Response.later(later));
        conversation.send("GET / HTTP/1.0\r\n\r\n").end();
        later.complete(Response.of(Status.OK).with(new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return -1;
            }
        }));
        conversation.go();
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", conversation.sent());
        assertEquals(Want.CLOSE, conversation.want);
        assertFalse(conversation.reset);
    }

    @Test
    void idleConnectionThatHasHadAResponseEndsAsOneThatSaysClose() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.send(Wire.get("/"));
        conversation.expire();
        assertEquals(Want.LINGER, conversation.want);
        conversation.expire();
        assertEquals(Want.CLOSE, conversation.want);
    }

    @Test
    void idleConnectionThatHasHadNoResponseIsClosed() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.expire();
        assertEquals(Want.CLOSE, conversation.want);
    }

    // The system would keep for minutes what is in the socket.
    @Test
    void readerThatHasStoppedIsReset() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
                closed.complete(null);
            }
        };
        try (HttpServer server = HttpServer.start(options().listener(listener)
                .progressTimeout(Duration.ofMillis(200)).build(), head -> large());
                RawClient client = new RawClient(server, 4096)) {
            client.send(Wire.get("/"));
            closed.get();
            assertThrows(SocketException.class, () -> client.body(LARGE.length));
        }
    }

    @Test
    void cutOfAResponseThatTheSocketDoesNotTakeIsAReset() {
        Conversation conversation = new Conversation(request -> large());
        conversation.peer.room = 1000;
        conversation.send(Wire.get("/"));
        conversation.expire();
        assertEquals(Want.CLOSE, conversation.want);
        assertTrue(conversation.reset);
    }

    @Test
    void cutOfASmallResponseThatTheSocketDoesNotTakeIsAReset() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 10;
        conversation.send(Wire.get("/"));
        conversation.expire();
        assertTrue(conversation.reset);
    }

    @Test
    void cutForAFailureOfTheServerIsNoReset() throws IOException {
        Conversation conversation = new Conversation(request -> large());
        conversation.peer.room = 1000;
        conversation.send(Wire.get("/"));
        assertFalse(conversation.connection.needsReset(Abandonment.SERVER_FAILED));
        assertTrue(conversation.connection.needsReset(Abandonment.SERVER_STOPS));
    }

    @Test
    void cutOfAResponseThatIsWholeInTheSocketIsNoReset() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.send(Wire.get("/"));
        conversation.close(new IOException("closed"));
        assertFalse(conversation.reset);
    }

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).sendBufferBytes(1 << 20)
                .drainTimeout(Duration.ZERO);
    }

    @Test
    void bodyThatFailsToCloseIsClosedOnceAndTheConnectionGoesOn() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        Conversation conversation = new Conversation(request -> Response.of(Status.OK).with(
                new Body() {
                    @Override
                    public long length() {
                        return 3;
                    }

                    @Override
                    public int read(long position, ByteBuffer target) {
                        target.put(new byte[] {'o', 'n', 'e'});
                        return 3;
                    }

                    @Override
                    public void close() {
                        closes.incrementAndGet();
                        throw new IllegalStateException("meant");
                    }
                }));
        try (Logged logged = new Logged(ResponseSender.class)) {
            conversation.send(Wire.get("/") + Wire.get("/"));
            assertEquals(2, logged.lines().size());
        }
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
        assertEquals(head + head, conversation.sent());
        assertEquals(2, closes.get());
    }
}
