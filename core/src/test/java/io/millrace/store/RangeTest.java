package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Handler;
import io.millrace.http.HttpDate;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of objects over the wire's fields (RFC 9110 section 14). */
@ParameterizedClass
@CsvSource({"ARTICLE, OFF, ''", "HTTP, OFF, ''", "HTTP, ON, ''", "HTTP, OFF, p", "HTTP, OFF, p/q/r",
    "HTTP, ON, p/q/r"})
class RangeTest {

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
        store = caching.open(temp, contract);
        folder = Files.createDirectories(temp.resolve(below));
        handler = new Below(store, below);
        client = caching.client(handler, contract);
        client.put("/a.txt", "0123456789");
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, bytes 0-0/10", "bytes=3-5, 345, bytes 3-5/10", "bytes=7-, 789, bytes 7-9/10",
        "bytes=-2, 89, bytes 8-9/10", "bytes=0-99, 0123456789, bytes 0-9/10",
    })
    void singleRangeIsAPart(String range, String bytes, String contentRange) {
        Reply reply = client.get("/a.txt", "Range", range);
        assertEquals(206, reply.status());
        assertEquals(bytes, reply.text());
        assertEquals(contentRange, reply.field("Content-Range"));
        assertEquals("text/plain; charset=utf-8", reply.field("Content-Type"));
        assertEquals("bytes", reply.field("Accept-Ranges"));
        assertEquals(client.get("/a.txt").field("ETag"), reply.field("ETag"));
    }

    @Test
    void rangeThatIsNotThereIs416AndTellsTheLength() {
        Reply reply = client.get("/a.txt", "Range", "bytes=10-");
        assertEquals(416, reply.status());
        assertEquals("bytes */10", reply.field("Content-Range"));
        assertEquals(0, reply.body().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-1023", "bytes=100-200", "bytes=-5"})
    void rangeOfAnEmptyObjectIsIgnored(String range) {
        client.putChunked("/empty", "");
        Reply reply = client.get("/empty", "Range", range);
        assertEquals(200, reply.status());
        assertNull(reply.field("Content-Range"));
    }

    @Test
    void malformedRangeIsIgnored() {
        Reply reply = client.get("/a.txt", "Range", "bytes=5-1");
        assertEquals(200, reply.status());
        assertEquals("0123456789", reply.text());
        assertNull(reply.field("Content-Range"));
        assertEquals("bytes", reply.field("Accept-Ranges"));
    }

    @Test
    void rangeIsForGetOnly() {
        assertEquals(200, client.send(
                Request.of("HEAD", "/a.txt", "Range", "bytes=0-0")).status());
        assertEquals(404, client.get("/b", "Range", "bytes=0-0").status());
    }

    @Test
    void twoFieldLinesAreNoRange() {
        // RFC 9110 s5.3: not a list field, so two lines are malformed.
        assertEquals(200, client.get("/a.txt", "Range", "bytes=0-0", "Range", "bytes=1-1")
                .status());
    }

    @Test
    void severalRangesAreAMultipart() throws Exception {
        String text = "abc".repeat(1000);
        client.put("/m.json", text);
        Reply reply = client.get("/m.json", "Range", "bytes=2000-2002,0-1,-3");
        assertEquals(206, reply.status());
        assertNull(reply.field("Content-Range"));
        String type = reply.field("Content-Type");
        String start = "multipart/byteranges; boundary=";
        assertTrue(type.startsWith(start), type);
        String boundary = type.substring(start.length());
        assertEquals("\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 2000-2002/3000\r\n\r\n"
                + "cab\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 0-1/3000\r\n\r\n"
                + "ab\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 2997-2999/3000\r\n\r\n"
                + "abc\r\n--" + boundary + "--\r\n", reply.text());
    }

    @Test
    void multipartIsTheSameFromEveryPosition() throws Exception {
        client.put("/m", "abcdefghij".repeat(100));
        Response answer = handler.handle(
                Request.of("GET", "/m", "Range", "bytes=0-9,500-509,-1")).complete();
        int length = (int) answer.body().length();
        byte[] whole = read(answer, 0, length);
        for (int position = 0; position < length; position++) {
            byte[] rest = read(answer, position, length);
            assertEquals(new String(whole, position, length - position,
                    StandardCharsets.US_ASCII), new String(rest, StandardCharsets.US_ASCII));
        }
        answer.body().close();
    }

    private static byte[] read(Response answer, int start, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length - start);
        while (target.hasRemaining()) {
            answer.body().read(start + target.position(), target);
        }
        return target.array();
    }

    @Test
    void rangesThatBecomeOneAreNoMultipart() {
        Reply reply = client.get("/a.txt", "Range", "bytes=0-1,3-4");
        assertEquals(206, reply.status());
        assertEquals("bytes 0-4/10", reply.field("Content-Range"));
        assertEquals("01234", reply.text());
    }

    // If-Range: RFC 9110 section 13.1.5.

    @Test
    void ifRangeOfThisVersionGivesThePart() {
        String tag = client.get("/a.txt").field("ETag");
        assertEquals("01",
                client.get("/a.txt", "Range", "bytes=0-1", "If-Range", tag).text());
    }

    @Test
    void ifRangeOfAnotherVersionGivesTheWhole() {
        String tag = client.get("/a.txt").field("ETag");
        client.put("/a.txt", "9876543210");
        for (String condition : new String[] {tag, "W/" + tag, "\"x\"", "x", "*",
            "Sun, 06 Nov 1994 08:49:37 GMT"}) {
            Reply reply = client.get("/a.txt", "Range", "bytes=0-1", "If-Range", condition);
            assertEquals(200, reply.status(), condition);
            assertEquals("9876543210", reply.text());
        }
    }

    @Test
    void ifRangeWithAWeakTagNeverGivesThePart() {
        String tag = client.get("/a.txt").field("ETag");
        assertEquals(200, client.get("/a.txt", "Range", "bytes=0-1", "If-Range", "W/" + tag)
                .status());
    }

    @Test
    void ifRangeDateMustBeExactAndItsSecondOver() throws IOException {
        Files.setLastModifiedTime(folder.resolve("a.txt"),
                FileTime.from(Instant.ofEpochSecond(784111777)));
        String[] range = {"Range", "bytes=0-1", "If-Range", "Sun, 06 Nov 1994 08:49:37 GMT"};
        assertEquals(206, client.get("/a.txt", range).status());
        range[3] = "Sun, 06 Nov 1994 08:49:38 GMT";
        assertEquals(200, client.get("/a.txt", range).status());
        Instant future = Instant.now().plusSeconds(100);
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.from(future));
        range[3] = HttpDate.format(future.getEpochSecond());
        assertEquals(200, client.get("/a.txt", range).status());
    }

    @Test
    void conditionsComeBeforeRanges() {
        String tag = client.get("/a.txt").field("ETag");
        assertEquals(304, client.get("/a.txt", "Range", "bytes=99-", "If-None-Match", tag)
                .status());
        assertEquals(412, client.get("/a.txt", "Range", "bytes=99-", "If-Match", "\"x\"")
                .status());
    }

    @Test
    void rangesBeyondFourGibibytesAreRight() throws Exception {
        long size = (4L << 30) + 1000;
        // Not by Files.getFileStore, which looks for a mount point: a chroot need not have one.
        assumeTrue(folder.toFile().getUsableSpace() > 1 << 20, "no space for a test");
        try (FileChannel sparse = FileChannel.open(folder.resolve("big"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            sparse.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), size - 3);
        }
        Reply reply = client.get("/big", "Range", "bytes=" + (size - 2) + "-");
        assertArrayEquals(new byte[] {2, 3}, reply.body());
        assertEquals("bytes " + (size - 2) + "-" + (size - 1) + "/" + size,
                reply.field("Content-Range"));
        Reply several = client.get("/big", "Range", "bytes=0-0,-1,4294967296-4294967297");
        assertEquals(206, several.status());
        assertTrue(several.text().contains("bytes 4294967296-4294967297/" + size));
        Response whole = handler.handle(Request.of("GET", "/big")).complete();
        assertEquals(size, whole.body().length());
        whole.body().close();
    }

    // Content-Type.

    @ParameterizedTest
    @CsvSource({
        "/x.txt, text/plain; charset=utf-8", "/x.TXT, text/plain; charset=utf-8",
        "/x.html, text/html; charset=utf-8",
        "/x.json, application/json",
        "/x.tar.gz, application/gzip", "/x.jpeg, image/jpeg", "/x, application/octet-stream",
        "/x., application/octet-stream", "/.txt, text/plain; charset=utf-8",
        "/x.unheardof, application/octet-stream",
    })
    void contentTypeFollowsFromTheName(String path, String type) {
        client.put(path, "<script>");
        Reply reply = client.get(path);
        assertEquals(type, reply.field("Content-Type"));
        assertEquals("nosniff", reply.field("X-Content-Type-Options"));
        assertNotNull(reply.field("Last-Modified"));
    }
}
