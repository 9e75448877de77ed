package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.listing.ListingMemory;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Before;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A tour through folders that can't be read, or are other ones by then. */
class FolderTourTest {

    @TempDir
    Path temp;

    private final PlainFileSystem system = new PlainFileSystem();
    private final ListingMemory names = new ListingMemory(1 << 20);
    private Path data;
    private Folder folder;

    @BeforeEach
    void openFolder() throws IOException {
        data = temp.resolve("data");
        for (String name : new String[] {"data/d/e/a", "data/d/f/c", "outside/a", "outside/b"}) {
            Files.createDirectories(temp.resolve(name).getParent());
            Files.writeString(temp.resolve(name), "hello");
        }
        folder = Folder.open(system.path(data),
                new FolderSettings(64, true, false, false, false, Set.of()),
                new FaultLog(FolderTourTest.class));
    }

    @AfterEach
    void closeFolder() throws IOException {
        folder.close();
    }

    private FolderTour tour() throws Exception {
        return FolderTour.of(folder, KeyLimits.DEFAULTS, null, "files", names, () -> false);
    }

    /** Every stop of a tour that pauses behind each. */
    private List<String> stops(FolderTour tour) throws Exception {
        List<String> stops = new ArrayList<>();
        try {
            for (FolderTour.Stop stop = tour.next(); stop != null; stop = tour.next()) {
                tour.pause();
                stops.add(stop.name());
            }
        } finally {
            tour.close();
        }
        return stops;
    }

    private static Before onListing(String name, Before before) {
        return (operation, real) -> {
            if (operation == Operation.LIST && real.endsWith(name)) {
                before.operation(operation, real);
            }
        };
    }

    @Test
    void folderBelowThatMayNotBeReadHasNothingAndTheOthersHaveAll() throws Exception {
        system.before(onListing("d/e", (operation, real) -> {
            throw new AccessDeniedException(real.toString());
        }));
        assertEquals(List.of("files/", "files/d/", "files/d/e/", "files/d/f/", "files/d/f/c"),
                stops(tour()));
    }

    @Test
    void folderThatMayNotBeReadIsRefusedBeforeItsArchiveBegins() {
        system.before(onListing("data", (operation, real) -> {
            throw new AccessDeniedException(real.toString());
        }));
        assertThrows(AccessDeniedException.class, this::tour);
    }

    /** Its archive would be taken for whole. */
    @Test
    void folderThatMayNoLongerBeReadIsNotTakenForAnEmptyOne() throws Exception {
        AtomicInteger listings = new AtomicInteger();
        system.before(onListing("data", (operation, real) -> {
            if (listings.incrementAndGet() > 1) {
                throw new AccessDeniedException(real.toString());
            }
        }));
        FolderTour tour = tour();
        assertThrows(AccessDeniedException.class, () -> stops(tour));
    }

    @Test
    void folderThatIsRemovedAtTheBeginningIsNotThere() throws Exception {
        system.before(onListing("data", (operation, real) -> {
            throw new NoSuchFileException(real.toString());
        }));
        assertNull(tour());
    }

    @Test
    void folderThatIsRemovedOnTheWayHasNothing() throws Exception {
        system.before(onListing("d/e", (operation, real) -> {
            throw new NoSuchFileException(real.toString());
        }));
        assertEquals(List.of("files/", "files/d/", "files/d/e/", "files/d/f/", "files/d/f/c"),
                stops(tour()));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void folderThatALinkHasReplacedTellsNothingOfWhereItLeads() throws Exception {
        system.before(onListing("d/e", (operation, real) -> {
            if (!Files.isSymbolicLink(real)) {
                Files.move(real, temp.resolve("aside"));
                Files.createSymbolicLink(real, temp.resolve("outside"));
            }
        }));
        FolderTour tour = tour();
        assertThrows(IOException.class, () -> stops(tour));
    }
}
