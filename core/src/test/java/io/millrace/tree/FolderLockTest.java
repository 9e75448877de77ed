package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One process that comes to a folder by two paths, as one that is mounted twice has. */
@EnabledOnOs(OS.LINUX)
class FolderLockTest {

    @TempDir
    Path temp;

    /** How many locks the system has on a file; those on bytes side by side are one. */
    private static long locksOn(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(line -> line.contains(inode)).count();
    }

    // To close the second channel would give the first one's lock away to other processes.
    @Test
    void secondPathOfALockedFolderLeavesItsLock() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("folder"));
        Path alias = Files.createSymbolicLink(temp.resolve("alias"), folder);
        try (FolderLock lock = FolderLock.of(folder)) {
            assertNotNull(lock);
            assumeTrue(locksOn(folder.resolve(FolderLock.FILE_NAME)) == 1, "not shown here");
            assertNull(FolderLock.of(alias));
            assertNull(FolderLock.open(alias));
            assertEquals(1, locksOn(folder.resolve(FolderLock.FILE_NAME)));
        }
        FolderLock.of(alias).close();
        FolderLock.of(folder).close();
    }
}
