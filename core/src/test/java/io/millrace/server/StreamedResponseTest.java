package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.ResponseSender;
import io.millrace.transfer.Want;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses whose body is made while it is sent. */
class StreamedResponseTest {

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String LAST = "0\r\n\r\n";
    private static final String HTTP10 = "GET / HTTP/1.0\r\n\r\n";
    private static final int PIPE_BYTES = 64 * 1024;
    private static final String LONG = letters(600_000);

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private static Response ok(Body body) {
        return Response.of(Status.OK).with(body);
    }

    private static String chunk(String data) {
        return String.format("%04x\r\n%s\r\n", data.length(), data);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The data of a chunked answer that is whole; fails if it is not. */
    private static String data(String answer) {
        assertTrue(answer.startsWith(CHUNKED), answer);
        StringBuilder data = new StringBuilder();
        int at = CHUNKED.length();
        while (true) {
            int line = answer.indexOf("\r\n", at);
            int size = Integer.parseInt(answer.substring(at, line), 16);
            if (size == 0) {
                assertEquals(LAST, answer.substring(at));
                return data.toString();
            }
            data.append(answer, line + 2, line + 2 + size);
            assertEquals("\r\n", answer.substring(line + 2 + size, line + 4 + size));
            at = line + 4 + size;
        }
    }

    private static String whole(Conversation conversation) throws InterruptedException {
        return conversation.goUntil(() -> conversation.closed != null || isWhole(conversation))
                .sent();
    }

    private static boolean isWhole(Conversation conversation) {
        return conversation.peer.out.toString(StandardCharsets.ISO_8859_1).endsWith(LAST);
    }

    /** A body that is told when it has how much; closed exactly once. */
    private static final class Stepwise implements Body {

        final ConcurrentLinkedQueue<String> pieces = new ConcurrentLinkedQueue<>();
        final long length;
        int reads;
        int closes;
        /** What comes when there are no pieces left: 0, -1, or null to throw. */
        Integer then = 0;
        Runnable callback;

        Stepwise(long length, String... pieces) {
            this.length = length;
            this.pieces.addAll(List.of(pieces));
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            assertEquals(0, closes);
            reads++;
            String piece = pieces.poll();
            if (piece != null) {
                target.put(bytes(piece));
                return piece.length();
            }
            if (then == null) {
                throw new IOException("meant");
            }
            return then;
        }

        @Override
        public void whenReadable(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    // Framing.

    @Test
    void piecesAreChunksAndTheEndIsTheLast() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello", " ", "world");
        body.then = -1;
        Conversation conversation = new Conversation(request ->
                request.path().equals("/") ? ok(body) : Response.text("next"));
        assertEquals(CHUNKED + chunk("hello") + chunk(" ") + chunk("world") + LAST
                + Wire.ok("next"), conversation.send(get("/") + get("/2")).sent());
        assertEquals(1, body.closes);
    }

    @Test
    void emptyBodyIsTheLastChunkAlone() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH);
        body.then = -1;
        assertEquals(CHUNKED + LAST, new Conversation(request -> ok(body)).send(get("/")).sent());
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

    /** A body of known length, of which a first part can be transferred and the rest only read. */
    private record Readable(String text, int transferable) implements Body {

        @Override
        public long length() {
            return text.length();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            int at = (int) position;
            int count = Math.min(Math.min(text.length() - at, target.remaining()), 10_000);
            target.put(bytes(text.substring(at, at + count)));
            return count;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            if (position >= transferable) {
                return Body.super.transferTo(position, count, target);
            }
            int end = (int) Math.min(position + count, transferable);
            return target.write(ByteBuffer.wrap(bytes(text.substring((int) position, end))));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 40000, 0", "7, 40000, 0", "1000, 600000, 0", "65536, 600000, 0",
        "65536, 32768, 0", "65536, 32769, 0", "1000, 600000, 100000", "65536, 600000, 100000"})
    void bodyOfKnownLengthIsWholeThoughItCanOnlyBeRead(int room, int length, int transferable) {
        String text = LONG.substring(0, length);
        Conversation conversation =
                new Conversation(request -> ok(new Readable(text, transferable)));
        conversation.peer.room = room;
        conversation.send(get("/"));
        while (conversation.want == Want.WRITE) {
            conversation.take(room);
        }
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + text,
                conversation.sent());
        assertEquals(0, conversation.resources.counters.read(Counters.Figure.BYTES_IN_FLIGHT));
    }

    @Test
    void bodyThatIsReadIsNotSentInOneVisit() {
        int budgetBytes = 200_000;
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes),
                request -> ok(new Readable(LONG, 100_000)));
        conversation.peer.append(bytes(get("/")));
        int visits = 0;
        do {
            int before = conversation.peer.out.size();
            conversation.visit();
            visits++;
            int sentBytes = conversation.peer.out.size() - before;
            assertTrue(sentBytes <= budgetBytes + Resources.OUT_BYTES, () -> sentBytes + " bytes");
        } while (conversation.want == Want.WRITE);
        assertTrue(visits >= 3, () -> "too few visits");
        assertTrue(conversation.sent().endsWith(LONG));
    }

    @Test
    void lastChunkIsSentOnceThoughTheSocketIsFullAndTheConnectionEnds() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
        body.then = -1;
        Conversation conversation =
                new Conversation(request -> ok(body).with("Connection", "close"));
        conversation.peer.room = 10;
        conversation.send(get("/")).take(Integer.MAX_VALUE);
        assertEquals(CHUNKED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                + chunk("hello") + LAST, conversation.sent());
        assertEquals(1, body.closes);
    }

    @Test
    void http10GetsTheBytesAloneAndThenTheEnd() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello", "world");
        body.then = -1;
        Conversation conversation = new Conversation(request -> ok(body));
        conversation.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloworld",
                conversation.sent());
        assertFalse(conversation.connection.needsReset(Abandonment.PEER_LEFT));
        assertEquals(1, body.closes);
    }

    @Test
    void bodyThatFailsIsResetForHttp10() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
        Conversation conversation = new Conversation(request -> ok(body)).send(HTTP10);
        body.then = null;
        body.callback.run();
        conversation.go();
        assertNotNull(conversation.closed);
        assertTrue(conversation.reset);
        assertEquals(1, body.closes);
    }

    @Test
    void bodyForHttp10ThatTheClientHasNotTakenIsReset() {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
        body.then = -1;
        Conversation conversation = new Conversation(request -> ok(body));
        conversation.peer.room = 10;
        conversation.send(HTTP10).expire();
        assertNotNull(conversation.closed);
        assertTrue(conversation.reset, "an end would say that the body is whole");
    }

    @Test
    void headIsAnsweredWithTheSameFieldsAndTheBodyIsNotStarted() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        InputStream stream = new ByteArrayInputStream(bytes("hello")) {
            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH);
        Conversation conversation = new Conversation(request -> switch (request.path()) {
            case "/stream" -> ok(Body.of(task -> {
                throw new AssertionError();
            }, stream));
            case "/written" -> ok(Body.written(task -> {
                throw new AssertionError();
            }, out -> {
                throw new AssertionError();
            }));
            case "/published" -> ok(Body.of((Flow.Publisher<ByteBuffer>) subscriber -> {
                throw new AssertionError();
            }));
            default -> ok(body).withTrailers(() -> {
                throw new AssertionError();
            });
        });
        for (String path : new String[] {"/stream", "/written", "/published", "/"}) {
            assertEquals(CHUNKED, conversation.send(get(path).replace("GET", "HEAD")).sent());
        }
        assertEquals(1, closes.get());
        assertEquals(0, body.reads);
        assertEquals(1, body.closes);
    }

    @ParameterizedTest
    @CsvSource({"204, No Content", "205, Reset Content", "304, Not Modified"})
    void statusWithoutABodyNeverSendsOne(int code, String reason) {
        Stepwise unknown = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
        Stepwise known = new Stepwise(5, "hello");
        Conversation conversation = new Conversation(request -> Response.of(
                Status.of(code, reason)).with(request.path().equals("/u") ? unknown : known)
                .withTrailers(() -> {
                    throw new AssertionError();
                }));
        String bodiless = "HTTP/1.1 " + code + " " + reason + "\r\n"
                + (code == 205 ? "Content-Length: 0\r\n" : "") + "\r\n";
        assertEquals(bodiless + bodiless, conversation.send(get("/u") + get("/k")).sent());
        assertEquals(0, unknown.reads + known.reads);
        assertEquals(2, unknown.closes + known.closes);
        assertNull(conversation.closed);
    }

    // Ends that are none.

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP10})
    void bodyThatFailsBeforeAByteHasLeftIsLoggedAndNothingOfItIsSent(String request)
            throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
            body.then = null;
            Conversation conversation = new Conversation(head -> ok(body)).send(request);
            assertInternalError(conversation);
            assertEquals(1, body.closes);
            assertEquals(List.of("response body failed: GET / | java.io.IOException: meant"),
                    logged.lines());
        }
    }

    @Test
    void writerThatFailsIsNotTakenForWhole() throws Exception {
        for (Exception failure : new Exception[] {new IOException("meant"),
            new IllegalStateException("meant")}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(request ->
                        ok(Body.written(executor, out -> {
                            out.write(bytes("hello"));
                            throw failure;
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

    @Test
    void bodyThatEndsBeforeItsLengthIsNotTakenForWhole() throws Exception {
        for (Handler handler : new Handler[] {
            request -> ok(early()), request -> ok(early()).withTrailers(Headers::empty)}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(handler).send(get("/"));
                assertInternalError(conversation);
                assertTrue(logged.lines().get(0).contains("the body ended after 5 of 10 bytes"),
                        logged.lines().toString());
            }
        }
    }

    private static Stepwise early() {
        Stepwise body = new Stepwise(10, "hello");
        body.then = -1;
        return body;
    }

    /** A long body that goes straight to the socket; each way fails as it is told. */
    private record Failing(Exception transfer, Exception read) implements Body {

        @Override
        public long length() {
            return 1_000_000;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return fail(read, target.remaining());
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return fail(transfer, 0);
        }

        private static int fail(Exception failure, int otherwise) throws IOException {
            if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure != null) {
                throw (IOException) failure;
            }
            return otherwise;
        }
    }

    private static List<String> linesAfter(Exception transfer, Exception read) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation =
                    new Conversation(request -> ok(new Failing(transfer, read))).send(get("/"));
            assertNotNull(conversation.closed);
            return logged.lines();
        }
    }

    @Test
    void failureOfTheFileIsToldFromThatOfTheSocketThoughOneCallMovesTheBytes() throws Exception {
        String line = "response body failed: GET / | java.";
        IOException disk = new IOException("Input/output error");
        assertEquals(List.of(line + "io.IOException: Input/output error"), linesAfter(disk, disk));
        assertEquals(List.of(), linesAfter(new IOException("Broken pipe"), null));
        assertEquals(List.of(line + "io.EOFException: shrunk"),
                linesAfter(new EOFException("shrunk"), null));
        assertEquals(List.of(line + "lang.IllegalStateException: meant"),
                linesAfter(new IllegalStateException("meant"), null));
    }

    @Test
    void fileThatIsCutWhileItIsSentIsLogged(@TempDir Path folder) throws Exception {
        Path path = Files.write(folder.resolve("a"), new byte[1_000_000]);
        try (Logged logged = new Logged(Connection.class);
                FileChannel file = FileChannel.open(path, StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Conversation conversation =
                    new Conversation(request -> ok(Body.of(file, 0, 1_000_000)));
            conversation.peer.room = 100_000;
            conversation.send(get("/"));
            file.truncate(50_000);
            conversation.take(Integer.MAX_VALUE);
            assertNotNull(conversation.closed);
            assertEquals(1, logged.lines().size());
            assertTrue(logged.lines().get(0).contains("the file was truncated"),
                    logged.lines().get(0));
        }
    }

    @Test
    void manyBodiesThatFailAtOnceAreOneLineASecond() throws Exception {
        Failing failing = new Failing(new EOFException("shrunk"), null);
        Conversation first = new Conversation(request -> ok(failing));
        try (Logged logged = new Logged(Connection.class)) {
            first.send(get("/1"));
            for (long ns : new long[] {0, 999_999_999, 1_000_000_000, 1_999_999_999}) {
                first.resources.nowNs = ns;
                MemoryChannel peer = new MemoryChannel().append(get("/" + ns));
                Connection next = new Connection(peer, Layer.NONE, first.resources);
                assertThrows(BodyContract.BodyException.class, next::visit);
            }
            String cause = " | java.io.EOFException: shrunk";
            assertEquals(List.of("response body failed: GET /1" + cause,
                    "response body failed: GET /1000000000 (and 2 more since the last such line)"
                            + cause), logged.lines());
        }
    }

    @Test
    void bodyOfKnownLengthSendsNoByteMoreThanThat() {
        Body grown = new Body() {
            @Override
            public long length() {
                return 5;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                int count = Math.min(target.remaining(), 11);
                target.put(bytes("hello world".substring(0, count)));
                return count;
            }
        };
        String sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assertEquals(sized + sized, new Conversation(request -> ok(grown))
                .send(get("/") + get("/")).sent());
    }

    // Bodies that have nothing now.

    @Test
    void bodyThatHasNothingNowGoesOnWhenItHas() {
        for (long length : new long[] {10, Body.UNKNOWN_LENGTH}) {
            Stepwise body = new Stepwise(length, "hello");
            Conversation conversation = new Conversation(request ->
                    request.path().equals("/") ? ok(body) : Response.text("next"));
            conversation.send(get("/") + get("/2"));
            assertEquals(Want.APPLICATION, conversation.want);
            String first = conversation.sent();
            assertTrue(first.contains("hello"), "what is there is sent at once");
            Runnable callback = body.callback;
            body.callback = null;
            body.pieces.add("world");
            callback.run();
            conversation.go();
            callback.run(); // late, and nothing to it
            conversation.go();
            if (length < 0) {
                assertEquals(chunk("world"), conversation.sent());
                body.then = -1;
                body.callback.run();
                assertEquals(LAST + Wire.ok("next"), conversation.go().sent());
            } else {
                assertEquals("world" + Wire.ok("next"), conversation.sent());
            }
            assertEquals(1, body.closes);
        }
    }

    @Test
    void bodyThatStopsComingIsLoggedAndCut() throws Exception {
        Stepwise body = new Stepwise(Body.UNKNOWN_LENGTH, "hello");
        Conversation conversation = new Conversation(request -> ok(body)).send(get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.expire();
            assertEquals(List.of("response body stalled: GET /"), logged.lines());
        }
        assertNotNull(conversation.closed);
        assertEquals(CHUNKED + chunk("hello"), conversation.sent());
        assertEquals(1, body.closes);
        body.callback.run();
        conversation.deliverLate();
    }

    @Test
    void bodyThatCannotTellWhenItHasMoreIsCut() throws Exception {
        Stepwise inner = new Stepwise(Body.UNKNOWN_LENGTH);
        Body mute = new Body() {
            @Override
            public long length() {
                return Body.UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) throws IOException {
                return inner.read(position, target);
            }
        };
        try (Logged logged = new Logged(Connection.class)) {
            assertNotNull(new Conversation(request -> ok(mute)).send(get("/")).closed);
            assertEquals(1, logged.lines().size());
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

    // Publishers.

    /** Publishes what it is told, as far as it is asked for. */
    private static final class Source implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

        Flow.Subscriber<? super ByteBuffer> subscriber;
        long demand;
        int subscriptions;
        int cancels;

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            subscriptions++;
            this.subscriber = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long count) {
            demand += count;
        }

        @Override
        public void cancel() {
            cancels++;
        }

        void next(String text) {
            assertTrue(demand > 0, "nobody has asked");
            demand--;
            subscriber.onNext(ByteBuffer.wrap(bytes(text)));
        }
    }

    @Test
    void publishersBuffersAreSentAsTheyCome() {
        Source source = new Source();
        Conversation conversation = new Conversation(request ->
                request.path().equals("/") ? ok(Body.of(source)) : Response.text("next"));
        conversation.send(get("/") + get("/2"));
        assertEquals(CHUNKED, conversation.sent());
        source.next("hello");
        assertEquals(chunk("hello"), conversation.go().sent());
        source.next("");
        source.next("wor");
        source.next("ld");
        assertEquals(chunk("world"), conversation.go().sent());
        assertEquals(2, source.demand);
        source.next("!");
        source.subscriber.onComplete();
        assertEquals(chunk("!") + LAST + Wire.ok("next"), conversation.go().sent());
        assertEquals(0, source.cancels);
    }

    @Test
    void publisherIsAskedForNoMoreThanTheClientTakes() {
        Source source = new Source();
        Conversation conversation = new Conversation(request -> ok(Body.of(source)));
        conversation.send(get("/")).take(0);
        conversation.sent();
        int published = 0;
        while (source.demand > 0) {
            source.next(LONG.substring(0, 50_000));
            conversation.go();
            published++;
        }
        assertTrue(published <= 4, () -> "too many");
        conversation.take(Integer.MAX_VALUE);
        assertTrue(source.demand > 0);
    }

    @Test
    void publishersBuffersAreLeftAsTheyAre() {
        Source source = new Source();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        ByteBuffer shared = ByteBuffer.wrap(bytes("hello"));
        source.subscriber.onNext(shared);
        source.subscriber.onNext(shared);
        assertEquals(CHUNKED + chunk("hellohello"), conversation.go().sent());
        assertEquals(5, shared.remaining());
    }

    @Test
    void publisherThatFailsIsSentThusFarAndThenCut() throws Exception {
        Source source = new Source();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            source.next("hello");
            conversation.go();
            source.subscriber.onError(new IllegalStateException("meant"));
            conversation.go();
            assertEquals(1, logged.lines().size());
        }
        assertEquals(CHUNKED + chunk("hello"), conversation.sent());
        assertNotNull(conversation.closed);
        assertEquals(0, source.cancels);
    }

    @Test
    void subscriptionIsCancelledOnceWhenTheClientLeaves() {
        Source source = new Source();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        source.next("hello");
        conversation.go();
        conversation.close(new IOException("reset"));
        assertEquals(1, source.cancels);
        source.next("late");
        source.subscriber.onComplete();
        conversation.deliverLate();
        assertEquals(1, source.subscriptions);
    }

    @Test
    void secondSubscriptionIsCancelled() {
        Source first = new Source();
        Source second = new Source();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(first))).send(get("/"));
        first.subscriber.onSubscribe(second);
        assertEquals(1, second.cancels);
        assertEquals(0, second.demand);
        first.next("hello");
        assertEquals(CHUNKED + chunk("hello"), conversation.go().sent());
    }

    @Test
    void publisherOnThreadsOfItsOwnIsSentWhole() throws Exception {
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(executor, 4);
        Conversation conversation =
                new Conversation(request -> ok(Body.of(publisher))).send(get("/"));
        executor.execute(() -> {
            for (int at = 0; at < LONG.length(); at += 1000) {
                publisher.submit(ByteBuffer.wrap(bytes(LONG.substring(at, at + 1000))));
            }
            publisher.close();
        });
        assertEquals(LONG, data(whole(conversation)));
    }

    // Trailers.

    @Test
    void trailersComeAfterTheBodyAndAreAskedForOnce() {
        AtomicInteger asked = new AtomicInteger();
        Stepwise body = new Stepwise(5, "hello");
        Conversation conversation = new Conversation(request -> ok(body).withTrailers(() -> {
            assertEquals(0, body.pieces.size());
            return Headers.of("Digest", "" + asked.incrementAndGet(), "B", "c");
        }));
        conversation.peer.room = 0;
        conversation.send(get("/"));
        while (conversation.want == Want.WRITE) {
            conversation.take(1);
        }
        assertEquals(CHUNKED + chunk("hello") + "0\r\nDigest: 1\r\nB: c\r\n\r\n",
                conversation.sent());
        assertEquals(1, asked.get());
    }

    @Test
    void trailersAreLeftOutForHttp10AndNotAskedFor() {
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
                new Conversation(request -> ok(new Stepwise(5, "hello")).withTrailers(() -> {
                    throw new AssertionError();
                })).send(HTTP10).sent());
    }

    @Test
    void trailersOfExactlyTheBoundAreSentAndOneByteMoreIs500() throws Exception {
        int most = ResponseSender.MAX_HEAD_BYTES - "0\r\nA: \r\n\r\n".length();
        for (int extra = 0; extra <= 1; extra++) {
            String value = "x".repeat(most + extra);
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(request ->
                        ok(new Stepwise(5, "hello")).withTrailers(() -> Headers.of("A", value)));
                conversation.send(get("/"));
                if (extra == 0) {
                    assertTrue(conversation.sent().endsWith("0\r\nA: " + value + "\r\n\r\n"));
                } else {
                    assertInternalError(conversation);
                }
                assertEquals(extra, logged.lines().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Trailer", "Host", "Connection",
        "Content-Encoding", "Content-Type", "Content-Range", "TE", "Set-Cookie", "Authorization",
        "Cache-Control"})
    void trailerThatHasToStandInAHeadIs500(String name) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    ok(new Stepwise(5, "hello")).withTrailers(
                            () -> Headers.of("A", "b", name, "5"))).send(get("/"));
            assertInternalError(conversation);
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void trailersThatFailAre500() throws Exception {
        for (Handler handler : new Handler[] {
            request -> ok(new Stepwise(5, "hello")).withTrailers(() -> null),
            request -> ok(new Stepwise(5, "hello")).withTrailers(() -> {
                throw new IllegalStateException("meant");
            })}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(handler).send(get("/"));
                assertInternalError(conversation);
                assertEquals(1, logged.lines().size());
            }
        }
    }

    @Test
    void trailersThatFailBehindBytesThatHaveLeftAreCut() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(request ->
                    ok(new Stepwise(100_000, Wire.letters(20_000),
                            Wire.letters(20_000), Wire.letters(20_000), Wire.letters(20_000),
                            Wire.letters(20_000))).withTrailers(() -> {
                        throw new IllegalStateException("meant");
                    })).send(get("/"));
            assertNotNull(conversation.closed);
            assertFalse(conversation.sent().contains("\r\n0\r\n"));
            assertEquals(1, logged.lines().size());
        }
    }

    /** A writer may fail before the head of its response has left, or after. */
    private static boolean isCutOr500(Conversation conversation) {
        return conversation.closed != null || conversation.peer.out.toString(
                StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 500 ");
    }

    /** Nothing was sent of the response that failed, and the connection can be used again. */
    private static void assertInternalError(Conversation conversation) {
        String sent = conversation.sent();
        boolean closes = sent.contains("Connection: close\r\n");
        assertEquals("HTTP/1.1 500 Internal Server Error\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n"
                + (closes ? "Connection: close\r\n" : "") + "\r\ninternal server error\n", sent);
        assertEquals(closes, conversation.want != Want.READ);
    }

    @Test
    void bodyThatCannotBeClosedDoesNotHarmItsConnection() throws Exception {
        Body stuck = new Body() {
            @Override
            public long length() {
                return Body.UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return -1;
            }

            @Override
            public void close() {
                throw new IllegalStateException("meant");
            }
        };
        try (Logged logged = new Logged(ResponseSender.class)) {
            assertEquals(CHUNKED + LAST + CHUNKED + LAST, new Conversation(request -> ok(stuck))
                    .send(get("/") + get("/")).sent());
            assertEquals(2, logged.lines().size());
        }
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
}
