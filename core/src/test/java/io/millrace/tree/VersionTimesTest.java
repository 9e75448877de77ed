package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VersionTimesTest {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final VersionTimes times = new VersionTimes(Long.MIN_VALUE);

    private static Version at(long modifiedNs) {
        return new Version(1, modifiedNs, 0, true);
    }

    @Test
    void newKeyMayHaveAnyTime() {
        assertEquals(Long.MIN_VALUE, times.latestNs("a", null, NOW));
    }

    @Test
    void replacedVersionOfThePastAndOfTheLastTickCounts() {
        for (long ns : new long[] {Long.MIN_VALUE, 0, NOW - 1, NOW, NOW + 1, NOW + 3 * SECOND}) {
            assertEquals(ns, times.latestNs("a", at(ns), NOW));
        }
    }

    @Test
    void replacedVersionOfTheFutureDoesNotCount() {
        for (long ns : new long[] {NOW + 3 * SECOND + 1, NOW + 86_400 * SECOND, Long.MAX_VALUE}) {
            assertEquals(Long.MIN_VALUE, times.latestNs("a", at(ns), NOW));
            times.removed("a", at(ns), NOW);
            assertEquals(Long.MIN_VALUE, times.latestNs("a", null, NOW));
        }
    }

    @Test
    void removedVersionCountsForItsKeyUntilTheClockHasLeftItBehind() {
        times.removed("a", at(NOW), NOW + SECOND);
        assertEquals(NOW, times.latestNs("a", null, NOW + SECOND));
        assertEquals(Long.MIN_VALUE, times.latestNs("b", null, NOW + SECOND));
        times.removed("b", at(NOW + 4 * SECOND), NOW + 4 * SECOND);
        assertEquals(1, times.size());
        assertEquals(NOW + 4 * SECOND, times.latestNs("b", null, NOW + 4 * SECOND));
    }

    @Test
    void versionOfLongAgoIsNotRemembered() {
        times.removed("a", at(NOW - 4 * SECOND), NOW);
        assertEquals(0, times.size());
    }

    @Test
    void earlierVersionOfAKeyDoesNotHideALaterOne() {
        times.removed("a", at(NOW + 5), NOW);
        times.removed("a", at(NOW + 2), NOW);
        assertEquals(NOW + 5, times.latestNs("a", null, NOW));
        assertEquals(NOW + 9, times.latestNs("a", at(NOW + 9), NOW));
    }

    @Test
    void versionThatLongStepsHaveMovedFarCountsAsTheStoresOwn() {
        // Steps of 2 s: the tenth PUT of a second is 20 s ahead.
        times.moved("a", at(NOW + 20 * SECOND), NOW);
        assertEquals(NOW + 20 * SECOND,
                times.latestNs("a", at(NOW + 20 * SECOND), NOW));
        assertEquals(Long.MIN_VALUE, times.latestNs("b", null, NOW));
        times.removed("a", at(NOW + 20 * SECOND), NOW);
        assertEquals(NOW + 20 * SECOND, times.latestNs("a", null, NOW));
    }

    @Test
    void moreKeysThanAreRememberedAreKeptApartByAFloorThatIsNotInTheFuture() {
        for (int i = 0; i < 10 * VersionTimes.MAX_KEYS; i++) {
            times.removed("k" + i, at(NOW + i % 7), NOW);
        }
        assertEquals(VersionTimes.MAX_KEYS, times.size());
        long latestNs = times.latestNs("k0", null, NOW);
        assertEquals(NOW, latestNs);
        assertTrue(times.latestNs("k1279", null, NOW) >= NOW);
    }
}
