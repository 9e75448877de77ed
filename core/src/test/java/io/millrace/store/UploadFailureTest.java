package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.file;
import static io.millrace.store.Uploading.files;
import static io.millrace.store.Uploading.with;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.server.Logged;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the file system refuses in the middle of an upload that outlives its requests. */
class UploadFailureTest {

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        system.fileChannels = FileChannels.WHOLE;
        reopen(options);
    }

    private void reopen(StoreOptions.Builder options) throws IOException {
        system.before(null);
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(system.path(folder), options.build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        system.before(null);
        store.close();
    }

    private static IOException because(String reason) {
        return new FileSystemException("/folder/a", null, reason);
    }

    /** An operation on files whose names end so fails; a move is one on its target. */
    private void fail(Operation failing, String ending, String reason) {
        system.before((operation, real) -> {
            if (operation == failing && real.toString().endsWith(ending)) {
                throw because(reason);
            }
        });
    }

    private static int refused(Executable call) {
        return assertThrows(HttpException.class, call).status().code();
    }

    @ParameterizedTest
    @CsvSource({
        "MAKE_FOLDER, .uploads, Permission denied, 403",
        "CREATE, .new, No space left on device, 507",
        "WRITE, .new, No space left on device, 507",
        "WRITE, .new, Disk quota exceeded, 507",
        "FORCE, .new, Input/output error, 500",
        "MOVE, .record, Input/output error, 500",
        "CREATE, .new, Too many open files, 503",
        "CREATE, .new, Read-only file system, 403"})
    void uploadThatCannotBeBegunLeavesNothing(Operation operation, String ending, String reason,
            int status) throws Exception {
        open(StoreOptions.builder().durability(Durability.DATA));
        fail(operation, ending, reason);
        assertEquals(status, refused(() -> create(store, "/a")));
        assertEquals(List.of(), store.uploads().all());
        system.before(null);
        if (operation != Operation.MAKE_FOLDER) {
            assertEquals(List.of(), files(folder));
        }
        assertEquals(201, complete(with(store, "/a", "x")).status());
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = {"CREATE", "WRITE", "FORCE", "MOVE"})
    void noteThatCannotBeReplacedStays(Operation operation) throws Exception {
        open(StoreOptions.builder().durability(Durability.DATA));
        FileUpload upload = create(store, "/a");
        fail(operation, operation == Operation.MOVE ? ".record" : ".new",
                "No space left on device");
        assertEquals(507, refused(() -> upload.note(new byte[] {2})));
        assertArrayEquals(new byte[] {1}, upload.note());
        reopen(StoreOptions.builder());
        FileUpload again = store.uploads().find(upload.name());
        assertArrayEquals(new byte[] {1}, again.note());
        assertEquals(List.of(".millrace-X", ".millrace-X.record"), files(folder));
    }

    @Test
    void bytesThatCannotBeForcedAreNotSaidToBe() throws Exception {
        open(StoreOptions.builder().durability(Durability.DATA));
        FileUpload upload = with(store, "/a", "one");
        fail(Operation.FORCE, upload.name(), "Input/output error");
        assertEquals(500, refused(() -> write(upload, 3, "two")));
        assertEquals(500, refused(upload::force));
        system.before(null);
        upload.force();
        assertEquals(6, upload.sizeBytes());
    }

    @Test
    void fileThatCannotBeOpenedIsFreeForTheNextRequest() throws Exception {
        FileUpload upload = create(store, "/a");
        fail(Operation.OPEN, upload.name(), "Too many open files");
        assertEquals(503, refused(() -> upload.open(0)));
        system.before(null);
        write(upload, 0, "one");
        assertEquals(201, complete(upload).status());
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, .new, No space left on device, 507",
        "WRITE, .new, No space left on device, 507",
        "MOVE, .record, Input/output error, 500",
        "MOVE, /a, Input/output error, 500",
        "FORCE, BYTES, Input/output error, 500"})
    void uploadThatCannotEndKeepsItsBytes(Operation operation, String ending, String reason,
            int status) throws Exception {
        open(StoreOptions.builder().durability(Durability.DATA));
        FileUpload upload = with(store, "/a", "one");
        fail(operation, ending.replace("BYTES", upload.name()), reason);
        assertEquals(status, complete(upload).status());
        assertFalse(upload.isComplete());
        assertEquals(3, upload.sizeBytes());
        assertEquals(404, client.get("/a").status());
        reopen(StoreOptions.builder());
        FileUpload again = store.uploads().find(upload.name());
        assertEquals(3, again.sizeBytes());
        assertEquals(List.of(".millrace-X", ".millrace-X.record"), files(folder));
        assertEquals(201, complete(again).status());
        assertEquals("one", client.get("/a").text());
    }

    @Test
    void fieldsOfAnEndThatFailedLeaveNoFile() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        fail(Operation.CREATE, ".new", "No space left on device");
        assertEquals(507, complete(upload, "Cache-Control", "no-store").status());
        system.before(null);
        assertEquals(List.of(".millrace-X", ".millrace-X.record"), files(folder));
        assertEquals(201, complete(upload).status());
        assertNull(client.get("/a").field("Cache-Control"));
    }

    @Test
    void uploadThatHasEndedIsSaidToHaveWhateverFailsThen() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        List<Operation> moves = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("a")) {
                moves.add(operation);
            }
            if (operation == Operation.CREATE && !moves.isEmpty()) {
                throw because("No space left on device");
            }
        });
        try (Logged logged = new Logged(FolderStore.class)) {
            assertEquals(201, complete(upload).status());
            assertTrue(logged.lines().toString()
                    .contains("the end of an upload can't be written down"));
        }
        assertTrue(upload.isComplete());
        assertEquals("one", client.get("/a").text());
        reopen(StoreOptions.builder());
        assertTrue(store.uploads().find(upload.name()).isComplete());
    }

    @Test
    void recordAndBytesAreOnTheDeviceBeforeTheObjectHasItsName() throws Exception {
        open(StoreOptions.builder().durability(Durability.DATA));
        FileUpload upload = with(store, "/a", "one");
        List<String> done = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.FORCE || operation == Operation.MOVE) {
                done.add(operation + " " + real.getFileName().toString()
                        .replace(".millrace-" + upload.name(), "bytes"));
            }
        });
        assertEquals(201, complete(upload).status());
        assertEquals(List.of("FORCE bytes", "FORCE bytes.new", "MOVE bytes.record", "MOVE a",
                "FORCE bytes.new", "MOVE bytes.record"), done);
    }

    @Test
    void nothingIsForcedWhereNothingHasToBe() throws Exception {
        List<Operation> forced = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.FORCE) {
                forced.add(operation);
            }
        });
        FileUpload upload = with(store, "/a", "one");
        upload.note(new byte[0]);
        assertNull(upload.complete(Uploading.put("/a")).stage());
        assertEquals(List.of(), forced);
    }

    @Test
    void copyThatFailsLeavesNoByte() throws Exception {
        FileUpload one = with(store, "/a", "one");
        FileUpload two = with(store, "/b", "two");
        fail(Operation.WRITE, one.name(), "No space left on device");
        assertEquals(507, refused(() -> one.copyFrom(two)));
        system.before(null);
        assertEquals(3, one.sizeBytes());
        one.copyFrom(two);
        assertEquals(6, one.sizeBytes());
    }

    @Test
    void copyOfWhatAnotherProgramMakesShorterLeavesNoByte() throws Exception {
        FileUpload one = with(store, "/a", "one");
        FileUpload two = with(store, "/b", "two");
        system.before((operation, real) -> {
            if (operation == Operation.WRITE) {
                Files.writeString(file(folder, two), "t");
            }
        });
        assertEquals(500, refused(() -> one.copyFrom(two)));
        system.before(null);
        assertEquals(3, one.sizeBytes());
    }

    @Test
    void filesThatCannotBeRemovedAreTriedAgain() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        fail(Operation.DELETE, "", "Input/output error");
        upload.discard();
        assertNull(store.uploads().find(upload.name()));
        assertTrue(Files.exists(file(folder, upload)));
        reopen(StoreOptions.builder()); // a store that closes tries once more
        assertEquals(List.of(), files(folder));
    }

    @Test
    void folderThatCannotBeReadIsNamed() throws Exception {
        create(store, "/a");
        store.close();
        fail(Operation.LIST, ".uploads", "Input/output error");
        IOException refusal = assertThrows(IOException.class, () ->
                FolderStore.open(system.path(folder)));
        assertTrue(refusal.getMessage().startsWith("unfinished uploads in the folder "),
                refusal.getMessage());
        system.before(null);
        store = FolderStore.open(system.path(folder));
        assertEquals(1, store.uploads().all().size());
    }

    @ParameterizedTest
    @EnumSource(value = FileChannels.class, names = {"NONE", "PARTIAL"})
    void fileSystemThatWritesInSequenceOnlyKeepsNone(FileChannels channels) throws Exception {
        system.fileChannels = channels;
        reopen(StoreOptions.builder());
        assertFalse(store.uploads().areKept());
        assertEquals(501, refused(() -> create(store, "/a")));
    }

    @Test
    void fileSystemThatReplacesInSeveralStepsKeepsNone() throws Exception {
        system.movesAtomically = false;
        reopen(StoreOptions.builder().nonAtomicReplace(true));
        assertFalse(store.uploads().areKept());
        assertEquals(501, refused(() -> create(store, "/a")));
    }
}
