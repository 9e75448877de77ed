package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PUTs that the file system fails once, and would not fail again. */
class PutFailureTest {

    private static final int QUOTA_BYTES = 100;

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        open(FileChannels.WHOLE);
    }

    private void open(FileChannels channels) throws IOException {
        system.fileChannels = channels;
        store = FolderStore.open(system.path(folder),
                StoreOptions.builder().quotaBytes(QUOTA_BYTES).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void nothingIsLeftAndAllRoomIsFree() throws IOException {
        system.before(null);
        assertEquals(201, client.put("/all", new byte[QUOTA_BYTES]).status());
        client.delete("/all");
        store.close();
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    /** An operation fails once. */
    private void failOnce(Operation failing, String reason) {
        boolean[] failed = new boolean[1];
        system.before((operation, real) -> {
            if (operation == failing && !failed[0]) {
                failed[0] = true;
                throw new FileSystemException("/folder/a", null, reason);
            }
        });
    }

    @Test
    void bodyOfAnyLengthWhoseFileCouldNotBeOpenedIsNotStoredAsNothing() {
        failOnce(Operation.CREATE, "Too many open files");
        assertEquals(503, client.putChunked("/a", "new").status());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void bodyWhoseFileCouldNotBeOpenedIsRefusedForThatReason() {
        failOnce(Operation.CREATE, "No space left on device");
        assertEquals(507, client.put("/a", "new").status());
        assertEquals(404, client.get("/a").status());
    }

    @ParameterizedTest
    @EnumSource(value = FileChannels.class, names = {"NONE", "PARTIAL"})
    void partOfAnObjectIsRefusedWhereFilesAreWrittenInSequenceOnly(FileChannels channels)
            throws Exception {
        store.close();
        open(channels);
        assertEquals(400, client.put("/a", "new", "Content-Range", "bytes 0-2/4").status());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void fieldsOfAPutThatIsCutOrFailsLeaveNoFile() throws Exception {
        Request put = Request.of("PUT", "/a", "Cache-Control", "no-store");
        Exchange cut = client.begin(put, "new");
        assertNull(cut.abandon(Abandonment.PEER_LEFT, new EOFException()));
        assertEquals(Set.of(), FolderNames.of(folder));
        failOnce(Operation.CLOSE, "Input/output error");
        assertEquals(500, client.put("/a", "new", "Cache-Control", "no-store").status());
        assertEquals(Set.of(), FolderNames.of(folder));
    }
}
