package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class SeldomTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private final Seldom seldom = new Seldom();

    @Test
    void firstLineIsWrittenWhateverTheClockSays() {
        assertEquals("a", seldom.line("a", Long.MIN_VALUE));
    }

    @Test
    void lineIsWithheldForASecondAndNotOneNanosecondMore() {
        assertEquals("a", seldom.line("a", 5));
        assertNull(seldom.line("b", 5));
        assertNull(seldom.line("c", 5 + SECOND_NS - 1));
        assertEquals("d, and 2 more since the last such line", seldom.line("d", 5 + SECOND_NS));
    }

    @Test
    void secondBeginsAnewWithEachLineThatIsWritten() {
        seldom.line("a", 0);
        assertEquals("b", seldom.line("b", SECOND_NS));
        assertNull(seldom.line("c", 2 * SECOND_NS - 1));
        assertEquals("d, and 1 more since the last such line", seldom.line("d", 2 * SECOND_NS));
    }

    @Test
    void clockMayPassItsLargestNumber() {
        seldom.line("a", Long.MAX_VALUE);
        assertNull(seldom.line("b", Long.MIN_VALUE));
        assertEquals("c, and 1 more since the last such line",
                seldom.line("c", Long.MAX_VALUE + SECOND_NS));
    }
}
