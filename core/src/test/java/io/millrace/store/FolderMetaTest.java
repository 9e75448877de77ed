package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.meta.MetaStore;
import io.millrace.http.HttpException;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept in files of the objects in a folder, while that moves and its objects change. */
class FolderMetaTest {

    private static final int MOST_OBJECTS = 3;

    @TempDir
    Path folder;

    private StoreState state;
    private Client client;
    private FolderMeta meta;

    @BeforeEach
    void open() throws Exception {
        StoreOptions options = StoreOptions.builder().build();
        FaultLog faults = new FaultLog(FolderMetaTest.class);
        state = StoreState.open(options, Folder.open(new PlainFileSystem().path(folder),
                options.folderSettings(), faults), options.accessControl(),
                new Eviction(options, System::currentTimeMillis), System::nanoTime);
        StoreRequests requests = new StoreRequests(options, state, faults, null);
        client = new Client(request -> requests.handle(request, Durability.NONE));
        client.put("/d/a", "one", "Content-Encoding", "gzip");
        meta = meta(false);
    }

    private FolderMeta meta(boolean isSame) throws HttpException {
        return new FolderMeta(state, Key.of("/d", KeyLimits.DEFAULTS),
                Key.of("/e", KeyLimits.DEFAULTS), isSame, false, MOST_OBJECTS);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    private Set<String> sidecars() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(MetaStore.FOLDER_NAME))) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    private void moved() throws IOException {
        Files.move(folder.resolve("d"), folder.resolve("e"));
        meta.settle(true);
    }

    @Test
    void nothingStaysOfAVersionThatIsReplacedMeanwhile() throws Exception {
        assertTrue(meta.place());
        client.put("/d/a", "two", "Content-Encoding", "br");
        assertTrue(meta.placeRest());
        moved();
        assertEquals("br", client.get("/e/a").field("Content-Encoding"));
        assertEquals(1, sidecars().size());
    }

    @Test
    void nothingStaysOfAnObjectThatIsDeletedMeanwhile() throws Exception {
        assertTrue(meta.place());
        client.delete("/d/a");
        client.put("/d/b", "two");
        assertTrue(meta.placeRest());
        moved();
        assertEquals(Set.of(), sidecars());
    }

    @Test
    void objectThatIsPutMeanwhileKeepsWhatItHas() throws Exception {
        assertTrue(meta.place());
        client.put("/d/b", "two", "Content-Encoding", "br");
        assertTrue(meta.placeRest());
        moved();
        assertEquals("gzip", client.get("/e/a").field("Content-Encoding"));
        assertEquals("br", client.get("/e/b").field("Content-Encoding"));
        assertEquals(2, sidecars().size());
    }

    @Test
    void allStaysAsItWasIfTheFolderDoesNotMove() throws Exception {
        Set<String> before = sidecars();
        assertTrue(meta.place());
        assertEquals(2, sidecars().size());
        assertTrue(meta.placeRest());
        meta.settle(false);
        assertEquals(before, sidecars());
    }

    @Test
    void objectsOfWhichNothingIsKeptInFilesAreAsManyAsThereAre() throws Exception {
        for (int i = 0; i <= MOST_OBJECTS; i++) {
            client.put("/d/" + i, "more");
        }
        assertTrue(meta.place());
        assertTrue(meta.placeRest());
        moved();
        assertEquals("gzip", client.get("/e/a").field("Content-Encoding"));
        assertEquals(1, sidecars().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsUnderTheNewNameStaysOnlyIfTheFolderHasThatNameAlready(boolean isSame)
            throws Exception {
        client.put("/d/b", "two");
        client.put("/e/b", "two", "Content-Encoding", "br");
        Files.setLastModifiedTime(folder.resolve("d/b"),
                Files.getLastModifiedTime(folder.resolve("e/b")));
        meta = meta(isSame);
        assertTrue(meta.place());
        assertEquals(isSame ? "br" : null, client.get("/e/b").field("Content-Encoding"));
    }

    @Test
    void objectsWithFilesOfTheirOwnAreAtMostSoMany() throws Exception {
        for (int i = 1; i < MOST_OBJECTS; i++) {
            client.put("/d/" + i, "more", "Content-Encoding", "br");
        }
        assertTrue(meta.place());
        meta.settle(false);
        client.put("/d/more", "more", "Content-Encoding", "br");
        Set<String> before = sidecars();
        assertFalse(meta.place());
        meta.settle(false);
        assertEquals(before, sidecars());
    }

    @Test
    void asManyAreLookedAtAgainIfOneHasChangedMeanwhileAndNoMore() throws Exception {
        for (int i = 1; i < MOST_OBJECTS; i++) {
            client.put("/d/" + i, "more");
        }
        assertTrue(meta.place());
        client.put("/d/a", "two", "Content-Encoding", "br");
        assertTrue(meta.placeRest());
        client.put("/d/more", "more");
        assertTrue(meta.place());
        client.put("/d/a", "one", "Content-Encoding", "gzip");
        assertFalse(meta.placeRest());
        meta.settle(false);
        assertEquals(1, sidecars().size());
    }
}
