package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.Logged;
import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogThrottleTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private final LogThrottle throttle = new LogThrottle();

    @Test
    void firstLineIsWrittenWhateverTheClockSays() {
        assertEquals(0, throttle.pass(Long.MIN_VALUE));
    }

    @Test
    void lineIsWithheldForASecondAndNotOneNanosecondMore() {
        assertEquals(0, throttle.pass(5));
        assertEquals(-1, throttle.pass(5));
        assertEquals(-1, throttle.pass(5 + SECOND_NS - 1));
        assertEquals(2, throttle.pass(5 + SECOND_NS));
    }

    @Test
    void secondBeginsAnewWithEachLineThatIsWritten() {
        throttle.pass(0);
        assertEquals(0, throttle.pass(SECOND_NS));
        assertEquals(-1, throttle.pass(2 * SECOND_NS - 1));
        assertEquals(1, throttle.pass(2 * SECOND_NS));
    }

    @Test
    void clockMayPassItsLargestNumber() {
        throttle.pass(Long.MAX_VALUE);
        assertEquals(-1, throttle.pass(Long.MIN_VALUE));
        assertEquals(1, throttle.pass(Long.MAX_VALUE + SECOND_NS));
    }

    @Test
    void lineTellsHowManyWereWithheld() throws Exception {
        try (Logged logged = new Logged(LogThrottleTest.class)) {
            for (long nowNs = 0; nowNs <= SECOND_NS; nowNs += SECOND_NS / 4) {
                throttle.log(LogThrottleTest.class, Level.WARNING, "failed", null, nowNs);
            }
            assertEquals(List.of("failed", "failed (and 3 more since the last such line)"),
                    logged.lines());
        }
    }
}
