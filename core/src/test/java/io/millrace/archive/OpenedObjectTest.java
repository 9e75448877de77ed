package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.Key;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object of an archive that another program changes in the moment in which it is opened. */
class OpenedObjectTest {

    private static final int MAX_ATTEMPTS = 8;

    @TempDir
    Path data;

    private final PlainFileSystem system = new PlainFileSystem();
    private Folder folder;
    private Path file;
    private int opened;

    @BeforeEach
    void openFolder() throws IOException {
        file = data.resolve("a");
        replace(0);
        folder = Folder.open(system.path(data),
                new FolderSettings(64, true, false, false, false, Set.of()),
                new FaultLog(OpenedObjectTest.class));
    }

    @AfterEach
    void closeFolder() throws IOException {
        folder.close();
    }

    private void replace(int seconds) throws IOException {
        Path next = data.resolve("next");
        Files.writeString(next, "hello");
        Files.setLastModifiedTime(next, FileTime.from(seconds, TimeUnit.SECONDS));
        Files.deleteIfExists(file);
        Files.move(next, file);
    }

    private OpenedObject open() throws Exception {
        return OpenedObject.open(folder, new Key("a", "a"));
    }

    @Test
    void objectThatBecomesShorterIsNotWaitedFor() throws Exception {
        try (OpenedObject object = open()) {
            Files.writeString(file, "he");
            assertThrows(EOFException.class, () -> object.read(new byte[5], 0, 5));
        }
    }

    @Test
    void objectThatIsReplacedHasTheTimeOfTheOneThatIsRead() throws Exception {
        system.before((operation, real) -> {
            if (operation == Operation.OPEN && opened++ == 0) {
                replace(9);
            }
        });
        try (OpenedObject object = open()) {
            assertEquals(TimeUnit.SECONDS.toNanos(9), object.modifiedNs());
        }
    }

    @Test
    void objectThatIsReplacedAgainAndAgainIsOpenedAllTheSame() throws Exception {
        system.before((operation, real) -> {
            if (operation == Operation.OPEN && opened++ < 2 * MAX_ATTEMPTS) {
                replace(opened);
            }
        });
        try (OpenedObject object = open()) {
            assertEquals(5, object.sizeBytes());
            assertEquals(MAX_ATTEMPTS, opened);
        }
    }

    @Test
    void objectThatIsGoneInThatMomentIsNone() throws Exception {
        system.before((operation, real) -> {
            if (operation == Operation.OPEN) {
                Files.deleteIfExists(real);
            }
        });
        assertNull(open());
    }
}
