package io.millrace.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a JVM is told to make a cache and to use it. */
class CacheKindTest {

    @Test
    void jdksFrom25OnMakeAnAotCache() {
        assertEquals(CacheKind.CDS, CacheKind.of(17));
        assertEquals(CacheKind.CDS, CacheKind.of(24));
        assertEquals(CacheKind.AOT, CacheKind.of(25));
    }

    @Test
    void aJvmMakesAndUsesTheSameFile() {
        Path file = Path.of("/a b/c");
        assertEquals("-XX:AOTCacheOutput=/a b/c", CacheKind.AOT.toMake(file).get(0));
        assertEquals("-XX:AOTCache=/a b/c", CacheKind.AOT.toUse(file).get(0));
        assertEquals("-XX:ArchiveClassesAtExit=/a b/c", CacheKind.CDS.toMake(file).get(0));
        assertEquals("-XX:SharedArchiveFile=/a b/c", CacheKind.CDS.toUse(file).get(0));
    }

    @Test
    void profilesAreLeftOutOfAnAotCache() {
        assertTrue(CacheKind.AOT.toMake(Path.of("c")).contains("-XX:-AOTRecordTraining"));
        assertFalse(CacheKind.CDS.toMake(Path.of("c")).contains("-XX:-AOTRecordTraining"));
    }

    @Test
    void misspeltOptionsOfAStartAreRefusedAsEver() {
        assertFalse(CacheKind.AOT.toUse(Path.of("c"))
                .contains("-XX:+IgnoreUnrecognizedVMOptions"));
    }

    @Test
    void optionsThatACacheDependsOnAreKeptAndThoseOfCachesAreNot() {
        assertEquals(List.of("-XX:+UseZGC", "-Xmx64m"), CacheKind.toKeep(List.of("-XX:+UseZGC",
                "-XX:AOTCache=a", "-XX:+AOTClassLinking", "-XX:SharedArchiveFile=b", "-Xshare:on",
                "-Xlog:gc", "-Dkey=value", "@file", "-Xmx64m", "-jar", "m.jar", "train", "-Xint")));
    }
}
