package io.millrace.server;

import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that read a body which never becomes whole. */
class StreamCutTest {

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final Conversation conversation = new Conversation(request ->
            Exchange.stream(executor, in -> {
                try {
                    ended.complete(new AssertionError(in.readAllBytes().length + " bytes"));
                } catch (IOException e) {
                    ended.complete(e);
                }
                return Response.text("read");
            }));

    @AfterEach
    void end() {
        executor.shutdown();
    }

    private void assertReaderIsTold() throws Exception {
        assertInstanceOf(IOException.class, ended.get(60, TimeUnit.SECONDS));
    }

    @Test
    void readerOfAClientThatLeavesIsTold() throws Exception {
        conversation.send(put(10) + "hello").close(new EOFException("meant"));
        assertReaderIsTold();
    }

    @Test
    void readerOfABodyThatComesTooSlowlyIsTold() throws Exception {
        conversation.send(put(10) + "hello").expire();
        assertReaderIsTold();
        assertTrue(conversation.sent().startsWith("HTTP/1.1 408 "));
    }
}
