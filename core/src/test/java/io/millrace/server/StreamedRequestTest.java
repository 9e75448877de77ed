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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Want;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that the application reads from a stream: the socket is read a pipe ahead of it. */
class StreamedRequestTest {

    private static final int PIPE_BYTES = 64 * 1024;
    private static final String LONG = letters(600_000);

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private Handler streaming() {
        return request -> Exchange.stream(executor, in ->
                Response.text(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)));
    }

    @Test
    void streamBringsTheBodyWhole() throws Exception {
        for (String body : new String[] {"", "x", "hello world", LONG}) {
            Conversation conversation = new Conversation(streaming());
            assertEquals(ok(body), answer(conversation.send(put(body)), ok(body)));
            String twice = ok(body + body);
            assertEquals(twice, answer(
                    conversation.send(body.isEmpty() ? chunked() : chunked(body, body)), twice));
        }
    }

    private static String answer(Conversation conversation, String expected) throws Exception {
        int date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();
        return conversation.goUntilSent(expected.length() + date).sent();
    }

    @Test
    void streamMissesNothingWhereverTheInputIsCut() throws Exception {
        String request = put("hello world") + chunked("hello", " w", "orld");
        for (int cut = 0; cut <= request.length(); cut++) {
            Conversation conversation = new Conversation(streaming());
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            assertEquals(ok("hello world"), answer(conversation, ok("hello world"))
                    .substring(0, ok("hello world").length()), "cut at " + cut);
        }
    }

    @Test
    void socketIsReadOnlyAPipeAheadOfTheStream() throws Exception {
        Semaphore steps = new Semaphore(0);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        Conversation conversation = new Conversation(request -> Exchange.stream(executor, in -> {
            byte[] piece = new byte[PIPE_BYTES / 2];
            while (true) {
                steps.acquire();
                int count = in.readNBytes(piece, 0, piece.length);
                read.write(piece, 0, count);
                if (count < piece.length) {
                    return Response.text("read");
                }
            }
        }));
        conversation.send(put(LONG));
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        long ahead = conversation.peer.readBytes;
        assertTrue(ahead >= PIPE_BYTES && ahead <= 2 * PIPE_BYTES, () -> ahead + " bytes");
        int reads = conversation.peer.reads;
        conversation.go();
        assertEquals(reads, conversation.peer.reads);
        steps.release();
        conversation.goUntil(() -> conversation.peer.readBytes > ahead);
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        assertTrue(conversation.peer.readBytes <= ahead + PIPE_BYTES);
        steps.release(100);
        answer(conversation, ok("read"));
        assertEquals(LONG, read.toString(StandardCharsets.ISO_8859_1));
    }

    @Test
    void answerBeforeTheBodysEndIsSentAtOnceThoughTheClientHasStopped() throws Exception {
        Conversation conversation = new Conversation(request -> request.method().equals("PUT")
                ? Exchange.stream(executor, in -> {
                    assertEquals('h', in.read());
                    return Response.text("no").with(Status.UNSUPPORTED_MEDIA_TYPE);
                }) : Response.text("next"));
        String refusal = text("415 Unsupported Media Type", "no");
        conversation.send(put(10, "Expect: 100-continue\r\n"));
        assertEquals(CONTINUE, conversation.sent());
        assertEquals(refusal, answer(conversation.send("hello"), refusal));
        assertEquals(ok("next"), conversation.send("world" + get("/")).sent());
    }

    @Test
    void streamWithoutAThreadIsAnsweredWith503() {
        Conversation conversation = new Conversation(request -> Exchange.stream(task -> {
            throw new RejectedExecutionException();
        }, in -> Response.text("")));
        String busy = "too many requests in progress; retry later\n";
        assertEquals(text("503 Service Unavailable", busy) + text("503 Service Unavailable", busy),
                conversation.send(put("hello") + get("/")).sent());
        assertEquals(closing("503 Service Unavailable", busy),
                conversation.send(put(5, "Expect: 100-continue\r\n")).sent());
    }

    @Test
    void executorThatRunsTheReaderOnTheWorkerGets500BeforeTheBodyIsAskedFor() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = new Conversation(
                    request -> Exchange.stream(Runnable::run, in -> Response.text("")));
            assertEquals(closing("500 Internal Server Error", "internal server error\n"),
                    conversation.send(put(5, "Expect: 100-continue\r\n")).sent());
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void executorThatRunsTheReaderOnTheWorkerLaterGets500HoweverMuchOfTheBodyIsHere()
            throws Exception {
        for (String body : new String[] {"", "hello", LONG}) {
            ArrayDeque<Runnable> tasks = new ArrayDeque<>();
            Conversation conversation = new Conversation(
                    request -> Exchange.stream(tasks::add, in -> Response.text("")));
            assertEquals("", conversation.send(put(body)).sent());
            try (Logged logged = new Logged(Connection.class)) {
                tasks.remove().run();
                String sent = conversation.go().sent();
                assertTrue(sent.startsWith("HTTP/1.1 500 "), sent);
                assertTrue(logged.lines().get(0).contains("runs tasks on the calling thread"));
            }
        }
    }

    @Test
    void streamThrowsWhenTheBodyIsCut() throws Exception {
        CompletableFuture<String> failure = new CompletableFuture<>();
        Conversation conversation = new Conversation(request -> Exchange.stream(executor, in -> {
            try {
                in.readAllBytes();
                failure.complete("none");
            } catch (IOException e) {
                failure.complete(e.getMessage());
            }
            return Response.text("too late");
        }));
        conversation.send(put(10) + "hello").end();
        assertTrue(conversation.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertEquals("the request body is incomplete: the connection ended inside the request body",
                failure.get(60, TimeUnit.SECONDS));
    }

    @Test
    void answerMadeForABodyThatWasCutIsClosed() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        CompletableFuture<Void> done = new CompletableFuture<>();
        CountingBody body = new CountingBody(Body.empty());
        Conversation conversation = new Conversation(request -> Exchange.stream(task ->
                executor.execute(() -> {
                    task.run();
                    done.complete(null);
                }), in -> {
                    cut.await();
                    return Response.of(Status.OK).with(body);
                }));
        conversation.send(put(10) + "hello").close(new EOFException("left"));
        cut.countDown();
        done.get(60, TimeUnit.SECONDS);
        assertEquals(1, body.closes);
    }

    @Test
    void earlyAnswerThatNobodyCanHearIsClosed() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CountingBody body = new CountingBody(Body.empty());
        Conversation conversation = new Conversation(request -> Exchange.stream(task ->
                executor.execute(() -> {
                    task.run();
                    done.complete(null);
                }), in -> Response.of(Status.OK).with(body)));
        conversation.send(put(10));
        done.get(60, TimeUnit.SECONDS);
        conversation.close(new EOFException("left"));
        assertEquals(1, body.closes);
    }

    @Test
    void streamThatFailsIsAnsweredLikeAHandlerThatDoes() throws Exception {
        Conversation conversation = new Conversation(request -> Exchange.stream(executor, in -> {
            in.readAllBytes();
            throw new HttpException(Status.CONFLICT, "not now");
        }));
        String refusal = text("409 Conflict", "not now\n");
        assertEquals(refusal, answer(conversation.send(put("hello")), refusal));
        conversation = new Conversation(request -> Exchange.stream(executor, in -> null));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, answer(conversation.send(put("hello")), INTERNAL));
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void streamWhoseReaderMeetsAnErrorIsAnsweredWith500() throws Exception {
        Conversation conversation = new Conversation(request -> Exchange.stream(executor, in -> {
            throw new StackOverflowError("meant");
        }));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, answer(conversation.send(put("hello")), INTERNAL));
            assertTrue(logged.lines().get(0).contains("meant"), logged.lines()::toString);
        }
    }

    @Test
    void headOfABodyThatWasCutIsNotUsedAgainWhileAThreadMayReadIt() throws Exception {
        CompletableFuture<String> path = new CompletableFuture<>();
        CountDownLatch next = new CountDownLatch(1);
        ServerOptions.Builder options = ServerOptions.builder().port(0);
        Conversation conversation = new Conversation(options, request ->
                request.method().equals("GET") ? Response.text(request.path())
                        : Exchange.stream(executor, in -> {
                            try (InputStream body = in) {
                                body.readAllBytes();
                            } catch (IOException e) {
                                next.await();
                                path.complete(request.path());
                            }
                            return Response.text("");
                        }));
        conversation.send(put(10) + "hello").close(new EOFException("left"));
        MemoryChannel peer = new MemoryChannel().append(get("/secret"));
        new Connection(peer, Layer.NONE, conversation.resources).visit();
        next.countDown();
        assertEquals("/x", path.get(60, TimeUnit.SECONDS));
    }
}
