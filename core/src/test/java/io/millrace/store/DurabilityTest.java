package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is forced to the device, and that no worker waits for it. */
class DurabilityTest {

    @TempDir
    Path folder;

    private FileStore open(Durability durability) throws IOException {
        return FileStore.open(folder, StoreOptions.builder().durability(durability).build());
    }

    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"DATA", "FULL"})
    void forcedPutIsAnsweredLaterAndStored(Durability durability) throws Exception {
        try (FileStore store = open(durability)) {
            Client client = new Client(store);
            Response put = client.begin(Request.of("PUT", "/a"), "hello").complete();
            assertNotNull(put.stage(), "the worker must not wait for the device");
            assertEquals(200, Client.known(put).status().code());
            assertEquals("hello", client.get("/a").text());
            assertEquals(200, client.delete("/a").status());
            assertEquals(404, client.delete("/a").status());
        }
    }

    @Test
    void putIsAnsweredAtOnceIfNothingIsForced() throws Exception {
        try (FileStore store = open(Durability.NONE)) {
            Client client = new Client(store);
            assertNull(client.begin(Request.of("PUT", "/a"), "hello").complete().stage());
            assertNull(((Response) store.handle(Request.of("DELETE", "/a"))).stage());
        }
    }

    @Test
    void deleteIsForcedOnlyWhenTheFolderIs() throws Exception {
        try (FileStore store = open(Durability.DATA)) {
            assertNull(((Response) store.handle(Request.of("DELETE", "/a"))).stage());
            assertNotNull(((Response) store.handle(Request.of("DELETE", "/a"), Durability.FULL))
                    .stage());
        }
    }

    @Test
    void handlerMayAskForMoreOrLessByTheRequest() throws Exception {
        try (FileStore store = open(Durability.NONE)) {
            Client important = new Client(request -> store.handle(request, Durability.FULL));
            Response put = important.begin(Request.of("PUT", "/a"), "hello").complete();
            assertNotNull(put.stage());
            assertEquals(200, Client.known(put).status().code());
        }
    }

    @Test
    void forcedPutIsRefusedForTheSameReasonsAsAnyOther() throws Exception {
        try (FileStore store = open(Durability.FULL)) {
            Client client = new Client(store);
            client.put("/a", "old");
            Exchange exchange = client.begin(Request.of("PUT", "/b", "If-None-Match", "*"), "x");
            client.put("/b", "first");
            assertEquals(412, Client.known(exchange.complete()).status().code());
            assertEquals(400, client.put("/a", "x", "Content-Digest",
                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:").status());
            assertEquals(412, client.delete("/a", "If-Match", "\"x\"").status());
            assertEquals("old", client.get("/a").text());
            try (var files = Files.list(folder)) {
                assertEquals(3, files.count(), "two objects and the lock");
            }
        }
    }

    @Test
    void parallelForcedPutsAreAllStored() throws Exception {
        try (FileStore store = open(Durability.FULL)) {
            Client client = new Client(store);
            List<Response> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(client.begin(Request.of("PUT", "/k" + i), "v" + i).complete());
            }
            for (Response answer : answers) {
                assertEquals(200, Client.known(answer).status().code());
            }
            for (int i = 0; i < 200; i++) {
                assertEquals("v" + i, client.get("/k" + i).text());
            }
        }
    }

    @Test
    void closeWaitsForWhatHasBegun() throws Exception {
        FileStore store = open(Durability.FULL);
        List<Response> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(new Client(store).begin(Request.of("PUT", "/k" + i), "v").complete());
        }
        store.close();
        for (Response answer : answers) {
            assertTrue(answer.stage().toCompletableFuture().isDone());
            assertEquals(200, Client.known(answer).status().code());
        }
    }

    @Test
    void answersBeyondMaxWaitingAreRefusedAndDoNothing() throws Exception {
        StoreOptions options = StoreOptions.builder().build();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Shared shared = new Shared(options, Folder.open(folder, options),
                new Quota(Long.MAX_VALUE), new Background(1, 1), new DigestCache())) {
            Files.writeString(folder.resolve("a"), "old");
            Response running = shared.background().later(() -> {
                busy.countDown();
                release.await();
                return Response.of(Status.OK);
            });
            assertTrue(busy.await(30, TimeUnit.SECONDS));
            Response waiting = shared.background().later(() -> Response.of(Status.OK));

            Request put = Request.of("PUT", "/a").withBody(3);
            Upload upload = new Upload(shared, Durability.FULL, Key.of("/a"), put);
            assertNull(upload.refuse());
            Client.write(upload.sink(), new byte[3]);
            Response refused = upload.complete();
            assertEquals(Status.SERVICE_UNAVAILABLE, refused.status());
            assertEquals("1", refused.headers().first("Retry-After"));
            assertEquals("old", Files.readString(folder.resolve("a")));
            try (var files = Files.list(folder)) {
                assertEquals(2, files.count(), "the object and the lock");
            }
            Request get = Request.of("GET", "/a", "Want-Repr-Digest", "sha-256=1");
            assertEquals(Status.SERVICE_UNAVAILABLE,
                    new Download(shared, Key.of("/a"), get).answer().status());

            release.countDown();
            assertEquals(Status.OK, Client.known(running).status());
            assertEquals(Status.OK, Client.known(waiting).status());
        }
    }
}
