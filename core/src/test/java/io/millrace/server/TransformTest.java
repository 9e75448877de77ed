package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Transformation;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that are written while their request is read: {@code Exchange.transform}. */
class TransformTest {

    private static final int PIPE_BYTES = 64 * 1024;
    private static final String LONG = letters(600_000);
    private static final Response TEXT = Response.text("replaced");
    private static final String BEGUN = "HTTP/1.1 200 OK\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final ExecutorService executor = Executors.newCachedThreadPool();
    /** What the last transformation ended with; null if it returned. */
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    /** Copies in capitals, each piece at once. */
    private static void shout(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[1000];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            out.write(latin(piece, count).toUpperCase(Locale.ROOT)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private static String latin(byte[] bytes, int count) {
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    private Exchange transform(Transformation transformation) {
        return Exchange.transform(executor, TEXT, (in, out) -> {
            try {
                transformation.transform(in, out);
                ended.complete(null);
            } catch (Throwable e) {
                ended.complete(e);
                throw e;
            }
        });
    }

    private Handler handler(Transformation transformation) {
        return request -> request.path().equals("/next") ? Response.text("next")
                : transform(transformation);
    }

    private Conversation converse(Transformation transformation) {
        return new Conversation(handler(transformation));
    }

    private Throwable ended() throws Exception {
        return ended.get(60, TimeUnit.SECONDS);
    }

    /** Goes on until all that is sent, without Date lines, ends so; all of it. */
    private static String until(Conversation conversation, String end) throws Exception {
        StringBuilder all = new StringBuilder();
        conversation.goUntil(() -> {
            all.append(conversation.sent());
            return conversation.closed != null || all.toString().endsWith(end);
        });
        return all.toString();
    }

    /** The data of the chunks behind {@link #BEGUN}, which have to be whole, and what follows. */
    private static String dechunked(String response) {
        assertTrue(response.startsWith(BEGUN), response);
        StringBuilder data = new StringBuilder();
        int at = BEGUN.length();
        while (true) {
            int line = response.indexOf("\r\n", at);
            int length = Integer.parseInt(response.substring(at, line), 16);
            data.append(response, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
            if (length == 0) {
                return data + response.substring(at);
            }
        }
    }

    @Test
    void shortResponseThatIsNotFlushedHasALength() throws Exception {
        for (String request : List.of(put("hello"), chunked("he", "llo"))) {
            Conversation conversation = converse((in, out) -> in.transferTo(out));
            conversation.send(request + get("/next"));
            assertEquals(ok("hello") + ok("next"), until(conversation, "next"));
        }
    }

    @Test
    void responseThatFitsIntoThePipeHasALengthAndOneByteMoreHasNone() throws Exception {
        Conversation conversation = converse((in, out) -> out.write(new byte[PIPE_BYTES]));
        conversation.send(get("/"));
        assertEquals(ok("\0".repeat(PIPE_BYTES)), until(conversation, "\0".repeat(PIPE_BYTES)));
        Conversation more = converse((in, out) -> {
            out.write(new byte[PIPE_BYTES]);
            out.write(0);
        });
        more.send(get("/"));
        assertEquals("\0".repeat(PIPE_BYTES + 1), dechunked(until(more, "\r\n0\r\n\r\n")));
    }

    @Test
    void responseBeginsBeforeTheBodyIsWhole() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send(put(10) + "hello");
        assertEquals(BEGUN + "0005\r\nHELLO\r\n", chunksOf(until(conversation, "HELLO\r\n")));
        assertEquals(Want.READ, conversation.want);
        conversation.send("world" + get("/next"));
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n" + ok("next"),
                chunksOf(until(conversation, "next")));
        assertNull(ended());
    }

    /** Lengths of chunks in four digits, whatever the server makes of them. */
    private static String chunksOf(String response) {
        return response.replaceAll("(?m)^0*([0-9a-fA-F])\r$", "000$1\r")
                .replace("0000\r\n\r\n", "0\r\n\r\n");
    }

    @Test
    void longBodiesPassWholeThoughEachSideTakesLittle() throws Exception {
        for (String request : List.of(put(LONG), chunked(LONG.substring(0, 300_000),
                LONG.substring(300_000)))) {
            Conversation conversation = converse(TransformTest::shout);
            conversation.peer.bytesPerRead = 1_000;
            conversation.peer.room = 0;
            conversation.send(request + get("/next"));
            StringBuilder all = new StringBuilder();
            while (all.indexOf("next") < 0) {
                conversation.goUntil(() -> conversation.want == Want.WRITE
                        || conversation.want == Want.READ_WRITE);
                conversation.take(3_000);
                all.append(conversation.sent());
            }
            assertEquals(LONG.toUpperCase(Locale.ROOT) + ok("next"), dechunked(all.toString()));
        }
    }

    @Test
    void requestMayBeCutAnywhere() throws Exception {
        String request = put("hello", "X: y\r\n") + chunked("wor", "ld") + get("/next");
        for (int cut = 0; cut <= request.length(); cut++) {
            Conversation conversation = converse(TransformTest::shout);
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            String all = until(conversation, "next");
            assertEquals("HELLO", dechunked(all.substring(0, all.indexOf(BEGUN, 1))));
            assertEquals("WORLD" + ok("next"), dechunked(all.substring(all.indexOf(BEGUN, 1))));
        }
    }

    @Test
    void requestMayComeByteByByte() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        String request = chunked("hello", " wor", "ld") + put("again") + get("/next");
        for (char c : request.toCharArray()) {
            conversation.send(String.valueOf(c));
        }
        String all = until(conversation, "next");
        assertEquals("HELLO WORLD", dechunked(all.substring(0, all.indexOf(BEGUN, 1))));
        assertEquals("AGAIN" + ok("next"), dechunked(all.substring(all.indexOf(BEGUN, 1))));
    }

    /** The server can't keep the connection, as too much is left to discard. */
    @Test
    void responseThatLeavesALongBodyUnreadSaysThatTheConnectionEnds() throws Exception {
        for (int i = 0; i < 50; i++) {
            Conversation conversation = converse((in, out) -> out.write('n'));
            conversation.send(put(1 << 20) + "hello");
            assertEquals(closing("200 OK", "n"), until(conversation, "n"));
        }
    }

    @Test
    void requestWithoutABodyIsTransformedToo() throws Exception {
        Conversation conversation = converse((in, out) -> out.write(in.read() < 0 ? 'e' : 'b'));
        assertEquals(ok("e"), until(conversation.send(get("/")), "e"));
    }

    @Test
    void responseKeepsItsStatusFieldsAndTrailers() throws Exception {
        Conversation conversation = new Conversation(request -> Exchange.transform(executor,
                Response.of(Status.ACCEPTED).with("X-A", "b").withTrailers(
                        () -> Headers.of("X-Sum", "1")), TransformTest::shout));
        conversation.send(put("hello"));
        assertEquals("HTTP/1.1 202 Accepted\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0005\r\nHELLO\r\n0\r\nX-Sum: 1\r\n\r\n",
                chunksOf(until(conversation, "X-Sum: 1\r\n\r\n")).replace("0000\r\n", "0\r\n"));
    }

    @Test
    void responseThatIsMadeLaterIsRefused() {
        assertThrows(IllegalStateException.class, () -> Exchange.transform(executor,
                Response.later(new CompletableFuture<>()), TransformTest::shout));
    }

    // The client is slow, or does one thing after the other.

    @Test
    void clientThatReadsNothingIsNotReadBeyondThePipesAndIsCut() throws Exception {
        Conversation conversation = converse((in, out) -> in.transferTo(out));
        conversation.peer.room = 0;
        conversation.send(put(1 << 20)).send(new byte[1 << 20]);
        conversation.goUntil(() -> conversation.want == Want.WRITE);
        // The pipes, the server's buffer, and what the transformation holds in its hand.
        assertTrue(conversation.peer.readBytes <= 3 * PIPE_BYTES + 32 * 1024,
                () -> conversation.peer.readBytes + " bytes");
        assertTrue(conversation.peer.isReadable());
        conversation.expire();
        assertEquals("the response is read too slowly: a client has to read it while it sends the"
                + " request", conversation.closed.getMessage());
        assertTrue(conversation.reset);
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void clientThatReadsNothingGoesOnWhenItReads() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.peer.room = 0;
        conversation.send(put(LONG) + get("/next"));
        conversation.goUntil(() -> conversation.want == Want.WRITE);
        conversation.peer.room = Integer.MAX_VALUE;
        assertEquals(LONG.toUpperCase(Locale.ROOT) + ok("next"),
                dechunked(until(conversation, "next")));
    }

    @Test
    void clientThatSendsNothingMoreIsCut() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        assertEquals(Want.READ, conversation.want);
        conversation.expire();
        assertEquals("", conversation.sent());
        assertEquals("the request arrived too slowly", conversation.closed.getMessage());
        assertEquals("the request body is incomplete: the request arrived too slowly",
                ended().getMessage());
    }

    @Test
    void clientThatSendsNothingBeforeTheResponseGets408() throws Exception {
        Conversation conversation = converse((in, out) -> in.transferTo(out));
        conversation.send(put(10) + "hello").expire();
        assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                conversation.sent());
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void transformationThatDoesNothingIsWaitedForAloneAndIsCut() throws Exception {
        Semaphore goOn = new Semaphore(0);
        Conversation conversation = converse((in, out) -> {
            out.flush();
            goOn.acquire();
            in.transferTo(OutputStream.nullOutputStream());
        });
        conversation.send(put(1 << 20)).send(new byte[1 << 20]);
        conversation.goUntil(() -> conversation.peer.out.size() > 0
                && conversation.want == Want.APPLICATION_ALONE);
        conversation.expire();
        assertEquals("the application took too long to respond",
                conversation.closed.getMessage());
        goOn.release();
        assertEquals("the request body is incomplete: the application took too long to respond",
                ended().getMessage());
    }

    @Test
    void clientThatLeavesEndsBothStreams() throws Exception {
        Conversation conversation = converse((in, out) -> {
            shout(new InputStream() {
                private int left = 5;

                @Override
                public int read() throws IOException {
                    return left-- > 0 ? in.read() : -1;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int b = read();
                    bytes[offset] = (byte) b;
                    return b < 0 ? -1 : 1;
                }
            }, out);
            assertThrows(IOException.class, in::read);
            out.write(1);
        });
        conversation.send(put(10) + "hello");
        until(conversation, "O\r\n");
        conversation.peer.reset = new IOException("Connection reset by peer");
        conversation.go();
        assertEquals("Connection reset by peer", conversation.closed.getMessage());
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void clientThatLeavesWhileTheTransformationWritesEndsIt() throws Exception {
        Conversation conversation = converse((in, out) -> {
            while (true) {
                out.write(new byte[1000]);
            }
        });
        conversation.peer.mostKept = 1000;
        conversation.send(put(10));
        conversation.goUntil(() -> conversation.peer.out.size() >= 1000);
        conversation.peer.broken = new IOException("Broken pipe");
        conversation.goUntil(() -> conversation.closed != null);
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void clientThatEndsItsSideInItsBodyIsCut() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.end();
        assertInstanceOf(EOFException.class, conversation.closed);
        assertEquals("", conversation.sent());
        assertEquals("the request body is incomplete: the connection ended inside the request body",
                ended().getMessage());
    }

    @Test
    void serverThatStopsEndsTheTransformation() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.close(new IOException("the server is shutting down"));
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void drainingServerFinishesTheTransformationAndEndsTheConnection() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.resources.isDraining = true;
        conversation.send("world");
        assertTrue(until(conversation, "0\r\n\r\n").endsWith("WORLD\r\n0\r\n\r\n"));
        conversation.goUntil(() -> conversation.want == Want.LINGER);
    }

    // The request is malformed.

    @Test
    void malformedBodyIsCutOnceTheResponseHasBegun() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n");
        until(conversation, "HELLO\r\n");
        conversation.send("x\r\n");
        assertInstanceOf(HttpException.class, conversation.closed);
        assertEquals("", conversation.sent());
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void malformedBodyGets400BeforeTheResponse() throws Exception {
        Conversation conversation = converse((in, out) -> in.transferTo(out));
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\nx\r\n");
        assertTrue(conversation.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void tooLargeBodyIsCutOnceTheResponseHasBegunAndGets413Before() throws Exception {
        ServerOptions.Builder options = ServerOptions.builder().port(0).maxBodyBytes(5);
        Conversation late = new Conversation(options, handler(TransformTest::shout));
        late.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        until(late, "HELLO\r\n");
        late.send("1\r\n!\r\n");
        assertEquals(Status.CONTENT_TOO_LARGE, ((HttpException) late.closed).status());
        assertEquals("", late.sent());
        Conversation early = new Conversation(options, handler((in, out) -> in.transferTo(out)));
        assertTrue(early.send(chunked("hello", "!")).sent().startsWith("HTTP/1.1 413 "));
    }

    // The transformation fails, or ends early.

    @Test
    void exceptionBeforeTheHeadIsAResponse() throws Exception {
        Conversation refused = converse((in, out) -> {
            out.write(1);
            in.read();
            throw new HttpException(Status.UNPROCESSABLE_CONTENT, "no image");
        });
        refused.send(put("hello") + get("/next"));
        assertEquals(text("422 Unprocessable Content", "no image\n") + ok("next"),
                until(refused, "next"));
        Conversation failed = converse((in, out) -> {
            out.write(1);
            throw new IllegalArgumentException("bug");
        });
        try (Logged logged = new Logged(Connection.class)) {
            failed.send(put("hello") + get("/next"));
            assertEquals(INTERNAL + ok("next"), until(failed, "next"));
            assertTrue(logged.lines().get(0).contains("bug"), logged.lines()::toString);
        }
    }

    @Test
    void exceptionBeforeTheHeadRefusesTheRestOfALongBody() throws Exception {
        Conversation refused = converse((in, out) -> {
            throw new HttpException(Status.UNPROCESSABLE_CONTENT, "no image");
        });
        refused.send(put(1L << 40) + "hello");
        refused.goUntil(() -> refused.want == Want.LINGER);
        assertEquals(closing("422 Unprocessable Content", "no image\n"), refused.sent());
    }

    @Test
    void exceptionAfterTheHeadCutsTheConnection() throws Exception {
        Conversation conversation = converse((in, out) -> {
            out.write('a');
            out.flush();
            in.read();
            throw new IllegalArgumentException("bug");
        });
        conversation.send(put(10));
        until(conversation, "a\r\n");
        try (Logged logged = new Logged(Connection.class)) {
            conversation.send("hello");
            assertEquals("", until(conversation, "never"));
            assertTrue(conversation.closed.getMessage().contains("bug"));
            assertTrue(logged.lines().get(0).startsWith("response body failed: PUT /x"),
                    logged.lines()::toString);
        }
    }

    @Test
    void transformationThatReturnsEarlyEndsTheResponseAndAShortRestIsSkipped() throws Exception {
        for (boolean isFlushed : new boolean[] {true, false}) {
            Conversation conversation = converse((in, out) -> {
                out.write(in.read());
                if (isFlushed) {
                    out.flush();
                }
            });
            conversation.send(put(10) + "h");
            String all = until(conversation, isFlushed ? "0\r\n\r\n" : "h");
            assertEquals(isFlushed ? BEGUN + "0001\r\nh\r\n0\r\n\r\n" : ok("h"), chunksOf(all));
            conversation.send("ellohello" + get("/next"));
            assertEquals(ok("next"), until(conversation, "next"));
        }
    }

    @Test
    void transformationThatReturnsEarlyEndsTheConnectionOfALongRest() throws Exception {
        for (boolean isFlushed : new boolean[] {true, false}) {
            Conversation conversation = converse((in, out) -> {
                out.write('h');
                if (isFlushed) {
                    out.flush();
                }
                in.read();
            });
            conversation.send(put(1L << 40) + "h");
            conversation.goUntil(() -> conversation.want == Want.LINGER);
            assertTrue(conversation.sent().endsWith(isFlushed ? "h\r\n0\r\n\r\n" : "h"));
        }
    }

    @Test
    void bodyThatTheApplicationStopsEndsForTheTransformationAndNotItsResponse() throws Exception {
        CompletableFuture<RequestHead> head = new CompletableFuture<>();
        Conversation conversation = new Conversation(request -> {
            head.complete(request);
            return transform((in, out) -> {
                out.write('a');
                out.flush();
                assertThrows(IOException.class, in::read);
                out.write('b');
            });
        });
        conversation.send(put(10));
        until(conversation, "a\r\n");
        head.get().stopBody();
        assertEquals("0001\r\nb\r\n0\r\n\r\n", chunksOf(until(conversation, "0\r\n\r\n")));
        assertNull(ended());
    }

    @Test
    void executorThatRejectsGets503AndOneThatRunsHereGets500() throws Exception {
        for (String request : List.of(put("hello"), get("/"))) {
            Conversation rejecting = new Conversation(head -> Exchange.transform(task -> {
                throw new RejectedExecutionException();
            }, TEXT, TransformTest::shout));
            assertTrue(rejecting.send(request).sent().startsWith("HTTP/1.1 503 "));
            Conversation direct = new Conversation(head -> Exchange.transform(Runnable::run, TEXT,
                    TransformTest::shout));
            assertEquals(INTERNAL, direct.send(request).sent());
        }
    }

    // Versions and methods.

    @Test
    void clientThatWaitsToBeAskedIsAskedBeforeTheResponseBegins() throws Exception {
        Conversation conversation = converse((in, out) -> {
            out.write('a');
            out.flush();
            shout(in, out);
        });
        conversation.send(put(5, "Expect: 100-continue\r\n"));
        assertEquals(CONTINUE + BEGUN + "0001\r\na\r\n",
                chunksOf(until(conversation, "a\r\n")));
        conversation.send("hello" + get("/next"));
        assertEquals("0005\r\nHELLO\r\n0\r\n\r\n" + ok("next"),
                chunksOf(until(conversation, "next")));
    }

    @Test
    void http10ClientGetsTheResponseUpToTheConnectionsEnd() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send("PUT /x HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 10\r\n\r\n"
                + "hello");
        assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Connection: close\r\n\r\nHELLO", until(conversation, "HELLO"));
        conversation.send("world");
        conversation.goUntil(() -> conversation.want == Want.LINGER);
        assertEquals("WORLD", conversation.sent());
    }

    @Test
    void http10ClientSeesACutAsAReset() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send("PUT /x HTTP/1.0\r\nContent-Length: 10\r\n\r\nhello");
        until(conversation, "HELLO");
        conversation.expire();
        assertTrue(conversation.reset);
    }

    @Test
    void responseToHeadHasNoBody() throws Exception {
        Conversation conversation = converse((in, out) -> out.write(new byte[7]));
        conversation.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
        assertEquals(ok("1234567").replace("1234567", "") + ok("next"),
                until(conversation, "next"));
    }

    @Test
    void responseToHeadThatHasBegunEndsTheTransformation() throws Exception {
        Conversation begun = converse((in, out) -> {
            while (true) {
                out.write(new byte[1000]);
            }
        });
        begun.send("HEAD /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/next"));
        assertEquals(BEGUN + ok("next"), until(begun, "next"));
        assertInstanceOf(IOException.class, ended());
    }

    @Test
    void connectionThatTheClientEndsGoesOnUntilBothAreWhole() throws Exception {
        Conversation conversation = converse(TransformTest::shout);
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Content-Length: 10\r\n\r\nhello");
        assertTrue(until(conversation, "HELLO\r\n").contains("Connection: close\r\n"));
        assertFalse(conversation.connection.isLingering());
        conversation.send("world");
        conversation.goUntil(() -> conversation.want == Want.LINGER);
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n", chunksOf(conversation.sent()));
    }

    @Test
    void threadsForWhatBlocksAreUsedIfNoOthersAreGiven() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        Conversation conversation = new Conversation(request ->
                Exchange.transform(TEXT, (in, out) -> {
                    thread.complete(Thread.currentThread().getName());
                    in.transferTo(out);
                }));
        assertEquals(ok("hello"), until(conversation.send(put("hello")), "hello"));
        assertTrue(thread.get().startsWith("millrace-blocking-"), thread.get());
    }

    @Test
    void handlerOnAnExecutorMayTransform() throws Exception {
        Conversation conversation = new Conversation(Handler.blocking(
                executor, handler(TransformTest::shout)::handle));
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.send("world");
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n", chunksOf(until(conversation, "0\r\n\r\n")));
    }
}
