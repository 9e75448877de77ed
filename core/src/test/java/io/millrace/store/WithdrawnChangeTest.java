package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Withdrawable;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A change that the server has given up before a thread had time for it is never made. */
class WithdrawnChangeTest {

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        store = FolderStore.open(folder, StoreOptions.builder().threads(1)
                .durability(Durability.FULL).quotaBytes(10).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/old", "old");
        for (int i = 0; i < 2; i++) {
            client.get("/old");
        }
        assertEquals(1, store.stats().cachedObjects());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private interface Change {
        Response make(FolderStore store, Client client) throws Exception;
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("PUT", (store, client) ->
                        client.begin(Request.of("PUT", "/a"), "new").complete()),
                change("PUT of a folder", (store, client) ->
                        (Response) store.handle(Request.of("PUT", "/d/", "Content-Length", "0"))),
                change("DELETE", (store, client) ->
                        (Response) store.handle(Request.of("DELETE", "/old"))),
                change("MOVE", (store, client) ->
                        (Response) store.handle(
                                Request.of("MOVE", "/old", "Destination", "/a"))));
    }

    private static Arguments change(String what, Change change) {
        return of(what, change);
    }

    /** Takes a change back while the only thread has something else to do. */
    private void withdraw(Change change) throws Exception {
        Executor executor = store.uploads().executor();
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        executor.execute(() -> await(taken));
        try {
            Response later = change.make(store, client);
            assertTrue(((Withdrawable) later.stage()).withdraw());
        } finally {
            taken.countDown();
        }
        executor.execute(last::countDown);
        await(last);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void changeThatIsTakenBackLeavesAllAsItWas(String what, Change change) throws Exception {
        withdraw(change);
        assertEquals("old", client.get("/old").text());
        assertEquals(Set.of("old"), FolderNames.of(folder));
        assertEquals(3, store.stats().quotaUsedBytes().orElseThrow());
        store.handOver();
        assertEquals(0, store.stats().cachedObjects(), "the folder is free");
    }

    @Test
    void endOfAnUploadThatIsTakenBackMayComeAgain() throws Exception {
        FileUpload upload = with(store, "/a", "new");
        withdraw((store, client) -> upload.complete(put("/a")));
        assertFalse(upload.isComplete());
        assertEquals(404, client.get("/a").status());
        assertEquals(201, complete(upload).status());
        store.handOver();
        assertEquals(0, store.stats().cachedObjects(), "the folder is free");
    }
}
