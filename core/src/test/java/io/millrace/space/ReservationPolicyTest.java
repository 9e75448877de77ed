package io.millrace.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.space.ReservationPolicy.Region;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How far ahead of a body's bytes there is room: at each limit, and one past it. */
class ReservationPolicyTest {

    private static final long LEAST = ReservationPolicy.LEAST_BYTES;
    private static final long MOST = ReservationPolicy.MOST_BYTES;

    @Test
    void nothingIsReservedBeforeTheLeastHasCome() {
        ReservationPolicy ahead = new ReservationPolicy(100 * LEAST);
        assertNull(ahead.next(0));
        assertNull(ahead.next(LEAST - 1));
        assertEquals(new Region(LEAST, 2 * LEAST), ahead.next(LEAST));
    }

    @Test
    void asMuchIsReservedAsHasCome() {
        assertEquals(new Region(7 * LEAST + 1, 14 * LEAST + 2),
                new ReservationPolicy(100 * LEAST).next(7 * LEAST + 1));
    }

    @Test
    void moreIsReservedOnceLessThanHalfOfThatIsAhead() {
        ReservationPolicy ahead = new ReservationPolicy(100 * LEAST);
        assertEquals(new Region(6 * LEAST, 12 * LEAST), ahead.next(6 * LEAST));
        assertNull(ahead.next(6 * LEAST));
        assertNull(ahead.next(8 * LEAST));
        assertEquals(new Region(12 * LEAST, 16 * LEAST + 4), ahead.next(8 * LEAST + 2));
    }

    @Test
    void whatHasComeBeyondTheRoomNeedsNone() {
        ReservationPolicy ahead = new ReservationPolicy(100 * LEAST);
        ahead.next(LEAST);
        assertEquals(new Region(5 * LEAST, 10 * LEAST), ahead.next(5 * LEAST));
    }

    @Test
    void nothingIsReservedBeyondTheEnd() {
        assertEquals(new Region(8 * LEAST, 10 * LEAST + 1),
                new ReservationPolicy(10 * LEAST + 1).next(8 * LEAST));
    }

    @Test
    void endThatIsNearIsNotWorthACall() {
        assertEquals(new Region(8 * LEAST, 9 * LEAST),
                new ReservationPolicy(9 * LEAST).next(8 * LEAST));
        assertNull(new ReservationPolicy(9 * LEAST - 1).next(8 * LEAST));
        assertNull(new ReservationPolicy(9 * LEAST).next(9 * LEAST));
    }

    @Test
    void aheadIsAtMostSoMuch() {
        ReservationPolicy ahead = new ReservationPolicy(Long.MAX_VALUE);
        assertEquals(new Region(MOST, 2 * MOST), ahead.next(MOST));
        assertEquals(new Region(2 * MOST + 1, 3 * MOST + 1), ahead.next(2 * MOST + 1));
        assertNull(ahead.next(2 * MOST + 1 + MOST / 2));
        assertEquals(new Region(3 * MOST + 1, 3 * MOST + 2 + MOST / 2),
                ahead.next(2 * MOST + 2 + MOST / 2));
    }

    @Test
    void bodyAsLongAsAnyIsReservedToItsEnd() {
        long received = Long.MAX_VALUE - LEAST;
        assertEquals(new Region(received, Long.MAX_VALUE),
                new ReservationPolicy(Long.MAX_VALUE).next(received));
    }

    @Test
    void bodyThatComesInSmallPiecesTakesFewCalls() {
        long body = 40_000_000;
        ReservationPolicy ahead = new ReservationPolicy(body);
        List<Region> regions = new ArrayList<>();
        for (long received = 1000; received <= body; received += 1000) {
            Region region = ahead.next(received);
            if (region != null) {
                assertTrue(region.to() <= 2 * received, "no more than has come");
                regions.add(region);
            }
        }
        assertTrue(regions.size() <= 7, regions.toString());
        for (int i = 1; i < regions.size(); i++) {
            assertEquals(regions.get(i - 1).to(), regions.get(i).from());
        }
        assertEquals(body, regions.get(regions.size() - 1).to());
    }
}
