package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.FolderNames;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of an object when something goes wrong, and what is none; in both contracts. */
@ParameterizedClass
@CsvSource({"ARTICLE, OFF, ''", "HTTP, OFF, ''", "HTTP, ON, ''", "HTTP, OFF, p", "HTTP, OFF, p/q/r",
    "HTTP, ON, p/q/r"})
class WholeObjectTest {

    @Parameter(0)
    private Contract contract;

    @Parameter(1)
    private Caching caching;

    /** The folder that the objects are in, in the store's. */
    @Parameter(2)
    private String below;

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Handler handler;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        Path root = temp.resolve("data");
        store = caching.open(root, contract);
        folder = Files.createDirectories(root.resolve(below));
        handler = new Below(store, below);
        client = caching.client(handler, contract);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private Set<String> names() throws IOException {
        return FolderNames.of(temp.resolve("data"), folder);
    }

    private void assertUntouched() throws IOException {
        assertEquals(Set.of(), names());
    }

    // All or nothing.

    @Test
    void sinkIsAFileForTheServersFastPath() throws Exception {
        Exchange exchange = handler.handle(Request.of("PUT", "/a").withBody(1));
        assertInstanceOf(FileChannel.class, exchange.sink());
        exchange.abandon(Abandonment.PEER_LEFT, new EOFException());
    }

    @Test
    void partIsInAFolderOfItsOwnUntilItIsWholeOrAbandoned() throws Exception {
        Exchange exchange = client.begin(Request.of("PUT", "/a"), "x");
        assertEquals(List.of(true), names().stream()
                .map(name -> name.startsWith(".millrace.parts/.millrace-")).toList());
        exchange.abandon(Abandonment.PEER_LEFT, new EOFException());
        assertUntouched();
        client.begin(Request.of("PUT", "/a"), "x").complete();
        assertEquals(Set.of("a"), names());
    }

    @Test
    void objectAppearsOnlyWhenItIsWhole() throws Exception {
        client.put("/a", "old");
        Exchange exchange = client.begin(Request.of("PUT", "/a"), "new");
        assertEquals("old", client.get("/a").text());
        exchange.complete();
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void putCutShortLeavesNoFile() throws Exception {
        assertNull(client.cut("/a", "half", Abandonment.PEER_LEFT,
                new EOFException("the peer left")));
        assertUntouched();
    }

    @Test
    void putCutShortLeavesTheOldObject() throws Exception {
        client.put("/a", "old");
        client.cut("/a", "half", Abandonment.PEER_LEFT, new EOFException("the peer left"));
        assertEquals("old", client.get("/a").text());
        assertEquals(Set.of("a"), names());
    }

    @Test
    void putRefusedByTheServerIsTheServersToAnswer() throws Exception {
        assertNull(client.cut("/a", "half", Abandonment.TOO_SLOW,
                new HttpException(Status.REQUEST_TIMEOUT, "too slow")));
        assertUntouched();
    }

    @ParameterizedTest
    @CsvSource({"No space left on device, 507", "Disk quota exceeded, 507",
        "Input/output error, 500", "File too large, 500"})
    void writeThatFailsLeavesTheOldObject(String reason, int status) throws Exception {
        client.put("/a", "old");
        for (IOException e : new IOException[] {
            new IOException(reason), new EOFException(reason)}) {
            Response answer = client.cut("/a", "half", Abandonment.SINK_FAILED, e);
            assertEquals(status, answer.status().code());
        }
        assertEquals("old", client.get("/a").text());
        assertEquals(Set.of("a"), names());
    }

    @Test
    void fileShorterThanItsBodyIsNeverCalledStored() throws Exception {
        client.put("/a", "old");
        Exchange exchange = handler.handle(Request.of("PUT", "/a").withBody(5));
        Client.write(exchange.sink(), new byte[4]);
        assertEquals(500, exchange.complete().status().code());
        assertEquals("old", client.get("/a").text());
        assertEquals(Set.of("a"), names());
    }

    @Test
    void readerKeepsTheVersionThatItBeganWith() throws Exception {
        client.put("/a", "first");
        Response first = handler.handle(Request.of("GET", "/a")).complete();
        Response second = handler.handle(Request.of("GET", "/a")).complete();
        client.put("/a", "2nd");
        assertEquals("first", Reply.of(first).text());
        client.delete("/a");
        assertEquals("first", Reply.of(second).text());
    }

    @Test
    void fileThatShrinksWhileItIsReadIsNeverPaddedOrShort() throws Exception {
        client.put("/a", "0123456789");
        Response answer = handler.handle(Request.of("GET", "/a")).complete();
        Files.writeString(folder.resolve("a"), "01234");
        assertEquals(10, answer.body().length());
        assertEquals(5, answer.body().read(0, ByteBuffer.allocate(10)));
        assertThrows(IOException.class, () -> answer.body().read(5, ByteBuffer.allocate(10)));
        answer.body().close();
    }

    @Test
    void ofParallelPutsOneWholeBodyWins() throws Exception {
        int threads = 8;
        int rounds = 50;
        ExecutorService executor = Executors.newFixedThreadPool(threads + 1);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> writers = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                String body = String.valueOf((char) ('a' + i)).repeat(10_000 + i);
                writers.add(executor.submit(() -> {
                    start.await();
                    for (int round = 0; round < rounds; round++) {
                        assertEquals(200, client.put("/k", body).status());
                    }
                    return null;
                }));
            }
            client.put("/k", "a".repeat(10_000));
            Future<?> reader = executor.submit(() -> {
                start.await();
                for (int round = 0; round < threads * rounds; round++) {
                    Reply got = client.get("/k");
                    assertEquals(200, got.status());
                    char first = (char) got.body()[0];
                    assertEquals(String.valueOf(first).repeat(10_000 + first - 'a'), got.text());
                }
                return null;
            });
            start.countDown();
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
            reader.get(60, TimeUnit.SECONDS);
        } finally {
            executor.shutdownNow();
        }
        assertEquals(Set.of("k"), names());
    }

    // What is no object.

    @Test
    void folderIsNoObject() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("d")).resolve("inside");
        Files.writeString(inside, "safe");
        assertEquals(client.folder(), client.get("/d").status());
        assertEquals(404, client.delete("/d").status());
        assertEquals(client.failure(409), client.put("/d", "x").status());
        assertEquals("safe", Files.readString(inside));
        assertEquals(Set.of("d"), names());
    }

    @Test
    void longBodyForWhatIsNoObjectIsRefusedBeforeItComes() throws Exception {
        Files.createDirectory(folder.resolve("d"));
        Exchange longer = handler.handle(Request.of("PUT", "/d").withBody(65_536));
        assertEquals(client.failure(409), assertInstanceOf(Response.class, longer).status().code());
        Exchange chunked = handler.handle(
                Request.of("PUT", "/d").withBody(RequestHead.UNKNOWN_LENGTH));
        assertEquals(client.failure(409),
                assertInstanceOf(Response.class, chunked).status().code());
        Exchange shorter = handler.handle(Request.of("PUT", "/d").withBody(65_535));
        Client.write(shorter.sink(), new byte[65_535]);
        assertEquals(client.failure(409), shorter.complete().status().code());
        assertEquals(Set.of("d"), names());
    }

    @Test
    void linkIsNoObjectAndIsNotFollowed() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside"), "secret");
        Files.createSymbolicLink(folder.resolve("l"), outside);
        Files.createSymbolicLink(folder.resolve("dangling"), temp.resolve("nothing"));
        for (String path : List.of("/l", "/dangling")) {
            assertEquals(404, client.get(path).status());
            assertEquals(404, client.delete(path).status());
            assertEquals(client.failure(409), client.put(path, "x").status());
        }
        assertEquals("secret", Files.readString(outside));
        assertFalse(Files.exists(temp.resolve("nothing")));
        assertEquals(Set.of("l", "dangling"), names());
    }

    @Test
    void pipeIsNoObjectAndIsNotOpened() throws Exception {
        // Opening it would wait for ever for a writer.
        assertSpecial(make("mkfifo", folder.resolve("s").toString()));
    }

    @Test
    void deviceIsNoObjectAndIsNotOpened() throws Exception {
        // The numbers of /dev/zero: reading it would never end.
        assertSpecial(make("mknod", folder.resolve("s").toString(), "c", "1", "5"));
    }

    @Test
    void socketIsNoObject() throws Exception {
        Path socket = Files.createTempDirectory("s").resolve("s"); // a short path
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.move(socket, folder.resolve("s"));
            assertSpecial(true);
        } finally {
            Files.delete(socket.getParent());
        }
    }

    private static boolean make(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    private void assertSpecial(boolean made) throws IOException {
        assumeTrue(made, "such a file can't be made here");
        assertEquals(404, client.get("/s").status());
        assertEquals(404, client.send(Request.of("HEAD", "/s")).status());
        assertEquals(404, client.delete("/s").status());
        assertEquals(client.failure(409), client.put("/s", "x").status());
        assertEquals(Set.of("s"), names());
    }

    @Test
    void longestNameIsStored() {
        String path = "/" + "n".repeat(255);
        assertEquals(200, client.put(path, "x").status());
        assertEquals("x", client.get(path).text());
        assertEquals(200, client.delete(path).status());
        assertEquals(400, client.put(path + "n", "x").status());
    }

    @Test
    void folderThatAppearsUnderAPutIsKept() throws Exception {
        Exchange exchange = client.begin(Request.of("PUT", "/a"), "new");
        Files.createDirectory(folder.resolve("a"));
        assertEquals(client.failure(409), exchange.complete().status().code());
        assertEquals(Set.of("a"), names());
    }

    @Test
    void linkThatAppearsUnderAPutIsKept() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "secret");
        Exchange exchange = client.begin(Request.of("PUT", "/a"), "new");
        Files.createSymbolicLink(folder.resolve("a"), outside);
        assertEquals(client.failure(409), exchange.complete().status().code());
        assertEquals("secret", Files.readString(outside));
        assertEquals(Set.of("a"), names());
    }

    // Versions.

    @Test
    void everyChangeHasItsOwnEntityTag() throws IOException {
        Set<String> tags = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            Reply put = client.put("/a", "same size");
            assertTrue(tags.add(put.field("ETag")), "two versions share " + put.field("ETag"));
            assertEquals(put.field("ETag"), client.get("/a").field("ETag"));
            if (i % 3 == 0) {
                client.delete("/a");
            }
        }
    }

    @Test
    void putThatBeganFirstAndEndsLastIsTheLatestVersion() throws Exception {
        Exchange slow = client.begin(Request.of("PUT", "/a"), "slow");
        String earlier = client.put("/a", "fast").field("ETag");
        Reply last = Reply.of(slow.complete());
        assertNotEquals(earlier, last.field("ETag"));
        assertTrue(modifiedNs(last.field("ETag")) > modifiedNs(earlier));
    }

    private static long modifiedNs(String etag) {
        return Long.parseLong(etag.substring(1, etag.indexOf('-')), 16);
    }

    @Test
    void objectOfManyBytesComesBackAsItWas() {
        byte[] bytes = new byte[3_000_001];
        new Random(1).nextBytes(bytes);
        assertEquals(200, client.put("/big", bytes).status());
        assertArrayEquals(bytes, client.get("/big").body());
    }
}
