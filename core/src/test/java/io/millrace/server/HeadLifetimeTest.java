package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.RequestParser;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A head is never that of another request while a thread of the application may read it, although
 * the memory of heads is used again.
 */
class HeadLifetimeTest {

    private static final String SECRET = "Authorization: Bearer of-the-first\r\n";
    private static final String FIRST =
            "GET /first HTTP/1.1\r\nHost: a\r\n" + SECRET + "\r\n";
    private static final String UPLOAD = put(10, SECRET);

    private RequestHead kept;
    private Logged logged;

    @BeforeEach
    void listen() throws Exception {
        logged = new Logged(Connection.class);
    }

    @AfterEach
    void leave() throws Exception {
        logged.close();
    }

    private Conversation conversation(Handler handler) {
        return new Conversation(request -> {
            kept = request;
            return handler.handle(request);
        });
    }

    private Conversation conversation(Exchange exchange) {
        return conversation(request -> exchange);
    }

    /** Lets the head of another client be read. */
    private static void readAnother(Conversation conversation) throws Exception {
        RequestParser parser = conversation.resources.borrowParser();
        parser.parse(ByteBuffer.wrap(get("/another").getBytes(StandardCharsets.US_ASCII)));
    }

    private void assertKept(Conversation conversation, String path) throws Exception {
        readAnother(conversation);
        assertEquals(path, kept.path());
        assertEquals("Bearer of-the-first", kept.headers().first("Authorization"));
    }

    // Else the others would show nothing.
    @Test
    void memoryOfAHeadIsUsedAgainAfterItsResponse() throws Exception {
        Conversation conversation = conversation(Response.text("")).send(FIRST);
        readAnother(conversation);
        assertEquals("/another", kept.path());
        assertNull(kept.headers().first("Authorization"));
    }

    @Test
    void headOfAClientThatLeavesWhileTheApplicationWorksIsKept() throws Exception {
        Conversation conversation =
                conversation(Exchange.later(new CompletableFuture<>())).send(FIRST);
        conversation.close(new EOFException("meant"));
        assertKept(conversation, "/first");
    }

    @Test
    void headOfAClientThatLeavesWhileItsBodyIsTakenIsKept() throws Exception {
        Conversation conversation =
                conversation(new ExchangeStub(SinkStub.dropping())).send(UPLOAD + "12");
        conversation.close(new EOFException("meant"));
        assertKept(conversation, "/x");
    }

    @Test
    void headOfAClientThatLeavesWhileItsResponseIsWrittenIsKept() throws Exception {
        Conversation conversation =
                conversation(Response.of(Status.OK).with(new SilentBody())).send(FIRST);
        conversation.close(new EOFException("meant"));
        assertKept(conversation, "/first");
    }

    @Test
    void headOfARequestThatTheApplicationTookTooLongForIsKept() throws Exception {
        Conversation conversation =
                conversation(Exchange.later(new CompletableFuture<>())).send(FIRST).expire();
        assertKept(conversation, "/first");
    }

    @Test
    void headOfABodyThatFindsNoMemoryToBeReceivedIsKept(@TempDir Path folder) throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve("a"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ExchangeStub exchange = new ExchangeStub(file);
            exchange.onAbandon = Response.of(Status.INSUFFICIENT_STORAGE);
            Conversation conversation = new Conversation(request -> {
                kept = request;
                return exchange;
            }, piece -> (source, to) -> {
                throw new OutOfMemoryError("planted");
            }).send(UPLOAD + "0123456789");
            assertTrue(conversation.sent().startsWith("HTTP/1.1 507 "), conversation::sent);
            assertKept(conversation, "/x");
        }
    }

    @Test
    void headOfABodyThatCameTooSlowlyIsKept() throws Exception {
        Conversation conversation =
                conversation(new ExchangeStub(SinkStub.dropping())).send(UPLOAD + "12").expire();
        assertKept(conversation, "/x");
    }

    @Test
    void headOfABodyThatEndsWithItsEarlyResponseIsKept() throws Exception {
        EarlyExchange early = new EarlyExchange();
        Conversation conversation = conversation(early).send(UPLOAD + "12");
        early.response.complete(Response.text("done"));
        conversation.go().send("34567890");
        early.assertAbandonedOnce();
        assertEquals(Want.READ, conversation.want);
        assertKept(conversation, "/x");
    }

    @Test
    void headOfAHandlerThatFailedIsKept() throws Exception {
        Conversation conversation = conversation(request -> {
            throw new IllegalStateException("meant");
        }).send(FIRST);
        assertKept(conversation, "/first");
    }

    @Test
    void headOfAResponseWhoseBodyFailedBeforeItsFirstByteIsKept() throws Exception {
        Conversation conversation = conversation(Response.of(Status.OK).with(new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                throw new IllegalStateException("meant");
            }
        })).send(FIRST);
        assertKept(conversation, "/first");
    }
}
