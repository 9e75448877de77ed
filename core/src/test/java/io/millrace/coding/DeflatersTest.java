package io.millrace.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class DeflatersTest {

    @Test
    void limitIsReachedAndNotPassed() {
        Deflaters deflaters = new Deflaters(1, 2);
        Deflater first = deflaters.take();
        assertTrue(deflaters.isFree());
        Deflater second = deflaters.take();
        assertNotSame(first, second);
        assertFalse(deflaters.isFree());
        deflaters.release(first);
        assertTrue(deflaters.isFree());
        assertSame(first, deflaters.take());
    }

    @Test
    void fewAreKeptAndOthersAreFreed() {
        Deflaters deflaters = new Deflaters(1, 1000);
        List<Deflater> taken = new ArrayList<>();
        int kept = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i <= kept; i++) {
            taken.add(deflaters.take());
        }
        taken.forEach(deflaters::release);
        assertEquals(0, deflaters.inUse());
        taken.get(kept - 1).reset();
        // It has ended: NullPointerException up to JDK 24, IllegalStateException on 25.
        assertThrows(RuntimeException.class, taken.get(kept)::reset);
    }
}
