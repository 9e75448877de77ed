package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.app.load.wire.Wire;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadRunTest {

    @Test
    void runOfAClientThatBreaksIsNoSuccess() throws Exception {
        FakeServer server = new FakeServer(request -> 1);
        AtomicInteger connections = new AtomicInteger();
        Wire.Connector breaking = () -> {
            if (connections.incrementAndGet() == 3) {
                // As of direct memory. The thread prints it, which is no failure of this test.
                throw new OutOfMemoryError("of a test");
            }
            return server.connect();
        };
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(List.of("http://h", "--method", "GET",
                "--requests", "5", "--connections", "1", "--fresh")));
        LoadResult result = new LoadRun(plan, breaking, 100).run(Progress.NONE);
        assertEquals(2, result.tally().done());
        assertEquals(0, result.failed());
        assertFalse(result.isSuccess());
    }
}
