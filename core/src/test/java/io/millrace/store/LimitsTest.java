package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FolderNames;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store may be told not to do: at each limit, and one past it. */
@ParameterizedClass
@EnumSource(Contract.class)
class LimitsTest {

    @Parameter
    private Contract contract;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(folder, options.contract(contract).build());
        client = new Client(store, contract);
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private void assertLeft(long count) throws IOException {
        assertEquals(count, FolderNames.of(folder).size());
    }

    // maxObjectBytes

    @Test
    void objectOfExactlyMaxBytesIsStored() throws IOException {
        open(StoreOptions.builder().maxObjectBytes(5));
        assertEquals(200, client.put("/a", "12345").status());
        assertEquals(200, client.putChunked("/b", "12345").status());
    }

    @Test
    void objectOfOneByteMoreIsRefused() throws Exception {
        open(StoreOptions.builder().maxObjectBytes(5));
        Exchange refused = store.handle(Request.of("PUT", "/a").withBody(6));
        assertEquals(413, assertInstanceOf(Response.class, refused).status().code());
        assertEquals(413, client.putChunked("/b", "123456").status());
        assertLeft(0);
    }

    @Test
    void limitDoesNotTakeTheFastPathFromBodiesOfKnownLength() throws Exception {
        open(StoreOptions.builder().maxObjectBytes(5));
        Exchange exchange = store.handle(Request.of("PUT", "/a").withBody(5));
        assertInstanceOf(FileChannel.class, exchange.sink());
        exchange.abandon(Abandonment.PEER_LEFT, new EOFException());
    }

    // quotaBytes

    @Test
    void quotaIsFilledToTheLastByte() throws IOException {
        open(StoreOptions.builder().quotaBytes(10));
        assertEquals(200, client.put("/a", "123456").status());
        assertEquals(507, client.put("/b", "12345").status());
        assertEquals(507, client.putChunked("/b", "12345").status());
        assertLeft(1);
        assertEquals(200, client.put("/b", "1234").status());
        assertEquals(507, client.put("/c", "1").status());
        assertEquals(507, client.putChunked("/c", "1").status());
    }

    @Test
    void deletedAndReplacedBytesAreFreeAgain() throws IOException {
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/a", "12345");
        assertEquals(200, client.put("/a", "54321").status());
        assertEquals(200, client.putChunked("/a", "abcde").status());
        assertEquals(507, client.put("/a", "123456").status());
        assertEquals(507, client.putChunked("/a", "123456").status());
        assertEquals("abcde", client.get("/a").text());
        assertEquals(200, client.put("/a", "1").status());
        assertEquals(200, client.put("/b", "123456789").status());
        client.delete("/b");
        client.delete("/b");
        assertEquals(507, client.put("/c", "1234567890").status());
        assertEquals(200, client.put("/c", "123456789").status());
    }

    @Test
    void roomIsTakenByBytesAndNotByALength() throws Exception {
        open(StoreOptions.builder().quotaBytes(10));
        Exchange slow = store.handle(Request.of("PUT", "/a").withBody(10));
        WritableByteChannel sink = slow.sink();
        Client.write(sink, new byte[2]);
        assertEquals(200, client.put("/b", "12345678").status());
        IOException refusal = assertThrows(IOException.class,
                () -> sink.write(ByteBuffer.allocate(1)));
        assertEquals(507,
                slow.abandon(Abandonment.SINK_FAILED, refusal).status().code());
        assertLeft(1);
        assertEquals(200, client.put("/c", "12").status());
    }

    @Test
    void lengthThatCannotFitIsRefusedBeforeTheBodyComes() throws Exception {
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/a", "123456");
        Exchange refused = store.handle(Request.of("PUT", "/b").withBody(5));
        assertEquals(507, assertInstanceOf(Response.class, refused).status().code());
        store.handle(Request.of("PUT", "/b").withBody(4)).abandon(Abandonment.PEER_LEFT, null);
    }

    @Test
    void bytesOfUnfinishedPutsCountAlsoWhereTheyReplaceSomething() throws Exception {
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/a", "1234");
        Exchange first = client.begin(Request.of("PUT", "/a"), "abcd");
        assertEquals(507, client.put("/a", "xyz").status());
        assertEquals(200, first.complete().status().code() / 100 * 100);
        assertEquals(200, client.put("/a", "xyz").status());
        assertEquals("xyz", client.get("/a").text());
    }

    @Test
    void roomOfAPutThatFailsIsGivenBack() throws Exception {
        open(StoreOptions.builder().quotaBytes(10));
        Exchange first = client.begin(Request.of("PUT", "/a"), "123456");
        assertEquals(507, client.put("/b", "12345").status());
        first.abandon(Abandonment.PEER_LEFT, new EOFException());
        assertEquals(200, client.put("/b", "1234567890").status());
        client.delete("/b");
        for (int i = 0; i < 20; i++) {
            assertEquals(412, client.put("/a", "123456", "If-Match", "*").status());
            assertEquals(400, client.put("/a", "123456", "Repr-Digest",
                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:").status());
            assertEquals(507, client.putChunked("/a", "12345678901").status());
        }
        assertEquals(200, client.put("/a", "1234567890").status());
    }

    @Test
    void putWhoseTargetIsDeletedMeanwhileHasTheRoomThatItTook() throws Exception {
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/a", "12345");
        Exchange slow = client.begin(Request.of("PUT", "/a"), "54321");
        client.delete("/a");
        assertEquals(507, client.put("/b", "123456").status());
        assertEquals(200, client.put("/b", "12345").status());
        assertEquals(200, slow.complete().status().code() / 100 * 100);
        assertEquals(507, client.put("/c", "1").status());
        assertLeft(2);
    }

    @Test
    void quotaCountsWhatIsThereAtOpen() throws IOException {
        Files.writeString(folder.resolve("a"), "123456");
        Path staging = Files.createDirectory(folder.resolve(".millrace.parts"));
        Files.writeString(staging.resolve(".millrace-1-1"), "left over");
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/x"), "in a folder that this store can't reach");
        open(StoreOptions.builder().flat(true).quotaBytes(10));
        assertEquals(507, client.put("/b", "12345").status());
        assertEquals(200, client.put("/b", "1234").status());
        open(StoreOptions.builder().flat(true).quotaBytes(9));
        assertEquals(507, client.put("/c", "1").status());
        assertEquals(507, client.put("/a", "12345").status());
        assertEquals(200, client.delete("/b").status());
        assertEquals(200, client.put("/b", "123").status());
    }

    @Test
    void quotaOfParallelPutsIsNeverExceeded() throws Exception {
        open(StoreOptions.builder().quotaBytes(100));
        List<Integer> sizes = IntStream.range(0, 400).parallel()
                .mapToObj(i -> client.put("/k" + i, "1234567").status() == 200 ? 7 : 0).toList();
        assertEquals(98, sizes.stream().mapToInt(Integer::intValue).sum());
        assertLeft(14);
    }

    // readOnly

    @Test
    void readOnlyStoreServesAndRefusesChanges() throws Exception {
        Files.writeString(folder.resolve("a"), "hello");
        Path staging = Files.createDirectory(folder.resolve(".millrace.parts"));
        Files.writeString(staging.resolve(".millrace-1-1"), "another store's");
        open(StoreOptions.builder().readOnly(true));
        assertEquals("hello", client.get("/a").text());
        int refused = contract == Contract.ARTICLE ? 403 : 405;
        for (Reply reply : List.of(client.put("/a", "x"), client.put("/b", "x"),
                client.put("/a", ""), client.delete("/a"))) {
            assertEquals(refused, reply.status());
            assertEquals(refused == 405 ? "GET, HEAD, OPTIONS" : null, reply.field("Allow"));
        }
        assertEquals("hello", client.get("/a").text());
        assertTrue(Files.exists(staging.resolve(".millrace-1-1")));
        assertFalse(Files.exists(folder.resolve(FolderNames.LOCK_FILE)));
        FolderStore.open(folder, StoreOptions.builder().readOnly(true).build()).close();
    }

    @Test
    void readOnlyStoreMakesNothing() throws Exception {
        Files.writeString(folder.resolve("a"), "hello");
        open(StoreOptions.builder().readOnly(true).quotaBytes(10));
        assertEquals("hello", client.get("/a").text());
        closeStore();
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("a")), files.toList());
        }
    }

    @Test
    void readOnlyStoreMakesNoFolder() {
        Path missing = folder.resolve("missing");
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(missing,
                StoreOptions.builder().readOnly(true).build()));
        assertEquals("there is no folder " + missing, refusal.getMessage());
        assertFalse(Files.exists(missing));
    }

    // token

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "secret",
        "Basic secret", "Bearer  secret x", "Bearer Secret", "Bearersecret"})
    void requestWithoutTheTokenIsRefused(String value) throws IOException {
        Files.writeString(folder.resolve("a"), "hello");
        open(StoreOptions.builder().token("secret").wrongTokenDelay(Duration.ZERO));
        List<String> methods = List.of("GET", "HEAD", "DELETE", "PUT", "POST", "BREW");
        for (String method : methods) {
            Reply reply = client.send(Request.of(method, "/a", "Authorization", value));
            assertEquals(401, reply.status());
            assertTrue(reply.field("WWW-Authenticate").startsWith("Bearer realm="));
        }
        assertEquals(401, client.get("/a").status());
        assertEquals(401, client.get("/..").status());
        assertEquals("hello", Files.readString(folder.resolve("a")));
    }

    @Test
    void ofTwoAuthorizationsNeitherCounts() throws IOException {
        open(StoreOptions.builder().token("secret"));
        for (String[] two : new String[][] {{"Bearer secret", "Bearer wrong"},
            {"Bearer wrong", "Bearer secret"}, {"Bearer secret", "Bearer secret"}}) {
            assertEquals(401, client.put("/a", "x", "Authorization", two[0],
                    "Authorization", two[1]).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer secret", "bearer secret", "BEARER  secret"})
    void requestWithTheTokenIsServed(String value) throws IOException {
        open(StoreOptions.builder().token("secret"));
        assertEquals(200, client.put("/a", "x", "Authorization", value).status());
        assertEquals(200, client.get("/a", "Authorization", value).status());
        assertEquals(200, client.delete("/a", "Authorization", value).status());
    }

    @Test
    void openReadsNeedNoToken() throws IOException {
        Files.writeString(folder.resolve("a"), "hello");
        open(StoreOptions.builder().token("secret").openReads(true));
        assertEquals(200, client.get("/a").status());
        assertEquals(200, client.send(Request.of("HEAD", "/a")).status());
        assertEquals(contract == Contract.ARTICLE ? 404 : 204,
                client.send(Request.of("OPTIONS", "*")).status());
        assertEquals(401, client.put("/a", "x").status());
        assertEquals(401, client.delete("/a").status());
        assertEquals(401, client.send(Request.of("BREW", "/a")).status());
    }

    @Test
    void wrongTokenIsToldApartFromNone() throws IOException {
        open(StoreOptions.builder().token("secret").wrongTokenDelay(Duration.ZERO));
        assertFalse(client.get("/a").field("WWW-Authenticate").contains("error"));
        assertTrue(client.get("/a", "Authorization", "Bearer x").field("WWW-Authenticate")
                .contains("error=\"invalid_token\""));
    }

    @Test
    void discardingStoreWantsItsTokenToo() throws IOException {
        try (FolderStore none = FolderStore.discarding(
                StoreOptions.builder().token("secret").build())) {
            assertEquals(401, new Client(none).put("/a", "x").status());
        }
    }

    // The options themselves.

    @Test
    void optionOutOfRangeIsNamed() {
        for (StoreOptions.Builder wrong : List.of(
                StoreOptions.builder().maxObjectBytes(-1), StoreOptions.builder().quotaBytes(-1),
                StoreOptions.builder().threads(0), StoreOptions.builder().threads(1025),
                StoreOptions.builder().maxWaiting(0), StoreOptions.builder().token(""),
                StoreOptions.builder().evictAfter(Duration.ofNanos(-1)),
                StoreOptions.builder().evictAfter(Duration.ofDays(3650).plusNanos(1)),
                StoreOptions.builder().evictToBytes(-1),
                StoreOptions.builder().evictToBytes((1L << 50) + 1),
                StoreOptions.builder().quotaBytes(10).evictToBytes(11),
                StoreOptions.builder().cacheBytes(-1),
                StoreOptions.builder().cacheBytes((1L << 40) + 1),
                StoreOptions.builder().cachedObjectBytes(-1),
                StoreOptions.builder().cachedObjectBytes((1 << 20) + 1),
                StoreOptions.builder().cacheWindow(Duration.ofNanos(-1)),
                StoreOptions.builder().cacheWindow(Duration.ofHours(1).plusNanos(1)),
                StoreOptions.builder().wrongTokenDelay(Duration.ofNanos(-1)),
                StoreOptions.builder().wrongTokenDelay(Duration.ofMinutes(1).plusNanos(1)),
                StoreOptions.builder().fileMode(mode("r--r-----")),
                StoreOptions.builder().fileMode(mode("-w-r-----")),
                StoreOptions.builder().fileMode(mode("rwx------")),
                StoreOptions.builder().fileMode(mode("rw---x---")),
                StoreOptions.builder().fileMode(mode("rw------x")),
                StoreOptions.builder().token("a b"), StoreOptions.builder().token("a\n"),
                StoreOptions.builder().token("x".repeat(4097)))) {
            String message =
                    assertThrows(IllegalArgumentException.class, wrong::build).getMessage();
            assertTrue(message.contains(" must be "), message);
        }
        StoreOptions.builder().evictAfter(Duration.ofDays(3650)).evictToBytes(1L << 50).build();
        StoreOptions.builder().quotaBytes(10).evictToBytes(10).build();
        assertEquals(0, StoreOptions.builder().quotaBytes(10).build().evictToBytes());
        StoreOptions.builder().cacheBytes(1L << 40).cachedObjectBytes(1 << 20)
                .cacheWindow(Duration.ofHours(1)).build();
        StoreOptions.builder().wrongTokenDelay(Duration.ofMinutes(1)).fileMode(mode("rw-------"))
                .build();
        StoreOptions.builder().wrongTokenDelay(Duration.ZERO).fileMode(mode("rw-rw-rw-")).build();
        StoreOptions.builder().cacheBytes(0).cachedObjectBytes(0)
                .cacheWindow(Duration.ZERO).build();
        assertEquals(4096,
                StoreOptions.builder().token("x".repeat(4096)).build().token().length());
    }

    private static Set<PosixFilePermission> mode(String text) {
        return PosixFilePermissions.fromString(text);
    }

    @Test
    void storeThatOnlyReadsRefusesToEvict() {
        StoreOptions.Builder byAge = StoreOptions.builder().readOnly(true)
                .evictAfter(Duration.ofDays(30));
        assertEquals("evictAfter can't be used with readOnly: PT720H",
                assertThrows(IllegalArgumentException.class, byAge::build).getMessage());
        StoreOptions.Builder bySize = StoreOptions.builder().readOnly(true).evictToBytes(1);
        assertEquals("evictToBytes can't be used with readOnly: 1",
                assertThrows(IllegalArgumentException.class, bySize::build).getMessage());
    }

    @Test
    void tokenIsNotInTheOptionsText() {
        String text = StoreOptions.builder().token("secret").build().toString();
        assertFalse(text.contains("secret"), text);
        assertNull(StoreOptions.defaults().token());
    }
}
