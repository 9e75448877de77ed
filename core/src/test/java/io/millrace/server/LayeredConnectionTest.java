package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ExchangeStub;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.OpeningException;
import io.millrace.transfer.Phase;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** A connection with a layer before its socket, which opens, waits and ends as a test says. */
class LayeredConnectionTest {

    private static final String LAST_REQUEST =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /** Passes bytes on unchanged. */
    private final class LayerStub implements Layer {

        boolean isOpening;
        boolean hasBegun;
        boolean hasInput;
        volatile boolean isBusy;
        Runnable task;
        OpeningException failure;
        int outputEnds;
        int unsent;
        /** What the socket does not take of the end of output. */
        int unsentAtTheEnd;

        @Override
        public boolean isOpening() {
            return isOpening;
        }

        @Override
        public boolean hasBegun() {
            return hasBegun;
        }

        @Override
        public boolean hasInput() {
            return hasInput;
        }

        @Override
        public boolean isBusy() {
            return isBusy;
        }

        @Override
        public Runnable task() {
            Runnable taken = task;
            task = null;
            return taken;
        }

        @Override
        public void endOutput() {
            outputEnds++;
            unsent = unsentAtTheEnd;
        }

        @Override
        public int unsentBytes() {
            return unsent;
        }

        @Override
        public boolean flush() {
            return unsent == 0;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (failure != null) {
                throw failure;
            }
            return isBusy ? 0 : peer.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return peer.write(source);
        }

        @Override
        public boolean isOpen() {
            return peer.isOpen();
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    private final MemoryChannel peer = new MemoryChannel();
    private final LayerStub layer = new LayerStub();
    private final Semaphore wakeups = new Semaphore(0);
    private final Completions completions = new Completions(wakeups::release);
    private final Resources resources = new Resources(ServerOptions.builder().port(0).build(),
            request -> Response.text("one"), new Counters(), completions);
    private final Connection connection = new Connection(peer, layer, resources);

    private void assertEndsBehindTheResponse(Connection connection) throws IOException {
        assertEquals(0, layer.outputEnds, "the response would be cut");
        peer.room = Integer.MAX_VALUE;
        connection.visit();
        assertEquals(1, layer.outputEnds);
        assertTrue(peer.written().endsWith("one"), peer.written());
    }

    @Test
    void outputEndsBehindTheResponseToAClientThatHasEndedItsSide() throws IOException {
        CompletableFuture<Response> later = new CompletableFuture<>();
        Connection waiting = new Connection(peer, layer, new Resources(resources.options,
                request -> Response.later(later), new Counters(), completions));
        peer.append(Wire.get("/"));
        peer.ended = true;
        waiting.visit();
        assertEquals(Want.APPLICATION_ALONE, waiting.visit(), "the end has been read");
        peer.room = 0;
        later.complete(Response.text("one"));
        assertEquals(Want.WRITE, waiting.onCompletion(completions.poll()));
        assertEndsBehindTheResponse(waiting);
    }

    @Test
    void outputEndsBehindTheResponseBeforeAMalformedBody() throws IOException {
        peer.room = 0;
        peer.append(OneWorker.PUT_CHUNKED + "zz\r\n");
        assertEquals(Want.WRITE, connection.visit());
        assertEndsBehindTheResponse(connection);
    }

    @Test
    void openingIsTimedByItsFirstByteAndThenLikeAHead() {
        layer.isOpening = true;
        assertEquals(Phase.FIRST_BYTE, connection.phase(Want.READ));
        layer.hasBegun = true;
        assertEquals(Phase.HEAD, connection.phase(Want.READ));
        layer.isOpening = false;
        assertEquals(Phase.FIRST_BYTE, connection.phase(Want.READ));
    }

    @Test
    void inputThatNoSelectorReportsIsVisitedAgain() throws IOException {
        assertEquals(Want.READ, connection.visit());
        layer.hasInput = true;
        assertEquals(Want.WRITE, connection.visit());
    }

    // It may be the client's end, which the application wants to hear of.
    @Test
    void inputThatNoSelectorReportsIsReadWhileTheApplicationIsWaitedFor() throws IOException {
        List<String> told = new ArrayList<>();
        Connection waiting = new Connection(peer, layer, new Resources(
                ServerOptions.builder().port(0).build(), request -> {
                    request.whenHalfClosed(() -> told.add("half-closed"));
                    return Response.later(new CompletableFuture<>());
                }, new Counters(), completions));
        peer.append(Wire.get("/"));
        layer.hasInput = true;
        assertEquals(Want.WRITE, waiting.visit());
        peer.ended = true;
        layer.hasInput = false;
        assertEquals(Want.APPLICATION_ALONE, waiting.visit());
        assertEquals(List.of("half-closed"), told);
    }

    // Or its worker would go round until the sink has room.
    @Test
    void inputThatNoSelectorReportsIsLeftWhileTheSinkIsFull() throws IOException {
        PacedSinkStub paced = new PacedSinkStub();
        Connection full = new Connection(peer, layer, new Resources(resources.options,
                request -> new ExchangeStub(paced), new Counters(), completions));
        peer.append(Wire.put("hello"));
        layer.hasInput = true;
        assertEquals(Want.APPLICATION_ALONE, full.visit());
        paced.makeRoom(100);
        full.onCompletion(completions.poll());
        assertEquals("hello", paced.bytes.toString(StandardCharsets.US_ASCII));
    }

    // Or each of them would begin the time anew.
    @Test
    void headThatTakesSeveralVisitsIsTimedAsAWhole() throws IOException {
        peer.append("GET / HTTP/1.1\r\nHost:");
        layer.hasInput = true;
        Want want = connection.visit();
        assertEquals(Want.WRITE, want);
        assertEquals(Phase.HEAD, connection.phase(want));
    }

    @Test
    void inputThatNoSelectorReportsIsTakenThoughTheClientReadsNoMore() throws IOException {
        EarlyExchange early = new EarlyExchange();
        early.response.complete(Response.of(Status.OK).with(Body.of(new byte[1 << 20])));
        Connection duplex = new Connection(peer, layer, new Resources(
                ServerOptions.builder().port(0).build(), request -> early, new Counters(),
                completions));
        peer.room = 1000;
        peer.append(Wire.put(100) + "hello");
        duplex.visit();
        peer.append("more");
        layer.hasInput = true;
        assertEquals(Want.READ_WRITE, duplex.onCompletion(completions.poll()));
        assertEquals("hellomore", early.bytes.toString());
        assertEquals(Completions.Kind.VISIT, completions.poll().kind());
    }

    @Test
    void taskIsRunOnAnotherThreadAndTheConnectionGoesOnThen() throws Exception {
        peer.append(Wire.get("/"));
        layer.isBusy = true;
        Thread[] ran = new Thread[1];
        layer.task = () -> {
            ran[0] = Thread.currentThread();
            layer.isBusy = false;
        };
        assertEquals(Want.APPLICATION_ALONE, connection.visit());
        wakeups.acquire();
        assertTrue(ran[0] != Thread.currentThread());
        Completions.Completion done = completions.poll();
        assertTrue(done.isOfLayer());
        assertEquals(Want.READ, connection.onCompletion(done));
        assertTrue(peer.written().endsWith("\r\n\r\none"), peer.written());
        connection.close(Abandonment.PEER_LEFT, new EOFException("meant"));
        assertNull(connection.onCompletion(done), "it is too late");
        resources.close();
    }

    @Test
    void taskThatIsBeingRunIsWaitedFor() throws IOException {
        layer.isBusy = true;
        assertEquals(Want.APPLICATION_ALONE, connection.visit());
        assertEquals(0, completions.count());
    }

    @Test
    void refusalOfAnOpeningLeavesAndTheSideIsShut() throws IOException {
        layer.failure = new OpeningException("meant",
                new HttpException(Status.BAD_REQUEST, "use https"), null);
        assertEquals(Want.LINGER, connection.visit());
        assertTrue(peer.written().startsWith("HTTP/1.1 400 Bad Request\r\n"), peer.written());
        assertTrue(peer.written().endsWith("\r\n\r\nuse https\n"), peer.written());
        assertEquals(1, layer.outputEnds);
    }

    @Test
    void openingThatFailsWithoutARefusalIsToldNothing() throws IOException {
        layer.failure = new OpeningException("meant", null, null);
        assertEquals(Want.LINGER, connection.visit());
        assertEquals("", peer.written());
        assertEquals(1, layer.outputEnds);
    }

    @Test
    void outputEndsBehindTheLastResponseOnly() throws IOException {
        peer.append(Wire.get("/"));
        connection.visit();
        assertEquals(0, layer.outputEnds);
        peer.append(LAST_REQUEST);
        assertEquals(Want.LINGER, connection.visit());
        assertEquals(1, layer.outputEnds);
    }

    @Test
    void sideIsShutWhenTheSocketHasTakenTheEndOfOutput() throws IOException {
        layer.unsentAtTheEnd = 24;
        peer.append(LAST_REQUEST);
        assertEquals(Want.WRITE, connection.visit());
        layer.unsent = 0;
        assertEquals(Want.LINGER, connection.visit());
    }

    // A reset would take with it what the client has yet to read of the response.
    @Test
    void clientThatSendsNoMoreGetsTheEndOfOutputToo() throws IOException {
        layer.unsentAtTheEnd = 24;
        peer.append(Wire.get("/"));
        connection.visit();
        peer.ended = true;
        assertEquals(Want.WRITE, connection.visit());
        layer.unsent = 0;
        assertEquals(Want.CLOSE, connection.visit());
        assertFalse(connection.needsReset(Abandonment.TOO_SLOW));
    }
}
