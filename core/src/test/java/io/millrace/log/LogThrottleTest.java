package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class LogThrottleTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private final LogThrottle throttle = new LogThrottle();

    @Test
    void firstLineIsWrittenWhateverTheClockSays() {
        assertEquals("a", throttle.line("a", Long.MIN_VALUE));
    }

    @Test
    void lineIsWithheldForASecondAndNotOneNanosecondMore() {
        assertEquals("a", throttle.line("a", 5));
        assertNull(throttle.line("b", 5));
        assertNull(throttle.line("c", 5 + SECOND_NS - 1));
        assertEquals("d (and 2 more since the last such line)", throttle.line("d", 5 + SECOND_NS));
    }

    @Test
    void secondBeginsAnewWithEachLineThatIsWritten() {
        throttle.line("a", 0);
        assertEquals("b", throttle.line("b", SECOND_NS));
        assertNull(throttle.line("c", 2 * SECOND_NS - 1));
        assertEquals("d (and 1 more since the last such line)", throttle.line("d", 2 * SECOND_NS));
    }

    @Test
    void clockMayPassItsLargestNumber() {
        throttle.line("a", Long.MAX_VALUE);
        assertNull(throttle.line("b", Long.MIN_VALUE));
        assertEquals("c (and 1 more since the last such line)",
                throttle.line("c", Long.MAX_VALUE + SECOND_NS));
    }
}
