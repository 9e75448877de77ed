package io.millrace.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateFileCallsTest {

    @TempDir
    Path folder;

    @Test
    void noneAreThereBeforeTheyWereMissedOftenEnough() {
        LateFileCalls calls = new LateFileCalls(folder);
        for (int i = 1; i < LateFileCalls.MISSED; i++) {
            calls.miss();
        }
        assertNull(calls.get());
    }

    @Test
    void theyAreThoseOfTheSystem() {
        LateFileCalls calls = new LateFileCalls(folder);
        calls.find();
        assertEquals(SystemFiles.of(folder) == null, calls.get() == null);
    }

    @Test
    void whereThereIsNoFolderForThemNoneAreLookedFor() {
        LateFileCalls calls = new LateFileCalls(null);
        for (int i = 0; i <= LateFileCalls.MISSED; i++) {
            calls.miss();
        }
        calls.find();
        assertNull(calls.get());
    }
}
