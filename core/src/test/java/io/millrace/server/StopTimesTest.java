package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Phase;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a worker that is to stop ends its idle connections, and when all of them. */
class StopTimesTest {

    private static final ServerOptions OPTIONS = ServerOptions.builder().port(0).build();
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final Deadlines.Stop stop = new Deadlines.Stop();
    private final Deadlines deadlines = new Deadlines(OPTIONS);

    private void addIdle() {
        Connection idle = new Connection(new MemoryChannel(), Layer.NONE, new Resources(OPTIONS,
                request -> Response.text(""), new Counters(), new Completions(() -> { })));
        deadlines.start(idle, Phase.IDLE, System.nanoTime());
    }

    @Test
    void nothingEndsBeforeAStopHasBegun() {
        assertFalse(stop.isBegun());
        assertFalse(stop.isOver(true, HOUR_NS));
        assertEquals(Long.MAX_VALUE, stop.untilNextNs(0));
    }

    @Test
    void earliestOfSeveralStopsCounts() {
        stop.at(100);
        stop.at(200);
        assertEquals(100, stop.untilNextNs(0));
        stop.at(50);
        assertEquals(50, stop.untilNextNs(0));
        assertEquals(50, stop.latestNs(7));
        assertEquals(0, stop.untilNextNs(60));
    }

    @Test
    void stopIsOverWithTheLastConnectionOrAtItsTime() {
        stop.at(100);
        assertTrue(stop.isBegun());
        assertTrue(stop.isOver(true, 0));
        assertFalse(stop.isOver(false, 99));
        assertTrue(stop.isOver(false, 100));
    }

    @Test
    void idleConnectionsEndAtTheirTimeAndTheOthersStay() throws Exception {
        addIdle();
        long nowNs = System.nanoTime();
        stop.endIdleAt(nowNs + HOUR_NS);
        assertTrue(stop.isBegun());
        assertFalse(stop.isTimeToEndIdle(deadlines));
        assertEquals(HOUR_NS, stop.untilNextNs(nowNs));
        assertEquals(0, stop.untilNextNs(nowNs + 2 * HOUR_NS));
        stop.endIdleAt(nowNs);
        assertTrue(stop.isTimeToEndIdle(deadlines));
        assertTrue(stop.latestNs(nowNs) - nowNs > HOUR_NS, "each of them is looked at");
        assertFalse(stop.isOver(true, nowNs + HOUR_NS));
        stop.idleHaveEnded();
        assertFalse(stop.isTimeToEndIdle(deadlines), "once");
        assertEquals(Long.MAX_VALUE, stop.untilNextNs(nowNs));
        stop.awaitNoIdle(HOUR_NS);
    }

    @Test
    void idleConnectionsEndAtOnceIfThereIsNoneOrAllAreToEnd() {
        stop.endIdleAt(System.nanoTime() + HOUR_NS);
        assertTrue(stop.isTimeToEndIdle(deadlines));
        addIdle();
        assertFalse(stop.isTimeToEndIdle(deadlines));
        stop.at(System.nanoTime() + HOUR_NS);
        assertTrue(stop.isTimeToEndIdle(deadlines));
    }
}
