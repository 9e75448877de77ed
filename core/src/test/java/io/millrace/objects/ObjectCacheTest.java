package io.millrace.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.meta.ObjectFields;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.Version;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What stays in memory, what leaves, and when it has to be checked. */
class ObjectCacheTest {

    private static final long WINDOW_NS = 1000;
    private static final int BYTES = 100;
    private static final long READ_MS = 784_111_777_000L;
    private static final long COST = object("a").costBytes();

    private long nowNs = Long.MAX_VALUE - 10; // a clock may overflow

    private static CachedObject object(String name) {
        return object(name, 0, 0);
    }

    private static CachedObject object(String name, long modifiedMs, long checkedNs) {
        Version version = new Version(BYTES, TimeUnit.MILLISECONDS.toNanos(modifiedMs), 1, true);
        return new CachedObject(name, version, ObjectMeta.NONE,
                Response.of(Status.OK).with(Body.of(new byte[BYTES])), READ_MS, checkedNs,
                version.modifiedNs());
    }

    private ObjectCache cache(long maxBytes) {
        return new ObjectCache(maxBytes, BYTES, WINDOW_NS, () -> nowNs);
    }

    private static void keep(ObjectCache cache, String... names) {
        for (String name : names) {
            cache.keep(object(name));
        }
    }

    @Test
    void roomIsFilledToTheLastByteAndTheOldestLeavesBeyond() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b", "c");
        assertEquals(3 * COST, cache.usedBytes());
        keep(cache, "d");
        assertEquals(3 * COST, cache.usedBytes());
        assertNull(cache.find("a"));
        assertEquals("b", cache.find("b").name());
        cache = cache(3 * COST - 1);
        keep(cache, "a", "b", "c");
        assertEquals(2 * COST, cache.usedBytes());
        assertNull(cache.find("a"));
    }

    @Test
    void whatWasAskedForStaysAnotherTurn() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b", "c");
        cache.find("a");
        keep(cache, "d");
        assertNull(cache.find("b"));
        assertEquals("a", cache.find("a").name());
        assertEquals("c", cache.find("c").name());
        assertEquals("d", cache.find("d").name());
    }

    @Test
    void newcomerComesInAmongAnyNumberThatWereAskedFor() {
        ObjectCache cache = cache(20 * COST);
        for (char name = 'a'; name < 'a' + 20; name++) {
            keep(cache, String.valueOf(name));
            cache.find(String.valueOf(name));
        }
        keep(cache, "z");
        assertEquals(20 * COST, cache.usedBytes());
        assertEquals("z", cache.find("z").name());
        // The first eight got another turn; looking for room ends there.
        assertNull(cache.find("i"));
        assertEquals("h", cache.find("h").name());
    }

    @Test
    void objectThatIsLargerThanAllRoomChangesNothing() {
        ObjectCache cache = cache(COST);
        keep(cache, "a", "ab");
        assertEquals("a", cache.find("a").name());
        assertNull(cache.find("ab"));
        keep(cache, "b");
        assertNull(cache.find("a"));
        assertEquals(COST, cache.usedBytes());
    }

    @Test
    void laterObjectTakesItsNamesPlace() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b", "a");
        assertEquals(2 * COST, cache.usedBytes());
        keep(cache, "c", "d");
        assertNull(cache.find("b"));
        assertEquals("a", cache.find("a").name());
    }

    @Test
    void forgottenObjectGivesItsRoomBackOnce() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b");
        CachedObject first = cache.find("a");
        cache.forget("a");
        cache.forget("a");
        cache.forget(first);
        assertNull(cache.find("a"));
        assertEquals(COST, cache.usedBytes());
        keep(cache, "a");
        cache.forget(first); // it is not this one that is here now
        assertEquals(2 * COST, cache.usedBytes());
        assertEquals("a", cache.find("a").name());
    }

    @Test
    void checkIsDueWhenTheWindowHasPassed() {
        ObjectCache cache = cache(COST);
        CachedObject object = object("a", 0, nowNs);
        assertFalse(cache.isCheckDue(object, nowNs + WINDOW_NS - 1));
        assertTrue(cache.isCheckDue(object, nowNs + WINDOW_NS));
        object.checked(nowNs + WINDOW_NS);
        assertFalse(cache.isCheckDue(object, nowNs + WINDOW_NS));
        assertTrue(cache.isCheckDue(object, nowNs + 2 * WINDOW_NS));
    }

    @Test
    void fileThatChangedAMomentAgoMayChangeUnnoticed() {
        assertFalse(object("a", READ_MS, 0).isSettled());
        assertFalse(object("a", READ_MS + 100_000, 0).isSettled());
        assertFalse(object("a", READ_MS - 3000, 0).isSettled());
        assertTrue(object("a", READ_MS - 3001, 0).isSettled());
    }

    @Test
    void nameIsWorthKeepingWhenItIsMissedAgain() {
        ObjectCache cache = cache(COST);
        for (int i = 0; i < 1000; i++) {
            assertFalse(cache.miss("once" + i));
        }
        assertFalse(cache.miss("twice"));
        assertTrue(cache.miss("twice"));
        assertTrue(cache.miss("twice"));
    }

    @Test
    void cacheWithoutRoomWantsNothing() {
        ObjectCache cache = cache(0);
        cache.miss("a");
        assertFalse(cache.miss("a"));
        keep(cache, "a");
        assertNull(cache.find("a"));
    }

    @Test
    void whatIsBelowAFolderIsForgottenAndNothingBesideIt() {
        ObjectCache cache = cache(10 * COST);
        keep(cache, "a/b", "a/c/d", "a", "ab", "b/a/b");
        cache.forgetBelow("a");
        assertNull(cache.find("a/b"));
        assertNull(cache.find("a/c/d"));
        for (String name : new String[] {"a", "ab", "b/a/b"}) {
            assertEquals(name, cache.find(name).name());
        }
    }

    @Test
    void closedCacheHasNothingAndKeepsNothing() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b");
        cache.close();
        keep(cache, "c");
        for (String name : new String[] {"a", "b", "c"}) {
            assertNull(cache.find(name));
        }
        assertEquals(0, cache.objects());
        assertEquals(0, cache.usedBytes());
    }

    @Test
    void requestsAndObjectsAreCounted() {
        ObjectCache cache = cache(3 * COST);
        keep(cache, "a", "b");
        cache.hit();
        cache.hit();
        cache.miss("c");
        assertEquals(2, cache.objects());
        assertEquals(2, cache.hits());
        assertEquals(1, cache.misses());
        assertEquals(nowNs, cache.nowNs());
    }

    @Test
    void sizeDecidesWhatIsHeld() {
        assertTrue(cache(COST).holds(BYTES));
        assertFalse(cache(COST).holds(BYTES + 1));
    }

    @Test
    void sameAnswerIsGivenEveryTime() {
        ObjectCache cache = cache(COST);
        keep(cache, "a");
        assertSame(cache.find("a").response(), cache.find("a").response());
    }

    @Test
    void objectTakesRoomForItsNameAndItsFields() throws Exception {
        ObjectMeta meta = new ObjectMeta(
                ObjectFields.of(Headers.of("Content-Language", "x".repeat(1000))), Map.of());
        CachedObject object = new CachedObject("a", new Version(BYTES, 0, 1, true), meta,
                Response.of(Status.OK).with(Body.of(new byte[BYTES])), READ_MS, 0, 0);
        assertEquals(COST + 2000, object.costBytes());
        assertEquals(COST + 2000, object("a".repeat(1001)).costBytes());
    }

    @Test
    void useIsNotedAtOnceAndThenOnceASecond() {
        CachedObject object = object("a", 0, nowNs);
        long secondNs = TimeUnit.SECONDS.toNanos(1);
        assertTrue(object.isUseDue(nowNs));
        assertFalse(object.isUseDue(nowNs));
        assertFalse(object.isUseDue(nowNs + secondNs - 1));
        assertTrue(object.isUseDue(nowNs + secondNs));
        assertFalse(object.isUseDue(nowNs + secondNs + 1));
    }
}
