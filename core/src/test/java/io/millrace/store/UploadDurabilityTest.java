package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.files;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.HttpException;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of uploads is on the device, names included, before a request is answered. */
class UploadDurabilityTest {

    private static final String UPLOADS = ".millrace.uploads";

    @TempDir
    Path temp;

    private final PlainFileSystem system = new PlainFileSystem();
    private final List<String> done = new ArrayList<>();
    private Path folder;
    private FolderStore store;

    @BeforeEach
    void open() throws IOException {
        folder = temp.resolve("data");
        system.fileChannels = FileChannels.WHOLE;
        store = FolderStore.open(system.path(folder),
                StoreOptions.builder().durability(Durability.FULL).build());
        watch(null);
    }

    @AfterEach
    void close() throws IOException {
        system.before(null);
        store.close();
    }

    /** @param failing the name of what can't be forced; null if all can */
    private void watch(String failing) {
        system.before((operation, real) -> {
            if (operation == Operation.FORCE || operation == Operation.MOVE) {
                String name = real.getFileName().toString();
                done.add(operation + " " + name.replaceFirst("\\.millrace-[0-9a-f]{32}", "bytes"));
            }
            if (operation == Operation.FORCE && real.endsWith(failing == null ? "-" : failing)) {
                throw new IOException("Input/output error");
            }
        });
    }

    private void assertDone(String all) {
        assertEquals(all, String.join(", ", done));
        done.clear();
    }

    private int refused() {
        return assertThrows(HttpException.class, () -> create(store, "/a")).status().code();
    }

    @Test
    void recordHasItsNameOnTheDeviceBeforeTheUploadIsKnown() throws Exception {
        create(store, "/a");
        assertDone("FORCE bytes.new, MOVE bytes.record, FORCE .millrace.uploads, FORCE data");
        create(store, "/b");
        assertDone("FORCE bytes.new, MOVE bytes.record, FORCE .millrace.uploads");
    }

    @Test
    void bytesAndNoteAreOnTheDevice() throws Exception {
        FileUpload upload = create(store, "/a");
        done.clear();
        write(upload, 0, "one");
        assertDone("FORCE bytes");
        upload.note(new byte[] {2});
        assertDone("FORCE bytes.new, MOVE bytes.record, FORCE .millrace.uploads");
    }

    @Test
    void recordOfTheEndHasItsNameThereBeforeTheObjectHasIts() throws Exception {
        FileUpload upload = create(store, "/a");
        write(upload, 0, "one");
        done.clear();
        assertEquals(201, complete(upload).status());
        assertDone("FORCE bytes, FORCE bytes.new, MOVE bytes.record, FORCE .millrace.uploads,"
                + " MOVE a, FORCE data, FORCE bytes.new, MOVE bytes.record");
    }

    @Test
    void uploadWhoseNameCannotBeForcedIsNone() throws Exception {
        for (String failing : List.of(UPLOADS, "data")) {
            watch(failing);
            assertEquals(500, refused());
            assertEquals(List.of(), store.uploads().all());
            assertEquals(List.of(), files(folder));
        }
        watch(null);
        done.clear();
        create(store, "/a");
        assertDone("FORCE bytes.new, MOVE bytes.record, FORCE .millrace.uploads, FORCE data");
    }

    @Test
    void uploadWaitsForTheNameOfTheirFolderThatAnotherOneForces() throws Exception {
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch device = new CountDownLatch(1);
        AtomicBoolean isForced = new AtomicBoolean();
        system.before((operation, real) -> {
            if (operation == Operation.FORCE && real.endsWith("data") && !isForced.get()) {
                forcing.countDown();
                await(device);
                isForced.set(true);
            }
        });
        CompletableFuture<Boolean> first =
                CompletableFuture.supplyAsync(() -> begin("/a", isForced));
        await(forcing);
        CompletableFuture<Boolean> second = new CompletableFuture<>();
        Thread other = new Thread(() -> second.complete(begin("/b", isForced)));
        other.start();
        while (other.getState() != Thread.State.BLOCKED && !second.isDone()) {
            Pause.briefly();
        }
        device.countDown();
        assertTrue(first.get(1, TimeUnit.MINUTES));
        assertTrue(second.get(1, TimeUnit.MINUTES));
    }

    /** Begins an upload; whether the folder's name was forced when that was known. */
    private boolean begin(String path, AtomicBoolean isForced) {
        try {
            create(store, path);
        } catch (HttpException e) {
            throw new AssertionError(e);
        }
        return isForced.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endWhoseRecordCannotBeForcedIsNone() throws Exception {
        FileUpload upload = create(store, "/a");
        write(upload, 0, "one");
        watch(UPLOADS);
        assertEquals(500, complete(upload).status());
        watch(null);
        assertEquals(3, upload.sizeBytes());
        assertEquals(404, new Client(store).get("/a").status());
        assertEquals(201, complete(upload).status());
    }
}
