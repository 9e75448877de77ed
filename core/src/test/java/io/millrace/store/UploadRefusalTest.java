package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.with;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.security.MessageDigest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a PUT would be refused for is refused to an upload, at its beginning and at its end. */
class UploadRefusalTest {

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        if (store != null) {
            store.close();
        }
        store = FolderStore.open(folder, options.build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static Response refusal(Executable call) {
        return assertThrows(HttpException.class, call).response();
    }

    private static int refused(Executable call) {
        return refusal(call).status().code();
    }

    private static String sha256(String bytes) throws Exception {
        return "sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest
                .getInstance("SHA-256").digest(bytes.getBytes(StandardCharsets.UTF_8))) + ":";
    }

    // At the beginning.

    @ParameterizedTest
    @CsvSource({
        "/there, If-None-Match, *, 412",
        "/new, If-Match, *, 412",
        "/there, If-Match, '\"other\"', 412",
        "/there, If-Unmodified-Since, 'Sun, 06 Nov 1994 08:49:37 GMT', 412",
        "/folder, A, a, 409",
        "/folder/, A, a, 409",
        "/there/below, A, a, 409",
        "/, A, a, 409",
        "/.millrace.uploads, A, a, 400",
        "/.millrace.uploads/a, A, a, 400",
        "/../a, A, a, 400",
        "/a, Content-Range, bytes 0-3/4, 400",
        "/a, Content-Digest, sha-256=:AAAA:, 400",
        "/a, Content-MD5, short, 400",
        "/a, Content-Encoding, aws-chunked, 415",
        "//a, A, a, 308"})
    void uploadIsRefusedAsThePutWouldBe(String path, String name, String value, int status)
            throws Exception {
        client.put("/there", "x");
        client.put("/folder/x", "x");
        assertEquals(status, refused(() -> create(store, path, name, value)));
        assertFalse(Files.exists(folder.resolve(".millrace.uploads")), "something is left");
    }

    @Test
    void anotherSpellingIsSentToTheRightOne() {
        assertEquals("/a", refusal(() -> create(store, "//a")).headers().first("Location"));
    }

    @Test
    void lengthHasTheLimitOfAnObject() throws Exception {
        open(StoreOptions.builder().maxObjectBytes(5));
        assertNotNull(store.uploads().create(put("/a"), 5, new byte[0]));
        assertEquals(413, refused(() -> store.uploads().create(put("/a"), 6, new byte[0])));
        assertEquals(5, store.uploads().maxObjectBytes());
    }

    @Test
    void aStoreThatReplacesNothingTakesNoUploadOfWhatIsThere() throws Exception {
        open(StoreOptions.builder().noOverwrite(true));
        client.put("/a", "x");
        assertEquals(409, refused(() -> create(store, "/a")));
        FileUpload upload = with(store, "/b", "mine");
        client.put("/b", "theirs");
        assertEquals(409, complete(upload).status());
        assertEquals("theirs", client.get("/b").text());
    }

    @Test
    void aReadOnlyStoreTakesNoUpload() throws Exception {
        FileUpload upload = create(store, "/a");
        open(StoreOptions.builder().readOnly(true));
        Response refusal = refusal(() -> create(store, "/a"));
        assertEquals(405, refusal.status().code());
        assertEquals("GET, HEAD, OPTIONS", refusal.headers().first("Allow"));
        assertEquals(405, refused(() -> store.uploads().find(upload.name())));
        assertFalse(store.uploads().areKept());
        assertEquals(List.of(), store.uploads().all());
    }

    @ParameterizedTest
    @EnumSource(Contract.class)
    void aDiscardingStoreTakesNoUpload(Contract contract) throws Exception {
        try (FolderStore discarding = FolderStore.discarding(contract)) {
            assertEquals(501, refused(() -> create(discarding, "/a")));
            assertFalse(discarding.uploads().areKept());
            assertEquals(List.of(), discarding.uploads().all());
        }
    }

    @Test
    void theArticlesContractTakesNoUpload() throws Exception {
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        assertEquals(501, refused(() -> create(store, "/a")));
        assertFalse(store.uploads().areKept());
    }

    @Test
    void aClosedStoreTakesNothingMore() throws Exception {
        FileUpload upload = with(store, "/a", "x");
        store.close();
        assertEquals(503, refused(() -> create(store, "/a")));
        assertEquals(503, refused(() -> store.uploads().find(upload.name())));
        assertEquals(503, refused(() -> upload.open(0)));
        assertEquals(503, refused(() -> upload.note(new byte[0])));
        assertEquals(503, refused(() -> upload.complete(put("/a"))));
        assertEquals(503, refused(upload::discard));
        open();
        assertEquals(1, store.uploads().find(upload.name()).sizeBytes());
    }

    @Test
    void anUploadGetsNoRoomBeyondTheLimitOfAnObject() throws Exception {
        open(StoreOptions.builder().maxObjectBytes(5));
        FileUpload upload = create(store, "/a");
        upload.open(0);
        upload.reserve(5);
        assertEquals(413, refused(() -> upload.reserve(6)));
        upload.close();
        write(upload, 0, "12345");
        FileUpload one = with(store, "/b", "1");
        assertEquals(413, refused(() -> upload.copyFrom(one)));
        assertEquals(5, upload.sizeBytes());
        assertEquals(201, complete(upload).status());
    }

    // At the end.

    @Test
    void conditionsHoldAtTheEnd() throws Exception {
        FileUpload upload = create(store, "/a", "If-None-Match", "*");
        write(upload, 0, "mine");
        client.put("/a", "theirs");
        assertEquals(412, complete(upload, "If-None-Match", "*").status());
        assertEquals("theirs", client.get("/a").text());

        assertEquals(4, upload.sizeBytes());
        assertFalse(upload.isComplete());
        assertEquals(204, complete(upload, "If-Match", client.get("/a").field("ETag")).status());
        assertEquals("mine", client.get("/a").text());
    }

    @Test
    void anUploadThatWasRefusedGoesOnInAnotherProcess() throws Exception {
        FileUpload upload = with(store, "/a", "mine");
        assertEquals(400, complete(upload, "Repr-Digest", sha256("other")).status());
        open();
        FileUpload again = store.uploads().find(upload.name());
        assertEquals(4, again.sizeBytes());
        write(again, 4, "!");
        assertEquals(201, complete(again, "Repr-Digest", sha256("mine!")).status());
        assertEquals("mine!", client.get("/a").text());
    }

    @ParameterizedTest
    @CsvSource({"Repr-Digest", "Content-Digest"})
    void digestsAreThoseOfTheWhole(String field) throws Exception {
        FileUpload upload = with(store, "/a", "one,");
        write(upload, 4, "two");
        Response later = upload.complete(put("/a", field, sha256("two")));
        assertNotNull(later.stage(), "no worker reads whole files");
        assertEquals(400, Client.known(later).status().code());
        assertEquals(404, client.get("/a").status());
        Reply reply = complete(upload, field, sha256("one,two"), "Want-Repr-Digest", "sha-256=1");
        assertEquals(201, reply.status());
        assertEquals(sha256("one,two"), reply.field("Repr-Digest"));
    }

    @Test
    void contentMd5IsThatOfTheWhole() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        assertEquals(400, complete(upload, "Content-MD5", "XrY7u+Ae7tCTyyK7j1rNww==").status());
        assertEquals(201, complete(upload, "Content-MD5", "+XxdKZQb+xsv2rCHSQargg==").status());
    }

    @Test
    void digestIsKeptWhereEveryPutKeepsOne() throws Exception {
        open(StoreOptions.builder().keepDigests(true));
        assertEquals(201, complete(with(store, "/a", "one")).status());
        open();
        assertEquals(sha256("one"), client.get("/a", "Want-Repr-Digest", "sha-256=1")
                .field("Repr-Digest"));
        List<Scrub.Finding> found = new java.util.ArrayList<>();
        new Scrub(folder, Long.MAX_VALUE).run(result -> found.add(result.finding()));
        assertEquals(List.of(Scrub.Finding.INTACT), found);
    }

    @Test
    void fieldsOfTheLastPutComeBack() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        assertEquals(400, complete(upload, "Content-Type", "image/png", "Content-Language", "de",
                "Repr-Digest", sha256("other")).status());
        assertEquals(201, complete(upload, "Content-Type", "text/x-a").status());
        assertEquals("text/x-a", client.get("/a").field("Content-Type"));
        assertNull(client.get("/a").field("Content-Language"));
        open();
        assertEquals("text/x-a", client.get("/a").field("Content-Type"));
    }

    @Test
    void noFieldsOfAnEndThatFailedComeBack() throws Exception {
        FileUpload upload = with(store, "/a", "one");
        // The record can't be written, when the fields have been.
        Path inTheWay = folder.resolve(".millrace.uploads/.millrace-" + upload.name() + ".new");
        Files.createDirectories(inTheWay.resolve("x"));
        assertEquals(500, complete(upload, "Content-Type", "image/png").status());
        Files.delete(inTheWay.resolve("x"));
        Files.delete(inTheWay);
        assertEquals(201, complete(upload).status());
        assertEquals("application/octet-stream", client.get("/a").field("Content-Type"));
    }

    @Test
    void anObjectHasTheTimeThatThePutNames() throws Exception {
        open(StoreOptions.builder().keepTimes(true));
        Reply reply = complete(with(store, "/a", "one"), "X-OC-Mtime", "1000000000");
        assertEquals("accepted", reply.field("X-OC-MTime"));
        assertEquals("Sun, 09 Sep 2001 01:46:40 GMT", client.get("/a").field("Last-Modified"));
    }

    @Test
    void theStatusIsThatOfThePut() throws Exception {
        open(StoreOptions.builder().putStatus(200));
        assertEquals(200, complete(with(store, "/a", "one")).status());
    }

    @Test
    void anUploadEndsAtItsOwnPathOnly() throws Exception {
        FileUpload upload = with(store, "/a%62", "one");
        assertThrows(IllegalArgumentException.class, () -> upload.complete(put("/b")));
        assertThrows(IllegalArgumentException.class, () -> upload.complete(put("/")));
        assertEquals(201, Client.known(upload.complete(put("/ab"))).status().code());
        assertEquals("one", client.get("/ab").text());
    }

    @Test
    void aLowerLimitOfTheNextProcessHoldsAtTheEnd() throws Exception {
        FileUpload upload = with(store, "/a", "12345");
        open(StoreOptions.builder().maxObjectBytes(4));
        assertEquals(413, complete(store.uploads().find(upload.name())).status());
        open(StoreOptions.builder().maxObjectBytes(5));
        assertEquals(201, complete(store.uploads().find(upload.name())).status());
    }

    @Test
    void anUploadThatIsInTheWayOfAFolderIsRefused() throws Exception {
        FileUpload upload = with(store, "/a/b", "x");
        client.put("/a", "object");
        assertEquals(409, complete(upload).status());
        client.delete("/a");
        assertEquals(201, complete(upload).status());
        assertEquals("x", client.get("/a/b").text());
    }

    // Who may.

    @Test
    void rightsAreThoseOfTheRequestsToken() throws Exception {
        open(StoreOptions.builder().wrongTokenDelay(Duration.ZERO).access(AccessRules.parse(
                "writer 0123456789abcdef w /in/\n")));
        String[] right = {"Authorization", "Bearer 0123456789abcdef"};
        assertNull(store.refuse(Request.of("POST", "/x", right), Right.WRITE, "/in/a"));
        assertEquals(403, store.refuse(Request.of("POST", "/in/", right), Right.WRITE, "/a")
                .status().code());
        assertEquals(403, store.refuse(Request.of("POST", "/in/", right), Right.DELETE, "/in/a")
                .status().code());
        assertEquals(401, store.refuse(Request.of("POST", "/in/"), Right.WRITE, "/in/a")
                .status().code());
        Response wrong = store.refuse(Request.of("POST", "/in/", "Authorization",
                "Bearer wrong-wrong-wrong"), Right.WRITE, "/in/a");
        assertEquals(401, Client.known(wrong).status().code());
        assertEquals(1, store.stats().wrongTokens());
        assertEquals(2, store.stats().forbidden());
        assertEquals(400, refused(() ->
                store.refuse(Request.of("POST", "/", right), Right.WRITE, "/in/%00")));
    }
}
