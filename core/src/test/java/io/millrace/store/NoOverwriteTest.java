package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A drop box: what is there stays as it is. The folder has the object {@code a}. */
@ParameterizedClass
@EnumSource(Contract.class)
class NoOverwriteTest {

    @Parameter
    private Contract contract;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        open(Durability.NONE);
    }

    private void open(Durability durability) throws IOException {
        close();
        store = FolderStore.open(folder, StoreOptions.builder().contract(contract).noOverwrite(true)
                .durability(durability).build());
        client = new Client(store, contract);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void newObjectIsStoredAndThenStays() throws IOException {
        assertEquals(200, client.put("/b", "first").status());
        Reply refused = client.put("/b", "second");
        assertEquals(409, refused.status());
        assertEquals("the object exists and this store replaces none: use another key\n",
                refused.text());
        assertEquals("first", client.get("/b").text());
        assertEquals(409, client.put("/b", "first").status());
    }

    @Test
    void objectOfEachKindOfBodyStays() throws IOException {
        assertEquals(409, client.put("/a", "x").status());
        assertEquals(409, client.put("/a", "x".repeat(100_000)).status());
        assertEquals(409, client.putChunked("/a", "x").status());
        assertEquals(contract == Contract.HTTP ? 409 : 304, client.put("/a", "").status());
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertEquals(Set.of("a"), FolderNames.of(folder));
    }

    @Test
    void partOfAnObjectIsNotReplacedEither() throws IOException {
        assertEquals(409, client.put("/a", "x", "Content-Range", "bytes 0-0/3").status());
        assertEquals(409, client.put("/a", "x", "Content-Range", "bytes 3-3/*").status());
        assertEquals(409, client.put("/a", "x", "Content-Range", "bytes 9-9/*").status());
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertEquals(200, client.put("/b", "x", "Content-Range", "bytes 0-0/*").status());
        assertEquals(409, client.put("/b", "x", "Content-Range", "bytes 1-1/*").status());
        assertEquals("x", Files.readString(folder.resolve("b")));
    }

    @Test
    void bodyIsRefusedBeforeItComes() throws Exception {
        Exchange exchange = store.handle(Request.of("PUT", "/a", "Content-Length", "3")
                .withBody(3));
        assertNull(exchange.sink());
        assertEquals(409, ((Response) exchange).status().code());
    }

    @Test
    void conditionsComeFirst() throws IOException {
        assertEquals(412, client.put("/a", "x", "If-None-Match", "*").status());
        assertEquals(412, client.put("/a", "x", "If-Match", "\"other\"").status());
        String tag = client.get("/a").field("ETag");
        assertEquals(409, client.put("/a", "x", "If-Match", tag).status());
        assertEquals("old", Files.readString(folder.resolve("a")));
    }

    @Test
    void objectMayBeDeletedAndThenBeNew() throws IOException {
        assertEquals(200, client.delete("/a").status());
        assertEquals(200, client.put("/a", "new").status());
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void objectThatCameMeanwhileStays() throws Exception {
        Exchange begun = client.begin(Request.of("PUT", "/b"), "late");
        assertEquals(200, client.put("/b", "early").status());
        assertEquals(409, Client.known(begun.complete()).status().code());
        assertEquals("early", client.get("/b").text());
        begun = client.begin(Request.of("PUT", "/c"), "late");
        Files.writeString(folder.resolve("c"), "by another program");
        assertEquals(409, Client.known(begun.complete()).status().code());
        assertEquals(Set.of("a", "b", "c"), FolderNames.of(folder));
    }

    @Test
    void ofParallelPutsOfANewKeyExactlyOneSucceeds() throws Exception {
        for (Durability durability : Durability.values()) {
            open(durability);
            String target = "/new-" + durability;
            assertEquals(1, Collections.frequency(race(target, 16), 200));
            String stored = client.get(target).text();
            assertTrue(stored.matches("body [0-9]+"), stored);
        }
    }

    @Test
    void ofParallelPutsIntoANewFolderExactlyOneSucceeds() throws Exception {
        if (contract == Contract.HTTP) {
            for (int i = 0; i < 10; i++) {
                assertEquals(1, Collections.frequency(race("/f" + i + "/g/new", 8), 200));
            }
        }
    }

    /** The statuses of so many PUTs that are completed in the same moment. */
    private List<Integer> race(String target, int clients) throws Exception {
        CyclicBarrier whole = new CyclicBarrier(clients);
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String body = "body " + i;
                statuses.add(executor.submit(() -> {
                    Exchange begun = client.begin(Request.of("PUT", target), body);
                    whole.await(60, TimeUnit.SECONDS);
                    int status = Client.known(begun.complete()).status().code();
                    return status == 201 ? 200 : status;
                }));
            }
            List<Integer> all = new ArrayList<>();
            for (Future<Integer> status : statuses) {
                all.add(status.get(60, TimeUnit.SECONDS));
            }
            assertEquals(clients - 1, Collections.frequency(all, 409), all.toString());
            return all;
        } finally {
            executor.shutdownNow();
        }
    }
}
