package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.transfer.Counters.Figure;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one turn of a worker does when much comes together, and for how long it waits then. */
@Timeout(60)
class WorkerTurnTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    /** More than are taken in one turn. */
    private static final int MANY_COMPLETIONS = 1100;

    @TempDir
    private Path folder;
    private final List<SocketChannel> clients = new ArrayList<>();
    private TestSelector selector;
    private ServerSocketChannel listener;
    private Worker worker;
    private Thread thread;

    /** Over a Unix domain socket: what is sent is there at once. */
    private void begin(ServerOptions.Builder options, Handler handler) throws IOException {
        ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        unix.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
        begin(unix, options, handler);
    }

    private void begin(ServerSocketChannel at, ServerOptions.Builder options, Handler handler)
            throws IOException {
        listener = at;
        selector = new TestSelector();
        worker = new Worker(options.port(0).workers(1).build(), handler, 0, selector);
        thread = new Thread(worker, "turning-worker");
    }

    @AfterEach
    void end() throws Exception {
        worker.stop(System.nanoTime());
        thread.join();
        for (SocketChannel client : clients) {
            client.close();
        }
        listener.close();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        clients.add(client);
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        assertTrue(worker.offer(PlainEndpoint.accepted(accepted)));
        worker.wakeup();
        return client;
    }

    private static void send(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String rest(SocketChannel client) throws IOException {
        return new String(Channels.newInputStream(client).readAllBytes(),
                StandardCharsets.US_ASCII);
    }

    private void await(Figure figure, long value) {
        while (worker.counters().read(figure) < value) {
            LockSupport.parkNanos(100_000);
        }
    }

    /** The next wait that is at most so long; there may be longer ones before. */
    private void awaitWait(long mostMs) throws InterruptedException {
        long waitMs;
        do {
            waitMs = selector.waits.take();
        } while (waitMs == 0 || waitMs > mostMs);
    }

    @Test
    void stopWaitsForFiveSecondsForAClientThatHasHadItsLastResponse() throws Exception {
        begin(ServerOptions.builder().lingerTimeout(HOUR), request -> Response.text("answer"));
        thread.start();
        SocketChannel client = connect();
        send(client, LAST);
        assertTrue(rest(client).endsWith("\r\n\r\nanswer"));
        worker.stop(System.nanoTime() + HOUR.toNanos());
        awaitWait(5_001);
    }

    @Test
    void longTransferThatHasNoMoreToMoveIsWaitedForAsAnyOther() throws Exception {
        begin(ServerOptions.builder().bytesPerVisit(16 * 1024),
                request -> Exchange.discard(bytes -> Response.text("answer")));
        thread.start();
        SocketChannel client = connect();
        send(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
                + "b".repeat(100_000));
        await(Figure.BYTES_IN, 100_000);
        selector.waits.clear();
        worker.wakeup();
        selector.waits.take(); // rather than turn again and again
    }

    @Test
    void longTransferHasItsTurnWhenTheOneBeforeItIsWhole() throws Exception {
        begin(ServerOptions.builder().bytesPerVisit(16 * 1024),
                request -> Exchange.discard(bytes -> Response.text("answer")));
        String upload = "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Content-Length: 60000\r\n\r\n" + "b".repeat(60_000);
        for (int i = 0; i < 3; i++) {
            send(connect(), upload); // all of it is there before the first turn
        }
        thread.start();
        for (SocketChannel client : clients) {
            assertTrue(rest(client).endsWith("\r\n\r\nanswer"));
        }
    }

    @Test
    void memoryThatRunsOutOnceMoreWhileRoomIsMadeIsMetInTheNextTurn() throws Exception {
        begin(ServerOptions.builder(), request -> Response.text("answer"));
        selector.failures.set(1);
        selector.keysFailures.set(1);
        try (Logged logged = new Logged(Worker.class)) {
            thread.start();
            selector.waitedFor.await();
            assertEquals(List.of("turning-worker failed and goes on | java.lang.OutOfMemoryError:"
                    + " a test's"), logged.lines());
        }
        assertEquals(0, selector.keysFailures.get(), "room has been made");
        assertEquals(2, WorkerStats.of(worker.counters()).failed());
    }

    // When memory is given up for a connection, those that go may be ready in the same turn.
    @Test
    void connectionThatAnotherOnesVisitHasEndedIsNotVisited() throws Exception {
        int bound = 1 << 20;
        begin(ServerOptions.builder().pieceBytes(16 << 10).maxKeptBytes(bound),
                request -> Response.text("answer"));
        String head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(8_000);
        connect(); // visited first
        selector.beforeWait = () -> assertDoesNotThrow(() -> {
            long kept = 0;
            long most = 0;
            for (SelectionKey key : selector.keys()) {
                long bytes = ((Connection) key.attachment()).keptBytes();
                kept += bytes;
                most = Math.max(most, bytes);
            }
            if (kept + most <= bound) {
                send(connect(), head);
            } else {
                for (SocketChannel client : clients.subList(1, clients.size())) {
                    send(client, "x");
                }
                send(clients.get(0), head);
                selector.beforeWait = () -> { };
            }
        });
        thread.start();
        await(Figure.SHED, 1);
        selector.waits.clear();
        worker.wakeup();
        selector.waits.take(); // that turn is over
        assertEquals(0, WorkerStats.of(worker.counters()).failed());
    }

    @Test
    void endThatFindsNoMemoryAtFirstClosesAllTheSame() throws Exception {
        begin(ServerOptions.builder(), request -> Response.text("answer"));
        SocketChannel client = connect();
        thread.start();
        await(Figure.ADOPTED, 1);
        try (Logged logged = new Logged(Worker.class)) {
            selector.keysFailures.set(2); // one of them as those that are idle are looked for
            worker.stop(System.nanoTime());
            thread.join();
            String noMemory = " | java.lang.OutOfMemoryError: a test's";
            assertEquals(List.of("turning-worker failed and goes on" + noMemory),
                    logged.lines(), "the other one is withheld");
        }
        assertEquals("", rest(client));
        assertEquals(1, worker.cut());
    }

    // Whoever keeps a stopped server keeps neither its buffers nor its clients'.
    @Test
    void workerThatHasEndedKeepsNothingOfItsConnections() throws Exception {
        List<WeakReference<Object>> kept = new CopyOnWriteArrayList<>();
        begin(ServerOptions.builder().bytesPerVisit(16 * 1024), request -> {
            Connection one = (Connection) selector.keys().iterator().next().attachment();
            kept.add(new WeakReference<>(one));
            kept.add(new WeakReference<>(one.resources));
            return Exchange.discard(bytes -> Response.text("answer"));
        });
        SocketChannel client = connect();
        send(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        thread.start();
        while (worker.counters().read(Figure.BYTES_IN) < 500_000) {
            send(client, "b".repeat(16 * 1024));
        }
        worker.stop(System.nanoTime());
        thread.join();
        assertEquals(2, kept.size());
        for (int i = 0; i < 200 && kept.stream().anyMatch(one -> one.get() != null); i++) {
            System.gc();
        }
        assertTrue(kept.stream().allMatch(one -> one.get() == null));
        assertEquals(1, worker.cut());
    }

    // More has to be said than is heard in one turn.

    private final List<CompletableFuture<Response>> promises = new ArrayList<>();
    private final LinkedBlockingQueue<CompletableFuture<Response>> asked =
            new LinkedBlockingQueue<>();

    /** Makes promises to clients that leave, which are kept at one wake-up, the last one's last. */
    private SocketChannel promiseMany(Duration limitOfTheLast, Runnable atTheLast)
            throws Exception {
        ServerSocketChannel tcp = ServerSocketChannel.open();
        tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        begin(tcp, ServerOptions.builder(), request -> {
            CompletableFuture<Response> promise = new CompletableFuture<>();
            if (request.path().equals("/last")) {
                promises.add(promise);
                request.applicationTimeout(limitOfTheLast);
                selector.afterWait = () -> promises.forEach(
                        one -> one.complete(Response.text("answer")));
                atTheLast.run();
            } else {
                asked.add(promise);
            }
            return Response.later(promise);
        });
        thread.start();
        for (int i = 0; i < MANY_COMPLETIONS; i++) {
            SocketChannel client = connect();
            send(client, LAST);
            promises.add(asked.take());
            client.setOption(StandardSocketOptions.SO_LINGER, 0); // it resets the connection
            client.close();
        }
        await(Figure.CLOSED, MANY_COMPLETIONS);
        SocketChannel last = connect();
        send(last, LAST.replace("/ ", "/last "));
        return last;
    }

    @Test
    void whatIsSaidBeyondAThousandIsHeardInTheNextTurn() throws Exception {
        CountDownLatch isAsked = new CountDownLatch(1);
        SocketChannel last = promiseMany(HOUR, isAsked::countDown);
        isAsked.await();
        worker.wakeup();
        assertTrue(rest(last).endsWith("\r\n\r\nanswer"));
    }

    @Test
    void whatIsSaidBeyondAThousandIsHeardBeforeItsTimeIsUp() throws Exception {
        SocketChannel last = promiseMany(Duration.ofMillis(1), () -> { });
        String got = rest(last);
        assertTrue(got.endsWith("\r\n\r\nanswer"), got);
    }
}
