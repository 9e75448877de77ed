package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A place in a folder that is held open. */
class HeldEntryTest {

    @TempDir
    Path folder;

    @Test
    void nameOfAFolderThatIsHeldIsForcedOnce() throws Exception {
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        FolderForce rootForce = new FolderForce(folder, List.of(), faults);
        Files.createDirectories(folder.resolve("x/y"));
        Key key = KeyPath.of("/x/y/a", KeyLimits.DEFAULTS).key();
        try (OpenFolders folders = new OpenFolders(folder, rootForce, faults)) {
            for (boolean known : new boolean[] {false, true}) {
                try (Entry entry = HeldEntry.of(folder.resolve("x/y/a"), key,
                        List.of(Path.of("x"), Path.of("y"), Path.of("a")), null, folders, null,
                        faults); Forcing forcing = entry.force()) {
                    assertEquals(known ? 1 : 3, forcing.count());
                    Response done = Response.of(Status.OK);
                    assertEquals(done, forcing.settle("PUT /x/y/a", done, null));
                }
            }
        }
    }
}
