package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.with;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.HttpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of unfinished uploads count for the quota, in this process and in the next one. */
class UploadRoomTest {

    private static final long QUOTA = 10;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;
    private long nowNs;

    @BeforeEach
    void open() throws IOException {
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(folder, options.quotaBytes(QUOTA).build(), () -> nowNs);
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private long used() {
        return store.stats().quotaUsedBytes().orElseThrow();
    }

    private static int refused(Executable call) {
        return assertThrows(HttpException.class, call).status().code();
    }

    @Test
    void bytesThatHaveComeTakeRoom() throws Exception {
        with(store, "/a", "12345");
        assertEquals(5, used());
        assertEquals(507, client.put("/b", "123456").status());
        assertEquals(200, okOrCreated(client.put("/b", "12345").status()));
        assertEquals(QUOTA, used());
    }

    private static int okOrCreated(int status) {
        return status == 201 ? 200 : status;
    }

    @Test
    void aLengthTakesNoRoomAndHasToFit() throws Exception {
        assertNotNull(store.uploads().create(put("/a"), QUOTA, new byte[0]));
        assertEquals(507, refused(() ->
                store.uploads().create(put("/a"), QUOTA + 1, new byte[0])));
        assertEquals(0, used());
    }

    @Test
    void roomIsTakenUpToTheQuota() throws Exception {
        FileUpload upload = create(store, "/a");
        upload.open(0);
        upload.reserve(QUOTA);
        assertEquals(507, refused(() -> upload.reserve(QUOTA + 1)));
        assertEquals(QUOTA, used());
        upload.reserve(4);
        assertEquals(QUOTA, used());
        upload.close();
    }

    @Test
    void roomThatWasNotUsedIsGivenBack() throws Exception {
        FileUpload upload = with(store, "/a", "1234");
        upload.open(4);
        upload.reserve(9);
        assertEquals(9, used());
        upload.close();
        assertEquals(4, used());
        upload.open(2);
        assertEquals(2, used());
        upload.close();
        assertEquals(2, upload.sizeBytes());
    }

    @Test
    void anObjectTakesTheRoomOver() throws Exception {
        client.put("/a", "123");
        FileUpload upload = with(store, "/a", "12345");
        assertEquals(8, used());
        assertEquals(204, complete(upload).status());
        assertEquals(5, used());
        upload.discard();
        assertEquals(5, used());
    }

    @Test
    void aDiscardedUploadGivesItsRoomBack() throws Exception {
        FileUpload upload = with(store, "/a", "12345");
        upload.discard();
        assertEquals(0, used());
        upload.discard();
        assertEquals(0, used());
    }

    @Test
    void aRefusedEndLeavesTheRoomTaken() throws Exception {
        FileUpload upload = with(store, "/a", "12345");
        assertEquals(412, complete(upload, "If-Match", "*").status());
        assertEquals(5, used());
    }

    @Test
    void roomIsCountedAnewAtTheStart() throws Exception {
        FileUpload upload = with(store, "/a", "12345");
        complete(with(store, "/done", "1"));
        open();
        assertEquals(6, used());
        assertEquals(507, client.put("/b", "12345").status());
        store.uploads().find(upload.name()).discard();
        assertEquals(1, used());
    }

    @Test
    void moreThanTheQuotaMayBeThereAtTheStart() throws Exception {
        FileUpload upload = with(store, "/a", "12345");
        Files.writeString(folder.resolve("big"), "123456789");
        open();
        assertEquals(14, used());
        FileUpload again = store.uploads().find(upload.name());
        assertEquals(507, refused(() -> write(again, 5, "6")));
        assertEquals(201, complete(again).status());
        assertEquals(14, used());
    }

    @Test
    void aRecountCountsNothingTwice() throws Exception {
        with(store, "/a", "12345");
        complete(with(store, "/b", "12"));
        nowNs = TimeUnit.SECONDS.toNanos(100);
        assertEquals(507, client.put("/c", "1234").status()); // counted before it is refused
        assertEquals(7, used());
    }

    @Test
    void aCopyTakesRoomOfItsOwn() throws Exception {
        FileUpload one = with(store, "/a", "1234");
        FileUpload two = with(store, "/b", "1");
        two.copyFrom(one);
        assertEquals(9, used());
        assertEquals(507, refused(() -> two.copyFrom(one)));
        assertEquals(5, two.sizeBytes());
        FileUpload three = create(store, "/c");
        assertEquals(507, refused(() -> three.copyFrom(one)));
        assertEquals(0, three.sizeBytes());
        assertEquals(9, used());
    }

    @Test
    void evictionMakesRoom() throws Exception {
        open(StoreOptions.builder().evictAfter(Duration.ofDays(1)).evictToBytes(5));
        client.put("/old", "12345");
        client.put("/older", "1234");
        FileUpload upload = create(store, "/a");
        HttpException refusal = assertThrows(HttpException.class, () -> write(upload, 0, "1234"));
        assertEquals("1", refusal.response().headers().first("Retry-After"));
        assertEquals(507, refusal.status().code());
    }

    @Test
    void statisticsTellOfThem() throws Exception {
        FileUpload upload = with(store, "/a", "123");
        with(store, "/b", "12");
        assertEquals(2, store.stats().resumableUploads());
        assertEquals(5, store.stats().resumableUploadBytes());
        assertEquals(0, store.stats().unfinishedUploads());
        complete(upload);
        assertEquals(1, store.stats().resumableUploads());
        assertEquals(2, store.stats().resumableUploadBytes());
        assertEquals(0, store.stats().unfinishedUploads());
    }
}
