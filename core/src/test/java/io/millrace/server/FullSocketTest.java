package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses to clients that don't read for a while, and then do: none loses a byte. */
class FullSocketTest {

    private static final String CLOSING =
            "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /** Bytes of a length that is not told, as many a read as there is room for. */
    private record Pieces(byte[] bytes) implements Body {

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            int count = (int) Math.min(target.remaining(), bytes.length - position);
            target.put(bytes, (int) position, count);
            return count == 0 ? -1 : count;
        }
    }

    private static Response pieces(int length) {
        return Response.of(Status.OK).with(new Pieces(bytes(letters(length))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a client gets that reads all the time. */
    private static String readAtOnce(Handler handler, String requests) {
        return new Conversation(handler).send(requests).sent();
    }

    /** What a client gets that first takes so many bytes, then none for a while, then so many. */
    private static String readInSteps(Handler handler, String requests, int first, int step) {
        Conversation conversation = new Conversation(handler);
        conversation.peer.room = first;
        conversation.send(requests);
        while (conversation.want == Want.WRITE && conversation.closed == null) {
            conversation.take(step);
        }
        assertNull(conversation.closed);
        return conversation.sent();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 30_000, 65_536, 100_000, Integer.MAX_VALUE})
    void twentyPipelinedResponsesOf30KbReachAPeerThatReadsLate(int step) {
        String requests = "";
        String expected = "";
        for (int i = 0; i < 20; i++) {
            requests += get("/" + i);
            expected += ok(letters(30_000 + i));
        }
        Handler handler = request -> Response.text(
                letters(30_000 + Integer.parseInt(request.path().substring(1))));
        assertEquals(expected, readInSteps(handler, requests, 0, step));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 65_536, Integer.MAX_VALUE})
    void twentyPipelinedHeadsOf10KbReachAPeerThatReadsLate(int step) {
        Response response = Response.text("").with("X", letters(10_000));
        String whole = readInSteps(request -> response, get("/").repeat(20), 0, step);
        assertEquals(20, whole.split("X: " + letters(10_000) + "\r\n", -1).length - 1);
        assertEquals(whole, readAtOnce(request -> response, get("/").repeat(20)));
    }

    @Test
    void peerThatReadsNothingCostsNoMoreThanABufferOfPipelinedResponses() {
        Conversation conversation =
                new Conversation(request -> Response.text(letters(30_000)));
        conversation.peer.room = 0;
        conversation.send(get("/").repeat(20));
        assertEquals(Want.WRITE, conversation.want);
        long kept = conversation.connection.keptBytes();
        assertTrue(kept <= 2 * Resources.OUT_BYTES, () -> kept + " bytes");
    }

    // The last chunk comes behind data for which the buffer had just room, or not quite.
    @Test
    void lastChunkAndTrailersLeaveThroughAFullSocketWhateverIsInTheBuffer() {
        Headers trailers = Headers.of("X-Sum", letters(500));
        AtomicInteger made = new AtomicInteger();
        int around = Resources.OUT_BYTES;
        for (int length = around - 1200; length <= around + 100; length += 13) {
            Response told = Response.of(Status.OK).with(Body.of(bytes(letters(length))));
            for (Response body : new Response[] {told, pieces(length)}) {
                Response response = body.withTrailers(() -> {
                    made.incrementAndGet();
                    return trailers;
                });
                String whole = readAtOnce(request -> response, get("/") + CLOSING);
                assertEquals(2, made.getAndSet(0));
                assertTrue(whole.contains("\r\n0\r\nX-Sum: " + letters(500)
                        + "\r\n\r\nHTTP/1.1 200 OK\r\n"));
                for (int first : new int[] {0, 1, around / 2}) {
                    assertEquals(whole, readInSteps(request -> response, get("/") + CLOSING,
                            first, around), "of " + length + " bytes, " + first + " first");
                    assertEquals(2, made.getAndSet(0), "made once for each of two responses");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32_767, 32_768, 32_769, 65_535, 65_536, 100_000, 300_001})
    void tailOfABodyLeavesThroughAFullSocket(int length) {
        Response sized = Response.text(letters(length));
        Response unsized = pieces(length);
        for (Response response : new Response[] {sized, unsized}) {
            String whole = readAtOnce(request -> response, get("/") + CLOSING);
            int all = whole.length();
            for (int first : new int[] {0, 1, 100, all / 4, all / 2 - 7, all / 2 - 1, all / 2,
                all / 2 + 1, all - 1}) {
                assertEquals(whole, readInSteps(request -> response, get("/") + CLOSING, first,
                        20_000), "of " + length + " bytes, " + first + " first");
            }
        }
    }

    @Test
    void lastResponseOfAConnectionIsWholeBeforeItsSideIsShut() {
        Conversation conversation = new Conversation(request -> Response.text(letters(100)));
        conversation.peer.room = 10;
        conversation.send(CLOSING);
        assertEquals(Want.WRITE, conversation.want);
        conversation.take(Integer.MAX_VALUE);
        assertTrue(conversation.sent().endsWith(letters(100)));
        assertTrue(conversation.peer.shut);
    }

    /** Nothing, or all of some text, once it is told. */
    private static final class Late implements Body {

        private final long length;
        private String text = "";
        private Runnable callback;

        Late(long length) {
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            byte[] bytes = bytes(text.substring((int) position));
            target.put(bytes);
            return bytes.length;
        }

        @Override
        public void whenReadable(Runnable callback) {
            this.callback = callback;
        }
    }

    // It would be told that the application is slow, and be cut for it.
    @ParameterizedTest
    @ValueSource(longs = {Body.UNKNOWN_LENGTH, 100})
    void responseWithoutBytesWaitsForTheSocketWhileThatIsFull(long length) {
        Late body = new Late(length);
        Conversation conversation =
                new Conversation(request -> Response.of(Status.OK).with(body));
        conversation.peer.room = 10;
        body.text = "some";
        conversation.send(get("/"));
        assertEquals(Want.WRITE, conversation.want);
        assertNull(body.callback);
        conversation.take(Integer.MAX_VALUE);
        assertTrue(conversation.want == Want.APPLICATION
                || conversation.want == Want.APPLICATION_ALONE, conversation.want + "");
        body.text += "x".repeat(96);
        body.callback.run();
        conversation.go();
        assertTrue(conversation.sent().contains("x".repeat(96)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void downloadIsALongTransferFromTheVisitThatUsesUpItsBudget(boolean isSized) {
        int budgetBytes = 128 * 1024;
        byte[] bytes = new byte[4 * budgetBytes];
        Body body = isSized ? Body.of(bytes) : new Pieces(bytes);
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes),
                request -> request.path().equals("/") ? Response.of(Status.OK).with(body)
                        : Response.text(""));
        conversation.peer.append(get("/"));
        conversation.visit();
        int sent = conversation.peer.out.size();
        assertTrue(sent >= budgetBytes - 32 * 1024 && sent <= budgetBytes + 2 * Resources.OUT_BYTES,
                () -> sent + " bytes");
        assertEquals(Want.WRITE, conversation.want);
        assertTrue(conversation.connection.link.budget.isLongTransfer());
        conversation.go();
        assertFalse(conversation.connection.link.budget.isLongTransfer());
    }

    @Test
    void pipelinedResponsesUseUpTheBudget() {
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(100_000)
                        .timePerVisit(Duration.ofSeconds(1)),
                request -> Response.text(letters(1000)));
        conversation.peer.append(get("/").repeat(500));
        conversation.visit();
        int sent = conversation.peer.out.size();
        assertTrue(sent <= 100_000 + 2 * Resources.OUT_BYTES, () -> sent + " bytes");
        assertTrue(conversation.connection.link.budget.isUsedUp());
    }
}
