package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.listing.ListingMemory;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How long one turn of an archive holds one of the few threads, and what is open behind it. */
class ArchiveTurnTest {

    private static final int MIB = 1 << 20;
    private static final int OBJECT_BYTES = 32 * MIB;

    @TempDir
    Path data;

    private Folder folder;
    private Archive archive;

    @BeforeEach
    void openFolder() throws IOException {
        Files.createDirectory(data.resolve("d"));
        try (RandomAccessFile zeros =
                new RandomAccessFile(data.resolve("d/a").toFile(), "rw")) {
            zeros.setLength(OBJECT_BYTES);
        }
        folder = Folder.open(data, new FolderSettings(64, true, false, false, false, Set.of()),
                new FaultLog(ArchiveTurnTest.class));
    }

    @AfterEach
    void close() throws IOException {
        archive.close();
        folder.close();
    }

    /** An archive whose tour nobody gives up, so that only its own turns can end. */
    private void open(ArchiveWriter writer, BooleanSupplier isGivenUp) throws Exception {
        FolderTour tour = FolderTour.of(folder, KeyLimits.DEFAULTS, null, "files",
                new ListingMemory(MIB), () -> false);
        archive = new Archive(folder, tour, writer, key -> { }, isGivenUp);
    }

    /** Zeros take a thousandth when they are compressed: all of them would fit into a piece. */
    @Test
    void turnEndsOnceMuchHasBeenReadHoweverLittleIsWritten() throws Exception {
        open(new ZipWriter(), () -> false);
        int turns = 0;
        while (!archive.isEnded()) {
            assertTrue(archive.next().remaining() < Archive.PIECE_BYTES);
            turns++;
        }
        assertTrue(turns >= OBJECT_BYTES / (5 * MIB), "in " + turns + " turns");
        assertTrue(turns <= OBJECT_BYTES / MIB, "in " + turns + " turns");
    }

    @Test
    void archiveThatIsGivenUpEndsWithinItsTurn() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        open(new ZipWriter(), () -> asked.incrementAndGet() > 3);
        assertThrows(InterruptedIOException.class, archive::next);
        assertFalse(archive.isEnded());
    }

    @Test
    void turnEndsOnceAPieceIsWritten() throws Exception {
        open(new TarWriter(), () -> false);
        while (!archive.isEnded()) {
            assertTrue(archive.next().remaining() <= Archive.PIECE_BYTES + Archive.SLACK_BYTES);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void objectIsClosedOnceItsArchiveIsGivenUp() throws Exception {
        open(new TarWriter(), () -> false);
        archive.next();
        assertFalse(archive.isEnded());
        long open = OpenFiles.below(data.resolve("d/a"));
        archive.close();
        assertEquals(1, open);
        assertEquals(0, OpenFiles.below(data.resolve("d/a")));
    }
}
