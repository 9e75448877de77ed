package io.millrace.server;

import static io.millrace.server.Streamed.LAST;
import static io.millrace.server.Streamed.LONG;
import static io.millrace.server.Streamed.assertInternalError;
import static io.millrace.server.Streamed.bytes;
import static io.millrace.server.Streamed.data;
import static io.millrace.server.Streamed.isCutOr500;
import static io.millrace.server.Streamed.isWhole;
import static io.millrace.server.Streamed.ok;
import static io.millrace.server.Streamed.whole;
import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that a writer makes, or that a stream has, on a thread of their own. */
class WrittenBodyTest {

    private static final int PIPE_BYTES = 64 * 1024;

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 65_536})
    void bodyIsWholeThroughASocketThatTakesLittle(int room) throws Exception {
        String body = LONG.substring(0, room < 1000 ? 10_000 : LONG.length());
        Conversation conversation = new Conversation(request -> ok(
                Body.of(executor, new ByteArrayInputStream(bytes(body)))));
        conversation.peer.room = room;
        conversation.send(get("/"));
        while (!isWhole(conversation)) {
            conversation.goUntil(() -> conversation.peer.room == 0 || isWhole(conversation));
            conversation.take(room);
        }
        assertEquals(body, data(conversation.sent()));
    }

    @Test
    void writerOfOneByteAtATimeIsSentWhole() throws Exception {
        Conversation conversation = new Conversation(request ->
                ok(Body.written(executor, out -> {
                    try (OutputStream one = out) {
                        for (int i = 0; i < 5000; i++) {
                            one.write(LONG.charAt(i));
                        }
                    }
                }))).send(get("/"));
        assertEquals(LONG.substring(0, 5000), data(whole(conversation)));
    }

    @Test
    void writerThatFailsIsNotTakenForWhole() throws Exception {
        for (Throwable failure : new Throwable[] {new IOException("meant"),
            new IllegalStateException("meant"), new StackOverflowError("meant")}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(request ->
                        ok(Body.written(executor, out -> {
                            out.write(bytes("hello"));
                            if (failure instanceof Error error) {
                                throw error;
                            }
                            throw (Exception) failure;
                        }))).send(get("/"));
                conversation.goUntil(() -> isCutOr500(conversation));
                assertFalse(conversation.sent().endsWith(LAST));
                assertEquals(1, logged.lines().size());
                assertTrue(logged.lines().get(0).contains("meant"), logged.lines().get(0));
            }
        }
    }

    @Test
    void writerThatFailsWithinTheUseOfItsStreamIsNotTakenForWholeAlthoughThatClosesIt()
            throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    ok(Body.written(executor, out -> {
                        try (out) {
                            out.write(bytes("hello"));
                            throw new IllegalStateException("meant");
                        }
                    }))).send(get("/"));
            conversation.goUntil(() -> isCutOr500(conversation));
            assertFalse(conversation.sent().endsWith(LAST));
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void writerMayCloseItsStreamAndNotWriteAfterIt() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Conversation conversation = new Conversation(request ->
                ok(Body.written(executor, out -> {
                    out.write(bytes("hello"));
                    out.close();
                    out.close();
                    try {
                        out.write('x');
                        failure.complete(null);
                    } catch (IOException e) {
                        failure.complete(e);
                    }
                }))).send(get("/"));
        assertEquals("hello", data(whole(conversation)));
        assertEquals("stream closed", failure.get(60, TimeUnit.SECONDS).getMessage());
    }

    @Test
    void streamThatFailsIsCutAndClosedOnce() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        InputStream failing = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("meant");
                }
                return 'x';
            }

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation =
                    new Conversation(request -> ok(Body.of(executor, failing))).send(get("/"));
            conversation.goUntil(() -> conversation.closed != null);
            assertFalse(conversation.sent().endsWith(LAST));
            assertEquals(1, logged.lines().size());
        }
        executor.shutdown();
        assertTrue(executor.awaitTermination(60, TimeUnit.SECONDS));
        assertEquals(1, closes.get());
    }

    @Test
    void writerWithoutAThreadIs500AndItsStreamClosed() throws Exception {
        for (Throwable refusal : new Throwable[] {new RejectedExecutionException("full"),
            new OutOfMemoryError("unable to create native thread")}) {
            AtomicInteger closes = new AtomicInteger();
            InputStream stream = new ByteArrayInputStream(bytes("hello")) {
                @Override
                public void close() {
                    closes.incrementAndGet();
                }
            };
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation =
                        new Conversation(request -> ok(Body.of(task -> {
                            if (refusal instanceof Error e) {
                                throw e;
                            }
                            throw (RuntimeException) refusal;
                        }, stream))).send(get("/"));
                assertInternalError(conversation);
                assertEquals(1, logged.lines().size());
            }
            assertEquals(1, closes.get());
        }
    }

    // Slow clients, and those that leave.

    @Test
    void slowClientHoldsTheWriterBack() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch done = new CountDownLatch(1);
        Conversation conversation = new Conversation(request ->
                ok(Body.written(executor, out -> {
                    for (int i = 0; i < 1000; i++) {
                        out.write(new byte[1000]);
                        written.addAndGet(1000);
                    }
                    done.countDown();
                })));
        conversation.peer.room = 100_000;
        conversation.send(get("/"));
        conversation.goUntil(() -> conversation.peer.room == 0);
        // In the pipe, in what the socket refused, and in the client.
        long most = PIPE_BYTES + PIPE_BYTES + 100_000;
        assertFalse(done.await(50, TimeUnit.MILLISECONDS));
        assertTrue(written.get() <= most, () -> written + " bytes");
        conversation.take(Integer.MAX_VALUE);
        assertEquals(1_000_000, data(whole(conversation)).length());
    }

    @Test
    void writersNextWriteThrowsWhenTheClientHasLeft() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        Conversation conversation = new Conversation(request ->
                ok(Body.written(executor, out -> {
                    started.countDown();
                    try {
                        while (true) {
                            out.write(new byte[1000]);
                        }
                    } catch (IOException e) {
                        failure.complete(e);
                        throw e;
                    }
                })));
        conversation.peer.room = 10;
        conversation.send(get("/"));
        started.await();
        conversation.close(new IOException("reset"));
        assertEquals("the response has ended or the client has disconnected",
                failure.get(60, TimeUnit.SECONDS).getMessage());
    }

    @Test
    void streamIsClosedOnceWhenTheClientLeaves() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        AtomicInteger closes = new AtomicInteger();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public void close() {
                closes.incrementAndGet();
                closed.complete(null);
            }
        };
        Conversation conversation =
                new Conversation(request -> ok(Body.of(executor, endless)));
        conversation.peer.room = 100;
        conversation.send(get("/")).close(new IOException("reset"));
        closed.get(60, TimeUnit.SECONDS);
        executor.shutdown();
        assertTrue(executor.awaitTermination(60, TimeUnit.SECONDS));
        assertEquals(1, closes.get());
    }
}
