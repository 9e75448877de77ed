package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a PUT says of its object. */
class ObjectFieldsTest {

    private static String sent(String name, String... fields) throws HttpException {
        return ObjectFields.of(Headers.of(fields)).on(Response.of(Status.OK), "by/name")
                .headers().first(name);
    }

    @Test
    void everyFieldOfTheObjectIsKept() throws HttpException {
        Headers sent = ObjectFields.of(Headers.of("Content-Type", "text/x; a=\"b\"",
                "content-encoding", "gzip", "Content-Language", "de, en", "Content-Disposition",
                "attachment; filename=\"\u00e9.txt\"", "Cache-Control", "max-age=60, public",
                "Content-Location", "/x", "Expires", "0", "X-Meta", "y"))
                .on(Response.of(Status.OK), "by/name").headers();
        assertEquals(5, sent.size());
        assertEquals("text/x; a=\"b\"", sent.first("Content-Type"));
        assertEquals("gzip", sent.first("Content-Encoding"));
        assertEquals("de, en", sent.first("Content-Language"));
        assertEquals("attachment; filename=\"\u00e9.txt\"", sent.first("Content-Disposition"));
        assertEquals("max-age=60, public", sent.first("Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "Application/Octet-Stream; x=y", "",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded ;charset=utf-8"})
    void typeThatTellsNothingIsThatOfTheName(String type) throws HttpException {
        assertEquals("by/name", sent("Content-Type", "Content-Type", type));
        assertTrue(ObjectFields.of(Headers.of("Content-Type", type)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip", "'gzip, identity', 'gzip, identity'", "identity,", "IDENTITY,",
        "'identity, ,identity',", "'',"})
    void codingIsKeptUnlessThereIsNone(String value, String kept) throws HttpException {
        assertEquals(kept, sent("Content-Encoding", "Content-Encoding", value));
        assertEquals(kept != null,
                ObjectFields.of(Headers.of("Content-Encoding", value)).isCoded());
    }

    @ParameterizedTest
    @CsvSource({"max-age=0, Origin, http://a, ", "max-age=0, Sec-Fetch-Mode, cors, ",
        "no-cache, Pragma, no-cache, ", "max-age=0, X-Other, y, max-age=0",
        "no-cache, Origin, http://a, no-cache", "'max-age=0, private', Origin, http://a, "
        + "'max-age=0, private'", "max-age=60, Origin, http://a, max-age=60"})
    void cachingThatABrowserAsksForItsRequestIsNotTheObjects(String caching, String name,
            String value, String kept) throws HttpException {
        assertEquals(kept, sent("Cache-Control", "Cache-Control", caching, name, value));
    }

    @Test
    void linesOfAListAreJoined() throws HttpException {
        assertEquals("br, gzip", sent("Content-Encoding", "Content-Encoding", "br",
                "Content-Encoding", "gzip"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Content-Disposition"})
    void fieldOfOneValueMustNotBeRepeated(String name) {
        HttpException refused = assertThrows(HttpException.class,
                () -> ObjectFields.of(Headers.of(name, "a/b", name, "a/b")));
        assertEquals(400, refused.status().code());
    }

    @Test
    void valuesOfExactlyMaxBytesAreKept() throws HttpException {
        String language = "x".repeat(ObjectFields.MAX_BYTES - 3);
        assertEquals(language, sent("Content-Language", "Content-Language", language,
                "Content-Type", "a/b"));
    }

    @Test
    void valuesOfMaxBytesAndOneAreRefused() {
        HttpException refused = assertThrows(HttpException.class, () -> ObjectFields.of(
                Headers.of("Content-Language", "x".repeat(ObjectFields.MAX_BYTES - 3),
                        "Content-Type", "a/bc")));
        assertEquals(431, refused.status().code());
    }

    @Test
    void fieldsOfTwoRequestsTogetherAreMaxBytesAtMost() throws HttpException {
        ObjectFields kept = ObjectFields.of(Headers.of("Content-Language",
                "x".repeat(ObjectFields.MAX_BYTES - 3), "Cache-Control", "a"));
        assertEquals(ObjectFields.MAX_BYTES,
                ObjectFields.of(Headers.of("Cache-Control", "a=b")).orElse(kept).length());
        ObjectFields longer = ObjectFields.of(Headers.of("Cache-Control", "a=bc"));
        assertEquals(431,
                assertThrows(HttpException.class, () -> longer.orElse(kept)).status().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws-chunked", "AWS-Chunked", "gzip, aws-chunked"})
    void framesOfS3AreNoObject(String coding) {
        HttpException refused = assertThrows(HttpException.class,
                () -> ObjectFields.of(Headers.of("Content-Encoding", coding)));
        assertEquals(415, refused.status().code());
    }

    @Test
    void notModifiedHasOnlyCacheControl() throws HttpException {
        Headers fields = ObjectFields.of(Headers.of("Content-Type", "a/b", "Cache-Control",
                "no-cache")).onNotModified(Response.of(Status.NOT_MODIFIED)).headers();
        assertEquals(1, fields.size());
        assertEquals("no-cache", fields.first("Cache-Control"));
        assertNull(ObjectFields.NONE.onNotModified(Response.of(Status.NOT_MODIFIED)).headers()
                .first("Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\u0000", "a\u007f", "\u0100"})
    void valueThatIsNoneIsNotSent(String value) {
        String[] values = new String[ObjectFields.places()];
        values[1] = "gzip";
        values[4] = value;
        assertTrue(ObjectFields.ofValues(values).isEmpty());
        values[4] = "a\tb \u00ff";
        assertFalse(ObjectFields.ofValues(values).isEmpty());
    }

    // What an engine of S3 keeps with an object.
    @Test
    void fieldsThatAnEngineKeepsAreTheObjectsIfTheySaySomething() {
        assertEquals(Map.of("Content-Type", "text/x; a=b", "Content-Language", "de"),
                stored(Map.of("Content-Type", "text/x; a=b", "Content-Language", "de",
                        "Content-Encoding", "Identity, ", "Cache-Control", " ",
                        "X-Meta", "y")));
        assertEquals(Map.of(), stored(Map.of("Content-Type", "application/octet-stream")));
        assertEquals(Map.of(), stored(Map.of()));
    }

    @Test
    void typeThatAnEngineGivesToAnyObjectIsNone() {
        assertEquals(Map.of(), stored(Map.of("Content-Type", "binary/octet-stream")));
        assertEquals(Map.of(), stored(Map.of("Content-Type", "Binary/Octet-Stream ;a=b")));
        Map<String, String> other = Map.of("Content-Disposition", "binary/octet-stream");
        assertEquals(other, stored(other));
    }

    @Test
    void valueOfAnEngineThatIsNoneLeavesTheOthers() {
        assertEquals(Map.of("Content-Encoding", "gzip"), stored(Map.of("Content-Type", "a\nb",
                "Content-Encoding", "gzip", "Content-Language", "x".repeat(
                        ObjectFields.MAX_BYTES + 1))));
        Map<String, String> longest =
                Map.of("Content-Language", "x".repeat(ObjectFields.MAX_BYTES));
        assertEquals(longest, stored(longest));
    }

    private static Map<String, String> stored(Map<String, String> kept) {
        return ObjectFields.stored(kept::get).named();
    }
}
