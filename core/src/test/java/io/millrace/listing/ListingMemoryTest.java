package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The memory that listings share. */
class ListingMemoryTest {

    private final ListingMemory memory = new ListingMemory(100);

    @Test
    void halfOfWhatIsLeftIsTakenButNoMoreThanWanted() {
        assertEquals(10, memory.takeHalf(10));
        assertEquals(45, memory.takeHalf(1000));
        assertEquals(55, memory.takenBytes());
        assertEquals(22, memory.takeHalf(1000));
        memory.give(77);
        assertEquals(50, memory.takeHalf(1000));
    }

    @Test
    void allThatIsLeftCanBeTakenAndNotAByteMore() {
        assertTrue(memory.take(60));
        assertFalse(memory.take(41));
        assertTrue(memory.take(40));
        assertFalse(memory.take(1));
        assertEquals(0, memory.takeHalf(1000));
        memory.give(1);
        assertTrue(memory.take(1));
    }
}
