package io.millrace.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EvictionScheduleTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long DAY_S = 86_400;

    @Test
    void firstPassIsDueAtOnce() {
        assertEquals(0, new EvictionSchedule(new EvictionLimits(DAY_S, 0)).waitNs(17, false));
    }

    @Test
    void passesAreTenMinutesApartOrATenthOfTheTimeOrASecond() {
        long[][] expected = {{0, 600}, {30 * DAY_S, 600}, {6000, 600}, {5990, 599}, {20, 2},
            {1, 1}};
        for (long[] row : expected) {
            EvictionSchedule schedule = new EvictionSchedule(new EvictionLimits(row[0], 1));
            schedule.ended(100 * SECOND, false, false);
            assertEquals(row[1] * SECOND, schedule.waitNs(100 * SECOND, false));
            assertEquals((row[1] - 5) * SECOND, schedule.waitNs(105 * SECOND, false));
        }
    }

    @Test
    void passThatIsAskedForComesASecondAfterTheLast() {
        EvictionSchedule schedule = new EvictionSchedule(new EvictionLimits(0, 1));
        schedule.ended(100 * SECOND, true, true);
        assertEquals(SECOND, schedule.waitNs(100 * SECOND, true));
        assertEquals(0, schedule.waitNs(101 * SECOND, true));
    }

    @Test
    void passesInVainWaitTwiceAsLongUpToThePeriod() {
        EvictionSchedule schedule = new EvictionSchedule(new EvictionLimits(0, 1));
        for (long wait : new long[] {2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600}) {
            schedule.ended(0, true, false);
            assertEquals(wait * SECOND, schedule.waitNs(0, true));
        }
        schedule.ended(0, true, true);
        assertEquals(SECOND, schedule.waitNs(0, true));
    }
}
