package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the cache of a folder keeps, and what leaves it. */
class SiteCacheTest {

    private static SiteCache.Entry entry(long costBytes) {
        return new SiteCache.Entry(new FolderLook(List.of()), new SiteFile(Map.of()), costBytes, 0);
    }

    @Test
    void oldestLeavesWhenOneByteTooManyComes() {
        SiteCache cache = new SiteCache(100);
        cache.keep("a", entry(40));
        cache.keep("b", entry(30));
        cache.keep("c", entry(30));
        assertEquals(100, cache.usedBytes());
        assertEquals(40, cache.find("a") == null ? 0 : 40);
        cache.keep("d", entry(1));
        assertNull(cache.find("a"));
        assertEquals(61, cache.usedBytes());
        cache.keep("e", entry(100));
        assertNull(cache.find("b"));
        assertNull(cache.find("d"));
        assertEquals(100, cache.usedBytes());
    }

    @Test
    void whatIsLargerThanAllIsNotKept() {
        SiteCache cache = new SiteCache(100);
        SiteCache.Entry kept = entry(100);
        cache.keep("a", kept);
        assertSame(kept, cache.find("a"));
        cache.keep("b", entry(101));
        assertNull(cache.find("b"));
        assertSame(kept, cache.find("a"));
        SiteCache none = new SiteCache(0);
        none.keep("a", entry(1));
        assertNull(none.find("a"));
    }

    @Test
    void sameNameTakesThePlaceAndIsCountedOnce() {
        SiteCache cache = new SiteCache(100);
        cache.keep("a", entry(20));
        cache.keep("a", entry(70));
        assertEquals(70, cache.usedBytes());
        cache.forget("a");
        cache.forget("a");
        assertEquals(0, cache.usedBytes());
        assertNull(cache.find("a"));
    }
}
