package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are taken and made piece by piece, over sockets and with real threads. */
class StreamingServerTest {

    private static final int BODY_BYTES = 64 << 20;
    private static final int PIPE_BYTES = 64 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int DATE_LINE_BYTES = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    /** A server whose kernel holds few bytes, and that cuts nobody for being slow. */
    private static HttpServer start(Handler handler) throws IOException {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1)
                .receiveBufferBytes(BUFFER_BYTES).sendBufferBytes(BUFFER_BYTES)
                .progressTimeout(Duration.ofHours(1)).drainTimeout(Duration.ZERO).build(),
                handler);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** So many turns of the only worker, each after what was there before it. */
    private static void turns(RawClient client, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertEquals(ok("turn"), client.send(get("/turn")).answer());
        }
    }

    @Test
    void clientOfASlowStreamHasToWait() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        byte[] body = random(BODY_BYTES);
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        try (HttpServer server = start(request -> request.path().equals("/turn")
                ? Response.text("turn") : Exchange.stream(executor, in -> {
                    goOn.await();
                    boolean equal = true;
                    byte[] piece = new byte[100_000];
                    for (int at = 0; at < BODY_BYTES; ) {
                        int count = in.read(piece);
                        equal &= Arrays.equals(piece, 0, count, body, at, at + count);
                        at += count;
                    }
                    same.complete(equal && in.read() < 0);
                    return Response.text("read");
                })); RawClient client = new RawClient(server, BUFFER_BYTES);
                RawClient other = new RawClient(server)) {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            executor.execute(() -> {
                try {
                    client.send(put(BODY_BYTES)).send(body);
                    sent.complete(null);
                } catch (IOException e) {
                    sent.completeExceptionally(e);
                }
            });
            while (server.stats().bytesIn() < PIPE_BYTES) {
                turns(other, 1);
            }
            turns(other, 100);
            // The pipe, and what was read along with the head; the rest is in the kernel.
            long most = PIPE_BYTES + 16 * 1024 + server.stats().requests() * get("/turn").length();
            assertTrue(server.stats().bytesIn() <= most, () -> server.stats() + "");
            assertFalse(sent.isDone());
            goOn.countDown();
            await(sent);
            assertEquals(ok("read"), client.answer());
            assertTrue(await(same));
        }
    }

    @Test
    void writerOfASlowClientHasToWait() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] piece = new byte[10_000];
        try (HttpServer server = start(request -> request.path().equals("/turn")
                ? Response.text("turn")
                : Response.of(Status.OK).with(Body.written(executor, out -> {
                    for (int i = 0; i < BODY_BYTES / piece.length; i++) {
                        out.write(piece);
                        written.addAndGet(piece.length);
                    }
                }))); RawClient client = new RawClient(server, 4096);
                RawClient other = new RawClient(server)) {
            client.send(get("/"));
            long before;
            do {
                before = written.get();
                turns(other, 200);
            } while (before == 0 || before != written.get());
            // In this order: the writer may go on in between, as far as the client has taken.
            long most = written.get() + piece.length;
            ServerStats stats = server.stats();
            // The last turn's bytes may not be counted yet, though its answer is here.
            long turns = (stats.requests() - 1) * (ok("turn").length() + DATE_LINE_BYTES);
            long ahead = most - (stats.bytesOut() - turns);
            assertTrue(ahead <= 2 * PIPE_BYTES + piece.length, () -> ahead + " bytes");
            assertTrue(written.get() < BODY_BYTES / 2, () -> written + " bytes");
        }
    }

    @Test
    void writerIsToldThatItsClientHasLeft() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        try (HttpServer server = start(request -> Response.of(Status.OK).with(
                Body.written(executor, out -> {
                    try {
                        while (true) {
                            out.write(new byte[1000]);
                        }
                    } catch (IOException e) {
                        failure.complete(e);
                        throw e;
                    }
                })))) {
            try (RawClient client = new RawClient(server, 4096)) {
                client.send(get("/")).head();
            }
            assertEquals("the response has ended or the client has disconnected",
                    await(failure).getMessage());
        }
    }

    /** Sends a body that never ends until the client leaves; how often it was told of that. */
    private static int ends(Function<Runnable, Body> body) throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        AtomicInteger ends = new AtomicInteger();
        Body endless = body.apply(() -> {
            ends.incrementAndGet();
            ended.complete(null);
        });
        try (HttpServer server = start(request -> Response.of(Status.OK).with(endless))) {
            try (RawClient client = new RawClient(server, 4096)) {
                client.send(get("/")).head();
            }
            await(ended);
        }
        return ends.get();
    }

    @Test
    void streamIsClosedOnceWhenTheClientHasLeft() throws Exception {
        assertEquals(1, ends(end -> Body.of(executor, new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public void close() {
                end.run();
            }
        })));
    }

    @Test
    void subscriptionIsCancelledOnceWhenTheClientHasLeft() throws Exception {
        assertEquals(1, ends(end -> Body.of(subscriber ->
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long count) {
                        executor.execute(() -> {
                            for (long i = 0; i < count; i++) {
                                subscriber.onNext(ByteBuffer.wrap(new byte[10_000]));
                            }
                        });
                    }

                    @Override
                    public void cancel() {
                        end.run();
                    }
                }))));
    }

    @Test
    void bodyThatFailsIsAResetForHttp10() throws Exception {
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = start(request -> Response.of(Status.OK).with(
                        Body.written(executor, out -> {
                            out.write(new byte[100_000]);
                            throw new IOException("meant");
                        }))); RawClient client = new RawClient(server)) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThrows(SocketException.class, client::rest);
            assertEquals(1, logged.lines().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "stream"})
    void parallelUploadsArriveWhole(String kind) throws Exception {
        ParallelUploads.run(kind, 20, 2_000_003);
    }

    @Test
    void hundredsOfHandlersBlockAtOnceOnVirtualThreads() throws Exception {
        int count = 400; // each takes two of the 1024 descriptors that some systems allow
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with Java 21");
        CountDownLatch blocked = new CountDownLatch(count);
        CountDownLatch goOn = new CountDownLatch(1);
        Handler handler = Handler.blocking(request -> {
            blocked.countDown();
            goOn.await();
            return Response.text(request.path());
        });
        List<RawClient> clients = new ArrayList<>();
        try (HttpServer server = start(handler)) {
            try {
                for (int i = 0; i < count; i++) {
                    clients.add(new RawClient(server).send(get("/" + i)));
                }
                assertTrue(blocked.await(60, TimeUnit.SECONDS), () -> blocked + "");
                goOn.countDown();
                for (int i = 0; i < count; i++) {
                    assertEquals(ok("/" + i), clients.get(i).answer());
                }
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
            }
        }
    }
}
