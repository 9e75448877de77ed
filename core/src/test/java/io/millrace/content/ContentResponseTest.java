package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes, with conditions and ranges (RFC 9110 sections 13 and 14). */
class ContentResponseTest {

    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final Validators NONE = new Validators(null, HttpDate.NONE);
    private static final String TEXT = "0123456789".repeat(100);

    @TempDir
    Path folder;

    @Test
    void bytesInMemoryAreServedLikeAFile() throws Exception {
        Response whole = Response.text("hello");
        Validators validators = new Validators("\"1\"", HttpDate.NONE);
        Response all = ContentResponse.of(Request.of("GET", "/"), whole, validators);
        assertEquals("hello", Sent.text(all));
        assertEquals("\"1\"", all.headers().first("ETag"));
        assertNull(all.headers().first("Last-Modified"));
        assertEquals("ell", Sent.text(ContentResponse.of(
                Request.of("GET", "/", "Range", "bytes=1-3"), whole, validators)));
        assertEquals(304, Sent.status(ContentResponse.of(
                Request.of("GET", "/", "If-None-Match", "W/\"1\""), whole, validators)));
        assertEquals(200, Sent.status(ContentResponse.of(
                Request.of("GET", "/", "If-Modified-Since", MODIFIED), whole, validators)));
    }

    @Test
    void responseWithoutARangeStaysTheSame() {
        Response whole = Response.text("hello");
        Validators none = new Validators(null, HttpDate.NONE);
        assertSame(whole, ContentResponse.ranges(Request.of("GET", "/"), whole, none));
        assertSame(whole, ContentResponse.ranges(
                Request.of("HEAD", "/", "Range", "bytes=0-0"), whole, none));
        assertSame(whole, ContentResponse.ranges(
                Request.of("GET", "/", "Range", "bytes=0-0", "If-Range", "\"1\""), whole, none));
    }

    @Test
    void bodyThatIsNotSentIsClosed() throws Exception {
        Validators validators = new Validators("\"1\"", HttpDate.NONE);
        for (String[] fields : new String[][] {{"If-None-Match", "*"}, {"If-Match", "\"2\""},
            {"If-Match", "malformed"}, {"Range", "bytes=1000-"}}) {
            Body body = Body.of(Files.writeString(folder.resolve("a"), TEXT));
            Response whole = Response.of(Status.OK).with(body);
            try {
                ContentResponse.of(Request.of("GET", "/", fields), whole, validators);
            } catch (HttpException e) {
                assertEquals("malformed", fields[1]);
            }
            assertThrows(IOException.class, () -> body.read(0, ByteBuffer.allocate(1)), fields[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "\"", "\"x", "x\"", "W/x", "w/\"x\"", "\"a b\"", "\"a\"b",
        "\"a\", \"b\"", "*"})
    void tagWithoutItsQuotesIsRefused(String tag) {
        assertThrows(IllegalArgumentException.class, () -> new Validators(tag, 0));
    }

    @Test
    void fieldsOfTheContentAreOnParts() {
        Response part = ContentResponse.ranges(Request.of("GET", "/", "Range", "bytes=1-2"),
                coded(), NONE);
        assertEquals(206, part.status().code());
        assertEquals("gzip", part.headers().first("Content-Encoding"));
        assertEquals("max-age=5", part.headers().first("Cache-Control"));
    }

    @Test
    void unsatisfiableRangeHasNoFieldsOfTheContent() {
        Response refused = ContentResponse.ranges(Request.of("GET", "/", "Range", "bytes=1000-"),
                coded(), NONE);
        assertEquals(416, refused.status().code());
        assertEquals("bytes */1000", refused.headers().first("Content-Range"));
        assertEquals(1, refused.headers().size());
    }

    @Test
    void severalPartsOfCodedContentAreTheWhole() {
        Response whole = ContentResponse.ranges(
                Request.of("GET", "/", "Range", "bytes=0-0,998-"), coded(), NONE);
        assertEquals(200, whole.status().code());
        assertEquals(1000, whole.body().length());
    }

    private static Response coded() {
        return Response.of(Status.OK).with("Content-Type", "text/plain")
                .with("Content-Encoding", "gzip").with("Content-Language", "de")
                .with("Content-Disposition", "attachment").with("Cache-Control", "max-age=5")
                .with(Body.of(new byte[1000]));
    }
}
