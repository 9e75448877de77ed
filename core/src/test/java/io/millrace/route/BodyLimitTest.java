package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyLimitTest {

    private static final Head HEAD = Head.of("PUT", "/");
    private static final Head CHUNKED = HEAD.withBody(RequestHead.UNKNOWN_LENGTH);

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final Taking taking = new Taking(Channels.newChannel(taken));

    private static final class Taking implements Exchange {

        private final WritableByteChannel sink;
        private final List<Throwable> abandoned = new ArrayList<>();
        private Response onAbandon;

        Taking(WritableByteChannel sink) {
            this.sink = sink;
        }

        @Override
        public WritableByteChannel sink() {
            return sink;
        }

        @Override
        public Response complete() {
            return Response.text("taken");
        }

        @Override
        public Response abandon(Throwable cause) {
            abandoned.add(cause);
            return onAbandon;
        }
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    private Handler limited(long maxBodyBytes) {
        return Filter.maxBodyBytes(maxBodyBytes).around(request -> taking);
    }

    @Test
    void knownLengthAtTheLimitIsPassedOnAsItIs() throws Exception {
        assertSame(taking, limited(10).handle(HEAD.withBody(10)));
        assertSame(taking, limited(0).handle(HEAD));
    }

    @Test
    void knownLengthOnePastIsRefusedBeforeTheHandlerIsCalled() {
        Handler handler = Filter.maxBodyBytes(10).around(request -> {
            throw new AssertionError("called");
        });
        HttpException refusal = assertThrows(HttpException.class,
                () -> handler.handle(HEAD.withBody(11)));
        assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
    }

    @Test
    void chunkedBodyAtTheLimitIsTaken() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        WritableByteChannel sink = exchange.sink();
        assertEquals(4, sink.write(bytes(4)));
        assertEquals(6, sink.write(bytes(6)));
        assertEquals("taken", Told.text(exchange.complete()));
        assertEquals(10, taken.size());
    }

    @Test
    void chunkedBodyOnePastIsRefusedAndTheExchangeAbandonedWithTheRefusal() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        WritableByteChannel sink = exchange.sink();
        sink.write(bytes(10));
        IOException failure = assertThrows(IOException.class, () -> sink.write(bytes(1)));
        Response response = exchange.abandon(failure);
        assertEquals(Status.CONTENT_TOO_LARGE, response.status());
        assertEquals(10, taken.size());
        HttpException told = assertInstanceOf(HttpException.class, taking.abandoned.get(0));
        assertEquals(Status.CONTENT_TOO_LARGE, told.status());
        assertEquals(1, taking.abandoned.size());
    }

    @Test
    void answerOfTheAbandonedExchangeGoesBeforeTheLimits() throws Exception {
        taking.onAbandon = Response.of(Status.CONFLICT);
        Exchange exchange = limited(10).handle(CHUNKED);
        WritableByteChannel sink = exchange.sink();
        IOException failure = assertThrows(IOException.class, () -> sink.write(bytes(11)));
        assertEquals(Status.CONFLICT, exchange.abandon(failure).status());
    }

    @Test
    void otherReasonsToAbandonPassAsTheyAre() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        IOException cause = new IOException("left");
        assertNull(exchange.abandon(cause));
        assertEquals(List.of(cause), taking.abandoned);
    }

    @Test
    void tighterOfTwoLimitsHolds() throws Exception {
        for (long[] limits : new long[][] {{10, 20}, {20, 10}}) {
            Exchange exchange = Filter.maxBodyBytes(limits[0])
                    .then(Filter.maxBodyBytes(limits[1])).around(r -> taking).handle(CHUNKED);
            WritableByteChannel sink = exchange.sink();
            sink.write(bytes(10));
            IOException failure = assertThrows(IOException.class, () -> sink.write(bytes(1)));
            assertEquals("the body is longer than 10 bytes\n",
                    Told.text(exchange.abandon(failure)));
            assertInstanceOf(HttpException.class, taking.abandoned.remove(0));
        }
    }

    @Test
    void bytesOfAFileGoToItsBeginningWhereverTheChannelStands(@TempDir Path folder)
            throws Exception {
        Path file = Files.write(folder.resolve("f"), new byte[] {9, 9, 9, 9});
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.position(3);
            Exchange exchange = Filter.maxBodyBytes(3).around(r -> new Taking(channel))
                    .handle(CHUNKED);
            WritableByteChannel sink = exchange.sink();
            sink.write(ByteBuffer.wrap(new byte[] {1, 2}));
            sink.write(ByteBuffer.wrap(new byte[] {3}));
            assertTrue(sink.isOpen());
            sink.close();
            assertFalse(channel.isOpen());
        }
        assertArrayEquals(new byte[] {1, 2, 3, 9}, Files.readAllBytes(file));
    }

    @Test
    void responseAndMissingSinkStayWhatTheyAre() throws Exception {
        Response response = Response.text("no");
        Filter limit = Filter.maxBodyBytes(10);
        assertSame(response, limit.around(request -> response).handle(CHUNKED));
        assertNull(limit.around(request -> new Taking(null)).handle(CHUNKED).sink());
    }

    @Test
    void negativeLimitIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> Filter.maxBodyBytes(-1));
    }
}
