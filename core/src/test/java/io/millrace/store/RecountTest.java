package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.server.Logged;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem.Operation;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A quota of 10,000 bytes, and other programs that change the folder. */
@ParameterizedClass
@ValueSource(strings = {"", "p/q/r"})
class RecountTest {

    /** The folder that the objects are in, in the store's. */
    @Parameter
    private String below;

    @TempDir
    Path root;

    private Path folder;

    private final AtomicLong nowNs = new AtomicLong();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectories(root.resolve(below));
        store = FolderStore.open(root, StoreOptions.builder().quotaBytes(10_000).build(),
                nowNs::get);
        client = new Client(new Below(store, below));
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private int put(String name, int bytes) {
        return client.put("/" + name, new byte[bytes]).status();
    }

    private void pass(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }

    private long onDisk() throws IOException {
        long bytes = 0;
        for (String name : FolderNames.of(root, folder)) {
            bytes += Files.size(folder.resolve(name));
        }
        return bytes;
    }

    @Test
    void roomThatAnotherProgramFreesIsFoundBeforeARefusal() throws IOException {
        assertEquals(200, put("a", 9000));
        Files.delete(folder.resolve("a"));
        assertEquals(507, put("b", 9000), "the count at open is of just now");
        pass(Duration.ofSeconds(2));
        assertEquals(200, put("b", 9000));
        assertEquals(200, client.putChunked("/c", "x".repeat(1000)).status());
    }

    @Test
    void roomThatAnotherProgramFreesWhileABodyComesIsFoundToo() throws IOException {
        assertEquals(200, put("a", 9000));
        Files.delete(folder.resolve("a"));
        pass(Duration.ofSeconds(2));
        assertEquals(200, client.putChunked("/b", "x".repeat(9000)).status());
    }

    @Test
    void filesThatWerePutThereByHandMakeNoRoomWhenTheyAreDeletedOrReplaced() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.write(folder.resolve("f" + i), new byte[9000]);
            Files.write(folder.resolve("g" + i), new byte[9000]);
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(200, client.delete("/f" + i).status());
            assertEquals(200, put("g" + i, 1));
        }
        for (int i = 0; i < 6; i++) {
            put("p" + i, 9000);
        }
        assertTrue(onDisk() <= 10_000, onDisk() + " bytes");
    }

    @Test
    void objectThatAnotherProgramHasGrownMakesNoMoreRoomThanItTook() throws IOException {
        assertEquals(200, put("a", 100));
        assertEquals(200, put("b", 5000));
        Files.write(folder.resolve("a"), new byte[9000]);
        assertEquals(200, client.delete("/a").status());
        assertEquals(507, put("c", 5001));
        assertEquals(200, put("c", 5000));
    }

    @Test
    void filesThatWerePutThereByHandAreCountedBeforeARefusalAtTheLatest() throws IOException {
        Files.write(folder.resolve("f"), new byte[9000]);
        pass(Duration.ofSeconds(2));
        assertEquals(507, put("big", 10_001));
        assertEquals(507, put("a", 1001));
        assertEquals(200, put("a", 1000));
    }

    @Test
    void nameThatTheStoreHasTakenAwayIsCountedAgainForOtherPrograms() throws IOException {
        assertEquals(200, put("deleted", 10));
        assertEquals(200, put("moved", 10));
        assertEquals(200, client.delete("/deleted").status());
        assertEquals(201, client.move("/moved",
                (below.isEmpty() ? "" : "/" + below) + "/here").status());
        for (String name : new String[] {"deleted", "moved", "here"}) {
            Files.write(folder.resolve(name), new byte[3000]);
        }
        pass(Duration.ofSeconds(2));
        assertEquals(507, put("big", 10_001));
        assertEquals(507, put("a", 1001));
        assertEquals(200, put("a", 1000));
    }

    @Test
    void refusedPutsDoNotCountAgainAndAgain() throws IOException {
        assertEquals(200, put("a", 9000));
        pass(Duration.ofSeconds(2));
        assertEquals(507, put("b", 9000));
        Files.delete(folder.resolve("a"));
        pass(Duration.ofMillis(1999));
        assertEquals(507, put("b", 9000));
        pass(Duration.ofMillis(1));
        assertEquals(200, put("b", 9000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countThatFailsIsLoggedAndTheQuotaGoesByTheLastOne(boolean isExpected)
            throws Exception {
        store.close();
        PlainFileSystem system = new PlainFileSystem();
        store = FolderStore.open(system.path(root),
                StoreOptions.builder().quotaBytes(10_000).build(), nowNs::get);
        client = new Client(new Below(store, below));
        assertEquals(200, put("a", 9000));
        system.before((operation, real) -> {
            if (operation == Operation.LIST) {
                if (isExpected) {
                    throw new IOException("meant");
                }
                throw new IllegalStateException("meant");
            }
        });
        pass(Duration.ofSeconds(2));
        try (Logged logged = new Logged(Class.forName("io.millrace.space.Recount"))) {
            assertEquals(507, put("b", 1001));
            assertEquals(1, logged.lines().size(), logged.lines().toString());
            assertTrue(logged.lines().get(0).startsWith(
                    "objects not counted, so the quota goes by the last count | "),
                    logged.lines().get(0));
        }
        assertEquals(200, put("b", 1000));
        assertEquals(507, put("c", 1));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void countThatEndsInAnErrorIsNotTheLastOne(Error error) throws Exception {
        store.close();
        AtomicInteger asksLeft = new AtomicInteger(Integer.MAX_VALUE);
        store = FolderStore.open(root, StoreOptions.builder().quotaBytes(10_000).build(), () -> {
            if (asksLeft.decrementAndGet() == 0) {
                throw error;
            }
            return nowNs.get();
        });
        client = new Client(new Below(store, below));
        assertEquals(200, put("a", 9000));
        Files.delete(folder.resolve("a"));
        pass(Duration.ofSeconds(2));
        asksLeft.set(2); // whether it is time for a count, and when it begins
        try (Logged logged = new Logged(Class.forName("io.millrace.space.Recount"))) {
            assertEquals(507, put("b", 9000));
            assertEquals(List.of("objects not counted, so the quota goes by the last count | "
                    + error), logged.lines());
        }
        pass(Duration.ofSeconds(2));
        assertEquals(200, put("b", 9000));
    }

    static Stream<Error> errors() {
        return Stream.of(new OutOfMemoryError("meant"), new NoClassDefFoundError("meant"));
    }

    @Test
    void roomThatAnotherProgramFreesInAMovedFolderIsFound() throws IOException {
        assertEquals(200, put("d/a", 9000));
        assertEquals(201, client.move("/d/",
                (below.isEmpty() ? "" : "/" + below) + "/e/").status());
        Files.delete(folder.resolve("e/a"));
        pass(Duration.ofSeconds(2));
        long endNs = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (put("b", 9000) != 200) { // a count of the thread's may be under way
            assertTrue(System.nanoTime() - endNs < 0, "its room is still taken");
            Pause.briefly();
            pass(Duration.ofSeconds(2));
        }
    }

    @Test
    @Timeout(60)
    void ofManyObjectsTheThreadFindsTheRoomSoonAfterARefusal() throws IOException {
        for (int i = 0; i < 1500; i++) {
            assertEquals(200, put("k" + i, 6));
        }
        store.close();
        openStore();
        for (int i = 0; i < 1500; i++) {
            Files.delete(folder.resolve("k" + i));
        }
        pass(Duration.ofSeconds(2));
        while (put("b", 9000) != 200) {
            Pause.briefly();
        }
    }

    @Test
    void storeOf1000ObjectsIsCountedWhenItOpens() throws IOException {
        store.close();
        fill(1000);
        openStore();
        assertEquals(507, put("new", 10));
        assertEquals(200, client.delete("/k0").status());
        assertEquals(200, put("new", 10));
        assertEquals(507, put("newer", 1));
    }

    @Test
    @Timeout(60)
    void storeOfOneMoreOpensAtOnceAndTakesNoPutBeforeItIsCounted() throws Exception {
        store.close();
        fill(1001);
        PlainFileSystem system = new PlainFileSystem();
        CountDownLatch counting = new CountDownLatch(1);
        AtomicInteger lists = new AtomicInteger();
        system.before((operation, real) -> {
            if (operation == Operation.LIST && real.equals(folder)
                    && lists.incrementAndGet() == 2) {
                await(counting);
            }
        });
        store = FolderStore.open(system.path(root),
                StoreOptions.builder().quotaBytes(10_000).build());
        client = new Client(new Below(store, below));
        Reply early = client.put("/new", "");
        assertEquals(503, early.status());
        assertEquals("1", early.field("Retry-After"));
        assertEquals(503, client.putChunked("/d/new", "x").status());
        Reply earlyMove = client.move("/k0", "/moved");
        assertEquals(503, earlyMove.status());
        assertEquals("1", earlyMove.field("Retry-After"));
        assertEquals(503, client.move("/d/", "/moved/").status());
        assertEquals("0123456789", client.get("/k0").text());
        counting.countDown();
        while (put("new", 0) == 503) {
            Pause.briefly();
        }
        assertEquals(507, put("new", 10), "10,010 of 10,000 bytes are there");
        assertEquals(200, client.delete("/k0").status());
        assertEquals(200, client.delete("/k1").status());
        assertEquals(200, put("new", 10));
        assertEquals(507, put("newer", 1));
    }

    private void fill(int objects) throws IOException {
        for (int i = 0; i < objects; i++) {
            Files.writeString(folder.resolve("k" + i), "0123456789");
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void parallelChangesBesideCountsLeaveTheTruth() throws IOException {
        IntStream.range(0, 2000).parallel().forEach(i -> {
            pass(Duration.ofSeconds(1));
            put("k" + i % 40, i % 97);
            if (i % 5 == 0) {
                put("refused", 10_001);
            }
            if (i % 3 == 0) {
                client.delete("/k" + (i + 7) % 40);
            }
        });
        int free = (int) (10_000 - onDisk());
        assertEquals(507, client.putChunked("/x", "x".repeat(free + 1)).status());
        assertEquals(200, client.putChunked("/x", "x".repeat(free)).status());
    }
}
