package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A publisher whose bytes were counted before: {@code Body.of(publisher, length)}. */
class SizedPublisherTest {

    private static final String LONG = letters(600_000);

    private final PublisherStub source = new PublisherStub();

    private Conversation begin(long length) {
        return new Conversation(request -> request.path().equals("/")
                ? Response.of(Status.OK).with(Body.of(source, length)) : Response.text("next"))
                .send(get("/"));
    }

    private static String head(long length) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @Test
    void bytesAreSentAsTheyComeAndTheLastBufferAtTheEnd() {
        Conversation conversation = begin(10);
        assertEquals(head(10), conversation.sent());
        source.next("hello");
        assertEquals("hello", conversation.go().sent());
        source.next("wor");
        source.next("ld");
        assertEquals("wor", conversation.go().sent());
        source.subscriber.onComplete();
        assertEquals("ld" + Wire.ok("next"), conversation.send(get("/2")).sent());
        assertEquals(0, source.cancels);
        assertEquals(1, source.subscriptions);
    }

    @Test
    void emptyBufferBehindTheLastByteChangesNothing() {
        Conversation conversation = begin(5);
        source.next("hello");
        source.next("");
        assertEquals(head(5), conversation.go().sent());
        source.subscriber.onComplete();
        assertEquals("hello", conversation.go().sent());
        assertNull(conversation.closed);
    }

    @Test
    void publisherThatIsWholeAtOnceIsSentInOneVisit() {
        Flow.Publisher<ByteBuffer> whole = subscriber -> subscriber.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long count) {
                        subscriber.onNext(ByteBuffer.wrap(new byte[] {'h', 'i'}));
                        subscriber.onComplete();
                    }

                    @Override
                    public void cancel() {
                    }
                });
        Conversation conversation = new Conversation(request ->
                Response.of(Status.OK).with(Body.of(whole, 2))).send(get("/"));
        assertEquals(head(2) + "hi", conversation.sent());
        assertEquals(Want.READ, conversation.want);
    }

    @ParameterizedTest
    @CsvSource({"10000, 1", "600000, 1000", "600000, 65536", "32768, 7000", "32769, 7000"})
    void bodyIsWholeThroughASocketThatTakesLittle(int length, int room) {
        String text = LONG.substring(0, length);
        Conversation conversation = new Conversation(request -> Response.of(Status.OK)
                .with(Body.of(source, length)));
        conversation.peer.room = room;
        conversation.send(get("/"));
        int at = 0;
        while (at < length) {
            while (source.demand == 0) {
                assertEquals(Want.WRITE, conversation.want);
                conversation.take(room);
            }
            int end = Math.min(length, at + 16_384);
            source.next(text.substring(at, end));
            at = end;
            conversation.go();
        }
        source.subscriber.onComplete();
        conversation.go();
        while (conversation.want == Want.WRITE) {
            conversation.take(room);
        }
        assertEquals(head(length) + text, conversation.sent());
        assertEquals(Want.READ, conversation.want);
    }

    @Test
    void publisherIsAskedForNoMoreThanTheClientTakes() {
        Conversation conversation = begin(1_000_000).take(0);
        int published = 0;
        while (source.demand > 0) {
            source.next(LONG.substring(0, 50_000));
            conversation.go();
            published++;
        }
        assertTrue(published <= 4, "too many");
        conversation.take(Integer.MAX_VALUE);
        assertTrue(source.demand > 0);
    }

    /** Only what was sent before it broke is with the client, and never the last byte. */
    private static void assertCut(Conversation conversation, Logged logged, String sent,
            String why) {
        assertNotNull(conversation.go().closed);
        assertEquals(sent, conversation.sent());
        assertEquals(1, logged.lines().size());
        assertTrue(logged.lines().get(0).startsWith("response body failed: GET / | "),
                logged.lines().get(0));
        assertTrue(logged.lines().get(0).contains(why), logged.lines().get(0));
    }

    @Test
    void endBeforeTheLengthIsLoggedAndCut() throws Exception {
        Conversation conversation = begin(6);
        try (Logged logged = new Logged(Connection.class)) {
            source.next("hello");
            assertEquals(head(6) + "hello", conversation.go().sent());
            source.subscriber.onComplete();
            assertCut(conversation, logged, "", "the body ended after 5 of 6 bytes");
        }
        assertEquals(0, source.cancels);
    }

    @Test
    void longestLengthIsALengthToo() throws Exception {
        Conversation conversation = begin(Long.MAX_VALUE);
        source.next("hello");
        assertEquals(head(Long.MAX_VALUE) + "hello", conversation.go().sent());
        try (Logged logged = new Logged(Connection.class)) {
            source.subscriber.onComplete();
            assertCut(conversation, logged, "",
                    "the body ended after 5 of " + Long.MAX_VALUE + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void byteBeyondTheLengthIsLoggedAndCutBeforeTheLastBuffer(int buffers) throws Exception {
        Conversation conversation = begin(10);
        source.next("hello");
        assertEquals(head(10) + "hello", conversation.go().sent());
        try (Logged logged = new Logged(Connection.class)) {
            source.next(buffers == 1 ? "world!" : "world");
            if (buffers == 2) {
                assertEquals("", conversation.go().sent());
                source.next("!");
            }
            assertCut(conversation, logged, "", "the publisher failed");
        }
        assertEquals(1, source.cancels);
    }

    @Test
    void errorBehindTheLastByteIsLoggedAndCutBeforeTheLastBuffer() throws Exception {
        Conversation conversation = begin(10);
        source.next("hello");
        source.next("world");
        assertEquals(head(10) + "hello", conversation.go().sent());
        try (Logged logged = new Logged(Connection.class)) {
            source.subscriber.onError(new IOException("the checksum differs"));
            assertCut(conversation, logged, "", "the publisher failed");
        }
        assertEquals(0, source.cancels);
    }

    // Reactive streams 2.13: the publisher hears of it as well.
    @Test
    void errorThatIsNullIsLoggedAndCutAtOnce() throws Exception {
        Conversation conversation = begin(10);
        source.next("hello");
        assertEquals(head(10) + "hello", conversation.go().sent());
        try (Logged logged = new Logged(Connection.class)) {
            assertThrows(NullPointerException.class, () -> source.subscriber.onError(null));
            assertCut(conversation, logged, "", "the publisher failed");
        }
    }

    @Test
    void subscriptionThatIsNullIs500AtOnce() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request -> Response.of(Status.OK).with(
                    Body.of((Flow.Publisher<ByteBuffer>) subscriber -> assertThrows(
                            NullPointerException.class, () -> subscriber.onSubscribe(null)), 5)))
                    .send(get("/"));
            assertTrue(conversation.sent().startsWith("HTTP/1.1 500 Internal Server Error\r\n"));
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void failureWhileSubscribingIs500() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request -> Response.of(Status.OK).with(
                    Body.of((Flow.Publisher<ByteBuffer>) subscriber -> subscriber.onError(
                            new IOException("meant")), 5))).send(get("/"));
            assertTrue(conversation.sent().startsWith("HTTP/1.1 500 Internal Server Error\r\n"));
            assertNull(conversation.closed);
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void subscriptionIsCancelledOnceWhenTheClientLeavesThoughAllBytesAreThere() {
        Conversation conversation = begin(5);
        source.next("hello");
        conversation.go().close(new IOException("reset"));
        assertEquals(1, source.cancels);
        source.subscriber.onComplete();
        conversation.deliverLate();
    }

    @Test
    void emptyBodyAndOneThatIsNotSentAreNotSubscribedTo() {
        assertEquals(head(0), begin(0).sent());
        Conversation conversation = new Conversation(request ->
                Response.of(Status.OK).with(Body.of(source, 5)));
        assertEquals(head(5), conversation.send(get("/").replace("GET", "HEAD")).sent());
        assertEquals(0, source.subscriptions);
    }

    @Test
    void negativeLengthIsRefused() {
        assertEquals("length must not be negative: -1", assertThrows(
                IllegalArgumentException.class, () -> Body.of(source, -1)).getMessage());
        assertThrows(NullPointerException.class,
                () -> Body.of((Flow.Publisher<ByteBuffer>) null, 1));
    }

    // Body.absent.

    @ParameterizedTest
    @ValueSource(longs = {0, 5, 32_769, 5_000_000_000_000L})
    void lengthWithoutBytesIsTheContentLengthOfHead(long length) {
        Response kept = Response.of(Status.OK).with(Body.absent(length));
        String head = get("/").replace("GET", "HEAD");
        assertEquals(head(length) + head(length),
                new Conversation(request -> kept).send(head + head).sent());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 32_769})
    void lengthWithoutBytesFailsAGet(long length) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    Response.of(Status.OK).with(Body.absent(length))).send(get("/"));
            String sent = conversation.sent();
            assertTrue(sent.startsWith("HTTP/1.1 500 ") || conversation.closed != null, sent);
            assertEquals(List.of("response body failed: GET / | java.io.IOException: "
                    + "Body.absent has no bytes: it is for responses to HEAD only"),
                    logged.lines());
        }
    }

    @Test
    void lengthWithoutBytesIsNotNegative() {
        assertThrows(IllegalArgumentException.class, () -> Body.absent(-1));
        assertFalse(Body.absent(0).length() < 0);
    }
}
