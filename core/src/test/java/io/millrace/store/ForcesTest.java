package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.digest.DigestCache;
import io.millrace.http.Request;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.objects.ObjectCache;
import io.millrace.server.HttpServer;
import io.millrace.server.Logged;
import io.millrace.server.ServerOptions;
import io.millrace.space.LatePreallocation;
import io.millrace.space.Quota;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderNames;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import io.millrace.work.StoreExecutor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is forced to a device that is watched, and what waits for it. */
class ForcesTest extends DurableStore {

    private FolderStore openWatched(PlainFileSystem system, Path real, Durability durability)
            throws IOException {
        system.fileChannels = FileChannels.WHOLE;
        return FolderStore.open(system.path(real),
                StoreOptions.builder()
                .contract(Contract.ARTICLE).durability(durability).build());
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 'MOVE a'",
        "DATA, 'FORCE part, MOVE a'",
        "FULL, 'FORCE part, MOVE a, FORCE data'",
    })
    void putForcesTheBytesThenMovesThenForcesTheName(Durability durability, String order)
            throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        try (FolderStore store = openWatched(system, folder.resolve("data"), durability)) {
            List<String> done = Collections.synchronizedList(new ArrayList<>());
            system.before((operation, real) -> {
                if (operation == Operation.FORCE || operation == Operation.MOVE) {
                    String name = real.getFileName().toString();
                    done.add(operation + " " + (Key.isReserved(name) ? "part" : name));
                }
            });
            assertEquals(200, new Client(store).put("/a", "hello").status());
            assertEquals(order, String.join(", ", done));
        }
    }

    @Test
    void putInFoldersForcesEachUpToTheStoresOwn() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.fileChannels = FileChannels.WHOLE;
        try (FolderStore store = FolderStore.open(system.path(folder.resolve("data")),
                StoreOptions.builder().durability(Durability.FULL).build())) {
            List<String> done = Collections.synchronizedList(new ArrayList<>());
            system.before((operation, real) -> {
                if (operation == Operation.FORCE || operation == Operation.MOVE) {
                    String name = real.getFileName().toString();
                    done.add(operation + " " + (Key.isReserved(name) ? "part" : name));
                }
            });
            assertEquals(200, new Client(store).put("/x/y/a", "hello").status());
            assertEquals("FORCE part, MOVE a, FORCE data, FORCE x, FORCE y",
                    String.join(", ", done));
        }
    }

    @Test
    void putIsNeitherSeenNorAnsweredBeforeItsBytesAreForced() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        try (FolderStore store = openWatched(system, folder, Durability.DATA)) {
            Client client = new Client(store);
            client.put("/a", "old");
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            system.before(blockForces(forcing, release));
            Response put = client.begin(Request.of("PUT", "/a"), "new").complete();
            assertTrue(forcing.await(60, TimeUnit.SECONDS));
            assertFalse(put.stage().toCompletableFuture().isDone());
            assertEquals("old", client.get("/a").text());
            release.countDown();
            assertEquals(200, Client.known(put).status().code());
            assertEquals("new", client.get("/a").text());
        }
    }

    private static PlainFileSystem.Before blockForces(CountDownLatch forcing,
            CountDownLatch release) {
        return (operation, real) -> {
            if (operation == Operation.FORCE) {
                forcing.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
        };
    }

    @Test
    void slowForceDoesNotHoldUpTheOtherConnectionsOfItsWorker() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        ServerOptions oneWorker = ServerOptions.builder().port(0).workers(1).build();
        CountDownLatch release = new CountDownLatch(1);
        try (FolderStore store = openWatched(system, folder, Durability.FULL);
                HttpServer server = HttpServer.start(oneWorker, store);
                Socket slow = connect(server);
                Socket other = connect(server)) {
            Files.writeString(folder.resolve("a"), "old");
            CountDownLatch forcing = new CountDownLatch(1);
            system.before(blockForces(forcing, release));
            send(slow, "PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nnew");
            assertTrue(forcing.await(60, TimeUnit.SECONDS));
            for (int i = 0; i < 100; i++) {
                send(other, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
                assertTrue(readUpTo(other, "\r\n\r\nold").startsWith("HTTP/1.1 200 "));
            }
            assertEquals(0, slow.getInputStream().available());
            release.countDown();
            assertTrue(readUpTo(slow, "\r\n\r\n").startsWith("HTTP/1.1 200 "));
        } finally {
            release.countDown();
        }
    }

    private static Socket connect(HttpServer server) throws IOException {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readUpTo(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new EOFException("the server left after " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    @Test
    void forceThatFailsIsNoSuccess() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        try (FolderStore store = openWatched(system, folder, Durability.FULL)) {
            Client client = new Client(store);
            client.put("/a", "old");
            system.fail(Operation.FORCE, new IOException("Input/output error"));
            assertEquals(500, client.put("/a", "new").status());
            assertEquals("old", client.get("/a").text());
            assertEquals(500, client.delete("/a").status());
            system.before((operation, real) -> {
                if (operation == Operation.FORCE && real.equals(folder)) {
                    throw new IOException("Input/output error");
                }
            });
            assertEquals(500, client.put("/b", "new").status(), "its name may be lost");
            system.before(null);
            assertEquals(Set.of("b"), FolderNames.of(folder));
        }
    }

    @Test
    void whatTheForceOfTheFolderNeedsIsHadBeforeAnythingHappens() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        try (FolderStore store = openWatched(system, folder, Durability.FULL)) {
            Client client = new Client(store, Contract.ARTICLE);
            client.put("/a", "old");
            for (String reason : List.of("Too many open files", "Permission denied")) {
                system.before((operation, real) -> {
                    if (operation == Operation.OPEN && real.equals(folder)) {
                        throw new IOException(reason);
                    }
                });
                int status = client.failure(reason.startsWith("Too") ? 503 : 403);
                assertEquals(status, client.put("/a", "new").status());
                assertEquals(status, client.put("/b", "new").status());
                assertEquals(status, client.delete("/a").status());
            }
            system.before(null);
            assertEquals("old", client.get("/a").text());
            assertEquals(Set.of("a"), FolderNames.of(folder));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Input/output error", "No space left on device",
        "Too many open files", "Permission denied", "Disk quota exceeded"})
    void changeThatIsDoneIsNotDeniedWhateverTheForceOfItsNameSays(String reason)
            throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        try (FolderStore store = openWatched(system, folder, Durability.FULL);
                Logged log = new Logged(FolderStore.class)) {
            Client client = new Client(store);
            system.before((operation, real) -> {
                if (operation == Operation.FORCE && real.equals(folder)) {
                    throw new IOException(reason);
                }
            });
            Reply put = client.put("/a", "new");
            assertEquals("500 the object is stored, but it may not survive a power failure\n",
                    put.status() + " " + put.text());
            assertEquals("new", client.get("/a").text());
            assertEquals(412, client.delete("/a", "If-Match", "\"x\"").status());
            Reply delete = client.delete("/a");
            assertEquals("500 the object is deleted, but it may come back after a power failure\n",
                    delete.status() + " " + delete.text());
            assertEquals(404, client.get("/a").status());
            assertEquals(List.of("PUT /a is done, but the folder " + folder
                    + " can't be forced to the device: " + reason), log.lines());
        }
    }

    @Test
    void namesOfFoldersThatWereMadeAreForcedBeforeAnythingIsAnswered() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        List<Path> forced = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.FORCE) {
                forced.add(folder.relativize(real));
            }
        });
        openWatched(system, folder.resolve("x/y/data"), Durability.FULL).close();
        assertEquals(List.of("", "x", "x/y", "x/y/data"),
                forced.stream().map(Path::toString).toList());
        forced.clear();
        openWatched(system, folder.resolve("x/y/data"), Durability.FULL).close();
        assertEquals(List.of("x/y/data"), forced.stream().map(Path::toString).toList());
    }

    @Test
    void answersBeyondMaxWaitingAreRefusedAndDoNothing() throws Exception {
        StoreOptions options = StoreOptions.builder().contract(Contract.ARTICLE).build();
        Key key = Key.of("/a", KeyLimits.DEFAULTS);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (StoreState state = new StoreState(options, Folder.open(folder,
                options.folderSettings(), new FaultLog(ForcesTest.class)),
                new Quota(Long.MAX_VALUE), new StoreExecutor(1, 1), new DigestCache(),
                new ObjectCache(0, 0, 0, System::nanoTime), new LatePreallocation(),
                new Eviction(options, System::currentTimeMillis))) {
            Files.writeString(folder.resolve("a"), "old");
            Response running = state.executor().later(RequestNotes.NONE, () -> {
                busy.countDown();
                release.await();
                return Response.of(Status.OK);
            });
            assertTrue(busy.await(60, TimeUnit.SECONDS));
            Response waiting =
                    state.executor().later(RequestNotes.NONE, () -> Response.of(Status.OK));

            Request put = Request.of("PUT", "/a").withBody(3);
            Upload upload = new Upload(state, Durability.FULL, key, put, null);
            assertNull(upload.begin());
            Client.write(upload.sink(), new byte[3]);
            Response refused = upload.complete();
            assertEquals(Status.SERVICE_UNAVAILABLE, refused.status());
            assertEquals("1", refused.headers().first("Retry-After"));
            assertEquals("old", Files.readString(folder.resolve("a")));
            assertEquals(Set.of("a"), FolderNames.of(folder));
            Request get = Request.of("GET", "/a", "Want-Repr-Digest", "sha-256=1");
            Response digested = new Download(state, key, get).answer();
            assertNotNull(Client.known(digested).headers().first("Repr-Digest"));

            release.countDown();
            assertEquals(Status.OK, Client.known(running).status());
            assertEquals(Status.OK, Client.known(waiting).status());
        }
    }
}
