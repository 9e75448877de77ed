package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Request;
import io.millrace.route.WrappedRequest;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings that find no memory to begin. */
class ScarceListingTest {

    @TempDir
    Path temp;

    private Folder folder;
    private Listings listings;

    @BeforeEach
    void open() throws IOException {
        folder = Folder.open(temp, new FolderSettings(64, true, false, false, false, Set.of()),
                new FaultLog(ScarceListingTest.class));
        listings = new Listings(folder, KeyLimits.DEFAULTS, 8, 4 << 20, 1 << 20);
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    // Its response would have reached nobody, and been closed by nobody.
    @Test
    void listingThatCannotHearOfItsClientIsNotMade() throws IOException {
        assertThrows(OutOfMemoryError.class, () -> listings.answer(null,
                new WrappedRequest(Request.of("GET", "/")) {
                    @Override
                    public void whenGone(Runnable action) {
                        throw new OutOfMemoryError("planted");
                    }
                }, null));
        listings.close(); // waits for what was begun
        assertEquals(0, listings.heldBytes());
    }
}
