package io.millrace.server;

import static io.millrace.server.Transforms.LONG;
import static io.millrace.server.Transforms.PIPE_BYTES;
import static io.millrace.server.Transforms.dechunked;
import static io.millrace.server.Transforms.shout;
import static io.millrace.server.Transforms.until;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transformations whose client is slow, leaves or errs, or whose server stops. */
class TransformClientTest {

    private final Transforms transforms = new Transforms();

    @AfterEach
    void end() {
        transforms.close();
    }

    @Test
    void clientThatReadsNothingIsNotReadBeyondThePipesAndIsCut() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> in.transferTo(out));
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
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void clientThatReadsNothingGoesOnWhenItReads() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.peer.room = 0;
        conversation.send(put(LONG) + get("/next"));
        conversation.goUntil(() -> conversation.want == Want.WRITE);
        conversation.peer.room = Integer.MAX_VALUE;
        assertEquals(LONG.toUpperCase(Locale.ROOT) + ok("next"),
                dechunked(until(conversation, "next")));
    }

    @Test
    void clientThatSendsNothingMoreIsCut() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        assertEquals(Want.READ, conversation.want);
        conversation.expire();
        assertEquals("", conversation.sent());
        assertEquals("the request arrived too slowly", conversation.closed.getMessage());
        assertEquals("the request body is incomplete: the request arrived too slowly",
                transforms.ended().getMessage());
    }

    @Test
    void clientThatSendsNothingBeforeTheResponseGets408() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> in.transferTo(out));
        conversation.send(put(10) + "hello").expire();
        assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                conversation.sent());
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void transformationThatDoesNothingIsWaitedForAloneAndIsCut() throws Exception {
        Semaphore goOn = new Semaphore(0);
        Conversation conversation = transforms.converse((in, out) -> {
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
                transforms.ended().getMessage());
    }

    @Test
    void clientThatLeavesEndsBothStreams() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
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
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void clientThatLeavesWhileTheTransformationWritesEndsIt() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            while (true) {
                out.write(new byte[1000]);
            }
        });
        conversation.peer.mostKept = 1000;
        conversation.send(put(10));
        conversation.goUntil(() -> conversation.peer.out.size() >= 1000);
        conversation.peer.broken = new IOException("Broken pipe");
        conversation.goUntil(() -> conversation.closed != null);
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void clientThatEndsItsSideInItsBodyIsCut() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.end();
        assertInstanceOf(EOFException.class, conversation.closed);
        assertEquals("", conversation.sent());
        assertEquals("the request body is incomplete: the connection ended inside the request body",
                transforms.ended().getMessage());
    }

    @Test
    void serverThatStopsEndsTheTransformation() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.close(new IOException("the server is shutting down"));
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void drainingServerFinishesTheTransformationAndEndsTheConnection() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.resources.isDraining = true;
        conversation.send("world");
        assertTrue(until(conversation, "0\r\n\r\n").endsWith("WORLD\r\n0\r\n\r\n"));
        conversation.goUntil(() -> conversation.want == Want.LINGER);
    }

    @Test
    void malformedBodyIsCutOnceTheResponseHasBegun() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n");
        until(conversation, "HELLO\r\n");
        conversation.send("x\r\n");
        assertInstanceOf(HttpException.class, conversation.closed);
        assertEquals("", conversation.sent());
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void malformedBodyGets400BeforeTheResponse() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> in.transferTo(out));
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\nx\r\n");
        assertTrue(conversation.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void tooLargeBodyIsCutOnceTheResponseHasBegunAndGets413Before() throws Exception {
        ServerOptions.Builder options = ServerOptions.builder().port(0).maxBodyBytes(5);
        Conversation late = new Conversation(options, transforms.handler(Transforms::shout));
        late.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        until(late, "HELLO\r\n");
        late.send("1\r\n!\r\n");
        assertEquals(Status.CONTENT_TOO_LARGE, ((HttpException) late.closed).status());
        assertEquals("", late.sent());
        Conversation early = new Conversation(options,
                transforms.handler((in, out) -> in.transferTo(out)));
        assertTrue(early.send(chunked("hello", "!")).sent().startsWith("HTTP/1.1 413 "));
    }
}
