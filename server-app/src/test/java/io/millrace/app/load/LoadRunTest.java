package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import io.millrace.app.load.wire.Wire;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoadRunTest {

    @Test
    void runOfAClientThatBreaksIsNoSuccess() throws Exception {
        FakeServer server = new FakeServer(request -> 1);
        AtomicInteger connections = new AtomicInteger();
        Wire.Connector breaking = opening -> {
            if (connections.incrementAndGet() == 3) {
                // As of direct memory. The thread prints it, which is no failure of this test.
                throw new OutOfMemoryError("of a test");
            }
            return server.connect(opening);
        };
        LoadResult result = new LoadRun(plan(), breaking, 100).run(Progress.NONE);
        assertEquals(2, result.tally().done());
        assertEquals(0, result.failed());
        assertFalse(result.isSuccess());
    }

    private static LoadPlan plan() throws CommandException {
        return LoadFlags.plan(LoadFlags.FLAGS.parse(List.of("http://h", "--method", "GET",
                "--requests", "5", "--connections", "1", "--fresh")));
    }

    @Test
    @Timeout(60)
    void runThatIsStoppedWhileAClientConnectsTellsWhatWasMeasuredSoFar() throws Exception {
        FakeServer server = new FakeServer(request -> 1);
        AtomicInteger connections = new AtomicInteger();
        CountDownLatch connecting = new CountDownLatch(1);
        LoadRun run = new LoadRun(plan(), opening -> {
            if (connections.incrementAndGet() == 3) {
                CountDownLatch closed = new CountDownLatch(1);
                opening.opens(closed::countDown);
                connecting.countDown();
                awaitUninterruptibly(closed);
                throw new ClosedChannelException();
            }
            return server.connect(opening);
        }, 100);
        FutureTask<LoadResult> result = new FutureTask<>(() -> run.run(Progress.NONE));
        new Thread(result).start();
        connecting.await();
        run.stop();
        assertEquals(2, result.get().tally().done());
        assertEquals(0, result.get().failed());
        assertTrue(result.get().stopped());
    }

    @Test
    @Timeout(60)
    void clientThatConnectsAfterTheStopEndsAtOnce() throws Exception {
        LoadClient client = new LoadClient(plan(), 0, opening -> {
            AtomicBoolean isClosed = new AtomicBoolean();
            opening.opens(() -> isClosed.set(true));
            throw isClosed.get() ? new ClosedChannelException() : new IOException("connects on");
        }, new BodyPattern(1), LoadClock.SYSTEM, 100);
        client.stop();
        assertThrows(ClosedChannelException.class, client::connect);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
