package io.millrace.app.load.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final long MS = 1_000_000;
    private static final long START = 7_000 * MS;

    private final Timeline timeline = new Timeline(START);

    private List<Timeline.Interval> intervals(int atMost, long ms) {
        return timeline.intervals(atMost, START + ms * MS);
    }

    @Test
    void requestsCountWhenTheyEnd() {
        timeline.onResponse(START, 1);
        timeline.onResponse(START + 99 * MS, 2);
        timeline.onResponse(START + 100 * MS, 3);
        timeline.onError(START + 250 * MS);
        List<Timeline.Interval> intervals = intervals(100, 250);
        assertEquals(3, intervals.size());
        assertEquals(2, intervals.get(0).latencies().count());
        assertEquals(20, intervals.get(0).rate());
        assertEquals(3, intervals.get(1).latencies().maxNs());
        assertEquals(1, intervals.get(2).errors());
        assertEquals(50 * MS, intervals.get(2).ns());
    }

    @Test
    void timeWithoutAResponseHasIntervalsToo() {
        timeline.onResponse(START, 1);
        assertEquals(20, intervals(100, 2000).size());
        assertEquals(0, intervals(100, 2000).get(19).rate());
    }

    @Test
    void longRunHasLongerIntervalsAndLosesNothing() {
        for (int ms = 0; ms < 100_000; ms += 10) {
            timeline.onResponse(START + ms * MS, ms);
            timeline.onError(START + ms * MS);
        }
        List<Timeline.Interval> intervals = intervals(Timeline.MAX_INTERVALS, 100_000);
        assertTrue(intervals.size() <= Timeline.MAX_INTERVALS && intervals.size() > 100);
        assertEquals(10_000, intervals.stream().mapToLong(i -> i.latencies().count()).sum());
        assertEquals(10_000, intervals.stream().mapToLong(Timeline.Interval::errors).sum());
        for (Timeline.Interval each : intervals) {
            assertEquals(100, each.rate(), 1);
        }
    }

    @Test
    void fewerIntervalsMayBeAskedFor() {
        for (int ms = 0; ms < 10_000; ms += 10) {
            timeline.onResponse(START + ms * MS, 1);
        }
        List<Timeline.Interval> intervals = intervals(7, 10_000);
        assertEquals(7, intervals.size());
        assertEquals(1000, intervals.stream().mapToLong(i -> i.latencies().count()).sum());
    }

    @Test
    void tableHasALineForEachInterval() {
        timeline.onResponse(START + 20 * MS, 3 * MS);
        timeline.onError(START + 120 * MS);
        assertEquals("from_s,seconds,responses,errors,responses_per_s,p50_ms,p90_ms,p99_ms,max_ms"
                + "\r\n0.000,0.100,1,0,10.000,3.000000,3.000000,3.000000,3.000000\r\n"
                + "0.100,0.100,0,1,0.000,,,,\r\n",
                TimelineFile.of(timeline, START + 200 * MS));
    }
}
