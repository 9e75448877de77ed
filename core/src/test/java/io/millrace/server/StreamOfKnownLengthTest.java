package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are streams of known length: sent with it, or cut. */
@Timeout(60)
class StreamOfKnownLengthTest {

    private static final int PIPE_BYTES = 64 * 1024;

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    /** Counts what is read of it, and how often it is closed. */
    private static final class Source extends InputStream {

        final AtomicLong readBytes = new AtomicLong();
        final AtomicInteger closes = new AtomicInteger();
        private final InputStream bytes;

        Source(String text) {
            this(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        }

        Source(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            assertEquals(0, closes.get());
            int read = bytes.read();
            readBytes.addAndGet(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            assertEquals(0, closes.get());
            int read = bytes.read(target, offset, length);
            readBytes.addAndGet(Math.max(read, 0));
            return read;
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private static Response ok(Body body) {
        return Response.of(Status.OK).with(body);
    }

    private static String sized(String text) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    }

    /** Waits for the stream's thread: what is done with the stream is done then. */
    private void assertClosedOnce(Source source) throws InterruptedException {
        executor.shutdown();
        assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
        assertEquals(1, source.closes.get());
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "1000, 600000", "65536, 600000", "65536, 32768", "65536, 32769",
        "65536, 65536", "65536, 65537", "65536, 1"})
    void bodyIsWholeAndTheConnectionGoesOn(int room, int length) throws Exception {
        String text = letters(length);
        Source source = new Source(text);
        Conversation conversation = new Conversation(request -> request.path().equals("/")
                ? ok(Body.of(executor, source, length)) : Response.text("next"));
        conversation.peer.room = room;
        conversation.send(get("/"));
        while (conversation.want != Want.READ) {
            conversation.goUntil(() -> conversation.want != Want.APPLICATION);
            conversation.take(room);
        }
        assertEquals(sized(text), conversation.sent());
        conversation.peer.room = Integer.MAX_VALUE;
        assertEquals(Wire.ok("next"), conversation.send(get("/2")).sent());
        assertClosedOnce(source);
    }

    @Test
    void longerStreamIsReadOnlyToTheLength() throws Exception {
        String text = letters(100_000);
        Source source = new Source(text + letters(100_000));
        Conversation conversation =
                new Conversation(request -> ok(Body.of(executor, source, text.length())));
        conversation.send(get("/")).goUntil(() -> conversation.want == Want.READ);
        assertEquals(sized(text), conversation.sent());
        assertClosedOnce(source);
        assertEquals(text.length(), source.readBytes.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 99_999})
    void streamThatEndsBeforeItsLengthIsLoggedAndCut(int count) throws Exception {
        Source source = new Source(letters(count));
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation =
                    new Conversation(request -> ok(Body.of(executor, source, 100_000)));
            conversation.send(get("/")).goUntil(() -> conversation.closed != null);
            assertTrue(conversation.sent().startsWith(
                    "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
            assertEquals(1, logged.lines().size());
            assertTrue(logged.lines().get(0).contains(
                    "the stream ended after " + count + " of 100000 bytes"), logged.lines().get(0));
        }
        assertClosedOnce(source);
    }

    @Test
    void streamThatFailsWhenItsHeadHasLeftIsLoggedAndCut() throws Exception {
        CountDownLatch headLeft = new CountDownLatch(1);
        Source source = new Source(failingAfter(headLeft));
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation =
                    new Conversation(request -> ok(Body.of(executor, source, 5)));
            conversation.send(get("/")); // nothing of the body is there, so the head leaves
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", conversation.sent());
            headLeft.countDown();
            conversation.goUntil(() -> conversation.closed != null);
            assertEquals("", conversation.sent());
            assertEquals(List.of("response body failed: GET / | java.io.IOException: meant"),
                    logged.lines());
        }
        assertClosedOnce(source);
    }

    @Test
    void streamThatFailsBeforeItsHeadHasLeftIsLoggedAndAnsweredWith500() throws Exception {
        Source source = new Source(failingAfter(new CountDownLatch(0)));
        try (Logged logged = new Logged(Connection.class)) {
            // The stream's thread has ended before the head is written.
            Conversation conversation = new Conversation(request ->
                    ok(Body.of(task -> assertDoesNotThrow(() -> executor.submit(task).get()),
                            source, 5)));
            conversation.send(get("/"));
            assertTrue(conversation.sent().startsWith("HTTP/1.1 500 "));
            assertNull(conversation.closed);
            assertEquals(List.of("response body failed: GET / | java.io.IOException: meant"),
                    logged.lines());
        }
        assertClosedOnce(source);
    }

    private static InputStream failingAfter(CountDownLatch latch) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("meant");
            }
        };
    }

    @Test
    void emptyBodyIsClosedUnreadAndTakesNoThread() {
        Source source = new Source("unwanted");
        assertEquals(sized(""), new Conversation(request -> ok(Body.of(task -> {
            throw new AssertionError();
        }, source, 0))).send(get("/")).sent());
        assertEquals(0, source.readBytes.get());
        assertEquals(1, source.closes.get());
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200, 5", "GET, 204, ", "GET, 304, "})
    void bodyThatIsNotSentIsClosedUnread(String method, int code, Integer length) {
        Source source = new Source("hello");
        Conversation conversation = new Conversation(request ->
                Response.of(Status.of(code, "x")).with(Body.of(task -> {
                    throw new AssertionError();
                }, source, 5)));
        assertEquals("HTTP/1.1 " + code + " x\r\n"
                + (length == null ? "" : "Content-Length: " + length + "\r\n") + "\r\n",
                conversation.send(get("/").replace("GET", method)).sent());
        assertNull(conversation.closed);
        assertEquals(0, source.readBytes.get());
        assertEquals(1, source.closes.get());
    }

    @Test
    void slowClientHoldsTheStreamBackAndLeaves() throws Exception {
        int room = 100_000;
        Source source = new Source(new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        });
        Conversation conversation =
                new Conversation(request -> ok(Body.of(executor, source, 1L << 40)));
        conversation.peer.room = room;
        conversation.send(get("/")).goUntil(() -> conversation.peer.room == 0);
        conversation.close(new IOException("reset"));
        assertClosedOnce(source);
        // What the client has taken, what the socket has refused, the pipe, and a piece in hand.
        long most = room + Resources.OUT_BYTES + PIPE_BYTES + 16 * 1024;
        assertTrue(source.readBytes.get() <= most, () -> source.readBytes + " bytes");
    }

    @Test
    void streamWithoutAThreadIsClosedOnce() throws Exception {
        Source source = new Source("hello");
        try (Logged logged = new Logged(Connection.class)) {
            assertTrue(new Conversation(request -> ok(Body.of(task -> {
                throw new RejectedExecutionException("full");
            }, source, 5))).send(get("/")).sent().startsWith("HTTP/1.1 500 "));
            assertEquals(1, logged.lines().size());
        }
        assertEquals(1, source.closes.get());
    }

    @Test
    void streamWhoseThreadComesTooLateIsClosedUnreadAndOnce() {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        Source source = new Source("hello");
        Conversation conversation =
                new Conversation(request -> ok(Body.of(tasks::add, source, 5))).send(get("/"));
        assertEquals(0, source.closes.get());
        conversation.close(new IOException("reset"));
        assertEquals(1, source.closes.get());
        tasks.remove().run();
        assertEquals(0, source.readBytes.get());
        assertEquals(1, source.closes.get());
    }

    @Test
    void negativeLengthIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> Body.of(executor, InputStream.nullInputStream(), -1));
    }
}
