package io.millrace.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.file.FileState.Time;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the system has told of a file, in Java's words. */
class FileStateTest {

    private static FileState at(long second) {
        Time time = new Time(second, 0);
        return new FileState(0x81a4, 0, 1, 1, time, time, time);
    }

    @Test
    void timesThatNoInstantHoldsAreTheLastAndTheFirstThatAFileCanHave() {
        FileState last = at(Long.MAX_VALUE);
        assertEquals(FileTime.from(Long.MAX_VALUE, TimeUnit.SECONDS), last.lastModifiedTime());
        assertEquals(Long.MAX_VALUE, last.modifiedNs());
        FileState first = at(Long.MIN_VALUE);
        assertEquals(FileTime.from(Long.MIN_VALUE, TimeUnit.SECONDS), first.lastModifiedTime());
        assertEquals(Long.MIN_VALUE, first.modifiedNs());
    }
}
