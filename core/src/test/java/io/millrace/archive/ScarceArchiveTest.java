package io.millrace.archive;

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

/** Archives that find no memory to begin. */
class ScarceArchiveTest {

    private static final int AT_ONCE = 2;

    @TempDir
    Path temp;

    private Folder folder;
    private Archives archives;

    @BeforeEach
    void open() throws IOException {
        folder = Folder.open(temp, new FolderSettings(64, true, false, false, false, Set.of()),
                new FaultLog(ScarceArchiveTest.class));
        archives = new Archives(folder, KeyLimits.DEFAULTS, key -> { }, AT_ONCE);
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    // Its response would have reached nobody, and its place been given back by nobody.
    @Test
    void archiveThatCannotHearOfItsClientTakesNoPlace() throws IOException {
        assertThrows(OutOfMemoryError.class, () -> archives.answer(null,
                new WrappedRequest(Request.of("GET", "/?archive=tar")) {
                    @Override
                    public void whenGone(Runnable action) {
                        throw new OutOfMemoryError("planted");
                    }
                }));
        archives.close(); // waits for what was begun
        assertEquals(AT_ONCE, archives.free());
    }
}
