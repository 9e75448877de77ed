package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.file;
import static io.millrace.store.Uploading.files;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.record;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that outlive their requests: from the first byte to the object. */
class UnfinishedUploadsTest {

    private static final byte[] NOTE = {1, 2, 3};

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        open(StoreOptions.defaults());
    }

    private void open(StoreOptions options) throws IOException {
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(folder, options);
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private FileUpload create(String path) throws HttpException {
        return store.uploads().create(put(path), RequestHead.UNKNOWN_LENGTH, NOTE);
    }

    private static int refused(Executable call) {
        return assertThrows(HttpException.class, call).status().code();
    }

    @Test
    void bytesOfSeveralRequestsBecomeOneObject() throws Exception {
        FileUpload upload = create("/d/a");
        assertEquals(0, upload.sizeBytes());
        write(upload, 0, "one,");
        write(upload, 4, "two");
        assertEquals(7, upload.sizeBytes());
        assertEquals(404, client.get("/d/a").status());

        Reply reply = complete(upload);

        assertEquals(201, reply.status());
        assertEquals("/d/a", reply.field("Location"));
        assertEquals("one,two", client.get("/d/a").text());
        assertEquals(client.get("/d/a").field("ETag"), upload.etag());
        assertTrue(upload.isComplete());
        assertEquals(7, upload.sizeBytes());
    }

    @Test
    void aNameIsLongAndIsNoOtherUploads() throws Exception {
        FileUpload upload = create("/a");
        assertTrue(upload.name().matches("[0-9a-f]{32}"), upload.name());
        assertNotEquals(upload.name(), create("/a").name());
    }

    @Test
    void anUploadIsFoundByItsNameOnly() throws Exception {
        FileUpload upload = create("/a");
        assertEquals(upload, store.uploads().find(upload.name()));
        assertNull(store.uploads().find("a"));
        assertNull(store.uploads().find("../a"));
        assertEquals(List.of(upload), store.uploads().all());
    }

    @Test
    void bytesNoteAndNameOutliveTheProcess() throws Exception {
        FileUpload begun = store.uploads().create(put("/a%20b"), 12, NOTE);
        write(begun, 0, "one,");
        begun.note(new byte[] {4});
        open();

        FileUpload upload = store.uploads().find(begun.name());

        assertEquals(4, upload.sizeBytes());
        assertEquals(12, upload.lengthBytes());
        assertEquals("/a%20b", upload.path());
        assertArrayEquals(new byte[] {4}, upload.note());
        write(upload, 4, "two");
        assertEquals(201, complete(upload).status());
        assertEquals("one,two", client.get("/a%20b").text());
    }

    @Test
    void aNoteIsACopy() throws Exception {
        byte[] mine = {1};
        FileUpload upload = store.uploads().create(put("/a"), 1, mine);
        mine[0] = 2;
        assertArrayEquals(new byte[] {1}, upload.note());
        upload.note()[0] = 2;
        assertArrayEquals(new byte[] {1}, upload.note());
    }

    @Test
    void aNoteHasAtMost64KiB() throws Exception {
        FileUpload upload = create("/a");
        upload.note(new byte[64 << 10]);
        assertThrows(IllegalArgumentException.class, () -> upload.note(new byte[(64 << 10) + 1]));
        assertThrows(IllegalArgumentException.class, () ->
                store.uploads().create(put("/a"), 1, new byte[(64 << 10) + 1]));
        open();
        assertEquals(64 << 10, store.uploads().find(upload.name()).note().length);
    }

    @Test
    void openRemovesWhatIsBeyond() throws Exception {
        FileUpload upload = create("/a");
        write(upload, 0, "one,xxxxx");
        write(upload, 4, "two");
        assertEquals(201, complete(upload).status());
        assertEquals("one,two", client.get("/a").text());
    }

    @Test
    void bytesOfTheRequestAtHandAreDroppedAndThoseBeforeStay() throws Exception {
        FileUpload upload = create("/a");
        write(upload, 0, "one,");
        upload.open(4).write(ByteBuffer.wrap(new byte[9]), 4);
        upload.drop();
        upload.close();
        assertThrows(IllegalStateException.class, upload::drop);
        assertEquals(4, upload.sizeBytes());
        write(upload, 4, "two");
        assertEquals(201, complete(upload).status());
        assertEquals("one,two", client.get("/a").text());
    }

    @Test
    void noPositionIsBeyondTheEnd() throws Exception {
        FileUpload upload = create("/a");
        write(upload, 0, "one");
        assertThrows(IllegalArgumentException.class, () -> upload.open(4));
        assertThrows(IllegalArgumentException.class, () -> upload.open(-1));
        upload.open(3);
        upload.close();
        upload.close();
    }

    @Test
    void oneUseAtATime() throws Exception {
        FileUpload upload = create("/a");
        FileUpload other = create("/b");
        upload.open(0);
        assertThrows(IllegalStateException.class, () -> upload.open(0));
        assertThrows(IllegalStateException.class, () -> upload.complete(put("/a")));
        assertThrows(IllegalStateException.class, upload::discard);
        assertThrows(IllegalStateException.class, () -> other.copyFrom(upload));
        upload.note(NOTE);
        upload.force();
        upload.close();
        assertThrows(IllegalStateException.class, () -> upload.reserve(1));
        assertThrows(IllegalStateException.class, () -> upload.copyFrom(upload));
        other.open(0);
        other.close();
        upload.open(0);
        upload.close();
    }

    @Test
    void anEmptyUploadBecomesAnEmptyObject() throws Exception {
        assertEquals(201, complete(create("/a")).status());
        assertEquals("", client.get("/a").text());
    }

    @Test
    void aCompleteUploadIsFoundUntilItIsDiscarded() throws Exception {
        FileUpload begun = create("/a");
        write(begun, 0, "one");
        complete(begun);
        open();

        FileUpload upload = store.uploads().find(begun.name());

        assertTrue(upload.isComplete());
        assertEquals(3, upload.sizeBytes());
        assertArrayEquals(NOTE, upload.note());
        assertEquals(client.get("/a").field("ETag"), upload.etag());
        assertThrows(IllegalStateException.class, () -> upload.open(0));
        assertThrows(IllegalStateException.class, () -> upload.complete(put("/a")));
        upload.note(new byte[] {9});
        upload.discard();
        assertNull(store.uploads().find(begun.name()));
        assertEquals("one", client.get("/a").text());
        assertEquals(List.of(), files(folder));
    }

    @Test
    void aDiscardedUploadLeavesNothing() throws Exception {
        FileUpload upload = create("/a");
        write(upload, 0, "one");
        upload.discard();
        upload.discard();
        assertEquals(List.of(), files(folder));
        assertNull(store.uploads().find(upload.name()));
        assertEquals(404, refused(() -> upload.open(0)));
        assertEquals(404, refused(() -> upload.note(NOTE)));
        assertEquals(404, refused(upload::sizeBytes));
        assertEquals(404, refused(upload::lastChange));
        assertEquals(404, refused(upload::force));
        assertEquals(404, refused(() -> upload.complete(put("/a"))));
    }

    @Test
    void theLastChangeIsThatOfBytesOrNote() throws Exception {
        FileUpload upload = create("/a");
        Instant past = Instant.now().minusSeconds(1000);
        Files.setLastModifiedTime(file(folder, upload), FileTime.from(past));
        Files.setLastModifiedTime(record(folder, upload), FileTime.from(past));
        assertEquals(past.toEpochMilli(), upload.lastChange().toEpochMilli());
        write(upload, 0, "a");
        assertTrue(upload.lastChange().isAfter(past.plusSeconds(900)));
    }

    @Test
    void anUploadIsCopiedBehindAnother() throws Exception {
        FileUpload one = create("/1");
        FileUpload two = create("/2");
        write(one, 0, "one,");
        write(two, 0, "two");
        FileUpload all = create("/a");
        all.copyFrom(one);
        all.copyFrom(two);
        assertEquals(201, complete(all).status());
        assertEquals("one,two", client.get("/a").text());
        assertEquals(4, one.sizeBytes());
        assertFalse(two.isComplete());
    }
}
