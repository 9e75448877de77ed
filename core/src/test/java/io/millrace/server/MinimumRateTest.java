package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Phase;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Bodies at so many bytes a second, in either direction, for as long as they take: a connection,
 * its deadlines, and a clock that a second is added to.
 */
class MinimumRateTest {

    private static final long SECOND_NS = 1_000_000_000;
    private static final long TEN_GB = 10_000_000_000L;
    private static final ServerOptions OPTIONS = ServerOptions.builder().port(0).build();
    private static final int MIN_RATE = OPTIONS.minBytesPerSecond();
    private static final int WINDOW_SECONDS = (int) OPTIONS.progressTimeout().toSeconds();

    /** Takes every upload, and has ten gigabytes for everybody who asks. */
    private static final Handler HANDLER = new Handler() {
        @Override
        public Exchange handle(RequestHead request) {
            return request.method().equals("GET") ? Response.of(Status.OK).with(new TenGigabytes())
                    : new ExchangeStub(SinkStub.dropping()) {
                        @Override
                        public void onProgress(long receivedBytes) {
                            // Too often to be noted.
                        }
                    };
        }
    };

    private final Deadlines deadlines = new Deadlines(OPTIONS);
    private final MemoryChannel channel = new MemoryChannel();
    private final Connection connection = new Connection(channel, Layer.NONE, new Resources(
            OPTIONS, HANDLER, new Counters(), new Completions(() -> { })));
    private long nowNs = -5;
    private long seconds;
    private boolean isCut;

    @BeforeEach
    void keepOnlyTheStartOfResponses() {
        channel.room = 1000;
        channel.mostKept = 1000;
    }

    /** One second: what the peer moves in it, a visit, and what the worker does at its end. */
    private void second(int received, int taken) throws IOException {
        channel.filler = received;
        channel.room = taken;
        goOn(connection.visit());
        nowNs += SECOND_NS;
        seconds++;
        if (deadlines.due(nowNs) == connection) {
            if (deadlines.hasProgressed(connection)) {
                deadlines.begin(connection, Phase.PROGRESS, nowNs);
            } else {
                channel.room = Integer.MAX_VALUE;
                goOn(connection.expire());
                isCut = true;
            }
        }
    }

    private void goOn(Want want) {
        if (want != Want.CLOSE) {
            deadlines.goOn(connection, connection.phase(want), nowNs);
        }
    }

    private void send(String head) throws IOException {
        channel.append(head);
        goOn(connection.visit());
    }

    private void sendPut(long length) throws IOException {
        send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
    }

    @Test
    void bodyThatNeedsNoRateMayStop() {
        assertFalse(deadlines.hasProgressed(connection));
        assertTrue(new Deadlines(ServerOptions.builder().port(0).minBytesPerSecond(0).build())
                .hasProgressed(connection));
    }

    @Test
    void uploadOfTenGigabytesThatMovesIsNeverCut() throws IOException {
        sendPut(TEN_GB);
        while (!channel.written().startsWith("HTTP/1.1 200 OK\r\n")) {
            second(20_000, Integer.MAX_VALUE);
            assertEquals(false, isCut, seconds + " s");
        }
        assertEquals(TEN_GB / 20_000, seconds);
    }

    @Test
    void uploadAtTheMinimumRateIsNotCut() throws IOException {
        sendPut(TEN_GB);
        for (int i = 0; i < 100 * WINDOW_SECONDS; i++) {
            second(MIN_RATE, Integer.MAX_VALUE);
        }
        assertEquals(false, isCut);
    }

    @Test
    void uploadBelowTheMinimumRateIsCutAfterItsFirstWindow() throws IOException {
        sendPut(TEN_GB);
        while (!isCut) {
            second(MIN_RATE - 1, Integer.MAX_VALUE);
        }
        assertEquals(WINDOW_SECONDS, seconds);
        assertTrue(channel.written().startsWith("HTTP/1.1 408 Request Timeout\r\n"),
                channel.written());
    }

    @Test
    void uploadThatPausesForLessThanAWindowIsNotCut() throws IOException {
        sendPut(TEN_GB);
        for (int i = 0; i < 50 * WINDOW_SECONDS; i++) {
            // A whole window's worth at once, then nothing until the next.
            second(i % WINDOW_SECONDS == 0 ? MIN_RATE * WINDOW_SECONDS : 0, Integer.MAX_VALUE);
        }
        assertEquals(false, isCut);
    }

    @Test
    void uploadThatSendsAByteASecondIsCutThoughItMoves() throws IOException {
        sendPut(TEN_GB);
        while (!isCut) {
            second(1, Integer.MAX_VALUE);
        }
        assertEquals(WINDOW_SECONDS, seconds);
    }

    @Test
    void downloadOfTenGigabytesThatMovesIsNeverCut() throws IOException {
        send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        while (connection.link.progress() < TEN_GB) {
            second(0, 1 << 20);
            assertEquals(false, isCut, seconds + " s");
        }
        assertTrue(seconds > TEN_GB >> 20, seconds + " s");
    }

    @Test
    void downloadAtTheMinimumRateIsNotCut() throws IOException {
        send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        for (int i = 0; i < 100 * WINDOW_SECONDS; i++) {
            second(0, MIN_RATE);
        }
        assertEquals(false, isCut);
    }

    @Test
    void downloadBelowTheMinimumRateIsCut() throws IOException {
        send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        while (!isCut) {
            second(0, MIN_RATE - 1);
        }
        assertEquals(WINDOW_SECONDS, seconds);
    }

    @Test
    void headThatSendsAByteASecondIsCutAsAWhole() throws IOException {
        String head = "GET / HTTP/1.1\r\nHost: h\r\nX-A: " + "b".repeat(1000) + "\r\n\r\n";
        for (int i = 0; !isCut; i++) {
            channel.append(head.substring(i, i + 1));
            second(0, Integer.MAX_VALUE);
        }
        assertEquals(OPTIONS.headTimeout().toSeconds(), seconds);
        assertTrue(channel.written().startsWith("HTTP/1.1 408 Request Timeout\r\n"),
                channel.written());
    }

    /** A body of zeros. */
    private static final class TenGigabytes implements Body {

        private final ByteBuffer piece = ByteBuffer.allocate(1 << 16);

        @Override
        public long length() {
            return TEN_GB;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            int count = (int) Math.min(TEN_GB - position, target.remaining());
            target.position(target.position() + count);
            return count;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return target.write(piece.clear().limit((int) Math.min(count, piece.capacity())));
        }
    }
}
