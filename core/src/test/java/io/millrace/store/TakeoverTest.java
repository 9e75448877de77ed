package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.resume.ResumableUploads;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that one process takes over from another, and each of them dying on the way. */
class TakeoverTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long PATIENCE_NS = 60_000_000_000L;

    /** A thread for each: they wait for one another, and the common pool may have one only. */
    private static final Executor THREADS = work -> new Thread(work).start();

    @TempDir
    Path folder;

    private StoreProcess other;
    private FolderStore store;

    @AfterEach
    void end() throws IOException {
        if (other != null) {
            other.close();
        }
        if (store != null) {
            store.close();
        }
    }

    private static <T> CompletableFuture<T> begin(Callable<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }, THREADS);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_NS, TimeUnit.NANOSECONDS);
    }

    private static void await(BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it doesn't happen");
            Pause.briefly();
        }
    }

    private void openOther() throws IOException {
        other = new StoreProcess("open", folder);
        assertEquals("open", other.line());
    }

    /** This process takes over, up to the moment in which the other one may write still. */
    private void takeOverToListen() throws Exception {
        CompletableFuture<FolderStore> taking =
                begin(() -> FolderStore.takeOver(folder, StoreOptions.defaults(), LONG));
        // The other one says false as long as this one has not begun to wait.
        CompletableFuture<Void> told = CompletableFuture.runAsync(() -> {
            while (!other.ask("successor").equals("true")) {
                Pause.briefly();
            }
        }, THREADS);
        store = get(taking);
        assertTrue(store.isTakingOver());
        store.listens();
        get(told);
    }

    private static Exchange held(FolderStore store, String key, int length) throws Exception {
        return store.handle(Request.of("PUT", key).withBody(length));
    }

    private static Exchange known(Exchange exchange) throws Exception {
        return exchange.stage() == null ? exchange
                : get(exchange.stage().thenApply(known -> (Exchange) known).toCompletableFuture());
    }

    /** The status of what has no body, however often it is decided later. */
    private static int end(Exchange exchange) throws Exception {
        Exchange last = exchange;
        while (last.stage() != null || !(last instanceof Response)) {
            last = last.stage() != null ? known(last) : last.complete();
        }
        return last.complete().status().code();
    }

    private static int finish(Exchange exchange, String body) throws Exception {
        Client.write(exchange.sink(), body.getBytes(StandardCharsets.UTF_8));
        return exchange.complete().status().code();
    }

    @Test
    void uploadGoesOnInTheProcessThatFollows() throws Exception {
        openOther();
        String name = other.ask("upload /a one,");
        assertEquals("open", other.ask("openUpload " + name));
        takeOverToListen();
        assertEquals(503, assertThrows(HttpException.class, () -> store.uploads().find(name))
                .status().code());
        assertTrue(store.uploads().areKept());
        Exchange waiting = store.uploads().whenKept(Request.of("POST", "/"), request ->
                Response.text(store.uploads().find(name).sizeBytes() + " bytes\n"));
        assertEquals("handed over", other.ask("handOver"));

        // A request is under way; only its end hands the folder over.
        assertEquals("503", other.ask("size " + name));
        assertTrue(store.isTakingOver());
        assertFalse(waiting.stage().toCompletableFuture().isDone());
        assertEquals("closed", other.ask("closeUpload"));

        assertEquals("4 bytes\n", Reply.of((Response) known(waiting)).text());
        FileUpload upload = store.uploads().find(name);
        Uploading.write(upload, 4, "two");
        assertEquals(201, Uploading.complete(upload).status());
        assertEquals("one,two", new Client(store).get("/a").text());
    }

    @Test
    void requestsOfUploadsWaitForTheFolderAsPutsDo() throws Exception {
        openOther();
        takeOverToListen();
        try (ResumableUploads uploads = ResumableUploads.of(store.unfinished())) {
            Handler handler = uploads.around(store);
            Exchange creation = handler.handle(Request.of("POST", "/", "Tus-Resumable", "1.0.0",
                    "Upload-Length", "3", "Upload-Metadata", "filename YQ=="));
            Exchange strange = handler.handle(Request.of("HEAD", "/a?upload=0",
                    "Tus-Resumable", "1.0.0"));
            assertFalse(creation.stage().toCompletableFuture().isDone());
            assertFalse(strange.stage().toCompletableFuture().isDone());

            assertEquals("handed over", other.ask("handOver"));
            assertEquals(201, end(creation));
            assertEquals(404, end(strange));
            assertEquals(1, store.uploads().all().size());
        }
    }

    @Test
    void storeReadsAtOnceAndWritesAfterTheLastChangeOfTheOne() throws Exception {
        openOther();
        takeOverToListen();
        Client client = new Client(store);
        assertEquals("200", other.ask("put /a one"));
        assertEquals("one", client.get("/a").text());
        assertEquals(404, client.get("/b").status());
        assertEquals("begun", other.ask("begin /b two"));

        Exchange put = held(store, "/c", 5);
        Exchange delete = store.handle(Request.of("DELETE", "/a"));
        assertEquals("handed over", other.ask("handOver"));
        assertEquals("503", other.ask("put /d four"));
        assertEquals("503", other.ask("delete /a"));
        assertEquals("503", other.ask("delete /folder/"));
        assertTrue(store.isTakingOver());
        assertFalse(put.stage().toCompletableFuture().isDone());

        assertEquals("201", other.ask("end"));
        assertEquals(201, finish(known(put), "three"));
        assertEquals(204, known(delete).complete().status().code());
        await(() -> !store.isTakingOver());
        assertEquals("two", client.get("/b").text());
        assertEquals("200 two", other.ask("get /b"));
        assertEquals("404", other.ask("get /a").substring(0, 3));
        assertEquals(Set.of("b", "c"), FolderNames.of(folder));
    }

    @Test
    void storeThatHasHandedOverServesNothingFromMemory() throws Exception {
        openOther();
        assertEquals("200", other.ask("put /a old"));
        for (int i = 0; i < 3; i++) {
            assertEquals("200 old", other.ask("get /a"));
        }
        takeOverToListen();
        assertEquals("handed over", other.ask("handOver"));
        Exchange put = known(held(store, "/a", 3));
        assertEquals(204, finish(put, "new"));
        for (int i = 0; i < 3; i++) {
            assertEquals("200 new", other.ask("get /a"));
        }
    }

    @Test
    void storeGoesOnIfTheOtherProcessDiesBeforeItIsToldToStop() throws Exception {
        openOther();
        CompletableFuture<FolderStore> taking =
                begin(() -> FolderStore.takeOver(folder, StoreOptions.defaults(), LONG));
        other.kill();
        store = get(taking);
        assertEquals(201, finish(known(held(store, "/a", 1)), "x"));
    }

    @Test
    void storeGoesOnIfTheOtherProcessDiesInItsLastChange() throws Exception {
        openOther();
        takeOverToListen();
        assertEquals("begun", other.ask("begin /a lost"));
        Exchange put = held(store, "/b", 4);
        other.ask("handOver");
        assertFalse(put.stage().toCompletableFuture().isDone());
        other.kill();
        assertEquals(201, finish(known(put), "kept"));
        assertEquals(Set.of("b"), FolderNames.of(folder));
    }

    /** Another process takes over, up to the moment in which it may listen. */
    private CompletableFuture<Boolean> letOtherTakeOver() throws Exception {
        store = FolderStore.open(folder);
        other = new StoreProcess("takeOver", folder);
        CompletableFuture<String> maySoonListen = begin(other::line);
        CompletableFuture<Boolean> successor = begin(() -> {
            boolean found = false;
            while (!maySoonListen.isDone()) { // it has not begun to wait
                found = store.awaitSuccessor(LONG);
            }
            return found;
        });
        assertEquals("takeOver", get(maySoonListen));
        assertFalse(successor.isDone());
        return successor;
    }

    @Test
    void storeIsAsBeforeIfTheProcessThatWaitsDiesBeforeItListens() throws Exception {
        CompletableFuture<Boolean> successor = letOtherTakeOver();
        other.kill();
        assertFalse(get(successor));
        assertEquals(200, new Client(store).put("/a", "x").status());
        try (StoreProcess third = new StoreProcess("open", folder)) {
            assertNull(third.line());
        }
    }

    @Test
    void folderIsFreeIfTheSuccessorDiesBeforeItWrites() throws Exception {
        CompletableFuture<Boolean> successor = letOtherTakeOver();
        assertEquals("told", other.ask("listens"));
        assertTrue(get(successor));
        assertEquals(200, new Client(store).put("/a", "x").status());
        other.kill();
        store.handOver();
        openOther();
        assertEquals("200 x", other.ask("get /a"));
        assertEquals(200, new Client(store).get("/a").status());
    }

    @Test
    void folderThatIsStillUsedWhenTheTimeIsUpIsNotTakenOver() throws Exception {
        openOther();
        IOException refused = assertThrows(IOException.class, () ->
                FolderStore.takeOver(folder, StoreOptions.defaults(), Duration.ofMillis(30)));
        assertEquals("another store uses the folder " + folder.toRealPath(),
                refused.getMessage());
        assertEquals("false", other.ask("successor"));
        assertEquals("200", other.ask("put /a one"));
    }

    @Test
    void storeThatStopsWhileItWaitsRefusesWhatItHolds() throws Exception {
        openOther();
        takeOverToListen();
        Exchange put = held(store, "/a", 1);
        store.handOver();
        Exchange refused = known(put);
        assertEquals(503, refused.complete().status().code());
        assertEquals(503, held(store, "/b", 1).complete().status().code());
        assertEquals(404, new Client(store).get("/b").status());
        Exchange late = held(store, "/b", 1);
        store.close();
        assertEquals(503, late.complete().status().code());
        assertEquals("200", other.ask("put /a one"));
    }

    @Test
    void folderThatNobodyUsesIsOpenedAtOnce() throws Exception {
        Path missing = folder.resolve("made");
        for (int i = 0; i < 2; i++) {
            try (FolderStore at = FolderStore.takeOver(missing, StoreOptions.defaults(), LONG)) {
                assertFalse(at.isTakingOver());
                at.listens();
                assertFalse(at.awaitSuccessor(LONG));
                assertEquals(200, new Client(at).put("/a", "x").status());
                // Of the same process, which the system's locks don't tell apart.
                assertThrows(IOException.class, () ->
                        FolderStore.takeOver(missing, StoreOptions.defaults(), LONG));
            }
        }
        FolderStore.open(missing).close();
    }

    @Test
    void foldersWithoutALockAreOpenedAtOnce() throws Exception {
        Path plain = new PlainFileSystem().path(folder);
        try (FolderStore at = FolderStore.takeOver(plain,
                StoreOptions.builder().nonAtomicReplace(true).build(), LONG)) {
            assertFalse(at.isTakingOver());
            at.listens();
            assertFalse(at.awaitSuccessor(LONG));
            at.handOver();
            assertEquals(200, new Client(at).put("/a", "x").status());
        }
        openOther();
        try (FolderStore at = FolderStore.takeOver(folder,
                StoreOptions.builder().readOnly(true).build(), LONG)) {
            assertFalse(at.isTakingOver());
            assertEquals("x", new Client(at).get("/a").text());
        }
        FolderStore.discarding(Contract.HTTP).handOver();
        assertFalse(FolderStore.discarding(Contract.HTTP).awaitSuccessor(LONG));
    }

    @Test
    void noThirdStoreGetsTheFolderMeanwhile() throws Exception {
        openOther();
        takeOverToListen();
        for (String next : new String[] {"handOver", "close"}) {
            try (StoreProcess third = new StoreProcess("open", folder)) {
                assertNull(third.line());
            }
            other.ask(next);
        }
        await(() -> !store.isTakingOver());
        try (StoreProcess third = new StoreProcess("open", folder)) {
            assertNull(third.line());
        }
    }

    @Test
    void releaseThatLocksTheWholeFileKeepsOthersOut() throws Exception {
        other = new StoreProcess("lock", folder);
        assertEquals("lock", other.line());
        assertThrows(IOException.class, () -> FolderStore.open(folder));
        assertThrows(IOException.class, () ->
                FolderStore.takeOver(folder, StoreOptions.defaults(), Duration.ZERO));
        other.kill();
        store = FolderStore.open(folder);
        try (StoreProcess late = new StoreProcess("lock", folder)) {
            assertNull(late.line());
        }
    }
}
