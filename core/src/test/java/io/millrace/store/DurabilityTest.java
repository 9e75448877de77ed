package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FolderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is forced to the device, and that no worker waits for it. */
class DurabilityTest extends DurableStore {

    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"DATA", "FULL"})
    void forcedPutIsAnsweredLaterAndStored(Durability durability) throws Exception {
        try (FolderStore store = open(durability)) {
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
        try (FolderStore store = open(Durability.NONE)) {
            Client client = new Client(store);
            assertNull(client.begin(Request.of("PUT", "/a"), "hello").complete().stage());
            assertNull(((Response) store.handle(Request.of("DELETE", "/a"))).stage());
        }
    }

    @Test
    void deleteIsForcedOnlyWhenTheFolderIs() throws Exception {
        try (FolderStore store = open(Durability.DATA)) {
            assertNull(((Response) store.handle(Request.of("DELETE", "/a"))).stage());
            assertNotNull(((Response) store.handle(Request.of("DELETE", "/a"), Durability.FULL))
                    .stage());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"DATA", "FULL"})
    void moveIsAnsweredLaterAsTheObjectMayHaveToBeForced(Durability durability)
            throws Exception {
        StoreOptions options = StoreOptions.builder().durability(durability).build();
        try (FolderStore store = FolderStore.open(folder, options)) {
            Response move = (Response) store.handle(
                    Request.of("MOVE", "/a", "Destination", "/b"));
            assertNotNull(move.stage(), "the worker must not wait for the device");
            assertEquals(404, Client.known(move).status().code());
        }
    }

    @Test
    void handlerMayAskForMoreOrLessByTheRequest() throws Exception {
        try (FolderStore store = open(Durability.NONE)) {
            Client important = new Client(request -> store.handle(request, Durability.FULL));
            Response put = important.begin(Request.of("PUT", "/a"), "hello").complete();
            assertNotNull(put.stage());
            assertEquals(200, Client.known(put).status().code());
        }
    }

    @Test
    void forcedPutIsRefusedForTheSameReasonsAsAnyOther() throws Exception {
        try (FolderStore store = open(Durability.FULL)) {
            Client client = new Client(store);
            client.put("/a", "old");
            Exchange exchange = client.begin(Request.of("PUT", "/b", "If-None-Match", "*"), "x");
            client.put("/b", "first");
            assertEquals(412, Client.known(exchange.complete()).status().code());
            assertEquals(400, client.put("/a", "x", "Content-Digest",
                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:").status());
            assertEquals(412, client.delete("/a", "If-Match", "\"x\"").status());
            assertEquals("old", client.get("/a").text());
            assertEquals(Set.of("a", "b"), FolderNames.of(folder));
        }
    }

    @Test
    void parallelForcedPutsAreAllStored() throws Exception {
        try (FolderStore store = open(Durability.FULL)) {
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
        FolderStore store = open(Durability.FULL);
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
}
