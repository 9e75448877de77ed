package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract {@code http} says of reading objects and folders of a bucket. */
@Timeout(60)
class BucketReadContractTest extends ContractedBucket {

    @Test
    void headHasTheLengthAndNoBody() throws IOException {
        engine.place("e", "");
        assertEquals("3", send("HEAD /a").field("content-length"));
        assertEquals("0", send("HEAD /e").field("content-length"));
        for (String target : List.of("/a", "/e", "/x", "/d/", "/", "//a")) {
            Got head = send("HEAD " + target);
            Got get = get(target);
            assertEquals("", head.body(), target);
            assertEquals(get.status(), head.status(), target);
            assertEquals(get.field("content-length"), head.field("content-length"), target);
            assertEquals(get.field("etag"), head.field("etag"), target);
            assertEquals(get.field("content-type"), head.field("content-type"), target);
        }
    }

    @Test
    void emptyObjectIsOneAndARangeOfItIsIgnored() throws IOException {
        assertEquals(201, put("/e", "").status());
        Got got = get("/e");
        assertEquals(200, got.status());
        assertEquals("0", got.field("content-length"));
        Got range = get("/e", "Range: bytes=0-0");
        assertEquals(200, range.status());
        assertEquals("0", range.field("content-length"));
        Got beyond = get("/a", "Range: bytes=3-");
        assertEquals(416, beyond.status());
        assertEquals("bytes */3", beyond.field("content-range"));
        assertEquals(204, send("DELETE /e").status());
    }

    @Test
    void contentCodingIsKeptAndSentAgain() throws IOException {
        assertEquals(201, put("/b", "zip", "Content-Encoding: gzip", "Content-Type: text/css")
                .status());
        Got got = get("/b");
        assertEquals("gzip", got.field("content-encoding"));
        assertEquals("text/css", got.field("content-type"));
        assertEquals("zip", got.body());
        assertEquals("gzip", send("HEAD /b").field("content-encoding"));
        assertEquals("gzip", engine.objects().get("b").fields().get("content-encoding"));
        assertEquals(204, put("/b", "plain").status());
        assertNull(get("/b").field("content-encoding"));
    }

    @Test
    void bodyInFramesOfAnotherProtocolIsRefused() throws IOException {
        for (String coding : List.of("aws-chunked", "gzip,AWS-Chunked")) {
            assertEquals(415, put("/a", "new", "Content-Encoding: " + coding).status());
        }
        assertEquals("a=old d", objects());
        for (String coding : List.of("identity", "Identity", "", ", identity ,")) {
            assertEquals(204, put("/a", "new", "Content-Encoding: " + coding).status(), coding);
            assertNull(get("/a").field("content-encoding"), coding);
        }
    }

    @Test
    void folderIsHtmlForPeopleAndJsonForPrograms() throws IOException {
        engine.place("d/e/f", "x");
        engine.place("d/o", "text");
        Got people = get("/d/", "Accept: text/html");
        assertTrue(people.field("content-type").startsWith("text/html"), people.toString());
        assertTrue(people.body().contains("<a href=\"o\">o</a>")
                && people.body().contains("<a href=\"e/\">e/</a>"), people.body());
        Got programs = get("/d/", "Accept: application/json");
        assertEquals("application/json", programs.field("content-type"));
        assertTrue(programs.body().contains("{\"name\":\"e\",\"type\":\"folder\"}")
                && programs.body().contains("{\"name\":\"o\",\"type\":\"file\",\"size\":4,"),
                programs.body());
        assertFalse(programs.body().contains("\"name\":\"\""), "the folder is not in itself");
        assertEquals(programs.body(), get("/d/?format=json").body());
        assertTrue(people.field("vary").toLowerCase(Locale.ROOT).contains("accept"));
    }

    @Test
    void emptyFolderIsListedAndOneThatIsNotThereIsNot() throws IOException {
        assertEquals(200, get("/d/?format=json").status());
        assertEquals(404, get("/x/?format=json").status());
        assertEquals(200, get("/?format=json").status());
    }

    @Test
    void folderWithSomethingInItIsNotRemoved() throws IOException {
        engine.place("d/o", "x");
        Got got = send("DELETE /d/");
        assertEquals(409, got.status());
        assertTrue(got.body().contains("use DELETE on what is in it first"), got.body());
        assertEquals("a=old d d/o=x", objects());
    }

    @ParameterizedTest
    @CsvSource({"GET /, 404", "GET /d/, 404", "HEAD /d/, 404", "GET /a/, 308", "GET /a, 200",
        "DELETE /d/, 204"})
    void storeMayListNoFolders(String row, int status) throws IOException {
        open(BucketClient.options(engine).noListing(true));
        assertEquals(status, send(row).status());
    }
}
