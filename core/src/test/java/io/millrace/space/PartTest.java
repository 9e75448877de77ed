package io.millrace.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a part takes of a quota of 100 bytes, and that each end gives it back once. */
class PartTest {

    @TempDir
    Path root;

    private final PlainFileSystem plain = new PlainFileSystem();
    private final Quota quota = new Quota(100);
    private Folder folder;
    private Part part;

    @BeforeEach
    void open() throws IOException {
        folder = Folder.open(plain.path(root),
                new FolderSettings(1, false, false, false, false, Set.of()),
                new FaultLog(PartTest.class));
        part = new Part(folder, quota, new LatePreallocation(), -1);
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    private void assertRoom(long bytes) {
        assertTrue(quota.fits(bytes), bytes + " bytes don't fit");
        assertFalse(quota.fits(bytes + 1), bytes + 1 + " bytes fit");
    }

    @Test
    void roomIsTakenOfWhatIsNewOnly() throws IOException {
        part.open();
        assertTrue(part.take(60));
        assertTrue(part.take(50));
        assertRoom(40);
        assertTrue(part.take(70));
        assertRoom(30);
        assertFalse(part.take(101));
        assertRoom(30);
        part.discard();
        assertRoom(100);
    }

    @Test
    void partWhoseFileCannotBeMadeIsNoUnfinishedOne() {
        plain.fail(Operation.CREATE, new IOException("meant"));
        assertThrows(IOException.class, part::open);
        part.discard();
        assertEquals(0, quota.unfinished());
    }

    @Test
    void discardedPartGivesItsRoomBackOnce() throws IOException {
        part.open();
        assertEquals(1, quota.unfinished());
        assertTrue(part.take(60));
        part.discard();
        part.discard();
        assertEquals(0, quota.unfinished());
        assertRoom(100);
    }

    @Test
    void roomOfAPartThatHasBecomeTheObjectIsTheObjects() throws IOException {
        part.open();
        assertTrue(part.take(60));
        part.close();
        part.moved("a", 60, 0);
        part.discard();
        assertEquals(0, quota.unfinished());
        assertRoom(40);
    }
}
