package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.listing.ListingMemory;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What an archive is made of leaves nothing open, and gives back the memory of its names. */
@EnabledOnOs(OS.LINUX)
class ArchiveDescriptorTest {

    private static final FolderSettings READ_ONLY =
            new FolderSettings(64, true, false, false, false, Set.of());

    @TempDir
    Path data;

    private final ListingMemory names = new ListingMemory(1 << 20);
    private Folder folder;

    @BeforeEach
    void openFolder() throws IOException {
        for (String name : new String[] {"d/e/a", "d/e/b", "d/f/c"}) {
            Files.createDirectories(data.resolve(name).getParent());
            Files.writeString(data.resolve(name), "hello");
        }
        folder = Folder.open(data, READ_ONLY, new FaultLog(ArchiveDescriptorTest.class));
    }

    @AfterEach
    void nothingIsOpenOrTaken() throws IOException {
        folder.close();
        assertEquals(0, OpenFiles.below(data));
        assertEquals(0, names.takenBytes());
    }

    private FolderTour tour() throws Exception {
        return FolderTour.of(folder, KeyLimits.DEFAULTS, null, "files", names, () -> false);
    }

    @Test
    void tourThatEndsHasLeftItsFolders() throws Exception {
        FolderTour tour = tour();
        int stops = 0;
        while (tour.next() != null) {
            stops++;
        }
        assertEquals(7, stops);
        assertEquals(0, names.takenBytes());
    }

    @Test
    void tourThatIsGivenUpLeavesItsFolders() throws Exception {
        FolderTour tour = tour();
        String name = tour.next().name();
        while (!name.endsWith("/a")) {
            name = tour.next().name();
        }
        assertTrue(names.takenBytes() > 0);
        tour.close();
    }

    @Test
    void archiveClosesItsWriter() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        ArchiveWriter writer = new ArchiveWriter() {
            @Override
            public void folder(Piece out, String name, long modifiedNs) {
            }

            @Override
            public void begin(Piece out, String name, OpenedObject object) {
            }

            @Override
            public boolean content(Piece out, OpenedObject object) {
                return true;
            }

            @Override
            public boolean end(Piece out) {
                return true;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        Archive archive = new Archive(folder, tour(), writer, key -> { }, () -> false);
        assertNotNull(archive.next());
        assertTrue(archive.isEnded());
        archive.close();
        assertTrue(closed.get());
    }

    @Test
    void archiveThatIsGivenUpHasNothingOpenOrTaken() throws Exception {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        Files.write(data.resolve("d/e/a"), noise);
        Archive archive = new Archive(folder, tour(), new ZipWriter(), key -> { }, () -> false);
        assertNotNull(archive.next());
        assertFalse(archive.isEnded());
        assertTrue(names.takenBytes() > 0);
        archive.close();
    }

    @Test
    void writerThatIsClosedHasGivenItsDeflaterBack() throws Exception {
        ZipWriter writer = new ZipWriter();
        try (OpenedObject object = OpenedObject.open(folder, new Key("d/e/a", "d/e/a"))) {
            writer.close();
            // What the JDK says of one that has ended, in words of each release.
            assertThrows(RuntimeException.class,
                    () -> writer.begin(new Piece(100, 0), "a", object));
        }
    }

    @Test
    void objectThatGrowsWhileItIsOpenedIsOpenedOnce() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        AtomicBoolean grown = new AtomicBoolean();
        system.before((operation, real) -> {
            if (operation == Operation.OPEN && !grown.getAndSet(true)) {
                Files.writeString(real, ", world", StandardOpenOption.APPEND);
            }
        });
        try (Folder plain = Folder.open(system.path(data), READ_ONLY,
                new FaultLog(ArchiveDescriptorTest.class));
                OpenedObject object = OpenedObject.open(plain, new Key("d/e/a", "d/e/a"))) {
            assertEquals(12, object.sizeBytes());
            assertEquals(1, OpenFiles.below(data));
            assertNull(OpenedObject.open(plain, new Key("d/e/z", "d/e/z")));
        }
    }

    @Test
    void directoryOfManyEntriesIsInAFileWithoutANameUntilItsWriterIsClosed() throws Exception {
        String name = "n".repeat(250);
        try (ZipWriter writer = new ZipWriter()) {
            for (int i = 0; i < 2000; i++) {
                writer.folder(new Piece(1000, 0), name, 0);
            }
            assertEquals(1, OpenFiles.removed("millrace-archive-"));
        }
        assertEquals(0, OpenFiles.called("millrace-archive-"));
    }
}
