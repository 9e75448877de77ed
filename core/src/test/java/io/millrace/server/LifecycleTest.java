package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's life: what it survives, how it ends, what it leaves behind. */
class LifecycleTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Handler HELLO = request -> Response.text("hello");

    private static ServerOptions.Builder options(String name) {
        return ServerOptions.builder().port(0).workers(1).name(name);
    }

    private static String put(int length) {
        return "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name + "-")).toList();
    }

    private static void assertHello(HttpServer server) throws IOException {
        try (RawClient client = new RawClient(server)) {
            String answer = client.send(GET).answer();
            assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
        }
    }

    @Test
    void threadsSayWhoTheyAreAndKeepTheJvmAliveUnlessTheyAreDaemons() throws Exception {
        try (HttpServer server = HttpServer.start(options("nameable").workers(2).build(), HELLO)) {
            assertHello(server);
            assertEquals(List.of("nameable-acceptor", "nameable-worker-0", "nameable-worker-1"),
                    threads("nameable").stream().map(Thread::getName).sorted().toList());
            assertTrue(threads("nameable").stream().noneMatch(Thread::isDaemon));
        }
        try (HttpServer server = HttpServer.start(options("demon").daemon(true).build(), HELLO)) {
            assertHello(server);
            assertEquals(2, threads("demon").size());
            assertTrue(threads("demon").stream().allMatch(Thread::isDaemon));
        }
    }

    @Test
    void errorOfABodyIs500AndTheWorkerGoesOn() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Body body = new Body() {
            @Override
            public long length() {
                return 5;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                throw new OutOfMemoryError("a test's");
            }

            @Override
            public void close() {
                closed.complete(null);
            }
        };
        try (HttpServer server = HttpServer.start(options("memoryless").build(),
                request -> request.target().equals("/error") ? Response.of(Status.OK).with(body)
                        : Response.text("hello"));
                RawClient other = new RawClient(server)) {
            other.send(GET).answer();
            try (RawClient client = new RawClient(server)) {
                String answer = client.send(GET.replace("/ ", "/error ")).answer();
                assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
            }
            closed.get(60, TimeUnit.SECONDS);
            assertTrue(other.send(GET).answer().endsWith("hello"));
            assertHello(server);
        }
    }

    @Test
    void startThatCannotBeLoggedFailsAndLeavesNothingRunning() throws Exception {
        Error error = new OutOfMemoryError("a test's");
        try (Logged logged = new Logged(HttpServer.class, error)) {
            assertSame(error, assertThrows(OutOfMemoryError.class,
                    () -> HttpServer.start(options("unsaid").build(), HELLO)));
            assertEquals(List.of(), threads("unsaid"));
            assertEquals(List.of(), logged.lines());
        }
    }

    @Test
    void failureThatCannotEvenBeLoggedIsAnsweredAndTheWorkerGoesOn() throws Exception {
        RuntimeException unspeakable = new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                throw new OutOfMemoryError("a test's");
            }
        };
        try (HttpServer server = HttpServer.start(options("speechless").build(), request -> {
            if (request.target().equals("/error")) {
                throw unspeakable;
            }
            return Response.text("hello");
        }); RawClient other = new RawClient(server)) {
            other.send(GET).answer();
            try (RawClient client = new RawClient(server)) {
                assertEquals(Wire.text("500 Internal Server Error", "internal server error\n"),
                        client.send(GET.replace("/ ", "/error ")).answer());
            }
            assertTrue(other.send(GET).answer().endsWith("hello"));
            assertHello(server);
        }
    }

    @Test
    void errorOfALengthIs500AndTheWorkerGoesOn() throws Exception {
        Body lengthless = new Body() {
            @Override
            public long length() {
                throw new OutOfMemoryError("a test's");
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return -1;
            }
        };
        try (HttpServer server = HttpServer.start(options("lengthless").build(),
                request -> request.target().equals("/error")
                        ? Response.text("").with(lengthless) : Response.text("hello"));
                RawClient other = new RawClient(server)) {
            other.send(GET).answer();
            try (RawClient client = new RawClient(server)) {
                String answer = client.send(GET.replace("/ ", "/error ")).answer();
                assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
            }
            assertTrue(other.send(GET).answer().endsWith("hello"));
            assertHello(server);
            assertEquals(0, server.stats().workers().get(0).failed());
        }
    }

    @Test
    void interruptThatAHandlerLeavesBehindDoesNotCloseTheNextFile(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("file");
        Handler handler = request -> {
            if (request.method().equals("GET")) {
                Thread.currentThread().interrupt();
                return Response.text("hello");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            return new ExchangeStub(channel);
        };
        try (HttpServer server = HttpServer.start(options("interrupted").build(), handler)) {
            assertHello(server);
            try (RawClient client = new RawClient(server)) {
                String answer = client.send(put(5) + "12345").answer();
                assertTrue(answer.endsWith("taken"), answer);
            }
        }
        assertEquals("12345", Files.readString(file));
    }

    @Test
    void bytesOfABodyAreInFlightUntilTheyAreTaken() throws Exception {
        CountDownLatch taken = new CountDownLatch(400);
        SinkStub sink = source -> {
            int count = source.remaining();
            for (; source.hasRemaining(); source.get()) {
                taken.countDown();
            }
            return count;
        };
        try (HttpServer server = HttpServer.start(options("flying").build(),
                request -> new ExchangeStub(sink));
                RawClient client = new RawClient(server)) {
            client.send(put(1000) + "x".repeat(400));
            assertTrue(taken.await(60, TimeUnit.SECONDS));
            assertEquals(600, server.stats().workers().get(0).bytesInFlight());
            client.send("x".repeat(600)).answer();
            assertEquals(0, server.stats().workers().get(0).bytesInFlight());
        }
    }

    @Test
    void bytesOfAResponseAreInFlightUntilTheyAreSent() throws Exception {
        int length = 20_000_000;
        Response large = Response.of(Status.OK).with(Body.of(new byte[length]));
        HttpServer server = HttpServer.start(
                options("sending").sendBufferBytes(100_000).build(), request -> large);
        try (RawClient client = new RawClient(server, 10_000);
                RawClient leaving = new RawClient(server, 10_000)) {
            client.send(GET).head();
            long inFlight = server.stats().workers().get(0).bytesInFlight();
            assertTrue(inFlight > 0 && inFlight <= length, () -> inFlight + " bytes");
            client.body(length);
            leaving.send(GET).head();
        }
        server.stop(Duration.ofSeconds(60));
        assertEquals(0, server.stats().workers().get(0).bytesInFlight());
    }

    @Test
    void bytesThatWillNeverComeAreNotInFlight() throws Exception {
        ExchangeStub upload = new ExchangeStub(SinkStub.dropping());
        HttpServer server = HttpServer.start(options("broken").build(), request ->
                request.target().equals("/refuse") ? Response.text("no")
                        : upload);
        try (RawClient broken = new RawClient(server); RawClient refused = new RawClient(server)) {
            refused.send(put(1 << 30).replace("/ ", "/refuse ")).answer();
            broken.send(put(1000) + "x").reset();
        }
        assertTrue(upload.abandoned.get(60, TimeUnit.SECONDS) instanceof IOException);
        server.close();
        assertEquals(0, server.stats().workers().get(0).bytesInFlight());
    }

    @Test
    void connectionThatIsBeingAnsweredAtStopEndsWithItsAnswer() throws Exception {
        int length = 20_000_000;
        Response large = Response.of(Status.OK).with(Body.of(new byte[length]));
        HttpServer server = HttpServer.start(options("ending").build(), request -> large);
        CompletableFuture<Integer> cut;
        try (RawClient client = new RawClient(server, 10_000)) {
            client.send(GET).head();
            cut = CompletableFuture.supplyAsync(() -> server.stop(Duration.ofSeconds(50)));
            for (Thread thread : threads("ending")) {
                if (thread.getName().endsWith("-acceptor")) {
                    thread.join();
                }
            }
            client.body(length);
            assertEquals("", client.rest());
        }
        assertEquals(0, cut.get(60, TimeUnit.SECONDS));
    }

    @Test
    void clientThatGoesOnLeavesAServerThatAcceptsNoMore() throws Exception {
        HttpServer server = HttpServer.start(options("leaving").build(), HELLO);
        try (RawClient client = new RawClient(server)) {
            client.send(GET).answer();
            CompletableFuture<Void> noneIsIdle = CompletableFuture.runAsync(
                    () -> server.stopAccepting(Duration.ofDays(1)));
            String answer;
            do {
                answer = client.send(GET).answer();
            } while (!answer.contains("\r\nConnection: close\r\n"));
            assertEquals("", client.rest());
            client.endOutput();
            noneIsIdle.get(60, TimeUnit.SECONDS);
            assertThrows(ConnectException.class, () -> new RawClient(server));
        }
        assertEquals(0, server.stop(Duration.ZERO));
    }

    @Test
    void serverThatAcceptsNoMoreClosesIdleConnectionsAndFinishesRequests() throws Exception {
        ExchangeStub upload = new ExchangeStub(SinkStub.dropping());
        HttpServer server = HttpServer.start(options("finishing").build(),
                request -> request.method().equals("PUT") ? upload : Response.text("hello"));
        try (RawClient used = new RawClient(server); RawClient unused = new RawClient(server);
                RawClient busy = new RawClient(server)) {
            used.send(GET).answer();
            busy.send(put(3) + "a");
            upload.sinkAsked.get(60, TimeUnit.SECONDS);
            server.stopAccepting(Duration.ZERO);
            assertEquals("", used.rest());
            assertEquals("", unused.rest());
            assertTrue(busy.send("bc").answer().contains("\r\nConnection: close\r\n"));
            assertEquals("", busy.rest());
        }
        assertEquals(0, server.stop(Duration.ofSeconds(60)));
    }

    @Test
    void stopKeepsItsDeadlineThoughAHandlerHoldsItsWorker() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        HttpServer server = HttpServer.start(options("held").build(), request -> {
            called.countDown();
            release.await();
            return Response.text("late");
        });
        try (RawClient client = new RawClient(server)) {
            client.send(GET);
            called.await();
            assertEquals(1, server.stop(Duration.ZERO));
            List<Thread> held = threads("held");
            assertEquals(1, held.size());
            release.countDown();
            held.get(0).join();
            assertEquals("", afterAnswer(client));
        }
    }

    /** The answer may or may not leave before the cut. */
    private static String afterAnswer(RawClient client) throws IOException {
        String rest = client.rest();
        return rest.endsWith("late") ? "" : rest;
    }

    @Test
    void earliestOfSeveralDeadlinesCounts() throws Exception {
        CompletableFuture<Response> never = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        HttpServer server = HttpServer.start(options("impatient").build(), request -> {
            asked.countDown();
            return Response.later(never);
        });
        try (RawClient client = new RawClient(server)) {
            client.send(GET);
            asked.await();
            CompletableFuture<Integer> patient =
                    CompletableFuture.supplyAsync(() -> server.stop(Duration.ofDays(4_000_000)));
            assertEquals(1, server.stop(Duration.ZERO));
            assertEquals(1, patient.get(60, TimeUnit.SECONDS));
            assertEquals("", client.rest());
        }
    }

    @Test
    void startedAndStoppedAgainAndAgainLeavesNothing() throws Exception {
        Process child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                root(HttpServer.class) + File.pathSeparator + root(StartAndStop.class),
                StartAndStop.class.getName(), "30").redirectErrorStream(true).start();
        try (BufferedReader lines = child.inputReader()) {
            String output = String.join("\n", lines.lines().toList());
            assertEquals(0, child.waitFor(), output);
            assertTrue(output.contains("30 times"), output);
        }
    }

    private static String root(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }
}
