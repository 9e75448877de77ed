package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.server.Logged;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients are told when the file system fails, and that nothing is lost by it. */
@ParameterizedClass
@CsvSource({"ARTICLE, ''", "HTTP, ''", "HTTP, p/q"})
class FailureTest {

    @Parameter(0)
    private Contract contract;

    /** The folder that the objects are in, in the store's. */
    @Parameter(1)
    private String below;

    @TempDir
    Path temp;

    private final PlainFileSystem system = new PlainFileSystem();
    private Path folder;
    private FolderStore store;
    private Handler handler;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectories(temp.resolve(below));
        open(StoreOptions.builder());
        client.put("/a", "old");
    }

    private void open(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(system.path(temp), options.contract(contract).build());
        handler = new Below(store, below);
        client = new Client(handler, contract);
    }

    @AfterEach
    void oldObjectStandsAndNothingIsLeft() throws IOException {
        system.before(null);
        assertEquals("old", client.get("/a").text());
        store.close();
        assertEquals(Set.of("a"), FolderNames.of(temp, folder));
    }

    /** Of the object that is asked for as /a. */
    private String path() {
        return below.isEmpty() ? "/a" : '/' + below + "/a";
    }

    private static IOException because(String reason) {
        return new FileSystemException("/folder/a", null, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, No space left on device, 507",
        "CREATE, Disk quota exceeded, 507",
        "CREATE, Too many open files, 503",
        "CREATE, Too many open files in system, 503",
        "CREATE, Read-only file system, 403",
        "CREATE, Operation not permitted, 403",
        "CREATE, File name too long, 400",
        "CREATE, Input/output error, 500",
        "WRITE, No space left on device, 507",
        "WRITE, Disk quota exceeded, 507",
        "WRITE, Input/output error, 500",
        "WRITE, File too large, 500",
        "WRITE, Stale file handle, 500",
        "CLOSE, Disk quota exceeded, 507",
        "CLOSE, Input/output error, 500",
        "MOVE, No space left on device, 507",
        "MOVE, File name too long, 400",
        "MOVE, Device or resource busy, 409",
        "MOVE, Input/output error, 500",
        "LOOK, Input/output error, 500",
        "LOOK, File name too long, 400",
    })
    void putThatFails(Operation operation, String reason, int status) {
        system.fail(operation, because(reason));
        Reply reply = client.put("/a", "new");
        assertEquals(client.failure(status), reply.status());
        assertEquals(status == 503 ? "1" : null, reply.field("Retry-After"));
        Reply created = client.put("/b", "new");
        assertEquals(client.failure(status), created.status());
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, Too many open files, 503",
        "OPEN, Input/output error, 500",
        "LOOK, Input/output error, 500",
        "LOOK, File name too long, 400",
    })
    void getThatFails(Operation operation, String reason, int status) {
        client.get("/a");
        system.fail(operation, because(reason));
        assertEquals(client.failure(status), client.get("/a").status());
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, Read-only file system, 403",
        "DELETE, Device or resource busy, 409",
        "DELETE, Input/output error, 500",
        "LOOK, Input/output error, 500",
    })
    void deleteThatFails(Operation operation, String reason, int status) {
        system.fail(operation, because(reason));
        assertEquals(client.failure(status), client.delete("/a").status());
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, Input/output error, PUT, 500",
        "WRITE, File too large, PUT, 500",
        "WRITE, No space left on device, PUT, 507",
        "CLOSE, Stale file handle, PUT, 500",
        "MOVE, Input/output error, PUT, 500",
        "OPEN, Too many open files, GET, 503",
        "OPEN, Input/output error, GET, 500",
        "DELETE, Read-only file system, DELETE, 403",
    })
    void failureIsLoggedOnceASecondInTheSystemsWords(Operation operation, String reason,
            String method, int status) throws Exception {
        client.get("/a");
        system.fail(operation, because(reason));
        try (Logged log = new Logged(FolderStore.class)) {
            for (int i = 0; i < 3; i++) {
                Request request = Request.of(method, "/a");
                Reply reply = method.equals("PUT")
                        ? client.put("/a", "new") : client.send(request);
                assertEquals(client.failure(status), reply.status());
            }
            assertEquals(List.of(method + ' ' + path() + " failed: " + reason), log.lines());
        }
    }

    @Test
    void failuresOfDifferentKindsAreLoggedEach() throws Exception {
        try (Logged log = new Logged(FolderStore.class)) {
            for (String reason : List.of("Input/output error", "No space left on device")) {
                system.fail(Operation.WRITE, because(reason));
                client.put("/a", "new");
            }
            assertEquals(List.of("PUT " + path() + " failed: Input/output error",
                    "PUT " + path() + " failed: No space left on device"), log.lines());
        }
    }

    @Test
    void failureThatTheClientIsToBlameForIsNotLogged() throws Exception {
        system.fail(Operation.CREATE, because("File name too long"));
        try (Logged log = new Logged(FolderStore.class)) {
            assertEquals(400, client.put("/a", "new").status());
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void changeThatHasHappenedIsDoneEvenIfTheSystemDeniesIt() throws Exception {
        // NFS, when the first of its messages was executed and its reply was lost.
        system.before((operation, real) -> {
            if (operation == Operation.MOVE) {
                try (Stream<Path> parts = Files.list(temp.resolve(".millrace.parts"))) {
                    Files.move(parts.findFirst().orElseThrow(), real);
                }
                throw because("Input/output error");
            } else if (operation == Operation.DELETE && real.endsWith("b")) {
                Files.delete(real);
                throw because("Permission denied");
            }
        });
        assertEquals(200, client.put("/b", "new").status());
        assertEquals("new", client.get("/b").text());
        assertEquals(200, client.delete("/b").status());
        assertEquals(404, client.get("/b").status());
    }

    @Test
    void timeThatCannotBeSetAfterTheMoveIsNoFailureOfThePut() throws Exception {
        store.close();
        system.movesTimes = false;
        open(StoreOptions.builder());
        boolean[] moved = new boolean[1];
        system.before((operation, real) -> {
            moved[0] |= operation == Operation.MOVE;
            if (moved[0] && operation == Operation.LOOK && real.endsWith("b")) {
                throw because("Too many open files");
            }
        });
        Reply reply = client.put("/b", "new");
        assertEquals(500, reply.status());
        assertTrue(reply.text().startsWith("the object is stored, but "), reply.text());
        system.before(null);
        assertEquals("new", client.get("/b").text());
        client.delete("/b");
    }

    @Test
    void whatIsNotPermittedIsForbidden() {
        for (Operation operation : List.of(Operation.CREATE, Operation.MOVE)) {
            system.fail(operation, new AccessDeniedException("/folder/a"));
            assertEquals(client.failure(403), client.put("/a", "new").status());
        }
        system.fail(Operation.OPEN, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403), client.get("/a").status());
        system.fail(Operation.DELETE, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403), client.delete("/a").status());
    }

    @Test
    void answersDoNotShowTheFolder() {
        for (String reason : List.of("No space left on device", "Too many open files",
                "Read-only file system", "File name too long")) {
            system.fail(Operation.CREATE, because(reason));
            assertEquals(-1, client.put("/a", "new").text().indexOf("/folder"));
        }
    }

    @Test
    void readThatFailsInTheMiddleIsThrown() throws Exception {
        Response answer = handler.handle(Request.of("GET", "/a")).complete();
        ByteBuffer target = ByteBuffer.allocate(1);
        answer.body().read(0, target);
        system.fail(Operation.READ, new IOException("Input/output error"));
        assertThrows(IOException.class, () -> answer.body().read(1, target.clear()));
        answer.body().close();
    }

    @Test
    void digestOfAnObjectThatCannotBeReadIsAnError() {
        system.fail(Operation.READ, new IOException("Input/output error"));
        assertEquals(500, client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
    }

    @Test
    void fileOfADigestThatCannotBeComputedIsClosed() {
        List<Operation> done = new CopyOnWriteArrayList<>();
        system.before((operation, real) -> {
            if (real.equals(folder.resolve("a"))) {
                done.add(operation);
                if (operation == Operation.READ) {
                    throw new IOException("Input/output error");
                }
            }
        });
        assertEquals(500, client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
        assertTrue(done.contains(Operation.OPEN), done.toString());
        assertEquals(Collections.frequency(done, Operation.OPEN),
                Collections.frequency(done, Operation.CLOSE), done.toString());
    }

    @Test
    void digestOfAnObjectThatMayNotBeReadIsWhatItsGetIs() {
        system.fail(Operation.READ, new AccessDeniedException("/folder/a"));
        assertEquals(client.failure(403),
                client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
    }

    @Test
    void errorThatNobodyForeseesLeavesNoFileEither() throws Exception {
        for (Operation failing : List.of(Operation.CREATE, Operation.WRITE, Operation.CLOSE,
                Operation.MOVE)) {
            system.before((operation, real) -> {
                if (operation == failing) {
                    if (failing == Operation.CREATE) {
                        Files.createFile(real); // it fails when the file is there already
                    }
                    throw new OutOfMemoryError("so much for heap");
                }
            });
            assertThrows(OutOfMemoryError.class, () -> putAsTheServerDoes("/b"), failing.name());
        }
    }

    /** What throws in the middle of a body is told to the exchange, as the server does. */
    private void putAsTheServerDoes(String path) throws Exception {
        Exchange exchange = handler.handle(Request.of("PUT", path).withBody(3));
        WritableByteChannel sink = exchange.sink();
        try {
            Client.write(sink, new byte[3]);
        } catch (OutOfMemoryError e) {
            exchange.abandon(Abandonment.SINK_FAILED, e);
            throw e;
        }
        exchange.complete();
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = {"LIST", "LIST_ON"})
    void folderThatCannotBeListedIsRefusedInOneLine(Operation operation) throws Exception {
        Path path = system.path(temp);
        system.fail(operation, new IOException("Input/output error"));
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(path));
        assertEquals("leftover files in the folder " + temp + "/.millrace.parts can't be removed:"
                + " Input/output error", refusal.getMessage());
        StoreOptions counted = StoreOptions.builder().quotaBytes(10).build();
        system.before((at, real) -> {
            if (at == operation && real.equals(temp)) {
                throw new IOException("Input/output error");
            }
        });
        refusal = assertThrows(IOException.class, () -> FolderStore.open(path, counted));
        assertEquals("the folder " + temp + " can't be listed: Input/output error",
                refusal.getMessage());
    }

    @Test
    void folderThatCannotBeTriedOutIsRefusedInOneLine() throws Exception {
        Path path = system.path(temp);
        for (String name : List.of("", "/.millrace.parts")) {
            system.before((operation, real) -> {
                if (operation == Operation.CREATE && real.getParent().endsWith(temp + name)) {
                    throw new AccessDeniedException(real.toString());
                }
            });
            IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(path));
            assertEquals("the folder " + temp + name + " can't be written: permission denied",
                    refusal.getMessage());
        }
    }

    @Test
    void storeWithoutRoomForANewFileOpensAndMakesRoom() throws Exception {
        store.close();
        system.fileChannels = PlainFileSystem.FileChannels.WHOLE;
        // Not even a file without bytes: the inodes are used up.
        system.before((operation, real) -> {
            if (operation == Operation.CREATE) {
                throw because("No space left on device");
            }
        });
        try (Logged log = new Logged(FolderStore.class)) {
            open(StoreOptions.builder());
            assertEquals(List.of("the folder " + temp + " has no room for a new file, so what its"
                    + " file system can do is assumed, not tested: No space left on device"),
                    log.lines());
        }
        assertEquals("old", client.get("/a").text());
        assertEquals(200, client.delete("/a").status());
        system.before(null);
        assertEquals(200, client.put("/a", "old").status());
    }

    @Test
    void partsFolderThatCannotBeMadeIsRefusedInOneLineOrFailsThePut() throws Exception {
        Path staging = temp.resolve(".millrace.parts");
        Files.delete(staging);
        system.fail(Operation.MAKE_FOLDER, because("No space left on device"));
        assertEquals(507, client.put("/a", "new").status());
        store.close();
        IOException refusal =
                assertThrows(IOException.class, () -> FolderStore.open(system.path(temp)));
        assertEquals("the folder " + staging + " can't be made: No space left on device",
                refusal.getMessage());
        system.before(null);
        open(StoreOptions.builder());
    }

    @Test
    void partsFolderThatAnotherRequestMakesAgainFirstIsAsGood() throws Exception {
        Files.delete(temp.resolve(".millrace.parts"));
        system.before((operation, real) -> {
            if (operation == Operation.MAKE_FOLDER) {
                Files.createDirectory(real);
            }
        });
        assertEquals(200, client.put("/a", "old").status());
    }

    @Test
    void openAndPutTouchNoMoreThanTheyNeed() throws Exception {
        assumeTrue(below.isEmpty(), "each folder on the way is looked at");
        store.close();
        List<String> done = new ArrayList<>();
        system.before((operation, real) -> {
            boolean part = real.startsWith(temp.resolve(".millrace.parts"));
            done.add(operation + " " + (part ? "part" : temp.relativize(real)));
        });
        open(StoreOptions.builder());
        assertFalse(done.contains("LIST "), "however many objects there are: " + done);
        done.clear();
        client.put("/a", "old");
        assertEquals(List.of("CREATE part", "WRITE part", "CLOSE part", "LOOK a", "LOOK part",
                "MOVE a"), done);
    }

    // Other programs in the folder, between a look and what it was for.

    @Test
    void objectThatVanishesWhileItIsOpenedIsNotFound() throws Exception {
        client.get("/a");
        system.before((operation, real) -> {
            if (operation == Operation.LOOK && real.endsWith("b")) {
                Files.writeString(real, "now you see it");
            } else if (operation == Operation.OPEN) {
                Files.delete(real);
            }
        });
        assertEquals(404, client.get("/b").status());
        system.before((operation, real) -> {
            if (operation == Operation.OPEN) {
                throw because("Too many levels of symbolic links (NOFOLLOW_LINKS specified)");
            }
        });
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void folderThatVanishesInTheLastMomentIsMadeAgain() throws Exception {
        assumeTrue(contract == Contract.HTTP, "the article's has no folders");
        Path file = folder.resolve("c").resolve("b");
        AtomicInteger moves = new AtomicInteger();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.equals(file) && moves.incrementAndGet() == 1) {
                Files.delete(file.getParent());
            }
        });
        assertEquals(200, client.put("/c/b", "new").status());
        assertEquals(2, moves.get());
        assertEquals("new", Files.readString(file));
        Files.delete(file);
        Files.delete(file.getParent());
    }

    @Test
    void folderThatAppearsInTheLastMomentIsKept() throws Exception {
        Path file = folder.resolve("b");
        system.before((operation, real) -> {
            if (operation == Operation.MOVE) {
                Files.createDirectory(file);
            }
        });
        assertEquals(client.failure(409), client.put("/b", "new").status());
        Files.delete(file);
        system.before((operation, real) -> {
            if (operation == Operation.DELETE && real.equals(file)) {
                Files.delete(real);
                Files.createDirectory(real);
                Files.writeString(real.resolve("inside"), "safe");
            }
        });
        Files.writeString(file, "an object");
        assertEquals(404, client.delete("/b").status());
        assertEquals("safe", Files.readString(file.resolve("inside")));
        Files.delete(file.resolve("inside"));
        Files.delete(file);
    }

    @Test
    void roomOfAReplacedObjectIsNotGivenAwayBeforeItIsReplaced() throws Exception {
        store.close();
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/b", "1234");
        List<Integer> others = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("b")) {
                others.add(client.put("/c", "123456").status());
                throw because("Input/output error");
            }
        });
        assertEquals(500, client.put("/b", "1").status());
        assertEquals(List.of(507), others);
        system.before(null);
        client.delete("/b");
        assertEquals(507, client.put("/d", "1234567890").status(), "a has 3 bytes of 10");
        assertEquals(200, client.put("/d", "1234567").status());
        client.delete("/d");
    }

    @Test
    void folderThatBecameReadOnlyForbidsChanges() throws Exception {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
        try (FolderStore real = FolderStore.open(temp.resolve("real"))) {
            Client client = new Client(real);
            client.put("/a", "old");
            Path root = temp.resolve("real");
            assumeTrue(root.toFile().setWritable(false), "no permissions here");
            assertEquals(403, client.put("/a", "new").status());
            assertEquals(403, client.delete("/a").status());
            assertEquals("old", client.get("/a").text());
            root.toFile().setWritable(true);
        } finally {
            for (String name : List.of("real/a", "real/.millrace.parts", "real/.millrace.lock",
                    "real")) {
                Files.deleteIfExists(temp.resolve(name));
            }
        }
    }
}
