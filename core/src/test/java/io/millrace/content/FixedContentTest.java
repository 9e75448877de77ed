package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.FileNotFoundException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Bytes in memory with conditions and ranges, and resources on the class path. */
class FixedContentTest {

    private static final FixedContent HELLO =
            FixedContent.of("hello".getBytes(StandardCharsets.US_ASCII), "text/plain");

    private static Response get(String... fields) throws HttpException {
        return HELLO.handle(Request.of("GET", "/", fields));
    }

    private static String text(Response response) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate((int) response.body().length());
        while (bytes.hasRemaining()) {
            response.body().read(bytes.position(), bytes);
        }
        return new String(bytes.array(), StandardCharsets.US_ASCII);
    }

    @Test
    void wholeIsTheSameResponseEachTime() throws Exception {
        assertSame(HELLO.whole(), get());
        assertSame(HELLO.whole(), HELLO.handle(Request.of("HEAD", "/")));
        assertEquals("text/plain", get().headers().first("Content-Type"));
        assertEquals("bytes", get().headers().first("Accept-Ranges"));
        assertNull(get().headers().first("Last-Modified"));
        assertEquals("hello", text(get()));
    }

    @Test
    void tagIsStrongAndOfTheBytes() throws Exception {
        String tag = get().headers().first("ETag");
        assertTrue(HELLO.validators().isStrong());
        assertEquals("\"LPJNul-wow4m6Dsqxbning\"", tag); // by sha256sum
        assertEquals(tag, FixedContent.of("hello".getBytes(StandardCharsets.US_ASCII), "x/y")
                .validators().etag());
        assertNotEquals(tag, FixedContent.of(new byte[5], "x/y").validators().etag());
    }

    @Test
    void conditionsAndRangesAreEvaluated() throws Exception {
        String tag = get().headers().first("ETag");
        assertEquals(304, get("If-None-Match", tag).status().code());
        assertEquals(412, get("If-Match", "\"x\"").status().code());
        assertEquals("ell", text(get("Range", "bytes=1-3", "If-Range", tag)));
        assertEquals(416, get("Range", "bytes=5-").status().code());
        assertThrows(HttpException.class, () -> get("If-Match", "x"));
    }

    @Test
    void otherMethodsAreNotAllowed() {
        HttpException refused = assertThrows(HttpException.class,
                () -> HELLO.handle(Request.of("POST", "/")));
        assertEquals(405, refused.status().code());
        assertEquals("GET, HEAD", refused.fields().first("Allow"));
    }

    @Test
    void fieldsAreSentAndThoseForCachesWithA304() throws Exception {
        FixedContent kept = FixedContent.of(new byte[1], Response.of(Status.OK)
                .set("Content-Type", "a/b").set("Cache-Control", "no-cache"));
        Response known = kept.handle(Request.of("GET", "/", "If-None-Match", "*"));
        assertEquals("no-cache", known.headers().first("Cache-Control"));
        assertNull(known.headers().first("Content-Type"));
        assertThrows(IllegalArgumentException.class,
                () -> FixedContent.of(new byte[1], Response.of(Status.CREATED)));
    }

    @Test
    void resourceIsReadFromTheClassPath() throws Exception {
        FixedContent own = FixedContent.resource(getClass(), "FixedContentTest.class");
        assertEquals("application/java-vm", own.whole().headers().first("Content-Type"));
        try (Body body = own.whole().body()) {
            ByteBuffer magic = ByteBuffer.allocate(4);
            body.read(0, magic);
            assertEquals(0xcafebabe, magic.getInt(0));
        }
        assertThrows(FileNotFoundException.class,
                () -> FixedContent.resource(getClass(), "/io/millrace/none"));
    }
}
