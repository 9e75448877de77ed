package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.file;
import static io.millrace.store.Uploading.files;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.record;
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
import io.millrace.tree.FaultLog;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Folder;
import io.millrace.tree.UploadRecord;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of each state of the files that a kill, or another program, leaves. */
class UploadRecoveryTest {

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(folder);
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** Closes the store, and makes the record what it is while the bytes become the object. */
    private void killWhileEnding(FileUpload upload) throws IOException {
        store.close();
        try (Folder opened = Folder.open(folder, StoreOptions.defaults().folderSettings(),
                new FaultLog(FolderStore.class))) {
            UploadRecord record = opened.uploads().records().get(upload.name());
            opened.uploads().write(upload.name(), record.ending(Version.of(
                    FileAccess.attributes(file(folder, upload)), true)), false);
        }
    }

    private FileUpload find(FileUpload before) throws HttpException {
        return store.uploads().find(before.name());
    }

    @Test
    void bytesWithoutARecordAreRemoved() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        Files.delete(record(folder, upload));
        open();
        assertEquals(List.of(), files(folder));
        assertEquals(List.of(), store.uploads().all());
    }

    @Test
    void recordWithoutBytesIsOfALostUpload() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        Files.delete(file(folder, upload));
        try (Logged logged = new Logged(FolderStore.class)) {
            open();
            assertTrue(logged.lines().toString().contains("the unfinished upload of /a is lost"));
        }
        assertNull(find(upload));
        assertEquals(List.of(), files(folder));
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void uploadThatWasAboutToEndGoesOnIfItsBytesAreThere() throws Exception {
        FileUpload upload = with(store, "/a", "one,");
        killWhileEnding(upload);
        open();
        FileUpload again = find(upload);
        assertFalse(again.isComplete());
        assertEquals(4, again.sizeBytes());
        write(again, 4, "two");
        assertEquals(201, complete(again).status());
        assertEquals("one,two", client.get("/a").text());
    }

    @Test
    void uploadWhoseBytesHaveBecomeTheObjectIsComplete() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        killWhileEnding(upload);
        Files.move(file(folder, upload), folder.resolve("a"));
        open();
        FileUpload again = find(upload);
        assertTrue(again.isComplete());
        assertEquals(3, again.sizeBytes());
        assertEquals(client.get("/a").field("ETag"), again.etag());
        assertArrayEquals(new byte[] {1}, again.note());
        again.note(new byte[] {2});
        open();
        assertEquals(client.get("/a").field("ETag"), find(upload).etag());
    }

    @Test
    void uploadWhoseObjectIsAnotherByNowIsCompleteAndHasNoEntityTag() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        killWhileEnding(upload);
        Path bytes = folder.resolve("a");
        Files.move(file(folder, upload), bytes);
        Files.copy(bytes, folder.resolve("b"));
        Files.move(folder.resolve("b"), bytes, StandardCopyOption.REPLACE_EXISTING);
        open();
        assertTrue(find(upload).isComplete());
        assertEquals(3, find(upload).sizeBytes());
        assertNull(find(upload).etag());
        open();
        assertTrue(find(upload).isComplete());
    }

    @Test
    void uploadWhoseObjectIsGoneByNowIsComplete() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        killWhileEnding(upload);
        Files.delete(file(folder, upload));
        open();
        assertTrue(find(upload).isComplete());
        assertNull(find(upload).etag());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void damagedRecordIsRemovedWithItsBytes() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        FileUpload empty = with(store, "/b", "one");
        FileUpload kept = with(store, "/c", "one");
        byte[] bytes = Files.readAllBytes(record(folder, upload));
        bytes[bytes.length / 2] ^= 1;
        Files.write(record(folder, upload), bytes);
        Files.write(record(folder, empty), new byte[0]);
        try (Logged logged = new Logged(FolderStore.class)) {
            open();
            assertTrue(logged.lines().toString().contains("an unfinished upload is lost"));
        }
        assertNull(find(upload));
        assertNull(find(empty));
        assertEquals(3, find(kept).sizeBytes());
        assertEquals(List.of(".millrace-X", ".millrace-X.record"), files(folder));
    }

    @Test
    void eachCutOfARecordIsDamage() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        byte[] whole = Files.readAllBytes(record(folder, upload));
        for (int length = 0; length < whole.length; length++) {
            Files.write(record(folder, upload), Arrays.copyOf(whole, length));
            Files.writeString(file(folder, upload), "one");
            open();
            assertNull(find(upload), "cut at " + length);
        }
    }

    @Test
    void eachWrongByteOfARecordIsDamage() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        byte[] whole = Files.readAllBytes(record(folder, upload));
        for (int at = 0; at < whole.length; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 1;
            Files.write(record(folder, upload), wrong);
            Files.writeString(file(folder, upload), "one");
            open();
            assertNull(find(upload), "wrong at " + at);
        }
    }

    @Test
    void whatAKillLeavesOfAWriteIsRemoved() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        Path bytes = file(folder, upload);
        Files.writeString(bytes.resolveSibling(bytes.getFileName() + ".new"), "half");
        Files.writeString(bytes.resolveSibling(bytes.getFileName() + ".meta"), "half");
        Files.writeString(folder.resolve(".millrace.uploads/mine"), "not the store's");
        open();
        assertEquals(3, find(upload).sizeBytes());
        assertEquals(List.of(".millrace-X", ".millrace-X.record", "mine"), files(folder));
        find(upload).note(new byte[] {7});
    }

    @Test
    void folderThatIsRemovedIsMadeAgain() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        Files.delete(file(folder, upload));
        Files.delete(record(folder, upload));
        Files.delete(folder.resolve(".millrace.uploads"));
        assertEquals(201, complete(with(store, "/b", "two")).status());
        try (Logged logged = new Logged(FolderStore.class)) {
            assertNull(find(upload));
            assertTrue(logged.lines().toString().contains("the unfinished upload of /a is lost"));
        }
        assertEquals(1, store.uploads().all().size());
        assertEquals(0, store.stats().resumableUploads());
    }

    @Test
    void linkInPlaceOfTheBytesIsNotFollowed() throws Exception {
        Path outside = Files.createTempFile("outside", null);
        try {
            Files.writeString(outside, "secret");
            FileUpload upload = with(store, "/a", "secret");
            Files.delete(file(folder, upload));
            Files.createSymbolicLink(file(folder, upload), outside);
            assertThrows(HttpException.class, () -> upload.open(0));
            assertThrows(HttpException.class, upload::sizeBytes);
            assertThrows(HttpException.class, () -> upload.complete(put("/a")));
            FileUpload other = create(store, "/b");
            assertThrows(HttpException.class, () -> other.copyFrom(upload));
            assertEquals(0, other.sizeBytes());
            open();
            assertNull(find(upload));
            assertEquals("secret", Files.readString(outside));
            assertEquals(404, client.get("/a").status());
        } finally {
            Files.delete(outside);
        }
    }

    @Test
    void linkInPlaceOfARecordIsNotFollowed() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        Path moved = folder.resolve("moved");
        Files.move(record(folder, upload), moved);
        Files.createSymbolicLink(record(folder, upload), moved);
        open();
        assertNull(find(upload));
        assertTrue(Files.exists(moved));
    }

    @Test
    void linkInPlaceOfTheFolderIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve(".millrace.uploads"), elsewhere);
        assertEquals(500, assertThrows(HttpException.class, () -> create(store, "/a"))
                .status().code());
        store.close();
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(folder));
        assertTrue(refusal.getMessage().contains("remove it, and the store makes one"),
                refusal.getMessage());
        try (var files = Files.list(elsewhere)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void bytesHaveThePermissionsOfObjects() throws Exception {
        store.close();
        store = FolderStore.open(folder, StoreOptions.builder()
                .fileMode(PosixFilePermissions.fromString("rw-r-----")).build());
        FileUpload upload = with(store, "/a", "one");
        for (Path file : List.of(file(folder, upload), record(folder, upload))) {
            assertEquals("rw-r-----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        complete(upload);
        assertEquals("rw-r-----", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("a"))));
    }

    @Test
    void nothingShowsOfThem() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        String path = "/.millrace.uploads/.millrace-" + upload.name();
        assertEquals(400, client.get(path).status());
        assertEquals(400, client.put(path, "x").status());
        assertEquals(400, client.delete(path).status());
        assertEquals(400, client.get("/.millrace.uploads/").status());
        assertEquals(400, client.delete("/.millrace.uploads/").status());
        assertFalse(client.get("/").text().contains("millrace.uploads"));
        List<Scrub.Result> found = new ArrayList<>();
        new Scrub(folder, Long.MAX_VALUE).run(found::add);
        assertEquals(List.of(), found);
        assertEquals(3, upload.sizeBytes());
    }
}
