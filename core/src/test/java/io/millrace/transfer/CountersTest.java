package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.transfer.Counters.Figure;
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
}
