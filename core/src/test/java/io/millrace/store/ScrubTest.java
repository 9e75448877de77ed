package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.store.Scrub.Finding;
import io.millrace.store.Scrub.Result;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Corrupt objects are found. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class ScrubTest {

    private static final String WANT = "Want-Repr-Digest";

    /** Whether digests are kept in files, or in attributes where these can be had. */
    @Parameter
    private boolean inFiles;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;
    private long readBytes;

    @BeforeEach
    void open() throws IOException {
        store = FolderStore.open(path());
        client = new Client(store);
    }

    private Path path() {
        return inFiles ? new PlainFileSystem().path(folder) : folder;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private TreeMap<String, Result> run(Scrub scrub, Runnable atFirstBytes) throws IOException {
        TreeMap<String, Result> results = new TreeMap<>();
        readBytes = 0;
        scrub.run(new Scrub.Listener() {
            @Override
            public void onObject(Result result) {
                assertEquals(null, results.put(result.key(), result));
            }

            @Override
            public void onBytes(int bytes) {
                if (readBytes == 0) {
                    atFirstBytes.run();
                }
                readBytes += bytes;
            }
        });
        return results;
    }

    private TreeMap<String, Result> run() throws IOException {
        return run(new Scrub(path(), Long.MAX_VALUE), () -> { });
    }

    private String findings() throws IOException {
        StringBuilder text = new StringBuilder();
        run().forEach((key, result) ->
                text.append(key).append(' ').append(result.finding()).append('\n'));
        return text.toString();
    }

    /** Changes one bit and nothing else, as a device would. */
    private void corrupt(String name) throws IOException {
        Path file = folder.resolve(name);
        FileTime time = Files.getLastModifiedTime(file);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int was = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(was ^ 1);
        }
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void everyObjectWithADigestIsCompared() throws IOException {
        client.put("/a", "one", WANT, "sha-256=1");
        client.put("/d/e/b", "two!", WANT, "sha-512=1");
        client.put("/c", "three");
        client.put("/e", "", WANT, "sha-256=1");
        assertEquals("a INTACT\nc WITHOUT_DIGEST\nd/e/b INTACT\ne INTACT\n", findings());
        assertEquals(7, readBytes);
    }

    @Test
    void corruptObjectsAreFound() throws IOException {
        client.put("/a", "one", WANT, "sha-256=1");
        client.put("/d/b", "x".repeat(3_000_000), WANT, "sha-512=1");
        client.put("/c", "three", WANT, "sha-256=1");
        corrupt("a");
        corrupt("d/b");
        assertEquals("a CORRUPT\nc INTACT\nd/b CORRUPT\n", findings());
        Result corrupt = run().get("a");
        assertEquals(DigestAlgorithm.SHA_256, corrupt.algorithm());
        assertArrayEquals(DigestAlgorithm.SHA_256.start().digest(
                "one".getBytes(StandardCharsets.UTF_8)), corrupt.expected());
        assertArrayEquals(DigestAlgorithm.SHA_256.start().digest(
                Files.readAllBytes(folder.resolve("a"))), corrupt.found());
        assertEquals(DigestAlgorithm.SHA_512, run().get("d/b").algorithm());
    }

    @Test
    void fileThatAnotherProgramHasChangedHasNoDigest() throws IOException {
        client.put("/a", "one", WANT, "sha-256=1");
        Files.writeString(folder.resolve("a"), "two");
        Files.setLastModifiedTime(folder.resolve("a"), FileTime.fromMillis(1));
        assertEquals("a WITHOUT_DIGEST\n", findings());
    }

    @Test
    void objectThatIsReplacedMeanwhileIsNotRotten() throws IOException {
        client.put("/a", "one", WANT, "sha-256=1");
        assertEquals(Finding.CHANGED, run(new Scrub(path(), Long.MAX_VALUE),
                () -> client.put("/a", "two")).get("a").finding());
        client.put("/a", "one", WANT, "sha-256=1");
        assertEquals(Finding.CHANGED, run(new Scrub(path(), Long.MAX_VALUE),
                () -> client.delete("/a")).get("a").finding());
    }

    @Test
    void objectThatGrowsMeanwhileAndKeepsItsTimeIsNotRotten() throws IOException {
        client.put("/a", "x".repeat(3_000_000), WANT, "sha-256=1");
        Path file = folder.resolve("a");
        FileTime time = Files.getLastModifiedTime(file);
        assertEquals(Finding.CHANGED, run(new Scrub(path(), Long.MAX_VALUE), () -> {
            try {
                Files.writeString(file, "more", StandardOpenOption.APPEND);
                Files.setLastModifiedTime(file, time);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).get("a").finding());
    }

    @Test
    void objectThatIsDeletedBeforeItIsReadIsNoFailure() throws IOException {
        if (!inFiles) {
            return; // nothing happens on demand
        }
        for (Operation last : new Operation[] {Operation.LOOK, Operation.OPEN}) {
            client.put("/a", "one", WANT, "sha-256=1");
            PlainFileSystem system = new PlainFileSystem();
            AtomicInteger operations = new AtomicInteger();
            system.before((operation, real) -> {
                // The first look is that of the listing.
                if (real.endsWith("a") && operations.incrementAndGet() >= 2 && operation == last) {
                    Files.deleteIfExists(real);
                }
            });
            assertEquals(Finding.CHANGED, run(new Scrub(system.path(folder), Long.MAX_VALUE),
                    () -> { }).get("a").finding(), last.toString());
        }
    }

    @Test
    void whatCanNotBeReadIsReported() throws IOException {
        if (!inFiles) {
            return; // the tests may run as a user who can read everything
        }
        client.put("/a", "one", WANT, "sha-256=1");
        client.put("/b", "one", WANT, "sha-256=1");
        PlainFileSystem failing = new PlainFileSystem();
        failing.before((operation, real) -> {
            if (operation == Operation.OPEN && real.endsWith("a")) {
                throw new IOException("Input/output error");
            }
        });
        TreeMap<String, Result> results =
                run(new Scrub(failing.path(folder), Long.MAX_VALUE), () -> { });
        assertEquals(Finding.UNREADABLE, results.get("a").finding());
        assertEquals("Input/output error", results.get("a").reason());
        assertEquals(Finding.INTACT, results.get("b").finding());
    }

    @Test
    void folderThatCanNotBeReadIsReportedAndTheOthersAreComparedAllTheSame() throws IOException {
        if (!inFiles) {
            return; // as above
        }
        client.put("/locked/a", "one", WANT, "sha-256=1");
        client.put("/x/damaged/a", "one", WANT, "sha-256=1");
        client.put("/lost+found/a", "one", WANT, "sha-256=1");
        client.put("/b", "one", WANT, "sha-256=1");
        PlainFileSystem failing = new PlainFileSystem();
        failing.before((operation, real) -> {
            if (operation == PlainFileSystem.Operation.LIST
                    && (real.endsWith("locked") || real.endsWith("lost+found"))) {
                throw new AccessDeniedException(real.toString());
            }
            if (operation == PlainFileSystem.Operation.LIST && real.endsWith("damaged")) {
                throw new IOException("Input/output error");
            }
        });
        TreeMap<String, Result> results =
                run(new Scrub(failing.path(folder), Long.MAX_VALUE), () -> { });
        assertEquals(Set.of("b", "locked/", "x/damaged/"), results.keySet());
        assertEquals(Finding.UNREADABLE, results.get("locked/").finding());
        assertEquals("permission denied", results.get("locked/").reason());
        assertEquals("Input/output error", results.get("x/damaged/").reason());
        assertEquals(Finding.INTACT, results.get("b").finding());
    }

    @Test
    void scrubThatIsStoppedEnds() throws IOException {
        client.put("/a", "one", WANT, "sha-256=1");
        client.put("/b", "one", WANT, "sha-256=1");
        Scrub scrub = new Scrub(path(), Long.MAX_VALUE);
        assertTrue(run(scrub, scrub::stop).isEmpty());
    }

    @Test
    void paceIsKept() throws IOException {
        client.put("/a", "x".repeat(2_500_000), WANT, "sha-256=1");
        long[] nowNs = new long[1];
        run(new Scrub(path(), new Pace(1_000_000, () -> nowNs[0], ns -> nowNs[0] += ns)),
                () -> { });
        assertEquals(2_500_000_000L, nowNs[0], 1000);
    }

    @Test
    void scrubThatIsStoppedWhileItWaitsForItsPaceEndsSoon() throws IOException {
        client.put("/a", "x".repeat(2_500_000), WANT, "sha-256=1");
        long[] nowNs = new long[1];
        Scrub[] scrub = new Scrub[1];
        scrub[0] = new Scrub(path(), new Pace(1000, () -> nowNs[0], ns -> {
            nowNs[0] += ns;
            scrub[0].stop();
        }));
        assertTrue(run(scrub[0], () -> { }).isEmpty());
        assertEquals(100_000_000, nowNs[0]);
    }

    @Test
    void folderThatIsNoneIsRefused() {
        IOException refused = assertThrows(IOException.class,
                () -> new Scrub(folder.resolve("none"), 1));
        assertTrue(refused.getMessage().startsWith("there is no folder "), refused.getMessage());
    }
}
