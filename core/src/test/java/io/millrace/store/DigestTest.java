package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.DigestSink;
import io.millrace.digest.DigestCache;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FolderNames;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.Version;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Integrity from end to end (RFC 9530). */
@ParameterizedClass
@CsvSource({"ARTICLE, ''", "HTTP, ''", "HTTP, p/q/r"})
class DigestTest {

    @Parameter(0)
    private Contract contract;

    /** The folder that the objects are in, in the store's. */
    @Parameter(1)
    private String below;

    @TempDir
    Path root;

    private Path folder;

    private FolderStore store;
    private Handler handler;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        open(StoreOptions.builder().contract(contract).build());
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private void open(StoreOptions options) throws IOException {
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(root, options);
        folder = Files.createDirectories(root.resolve(below));
        handler = new Below(store, below);
        client = new Client(handler, contract);
    }

    private static String digest(String key, byte[] bytes) throws Exception {
        String name = key.equals("sha-256") ? "SHA-256" : "SHA-512";
        return key + "=:" + Base64.getEncoder().encodeToString(
                MessageDigest.getInstance(name).digest(bytes)) + ":";
    }

    private static String digest(String key, String text) throws Exception {
        return digest(key, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void exampleOfTheRfcIsStored() {
        // RFC 9530, appendix B.1
        assertEquals(200, client.put("/a", "{\"hello\": \"world\"}\n", "Repr-Digest",
                "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:").status());
    }

    @ParameterizedTest
    @CsvSource({"Content-Digest, sha-256", "Content-Digest, sha-512", "Repr-Digest, sha-256",
        "Repr-Digest, sha-512"})
    void bodyWithItsDigestIsStoredAndAnyOtherIsNot(String field, String key) throws Exception {
        assertEquals(200, client.put("/a", "good", field, digest(key, "good")).status());
        Reply wrong = client.put("/a", "bad!", field, digest(key, "good"));
        assertEquals(400, wrong.status());
        assertEquals("the body does not match its " + field + " (" + key + ")\n", wrong.text());
        assertEquals("good", client.get("/a").text());
        assertEquals(400, client.putChunked("/b", "bad!", field, digest(key, "good")).status());
        assertEquals(404, client.get("/b").status());
        assertEquals(Set.of("a"), FolderNames.of(root, folder));
    }

    @Test
    void bodyWithAnotherMd5IsRefused() throws Exception {
        String md5 = Base64.getEncoder().encodeToString(
                MessageDigest.getInstance("MD5").digest("good".getBytes(StandardCharsets.UTF_8)));
        assertEquals(200, client.put("/a", "good", "Content-MD5", md5).status());
        Reply wrong = client.put("/a", "bad!", "Content-MD5", md5);
        assertEquals(400, wrong.status());
        assertEquals("the body does not match its Content-MD5 (md5)\n", wrong.text());
        assertEquals("good", client.get("/a").text());
        assertEquals(200, client.putChunked("/b", "good", "Content-MD5", md5).status());
        assertEquals(400, client.putChunked("/b", "bad!", "Content-MD5", md5).status());
        assertEquals("good", client.get("/b").text());
        assertEquals(400, client.put("/a", "good", "Content-MD5", md5,
                "Repr-Digest", digest("sha-256", "bad!")).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAA", "::", "rL0Y20zC+Fzt72VPzMSk2",
        "rL0Y20zC-Fzt72VPzMSk2A==", "acbd18db4cc2f85cedef654fccc4a4d8",
        "rL0Y20zC+Fzt72VPzMSk2A==, rL0Y20zC+Fzt72VPzMSk2A=="})
    void malformedMd5IsRefusedBeforeTheBody(String value) {
        Reply refused = client.put("/a", "foo", "Content-MD5", value);
        assertEquals(400, refused.status());
        assertEquals("Content-MD5: must be one value of 16 bytes in base64",
                refused.text().strip());
        assertEquals(200, client.put("/a", "foo", "Content-MD5",
                "rL0Y20zC+Fzt72VPzMSk2A==").status());
        assertEquals(400, client.put("/a", "foo", "Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==",
                "Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==").status());
    }

    @Test
    void everyDigestMustBeRight() throws Exception {
        String good = digest("sha-256", "good") + ", " + digest("sha-512", "good");
        String half = digest("sha-256", "good") + ", " + digest("sha-512", "bad");
        assertEquals(200, client.put("/a", "good", "Repr-Digest", good).status());
        assertEquals(400, client.put("/a", "good", "Repr-Digest", half).status());
        assertEquals(400, client.put("/a", "good", "Repr-Digest", good,
                "Content-Digest", digest("sha-256", "bad")).status());
        assertEquals(400, client.put("/a", "good", "Repr-Digest", digest("sha-256", "good"),
                "Repr-Digest", digest("sha-512", "bad")).status());
    }

    @Test
    void unknownAlgorithmIsIgnored() throws Exception {
        assertEquals(200, client.put("/a", "x", "Content-Digest", "md5=:AAAA:").status());
        assertEquals(200, client.put("/a", "x", "Content-Digest", "unixsum=12").status());
        assertEquals(400, client.put("/a", "x", "Content-Digest",
                "md5=:AAAA:, " + digest("sha-256", "y")).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {", bar=:!!:", ", bar=:a=GVsbG8=:", ", bar=?Q", ", bar=1.",
        ", bar=1234567890123456", ", bar=\"\\a\"", ", bar=\"a\tb\"", ", sha-256=1"})
    void fieldWithAMalformedMemberIsRefusedAsAWhole(String more) throws Exception {
        // RFC 9651 s4.2.
        String field = digest("sha-256", "x") + more;
        assertEquals(400, client.put("/a", "x", "Content-Digest", field).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {";t=@1659578233", ";n=%\"f%c3%bc\"", ", other=:AAAA:",
        ", other=(1 2)", ", other=tok/en;p"})
    void fieldWithForeignMembersAndParametersIsTaken(String more) throws Exception {
        // RFC 9530 s2.
        String field = digest("sha-256", "x") + more;
        assertEquals(200, client.put("/a", "x", "Content-Digest", field).status());
        assertEquals(400, client.put("/a", "y", "Content-Digest", field).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "sha-256", "sha-256=abc", "sha-256=:AAAA:", "sha-256=:!!!!:", "sha-256=::", "sha-256=1",
        "SHA-256=:AAAA:", "sha-256=:AAAA", "sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
        "sha-256=\"RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=\"", "sha-256=:\\:",
        "sha-256=:", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:,",
    })
    void malformedDigestIsRefusedBeforeTheBody(String value) {
        for (String field : List.of("Content-Digest", "Repr-Digest")) {
            assertEquals(400, client.put("/a", "x", field, value).status());
        }
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void emptyObjectIsVerifiedToo() throws Exception {
        String right = digest("sha-256", "");
        String wrong = digest("sha-256", "x");
        assertEquals(200, client.putChunked("/a", "", "Repr-Digest", right).status());
        assertEquals(400, client.putChunked("/b", "", "Repr-Digest", wrong).status());
        // Without a sink; the article's contract stores nothing then.
        boolean strict = contract == Contract.HTTP;
        assertEquals(strict ? 200 : 304, client.put("/a", "", "Repr-Digest", right).status());
        assertEquals(strict ? 400 : 304, client.put("/b", "", "Repr-Digest", wrong).status());
        assertEquals(404, client.get("/b").status());
    }

    @Test
    void sinkIsAFileUnlessADigestIsWanted() throws Exception {
        Exchange plain = handler.handle(Request.of("PUT", "/a").withBody(1));
        assertInstanceOf(FileChannel.class, plain.sink());
        plain.abandon(Abandonment.PEER_LEFT, new EOFException());
        Exchange hashed = handler.handle(
                Request.of("PUT", "/a", "Repr-Digest", digest("sha-256", "x")).withBody(1));
        assertInstanceOf(DigestSink.class, hashed.sink());
        hashed.abandon(Abandonment.PEER_LEFT, new EOFException());
    }

    // Want-Repr-Digest and Want-Content-Digest.

    @Test
    void wantedDigestIsToldByGetHeadAndPut() throws Exception {
        String[] want = {"Want-Repr-Digest", "sha-512=3, sha-256=10, md5=10"};
        Reply put = client.put("/a", "hello", want);
        assertEquals(digest("sha-256", "hello"), put.field("Repr-Digest"));
        assertEquals(digest("sha-256", "hello"), client.get("/a", want).field("Repr-Digest"));
        assertEquals(digest("sha-256", "hello"),
                client.send(Request.of("HEAD", "/a", want)).field("Repr-Digest"));
        assertEquals(digest("sha-512", "hello"),
                client.get("/a", "Want-Repr-Digest", "sha-512=1").field("Repr-Digest"));
    }

    @Test
    void digestIsComputedAsideOnceAndKnownFromThenOn() throws Exception {
        client.put("/a", "hello");
        Settled.await(folder.resolve("a"));
        Request request = Request.of("GET", "/a", "Want-Repr-Digest", "sha-256=1");
        Response first = handler.handle(request).complete();
        assertNotNull(first.stage(), "a worker must not read the whole object");
        Reply known = Reply.of(Client.known(first));
        assertEquals("hello", known.text());
        Response second = handler.handle(request).complete();
        assertNull(second.stage());
        assertEquals(known.field("Repr-Digest"), Reply.of(second).field("Repr-Digest"));
        client.put("/a", "other");
        assertEquals(digest("sha-256", "other"),
                Reply.of(Client.known(handler.handle(request).complete())).field("Repr-Digest"));
    }

    @Test
    void digestsThatAreTurnedOffAreNotComputed() throws Exception {
        open(StoreOptions.builder().contract(contract).maxDigests(0).build());
        client.put("/a", "hello");
        String[] want = {"Want-Repr-Digest", "sha-256=1", "Want-Content-Digest", "sha-256=1"};
        Response response = handler.handle(Request.of("GET", "/a", want)).complete();
        assertNull(response.stage());
        assertNull(Reply.of(response).field("Repr-Digest"));
        Reply wrong = client.put("/a", "bad!", "Repr-Digest", digest("sha-256", "good"));
        assertEquals(400, wrong.status(), "what a PUT brings is no wish");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void filesThatAnotherProgramSwapsNeverHaveEachOthersDigest(boolean alike) throws Exception {
        byte[] a = new byte[50_000];
        byte[] b = new byte[50_000];
        Arrays.fill(b, (byte) 'b');
        Path key = folder.resolve("a");
        Path other = folder.resolve("b");
        Path aside = folder.resolve("c");
        Files.write(key, a);
        Files.write(other, b);
        if (alike) {
            Files.setLastModifiedTime(other, Files.getLastModifiedTime(key));
        }
        AtomicBoolean ended = new AtomicBoolean();
        Thread program = new Thread(() -> {
            try {
                while (!ended.get()) {
                    Files.deleteIfExists(aside);
                    Files.createLink(aside, key);
                    Files.move(other, key, StandardCopyOption.ATOMIC_MOVE);
                    Files.move(aside, other, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        program.start();
        try {
            for (int i = 0; i < 300; i++) {
                Reply reply = client.get("/a", "Want-Repr-Digest", "sha-256=1");
                assertEquals(200, reply.status());
                String told = reply.field("Repr-Digest");
                assertTrue(told == null || told.equals(digest("sha-256", reply.body())));
            }
        } finally {
            ended.set(true);
            program.join();
        }
        Settled.await(folder.resolve("a"));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                Reply reply = client.get("/a", "Want-Repr-Digest", "sha-256=1");
                assertEquals(digest("sha-256", Files.readAllBytes(key)),
                        reply.field("Repr-Digest"));
            }
            if (i == 0) {
                Files.move(other, key, StandardCopyOption.ATOMIC_MOVE);
                Settled.await(folder.resolve("a"));
            }
        }
    }

    @Test
    void representationsDigestIsThatOfTheWholeAndContentsOfThePart() throws Exception {
        client.put("/a", "0123456789");
        String[] want = {"Want-Repr-Digest", "sha-256=1", "Want-Content-Digest", "sha-256=1",
            "Range", "bytes=2-4"};
        Reply part = client.get("/a", want);
        assertEquals(206, part.status());
        assertEquals(digest("sha-256", "0123456789"), part.field("Repr-Digest"));
        assertEquals(digest("sha-256", "234"), part.field("Content-Digest"));
        assertEquals("234", part.text());
        want[5] = "bytes=-99";
        Reply whole = client.get("/a", want);
        assertEquals(digest("sha-256", "0123456789"), whole.field("Content-Digest"));
        client.put("/m", "0123456789".repeat(100));
        want[5] = "bytes=0-1,500-501";
        Reply staging = client.get("/m", want);
        assertEquals(digest("sha-256", staging.body()), staging.field("Content-Digest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256=0", "md5=10", "sha-256", "sha-256=11", "sha-256=-1",
        "sha-256=1.5", "nonsense!", "", "sha-256=\"1\""})
    void wishThatCannotBeMetIsIgnored(String want) {
        Reply put = client.put("/a", "hello", "Want-Repr-Digest", want);
        assertEquals(200, put.status());
        assertNull(put.field("Repr-Digest"));
        Reply get = client.get("/a", "Want-Repr-Digest", want);
        assertEquals(200, get.status());
        assertNull(get.field("Repr-Digest"));
    }

    @Test
    void nothingIsHashedUnlessSomebodyAsks() {
        Reply put = client.put("/a", "hello");
        assertNull(put.field("Repr-Digest"));
        assertNull(client.get("/a").field("Repr-Digest"));
        assertNull(client.get("/a").field("Content-Digest"));
    }

    @Test
    void digestOfAnEmptyObjectIsThatOfNothing() throws Exception {
        client.putChunked("/a", "");
        assertEquals(digest("sha-256", ""),
                client.get("/a", "Want-Content-Digest", "sha-256=1").field("Content-Digest"));
    }

    @Test
    void cacheOfDigestsIsBounded() throws Exception {
        DigestCache cache = new DigestCache();
        Key key = Key.of("/a", KeyLimits.DEFAULTS);
        for (int i = 0; i <= DigestCache.MAX_ENTRIES; i++) {
            cache.keep(key, new Version(1, i, 1, true), DigestAlgorithm.SHA_256, new byte[32]);
        }
        assertNull(cache.find(key, new Version(1, 0, 1, true), DigestAlgorithm.SHA_256));
        assertNotNull(cache.find(key, new Version(1, 1, 1, true), DigestAlgorithm.SHA_256));
    }
}
