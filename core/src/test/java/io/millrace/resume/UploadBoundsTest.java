package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is counted of all uploads: their number, their bytes, and the memory that they take. */
class UploadBoundsTest {

    private final UploadSizes sizes = new UploadSizes();
    private final UploadMemory memory = new UploadMemory(100, 2);

    @Test
    void uploadTakesAPlaceFromItsBeginningToItsEnd() {
        assertTrue(sizes.begin(2));
        assertTrue(sizes.mayBegin("a"));
        assertTrue(sizes.begin(2));
        assertFalse(sizes.begin(2));
        sizes.begun("a");
        assertFalse(sizes.mayBegin("a"));
        assertTrue(sizes.mayBegin("b"));
        sizes.begun(null);
        assertFalse(sizes.mayBegin("b"));
        assertTrue(sizes.begin(2));
        sizes.begun("b");
        assertFalse(sizes.begin(2));
        sizes.remove("a");
        assertTrue(sizes.begin(2));
        assertEquals(Set.of("b"), sizes.names());
    }

    @Test
    void bytesOfAllUploadsAreThoseThatEachHasNow() {
        assertTrue(sizes.set("a", 10, 15));
        assertTrue(sizes.set("b", 5, 15));
        assertFalse(sizes.set("b", 6, 15));
        assertEquals(15, sizes.total());
        assertTrue(sizes.set("a", 9, 15));
        assertTrue(sizes.set("b", 6, 15));
        sizes.found("a", 100); // it is known
        sizes.found("c", 3);
        assertEquals(18, sizes.total());
        sizes.remove("a");
        sizes.remove("a");
        sizes.remove("d");
        assertEquals(9, sizes.total());
    }

    @Test
    void uploadThatBeginsKeepsTheBytesThatItHasAlready() {
        sizes.begin(2);
        sizes.set("a", 7, 10);
        sizes.begun("a");
        sizes.remove("a");
        assertEquals(0, sizes.total());
    }

    @Test
    void memoryIsTakenUpToTheLastByteAndGivenBack() {
        assertEquals(1024 + 2 + 3, UploadMemory.bytes("/a", new byte[3]));
        assertTrue(memory.take(60));
        assertFalse(memory.take(41));
        assertTrue(memory.take(40));
        memory.begun(null, 40);
        memory.begun("a", 60);
        assertFalse(memory.take(41));
        memory.found("a", true, 1000); // it is known
        memory.completed("a");
        memory.found("a", false, 1000);
        assertFalse(memory.take(41));
        memory.gone("a");
        memory.gone("a");
        assertTrue(memory.take(100));
        assertFalse(memory.take(1));
    }

    @Test
    void oldestCompleteUploadIsForgottenWhenThereAreTooMany() {
        for (String name : new String[] {"a", "b", "c"}) {
            memory.found(name, false, 10);
            assertNull(memory.oldest());
        }
        memory.completed("b");
        memory.completed("a");
        assertNull(memory.surplus());
        assertEquals("b", memory.oldest());
        memory.completed("c");
        memory.completed("d"); // nothing is known of it
        assertEquals("b", memory.surplus());
        memory.gone("b");
        assertNull(memory.surplus());
        assertEquals(Set.of("a", "c"), memory.names());
    }

    @Test
    void oldestCompleteUploadIsForgottenWhenTheyTakeTooMuch() {
        memory.found("a", true, 100);
        assertNull(memory.surplus());
        memory.found("b", false, 1);
        assertEquals("a", memory.surplus());
        memory.gone("a");
        assertNull(memory.surplus());
        memory.gone("b");
        assertTrue(memory.take(100));
    }
}
