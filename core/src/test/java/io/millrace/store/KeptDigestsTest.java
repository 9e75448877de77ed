package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.Pause;
import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.meta.MetaStore;
import io.millrace.tree.PlainFileSystem;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Digests are kept beside the object, for later starts. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class KeptDigestsTest {

    private static final String WANT = "Want-Repr-Digest";

    /** Whether they are kept in files, or in attributes where these can be had. */
    @Parameter
    private boolean inFiles;

    @TempDir
    Path folder;

    private final PlainFileSystem plain = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        close();
        store = FolderStore.open(inFiles ? plain.path(folder) : folder,
                options.build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private static String digest(DigestAlgorithm algorithm, String text) {
        return algorithm.field(algorithm.start().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(String text) {
        return digest(DigestAlgorithm.SHA_256, text);
    }

    /** The digest that is known at once; null if it would have to be computed. */
    private String known(String target, String want) throws Exception {
        Settled.await(folder.resolve(target.substring(1)));
        Response response = store.handle(Request.of("GET", target, WANT, want)).complete();
        if (response.stage() != null) {
            Client.known(response).discard();
            return null;
        }
        return Reply.of(response).field("Repr-Digest");
    }

    @Test
    void digestsThatAPutBringsAreKnownAfterAStart() throws Exception {
        String both = sha256("one") + ", " + digest(DigestAlgorithm.SHA_512, "one");
        assertEquals(200, client.put("/a", "one", "Repr-Digest", both).status());
        assertEquals(200, client.put("/b", "one", "Content-Digest", sha256("one")).status());
        assertEquals(200, client.put("/c", "one", WANT, "sha-512=1").status());
        open(StoreOptions.builder());
        assertEquals(sha256("one"), known("/a", "sha-256=1"));
        assertEquals(digest(DigestAlgorithm.SHA_512, "one"), known("/a", "sha-512=1"));
        assertEquals(sha256("one"), known("/b", "sha-256=1"));
        assertEquals(digest(DigestAlgorithm.SHA_512, "one"), known("/c", "sha-512=1"));
        assertNull(known("/c", "sha-256=1"));
    }

    @Test
    void digestThatWasWishedForIsKnownAfterAStartIfFilesWereUsedByFileCalls() throws Exception {
        store.fileCalls().find();
        client.put("/a", "one", "Content-Type", "x/y");
        client.put("/d/e/a", "one", "Content-Type", "x/y");
        for (String target : new String[] {"/a", "/d/e/a"}) {
            assertNull(known(target, "sha-256=1"));
        }
        open(StoreOptions.builder());
        for (String target : new String[] {"/a", "/d/e/a"}) {
            assertEquals(sha256("one"), known(target, "sha-256=1"), target);
        }
    }

    @Test
    void digestThatWasWishedForIsKnownAfterAStart() throws Exception {
        client.put("/a", "one", "Content-Type", "x/y");
        client.put("/d/e/a", "one", "Content-Type", "x/y");
        for (String target : new String[] {"/a", "/d/e/a"}) {
            assertNull(known(target, "sha-256=1"));
        }
        open(StoreOptions.builder());
        for (String target : new String[] {"/a", "/d/e/a"}) {
            assertEquals(sha256("one"), known(target, "sha-256=1"), target);
            assertNull(known(target, "sha-512=1"));
            assertEquals("x/y", client.get(target).field("Content-Type"));
        }
        open(StoreOptions.builder().readOnly(true));
        for (String target : new String[] {"/a", "/d/e/a"}) {
            assertEquals(sha256("one"), known(target, "sha-256=1"), target);
            assertEquals(digest(DigestAlgorithm.SHA_512, "one"), known(target, "sha-512=1"));
        }
    }

    @Test
    void digestsAreKeptAfterOneThatRanOutOfMemory() throws Exception {
        assumeTrue(inFiles);
        client.put("/a", "one");
        client.put("/b", "two");
        AtomicBoolean thrown = new AtomicBoolean();
        plain.before((operation, real) -> {
            if (operation == PlainFileSystem.Operation.CREATE && !thrown.getAndSet(true)) {
                throw new OutOfMemoryError("planted");
            }
        });
        assertNull(known("/a", "sha-256=1"));
        await(thrown::get);
        assertNull(known("/b", "sha-256=1"));
        File kept = folder.resolve(MetaStore.FOLDER_NAME).toFile();
        await(() -> kept.list().length > 0);
    }

    private static void await(BooleanSupplier condition) {
        long endNs = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it never happens");
            Pause.briefly();
        }
    }

    @Test
    void digestIsKeptOnlyOfTheVersionThatItIsOf() throws Exception {
        client.put("/a", "one");
        assertNull(known("/a", "sha-256=1"));
        client.put("/a", "two");
        open(StoreOptions.builder());
        assertNull(known("/a", "sha-256=1"));
        assertEquals(sha256("two"), client.get("/a", WANT, "sha-256=1").field("Repr-Digest"));
    }

    @Test
    void fileThatAnotherProgramChangesHasNoDigest() throws Exception {
        client.put("/a", "one", "Repr-Digest", sha256("one"));
        Files.writeString(folder.resolve("a"), "two");
        Files.setLastModifiedTime(folder.resolve("a"), FileTime.fromMillis(1));
        open(StoreOptions.builder());
        assertNull(known("/a", "sha-256=1"));
        assertEquals(sha256("two"), client.get("/a", WANT, "sha-256=1").field("Repr-Digest"));
    }

    @Test
    void digestOfAPartIsNotTheObjects() throws Exception {
        open(StoreOptions.builder().keepDigests(true));
        client.put("/a", "one");
        client.put("/a", "two", "Content-Range", "bytes 3-5/6", "Content-Digest", sha256("two"));
        open(StoreOptions.builder());
        assertNull(known("/a", "sha-512=1"));
        String told = client.get("/a", WANT, "sha-256=1").field("Repr-Digest");
        assertEquals(sha256(client.get("/a").text()), told);
    }

    @Test
    void md5IsNotKept() throws Exception {
        client.put("/a", "foo", "Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==");
        open(StoreOptions.builder());
        assertNull(known("/a", "sha-256=1"));
    }

    @Test
    void everyPutHasADigestIfTheStoreKeepsThem() throws Exception {
        open(StoreOptions.builder().keepDigests(true));
        assertNull(client.put("/a", "one").field("Repr-Digest"));
        client.putChunked("/b", "");
        client.put("/c", "");
        open(StoreOptions.builder());
        assertEquals(sha256("one"), known("/a", "sha-256=1"));
        assertEquals(sha256(""), known("/b", "sha-256=1"));
        assertEquals(sha256(""), known("/c", "sha-256=1"));
        assertNotNull(client.get("/a").field("ETag"));
    }
}
