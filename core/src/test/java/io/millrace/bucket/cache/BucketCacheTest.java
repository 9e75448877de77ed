package io.millrace.bucket.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.Validators;
import io.millrace.meta.ObjectFields;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept of objects in a bucket, for how long, and what makes it go. */
class BucketCacheTest {

    private static final long WINDOW_NS = 1_000_000_000;

    private long nowNs;
    private final BucketCache cache = new BucketCache(10_000, 1_000, WINDOW_NS, () -> nowNs);

    private CachedCopy copy(String name, int bytes) {
        return new CachedCopy(name, new ObjectHead(new Validators("\"1\"", 0), bytes, 0,
                ObjectFields.NONE, Map.of()), new byte[bytes], nowNs);
    }

    private CachedCopy keep(String name, int bytes) {
        CachedCopy copy = copy(name, bytes);
        cache.keep(copy, cache.generation(name));
        return copy;
    }

    @Test
    void copyIsFreshForTheWindowAndNoLonger() {
        CachedCopy copy = keep("a", 1);
        nowNs += WINDOW_NS - 1;
        assertSame(copy, cache.fresh("a"));
        nowNs++;
        assertNull(cache.fresh("a"));
        assertSame(copy, cache.find("a"));
        assertEquals(1, cache.hits());
        assertEquals(1, cache.misses());
    }

    @Test
    void checkCountsFromBeforeTheEngineWasAsked() {
        CachedCopy copy = keep("a", 1);
        nowNs += WINDOW_NS;
        long began = nowNs;
        nowNs += WINDOW_NS - 1; // the engine takes so long
        cache.checked(copy, began, cache.generation("a"));
        assertSame(copy, cache.fresh("a"));
        nowNs++;
        assertNull(cache.fresh("a"));
        assertEquals(1, cache.revalidations());
    }

    @Test
    void changeMakesItGoAndWhatWasReadAcrossIsNotKept() {
        int before = cache.generation("a");
        CachedCopy read = copy("a", 1);
        keep("a", 1);
        cache.changed("a");
        assertNull(cache.find("a"));
        cache.keep(read, before);
        assertNull(cache.find("a"));
        cache.keep(read, cache.generation("a"));
        assertNotNull(cache.find("a"));
        cache.checked(read, nowNs + 1, before);
        assertEquals(nowNs, read.checkedNs());
    }

    @Test
    void readThatTookLongerDoesNotReplaceANewerOne() {
        CachedCopy early = copy("a", 1);
        nowNs += WINDOW_NS;
        CachedCopy late = keep("a", 2);
        cache.keep(early, cache.generation("a"));
        assertSame(late, cache.fresh("a"));
        cache.checked(late, nowNs - 1, cache.generation("a"));
        assertEquals(nowNs, late.checkedNs());
    }

    @Test
    void leastRecentlyUsedLeavesFirst() {
        int each = (int) copy("a", 1_000).costBytes();
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            keep(name, 1_000);
        }
        assertTrue(5 * each <= 10_000 && 6 * each > 10_000);
        assertEquals(5, cache.objects());
        assertNotNull(cache.fresh("a"));
        keep("f", 1_000);
        assertNotNull(cache.find("a"));
        assertNull(cache.find("b"));
        assertEquals(5, cache.objects());
        assertEquals(5L * each, cache.bytes());
        keep("f", 500);
        assertEquals(5L * each - 500, cache.bytes());
        cache.forget("f");
        assertEquals(4L * each, cache.bytes());
    }

    @Test
    void newVersionTakesThePlaceOfTheOldOne() {
        keep("b", 500);
        keep("a", 1_000);
        keep("a", 200);
        assertEquals(2, cache.objects());
        assertEquals(copy("a", 200).costBytes() + copy("b", 500).costBytes(), cache.bytes());
    }

    @Test
    void copyThatTakesAllMemoryIsKeptAndOneOfAByteMoreIsNot() {
        BucketCache exact =
                new BucketCache(copy("a", 100).costBytes(), 1_000, WINDOW_NS, () -> nowNs);
        exact.keep(copy("a", 100), 0);
        assertNotNull(exact.find("a"));
        exact.keep(copy("b", 100), 0);
        assertNotNull(exact.find("b"));
        exact.keep(copy("c", 101), 0);
        assertNull(exact.find("c"));
        assertEquals(1, exact.objects());
        assertNotNull(exact.find("b"));
    }

    @Test
    void objectOfTheLargestSizeIsKeptAndALargerOneIsNot() {
        assertTrue(cache.holds(1_000));
        assertFalse(cache.holds(1_001));
        assertFalse(cache.isWanted("a"));
        cache.saw("a", 1_001);
        assertFalse(cache.isWanted("a"));
        cache.saw("a", 1_000);
        assertTrue(cache.isWanted("a"));
    }

    @Test
    void withoutMemoryOrWindowNothingIsKept() {
        for (BucketCache off : new BucketCache[] {new BucketCache(0, 10, WINDOW_NS, () -> nowNs),
            new BucketCache(10_000, 10, 0, () -> nowNs)}) {
            assertFalse(off.isOn());
            off.saw("a", 1);
            assertFalse(off.isWanted("a"));
            off.keep(copy("a", 1), off.generation("a"));
            assertNull(off.fresh("a"));
            assertEquals(0, off.objects());
            assertEquals(0, off.misses());
        }
    }
}
