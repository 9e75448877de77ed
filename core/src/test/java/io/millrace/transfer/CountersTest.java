package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transfer.Counters.Figure;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountersTest {

    private static final long GIB = 1L << 30;

    private final Counters counters = new Counters();

    private void check(long bytes) {
        assertEquals(bytes, counters.read(Figure.BYTES_IN_FLIGHT));
    }

    @Test
    void bodiesAreInFlightUntilTheyAreWholeOrGivenUp() {
        counters.inFlight(0, 100);
        check(100);
        counters.inFlight(0, 50);
        check(150);
        counters.inFlight(100, 70);
        check(120);
        counters.inFlight(50, 0);
        check(70);
        counters.inFlight(70, 0);
        check(0);
    }

    @Test
    void hugeBodyCountsByItsLast64GiB() {
        counters.inFlight(0, Long.MAX_VALUE);
        check(64 * GIB);
        counters.inFlight(Long.MAX_VALUE, 64 * GIB + 1);
        check(64 * GIB);
        counters.inFlight(64 * GIB + 1, 64 * GIB - 1);
        check(64 * GIB - 1);
        counters.inFlight(64 * GIB - 1, 0);
        check(0);
    }

    @Test
    void busyTimeIncludesTheTurnInProgress() {
        long beganNs = System.nanoTime() - 5_000_000;
        assertEquals(0, counters.busyNs());
        counters.beginTurn(beganNs);
        long busyNs = counters.busyNs();
        assertTrue(busyNs >= 5_000_000 && busyNs <= System.nanoTime() - beganNs, busyNs + "");
        counters.endTurn(beganNs, beganNs + 7);
        assertEquals(7, counters.busyNs());
        counters.beginTurn(beganNs);
        assertTrue(counters.busyNs() >= 5_000_007);
        counters.beginTurn(System.nanoTime()); // the last one has failed, and counts for nothing
        assertTrue(counters.busyNs() <= System.nanoTime() - beganNs);
    }

    @Test
    void latencyAtABoundIsInItsBucketAndOnePastItIsInTheNext() {
        for (int bucket = 0; bucket < Counters.LATENCY_BOUNDS_US.size(); bucket++) {
            long boundNs = Counters.LATENCY_BOUNDS_US.get(bucket) * 1000;
            long before = counters.latencies(bucket);
            counters.addLatency(boundNs, 1);
            counters.addLatency(boundNs + 1, 1);
            assertEquals(before + 1, counters.latencies(bucket));
            assertEquals(1, counters.latencies(bucket + 1));
        }
    }

    @Test
    void requestsOfOneTurnAreTimedWhenTheirVisitEnds() {
        long turnNs = System.nanoTime();
        counters.time(turnNs, turnNs);
        counters.time(turnNs, turnNs);
        assertEquals(0, counters.read(Figure.LATENCY_NS));
        counters.endVisit(turnNs);
        assertEquals(2, timed());
        assertLatency(counters.read(Figure.LATENCY_NS), 0, 2 * (System.nanoTime() - turnNs));
        counters.endVisit(turnNs);
        assertEquals(2, timed());
        long before = counters.read(Figure.LATENCY_NS);
        long earlierNs = turnNs - 1_000_000;
        counters.time(earlierNs, turnNs);
        assertEquals(3, timed());
        assertLatency(counters.read(Figure.LATENCY_NS) - before, 1_000_000,
                System.nanoTime() - earlierNs);
    }

    private static void assertLatency(long ns, long least, long most) {
        assertTrue(ns >= least && ns <= most, () -> ns + " ns");
    }

    private long timed() {
        return IntStream.rangeClosed(0, Counters.LATENCY_BOUNDS_US.size())
                .mapToLong(counters::latencies).sum();
    }

    @Test
    void sumHasTheFiguresOfAll() {
        counters.add(Figure.BYTES_IN, 5);
        counters.responded(0, 200, 1);
        counters.responded(Counters.OTHER_METHOD, 599, 2);
        counters.refused(Counters.LEAST_REFUSAL, 1);
        counters.refused(Counters.MOST_REFUSAL, 1);
        counters.add(Figure.APPLICATION_TIMEOUTS, 1);
        counters.add(Figure.FIRST_BYTE_TIMEOUTS, 1);
        counters.endTurn(0, 9);
        Counters sum = Counters.sum(List.of(counters, counters));
        counters.add(Figure.BYTES_IN, 5);
        assertEquals(10, sum.read(Figure.BYTES_IN));
        assertEquals(6, sum.responses());
        assertEquals(4, sum.responses(Counters.OTHER_METHOD, 5));
        assertEquals(2, sum.refusals(Counters.LEAST_REFUSAL));
        assertEquals(2, sum.refusals(Counters.MOST_REFUSAL));
        assertEquals(4, sum.timeouts());
        assertEquals(18, sum.busyNs());
    }
}
