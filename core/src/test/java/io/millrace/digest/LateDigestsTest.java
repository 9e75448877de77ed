package io.millrace.digest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.meta.MetaStore;
import io.millrace.tree.Entry;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.Key;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Digests that are kept at the end of a store: of which objects, and what they leave held. */
class LateDigestsTest {

    private static final DigestAlgorithm SHA_256 = DigestAlgorithm.SHA_256;

    @TempDir
    Path root;

    private final PlainFileSystem plain = new PlainFileSystem();
    private final byte[] digest = new byte[SHA_256.lengthBytes()];
    private Folder folder;
    private MetaStore meta;
    private LateDigests late;
    private boolean mayBegin = true;
    private int begun;
    private int ended;

    @BeforeEach
    void open() throws IOException {
        folder = Folder.open(plain.path(root),
                new FolderSettings(3, false, false, false, false, Set.of()),
                new FaultLog(LateDigestsTest.class));
        meta = new MetaStore(folder.path(), folder::newPart, true, folder.faults()::log);
        late = new LateDigests(folder, meta, new LateDigests.Gate() {

            @Override
            public boolean begin() {
                begun++;
                return mayBegin;
            }

            @Override
            public void end() {
                ended++;
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    private static Key key(String name) {
        return new Key(name, name);
    }

    /** What there is of a name, made if it is missing. */
    private Version version(String name) throws Exception {
        if (!Files.exists(root.resolve(name))) {
            Files.writeString(root.resolve(name), "one");
        }
        try (Entry entry = folder.entry(key(name))) {
            return entry.version();
        }
    }

    private boolean isKept(String name) throws Exception {
        Version version = version(name);
        byte[] kept = meta.read(folder.path().resolve(name), name, version.sizeBytes(),
                version.modifiedNs()).digests().get(SHA_256);
        if (kept != null) {
            assertArrayEquals(digest, kept);
        }
        return kept != null;
    }

    private void assertNothingIsHeld(String name) {
        assertEquals(begun, ended);
        assertFalse(folder.keyLock(key(name)).lock.isReadLocked(), "the next PUT waits for ever");
    }

    @Test
    void digestIsKeptAndHoldsNeitherItsObjectNorTheFolder() throws Exception {
        late.add(key("a"), version("a"), SHA_256, digest);
        late.close();
        assertTrue(isKept("a"));
        assertEquals(1, begun);
        assertNothingIsHeld("a");
    }

    @Test
    void digestOfAnotherVersionIsLeftOut() throws Exception {
        Version version = version("a");
        Files.writeString(root.resolve("a"), "another");
        late.add(key("a"), version, SHA_256, digest);
        late.add(key("gone"), version, SHA_256, digest);
        late.close();
        assertFalse(isKept("a"));
        assertFalse(Files.exists(root.resolve(MetaStore.FOLDER_NAME)), "it stays for ever");
        assertNothingIsHeld("a");
        assertNothingIsHeld("gone");
    }

    @Test
    void digestThatCannotBeKeptKeepsNoOtherFromIt() throws Exception {
        late.add(key("a"), version("a"), SHA_256, digest);
        late.add(key("b"), version("b"), SHA_256, digest);
        plain.before((operation, real) -> {
            if (operation == Operation.LOOK && real.endsWith("a")) {
                throw new IOException("meant");
            }
        });
        late.close();
        plain.before(null);
        assertFalse(isKept("a"));
        assertTrue(isKept("b"));
        assertNothingIsHeld("a");
    }

    @Test
    void nothingIsWrittenOnceAnotherProcessHasTheFolder() throws Exception {
        late.add(key("a"), version("a"), SHA_256, digest);
        mayBegin = false;
        late.close();
        assertFalse(isKept("a"));
        assertEquals(0, ended);
    }

    @Test
    void noMoreThan1024Wait() throws Exception {
        Version other = new Version(1, 1, 1, true);
        Version last = version("last");
        Version beyond = version("beyond");
        for (int i = 0; i < 1023; i++) {
            late.add(key("a"), other, SHA_256, digest);
        }
        late.add(key("last"), last, SHA_256, digest);
        late.add(key("beyond"), beyond, SHA_256, digest);
        late.close();
        assertTrue(isKept("last"));
        assertFalse(isKept("beyond"));
    }
}
