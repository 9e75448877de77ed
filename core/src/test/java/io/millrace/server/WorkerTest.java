package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.ExchangeStub;
import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerTest {

    private static final long MINUTE_NS = 60_000_000_000L;

    @Test
    void connectionThatCannotBeAdoptedIsClosedAndCounted() throws Exception {
        List<ConnectionInfo> told = new ArrayList<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                told.add(connection);
            }
        };
        Worker worker = new Worker(ServerOptions.builder().port(0).listener(listener).build(),
                request -> Response.text(""), 0, new TestSelector());
        // It is in blocking mode, which no selector takes.
        SocketChannel channel = SocketChannel.open();
        assertTrue(worker.offer(PlainEndpoint.accepted(channel)));
        worker.stop(System.nanoTime());
        worker.run();
        assertFalse(channel.isOpen());
        assertEquals(1, WorkerStats.of(worker.counters()).failed());
        assertEquals(0, worker.connections());
        assertEquals(List.of(), told, "nobody would hear of its end");
    }

    @Test
    void clockGoesOnWithEachTurn() throws Exception {
        BlockingQueue<ConnectionInfo> told = new LinkedBlockingQueue<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                told.add(connection);
            }
        };
        TestSelector selector = new TestSelector();
        Worker worker = new Worker(ServerOptions.builder().port(0).listener(listener).build(),
                OneWorker.TARGET, 0, selector);
        Thread thread = new Thread(worker, "timed-worker");
        thread.start();
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < 2; i++) {
                selector.waits.take();
                long beforeMs = System.currentTimeMillis();
                try (SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
                    assertTrue(client.isConnected());
                    SocketChannel channel = server.accept();
                    channel.configureBlocking(false);
                    assertTrue(worker.offer(PlainEndpoint.accepted(channel)));
                    worker.wakeup();
                    Instant accepted = told.poll(1, TimeUnit.MINUTES).acceptedAt();
                    assertFalse(accepted.isBefore(Instant.ofEpochMilli(beforeMs)));
                    while (System.currentTimeMillis() == beforeMs) {
                        Pause.briefly();
                    }
                }
            }
        }
        worker.stop(System.nanoTime());
        thread.join();
    }

    @Test
    void turnThatFailsIsCountedAndTheWorkerGoesOn() throws Exception {
        TestSelector selector = new TestSelector();
        selector.failures.set(3);
        Worker worker = new Worker(ServerOptions.builder().port(0).build(),
                request -> Response.text(""), 0, selector);
        Thread thread = new Thread(worker, "unlucky-worker");
        thread.start();
        selector.waitedFor.await();
        assertEquals(3, WorkerStats.of(worker.counters()).failed());
        worker.stop(System.nanoTime());
        thread.join();
        assertFalse(selector.isOpen());
    }

    @Test
    void threadThatEndsThoughNothingHasStoppedItIsTold() throws Exception {
        TestSelector selector = new TestSelector();
        List<String> told = new ArrayList<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onThreadEnded(String thread, Throwable cause) {
                told.add(thread + " " + cause.getClass().getSimpleName());
            }
        };
        Worker worker = new Worker(ServerOptions.builder().port(0).build(),
                request -> Response.text(""), 0, selector);
        selector.close();
        List<Throwable> uncaught = new ArrayList<>();
        Thread thread = new Thread(HttpServer.guarded(worker, List.of(listener)), "lost-worker");
        thread.setUncaughtExceptionHandler((ended, cause) -> uncaught.add(cause));
        try (Logged logged = new Logged(HttpServer.class)) {
            thread.start();
            thread.join();
            assertEquals(List.of("a thread of the server has ended, and its connections with it"
                    + " | java.nio.channels.ClosedSelectorException"), logged.lines());
        }
        assertEquals(List.of("lost-worker ClosedSelectorException"), told);
        assertEquals(1, uncaught.size());
    }

    // What the stop of the server means for a connection without a request.

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** A worker that has been dealt a connection on which so much lies in the socket. */
    private static final class Dealt implements AutoCloseable {

        final Worker worker;
        final SocketChannel client;

        Dealt(String sent) throws Exception {
            worker = new Worker(ServerOptions.builder().port(0).build(),
                    request -> Response.text("answer"), 0, new TestSelector());
            try (ServerSocketChannel listener = ServerSocketChannel.open();
                    Selector selector = Selector.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel channel = listener.accept();
                channel.configureBlocking(false);
                if (!sent.isEmpty()) {
                    send(sent);
                    channel.register(selector, SelectionKey.OP_READ);
                    selector.select();
                }
                assertTrue(worker.offer(PlainEndpoint.accepted(channel)));
            }
        }

        void send(String text) throws IOException {
            client.write(ascii(text));
        }

        /** All that the server sends until it ends its side; the client ends its own then. */
        String rest() throws IOException {
            try (client) {
                return new String(Channels.newInputStream(client).readAllBytes(),
                        StandardCharsets.US_ASCII);
            }
        }

        Thread stop(long deadlineNs) {
            worker.stop(System.nanoTime() + deadlineNs);
            Thread thread = new Thread(worker, "stopping-worker");
            thread.start();
            return thread;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    @Test
    void requestThatLiesInTheSocketAtTheStopIsAnswered() throws Exception {
        try (Dealt dealt = new Dealt(GET)) {
            Thread thread = dealt.stop(MINUTE_NS);
            String rest = dealt.rest();
            assertTrue(rest.startsWith("HTTP/1.1 200 OK\r\n"), rest);
            assertTrue(rest.endsWith("\r\nConnection: close\r\n\r\nanswer"), rest);
            long dated = HttpDate.parse(rest.replaceAll("(?s).*\r\nDate: ([^\r]*)\r.*", "$1"));
            assertTrue(dated > 0, rest);
            thread.join();
            assertEquals(0, dealt.worker.cut());
        }
    }

    @Test
    void requestThatHasBegunInTheSocketAtTheStopMayBeFinished() throws Exception {
        try (Dealt dealt = new Dealt(GET.substring(0, 10))) {
            Thread thread = dealt.stop(MINUTE_NS);
            dealt.send(GET.substring(10));
            String rest = dealt.rest();
            assertTrue(rest.endsWith("\r\n\r\nanswer"), rest);
            thread.join();
            assertEquals(0, dealt.worker.cut());
        }
    }

    @Test
    void connectionWithoutARequestIsClosedAtTheStop() throws Exception {
        try (Dealt dealt = new Dealt("")) {
            Thread thread = dealt.stop(MINUTE_NS);
            thread.join(); // though the client doesn't leave
            assertEquals("", dealt.rest());
            assertEquals(0, dealt.worker.cut());
        }
    }

    @Test
    void stopWithoutTimeAnswersNobody() throws Exception {
        try (Dealt dealt = new Dealt(GET)) {
            dealt.stop(0).join();
            assertEquals(0, WorkerStats.of(dealt.worker.counters()).requests());
            assertEquals(0, dealt.worker.cut());
        }
    }

    // Who is visited first.

    private static final int VISIT_BYTES = 16 * 1024;

    // Over a Unix domain socket: what is sent is there at once.
    @Test
    void smallRequestWaitsForOneVisitAndNotForOneOfEachUpload(@TempDir Path folder)
            throws Exception {
        List<String> visits = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            SocketChannel small = SocketChannel.open(listener.getLocalAddress());
            Runnable visited = () -> {
                visits.add("upload");
                // Both uploads are long by now, and have more to move.
                if (visits.size() == 3) {
                    assertDoesNotThrow(() -> small.write(ascii(GET)));
                }
            };
            Worker worker = new Worker(ServerOptions.builder().port(0).bytesPerVisit(VISIT_BYTES)
                    .build(), request -> {
                        if (request.method().equals("PUT")) {
                            return new ExchangeStub(SinkStub.dropping()) {
                                @Override
                                public void onProgress(long receivedBytes) {
                                    visited.run();
                                }
                            };
                        }
                        visits.add("small");
                        return Response.text("answer");
                    }, 0, new TestSelector());
            deal(listener.accept(), worker);
            List<SocketChannel> uploads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                SocketChannel upload = SocketChannel.open(listener.getLocalAddress());
                uploads.add(upload);
                deal(listener.accept(), worker);
                upload.write(ascii("PUT / HTTP/1.1\r\nHost: a\r\n"
                        + "Content-Length: 10000000\r\n\r\n"));
                ByteBuffer begun = ByteBuffer.allocate(4 * VISIT_BYTES);
                while (begun.hasRemaining()) {
                    upload.write(begun);
                }
            }
            worker.wakeup();
            Thread thread = new Thread(worker, "busy-worker");
            thread.start();
            assertTrue(small.read(ByteBuffer.allocate(1)) > 0);
            worker.stop(System.nanoTime());
            thread.join();
            small.close();
            for (SocketChannel upload : uploads) {
                upload.close();
            }
        }
        assertEquals(List.of("upload", "upload", "upload", "small"), visits.subList(0, 4));
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void deal(SocketChannel accepted, Worker worker) throws IOException {
        accepted.configureBlocking(false);
        assertTrue(worker.offer(PlainEndpoint.accepted(accepted)));
    }
}
