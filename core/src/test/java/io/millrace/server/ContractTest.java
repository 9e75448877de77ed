package io.millrace.server;

import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.PacedSink;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an application hands over and breaks its contract with: whose fault it is, is logged. */
class ContractTest {

    private static final String INTERNAL_ERROR = "HTTP/1.1 500 Internal Server Error\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n\r\n"
            + "internal server error\n";

    /** Puts so many bytes into what it is given and says that it were others. */
    private record Lying(long length, int puts, int says, long moves) implements Body {

        @Override
        public int read(long position, ByteBuffer target) {
            target.put(new byte[Math.min(puts, target.remaining())]);
            return says;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            return moves;
        }
    }

    private static void assert500(Handler handler, String culprit) throws Exception {
        assert500(handler, get("/"), culprit);
    }

    /** The next request on the connection is answered as well. */
    private static void assert500(Handler handler, String request, String culprit)
            throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(head ->
                    head.path().equals("/next") ? Response.text("next") : handler.handle(head));
            assertEquals(INTERNAL_ERROR, conversation.send(request).sent());
            assertTrue(conversation.send(get("/next")).sent().endsWith("next"));
            assertNull(conversation.closed);
            assertEquals(1, logged.lines().size(), logged.lines().toString());
            assertTrue(logged.lines().get(0).contains(culprit), logged.lines().toString());
        }
    }

    private static Handler with(Body body) {
        return request -> Response.of(Status.OK).with(body);
    }

    // Bodies.

    @Test
    void lengthBelowUnknownIs500AndUnknownIsNot() throws Exception {
        assert500(with(new Lying(-2, 0, -1, -1)), "ContractTest$Lying: length() returned -2");
        String sent = new Conversation(with(new Lying(-1, 0, -1, -1))).send(get("/")).sent();
        assertTrue(sent.endsWith("\r\n0\r\n\r\n"), sent);
    }

    @Test
    void readThatSaysAnotherNumberThanItPutsIs500() throws Exception {
        for (int[] bytes : new int[][] {{5, 4}, {5, 6}, {0, 5}, {5, 0}, {5, -1}, {0, -2}}) {
            for (int length : new int[] {-1, 10}) {
                assert500(with(new Lying(length, bytes[0], bytes[1], -1)),
                        "ContractTest$Lying: read() wrote " + bytes[0] + " bytes but returned "
                                + bytes[1]);
            }
        }
    }

    @Test
    void readThatLiftsTheLimitIs500() throws Exception {
        assert500(with(new Body() {
            @Override
            public long length() {
                return 3;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                target.limit(target.capacity()).put(new byte[4]);
                return 4;
            }
        }), "read() wrote 4 bytes but returned 4");
    }

    @Test
    void transferBeyondItsCountOrBelowMinusOneIsCut() throws Exception {
        for (long moves : new long[] {1_000_001, -2}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation =
                        new Conversation(with(new Lying(1_000_000, 0, 0, moves))).send(get("/"));
                assertNotNull(conversation.closed);
                assertTrue(logged.lines().get(0).contains("ContractTest$Lying: transferTo()"),
                        logged.lines().toString());
            }
        }
    }

    @Test
    void checkedExceptionThatNoMethodDeclaresIs500() throws Exception {
        assert500(with(new Body() {
            @Override
            public long length() {
                return 3;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                throw sneaky(new Exception("meant"));
            }

            @Override
            public void close() {
                throw sneaky(new Exception("as well"));
            }
        }), "meant");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }

    // Exchanges and sinks.

    @Test
    void stageThatThrowsIs500() throws Exception {
        assert500(request -> new Exchange() {
            @Override
            public CompletionStage<Exchange> stage() {
                throw new IllegalStateException("meant");
            }

            @Override
            public Response complete() {
                throw new AssertionError();
            }
        }, "meant");
    }

    /** Takes so many bytes of each piece and says that it were others. */
    private static class LyingSink implements WritableByteChannel {

        private final int takes;
        private final int says;

        LyingSink(int takes, int says) {
            this.takes = takes;
            this.says = says;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            source.position(source.position() + takes);
            return says;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }

    private static final String PUT = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    @Test
    void sinkThatSaysAnotherNumberThanItTookIsToBlame() throws Exception {
        for (int[] bytes : new int[][] {{5, 4}, {4, 5}, {0, 5}, {5, -1}, {5, 0}}) {
            ExchangeStub upload = new ExchangeStub(new LyingSink(bytes[0], bytes[1]));
            assert500(request -> upload, PUT, "ContractTest$LyingSink: write() consumed "
                    + bytes[0] + " bytes but returned " + bytes[1]);
            upload.assertAbandonedOnce();
            assertEquals(List.of(Abandonment.SINK_FAILED), upload.whys);
        }
    }

    @Test
    void endOfFileThatASinkThrowsIsTheSinks() throws Exception {
        ExchangeStub upload = new ExchangeStub(new LyingSink(0, 0) {
            @Override
            public int write(ByteBuffer source) throws IOException {
                throw new EOFException("the tape ends");
            }
        });
        assert500(request -> upload, PUT, "the tape ends");
        assertEquals(List.of("abandon the tape ends"), upload.ends());
        assertEquals(List.of(Abandonment.SINK_FAILED), upload.whys);
    }

    @Test
    void negativeRoomIsTheSinks() throws Exception {
        final class Roomless extends LyingSink implements PacedSink {

            Roomless() {
                super(0, 0);
            }

            @Override
            public int room() {
                return -1;
            }

            @Override
            public void whenRoom(Runnable callback) {
                throw new AssertionError();
            }
        }

        ExchangeStub upload = new ExchangeStub(new Roomless());
        assert500(request -> upload, PUT, "Roomless: room() returned -1");
        upload.assertAbandonedOnce();
        assertEquals(List.of(Abandonment.SINK_FAILED), upload.whys);
    }

    // Executors.

    @Test
    void executorThatRunsTasksOnTheCallingThreadIsRefused() throws Exception {
        assertRefused(Runnable::run);
    }

    @Test
    void saturatedPoolWhosePolicyRunsTasksOnTheCallingThreadIsRefused() throws Exception {
        CompletableFuture<Void> held = new CompletableFuture<>();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
                new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
        try {
            pool.execute(held::join);
            assertRefused(pool);
        } finally {
            held.complete(null);
            pool.shutdown();
        }
    }

    private static void assertRefused(Executor here) throws Exception {
        String why = "runs tasks on the calling thread";
        assert500(with(Body.written(here, out -> out.write(new byte[200_000]))), why);
        assert500(with(Body.of(here, new ByteArrayInputStream(new byte[5]))), why);
        assert500(with(Body.of(here, new ByteArrayInputStream(new byte[5]), 5)), why);
        Handler stream = request ->
                Exchange.stream(here, in -> Response.text(in.readAllBytes().length + "\n"));
        assert500(stream, why);
        assert500(stream, PUT, why);
        assert500(Handler.blocking(here, request -> Response.text("hello")), why);
    }

    @Test
    void headOfARequestWhoseTaskWasTakenAndThenRefusedIsNotUsedAgain() throws Exception {
        List<Runnable> tasks = new ArrayList<>();
        CompletableFuture<RequestHead> seen = new CompletableFuture<>();
        Executor both = task -> {
            tasks.add(task);
            throw new IllegalStateException("meant");
        };
        assert500(request -> {
            seen.complete(request);
            return Exchange.stream(both, in -> Response.text(""));
        }, "meant");
        assertEquals("/", seen.join().path()); // after the next one, on the same connection
    }

    // Publishers.

    private static Handler published(Flow.Publisher<ByteBuffer> publisher) {
        return with(Body.of(publisher));
    }

    @Test
    void publisherThatPublishesMoreThanWasAskedForIs500() throws Exception {
        for (int more = 0; more <= 1; more++) {
            int extra = more;
            Flow.Publisher<ByteBuffer> publisher = subscriber ->
                    subscriber.onSubscribe(new Flow.Subscription() {
                        private boolean asked;

                        @Override
                        public void request(long count) {
                            for (long i = asked ? count : 0; i < count + extra; i++) {
                                subscriber.onNext(ByteBuffer.wrap(new byte[] {'a'}));
                            }
                            if (!asked) {
                                asked = true;
                                subscriber.onComplete();
                            }
                        }

                        @Override
                        public void cancel() {
                        }
                    });
            if (extra == 0) {
                String sent = new Conversation(published(publisher)).send(get("/")).sent();
                assertTrue(sent.endsWith("\r\n0\r\n\r\n"), sent);
            } else {
                assert500(published(publisher), "the publisher failed");
            }
        }
    }

    @Test
    void publisherThatPublishesBeforeItWasAskedIs500() throws Exception {
        assert500(published(subscriber -> subscriber.onNext(ByteBuffer.allocate(1))),
                "the publisher failed");
    }

    // Listeners.

    @Test
    void checkedExceptionOfAListenerIsLoggedAndNoMore() throws Exception {
        ServerListener listener = new ServerListener() {
            @Override
            public void onHead(ExchangeInfo exchange) {
                throw sneaky(new Exception("meant"));
            }
        };
        try (HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                        .daemon(true).listener(listener).build(), request -> Response.text("a"));
                Logged logged = new Logged(ConnectionObserver.class);
                RawClient client = new RawClient(server)) {
            assertTrue(client.send(get("/")).answer().endsWith("a"));
            assertTrue(logged.lines().get(0).contains("meant"));
        }
    }
}
