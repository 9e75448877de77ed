package io.millrace.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What 0 means in a limit, and where a limit lies. */
class EvictionLimitsTest {

    @Test
    void limitOfZeroIsNone() {
        assertFalse(new EvictionLimits(0, 0).any());
        assertTrue(new EvictionLimits(1, 0).any());
        assertTrue(new EvictionLimits(0, 1).any());
        assertFalse(new EvictionLimits(1, 0).isOver(Long.MAX_VALUE));
    }

    @Test
    void bytesAtTheLimitAreNotTooMany() {
        EvictionLimits limits = new EvictionLimits(0, 100);
        assertFalse(limits.isOver(100));
        assertTrue(limits.isOver(101));
        assertEquals(90, limits.lowBytes());
    }
}
