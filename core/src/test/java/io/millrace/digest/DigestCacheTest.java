package io.millrace.digest;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.content.DigestAlgorithm;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import org.junit.jupiter.api.Test;

/** Which digests are known without another look at the object. */
class DigestCacheTest {

    private static final DigestAlgorithm SHA_256 = DigestAlgorithm.SHA_256;
    private static final Version VERSION = new Version(5, 7, 9, true);

    private final DigestCache cache = new DigestCache();
    private final byte[] digest = new byte[SHA_256.lengthBytes()];

    private static Key key(int number) {
        return new Key("k" + number, "k" + number);
    }

    @Test
    void digestIsThatOfOneVersionByOneAlgorithm() {
        cache.keep(key(1), VERSION, SHA_256, digest);
        assertSame(digest, cache.find(key(1), VERSION, SHA_256));
        assertNull(cache.find(key(2), VERSION, SHA_256));
        assertNull(cache.find(key(1), VERSION, DigestAlgorithm.SHA_512));
        assertNull(cache.find(key(1), new Version(5, 8, 9, true), SHA_256));
        assertNull(cache.find(key(1), new Version(6, 7, 9, true), SHA_256));
    }

    @Test
    void digestOfAVersionWhoseTagMayBeAnothersIsNotKept() {
        cache.keep(key(1), VERSION.weak(), SHA_256, digest);
        assertNull(cache.find(key(1), VERSION.weak(), SHA_256));
        assertNull(cache.find(key(1), VERSION, SHA_256));
    }

    @Test
    void oneThatWasNotAskedForTheLongestLeavesBeyondTheLimit() {
        for (int i = 0; i < DigestCache.MAX_ENTRIES; i++) {
            cache.keep(key(i), VERSION, SHA_256, digest);
        }
        assertNotNull(cache.find(key(0), VERSION, SHA_256));
        cache.keep(key(-1), VERSION, SHA_256, digest);
        assertNull(cache.find(key(1), VERSION, SHA_256));
        for (int i : new int[] {-1, 0, 2}) {
            assertNotNull(cache.find(key(i), VERSION, SHA_256));
        }
    }
}
