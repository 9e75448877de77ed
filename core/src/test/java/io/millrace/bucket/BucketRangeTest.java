package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.HttpDate;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of an object in a bucket, and If-Range (RFC 9110 sections 13.1.5 and 14.2). */
class BucketRangeTest extends ReadBucket {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, bytes 0-0/10", "bytes=3-5, 345, bytes 3-5/10", "bytes=7-, 789, bytes 7-9/10",
        "bytes=-2, 89, bytes 8-9/10", "bytes=0-99, 0123456789, bytes 0-9/10",
        "BYTES=3-5, 345, bytes 3-5/10", "bytes=-99, 0123456789, bytes 0-9/10",
    })
    void singleRangeIsAPartByOneRequest(String range, String bytes, String contentRange)
            throws Exception {
        Got got = client.get("/a", "Range", range);
        assertEquals(206, got.status());
        assertEquals(bytes, got.text());
        assertEquals(contentRange, got.field("Content-Range"));
        assertEquals(tag, got.field("ETag"));
        assertEquals("GetObject 206", client.asked());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=100-200", "bytes=-0",
        "bytes=99999999999999999999-"})
    void rangeThatIsNotThereIs416AndTellsTheLength(String range) throws Exception {
        Got got = client.get("/a", "Range", range);
        assertEquals(416, got.status());
        assertEquals("bytes */10", got.field("Content-Range"));
        assertEquals(tag, got.field("ETag"));
        assertEquals(0, got.bytes().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-1023", "bytes=100-200", "bytes=-5"})
    void rangeOfAnEmptyObjectIsIgnored(String range) throws Exception {
        place("empty", "");
        Got got = client.get("/empty", "Range", range);
        assertEquals(200, got.status());
        assertNull(got.field("Content-Range"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-1", "bytes=x", "lines=0-1", "bytes=0-1;2", "bytes="})
    void malformedRangeIsIgnored(String range) throws Exception {
        Got got = client.get("/a", "Range", range);
        assertEquals(200, got.status());
        assertEquals("0123456789", got.text());
        assertEquals("GetObject 200", client.asked());
    }

    @Test
    void twoFieldLinesAreNoRange() throws Exception {
        assertEquals(200, client.get("/a", "Range", "bytes=0-0", "Range", "bytes=1-1").status());
    }

    @Test
    void severalRangesAreAMultipartByARequestForEach() throws Exception {
        place("m.json", "abc".repeat(1000));
        String version = engine.objects().get("m.json").etag();
        Got got = client.get("/m.json", "Range", "bytes=2000-2002,0-1,-3");
        assertEquals(206, got.status());
        assertNull(got.field("Content-Range"));
        String start = "multipart/byteranges; boundary=";
        assertTrue(got.field("Content-Type").startsWith(start), got.field("Content-Type"));
        String boundary = got.field("Content-Type").substring(start.length());
        assertEquals("\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 2000-2002/3000\r\n\r\n"
                + "cab\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 0-1/3000\r\n\r\n"
                + "ab\r\n--" + boundary + "\r\n"
                + "Content-Type: application/json\r\nContent-Range: bytes 2997-2999/3000\r\n\r\n"
                + "abc\r\n--" + boundary + "--\r\n", got.text());
        assertEquals(List.of("bytes=2000-2002 of " + version, "bytes=0-1 of " + version,
                "bytes=2997-2999 of " + version),
                engine.requests(DoubleCall.is("GetObject")).stream()
                        .map(call -> call.field("Range") + " of " + call.field("If-Match"))
                        .toList());
        assertEquals("HeadObject 200, GetObject 206, GetObject 206, GetObject 206",
                client.asked());
    }

    @Test
    void rangesThatBecomeOneAreNoMultipart() throws Exception {
        Got got = client.get("/a", "Range", "bytes=0-1,3-4");
        assertEquals(206, got.status());
        assertEquals("bytes 0-4/10", got.field("Content-Range"));
        assertEquals("01234", got.text());
    }

    @Test
    void engineThatIgnoresARangeSendsTheWhole() throws Exception {
        engine.next(DoubleCall.is("GetObject"), S3Fault.text(200, "0123456789")
                .field("ETag", tag));
        Got got = client.get("/a", "Range", "bytes=3-5");
        assertEquals(200, got.status());
        assertEquals("0123456789", got.text());
    }

    @Test
    void ifRangeOfThisVersionGivesThePartByOneRequest() throws Exception {
        assertEquals("01", client.get("/a", "Range", "bytes=0-1", "If-Range", tag).text());
        assertEquals("GetObject 206", client.asked());
        engine.next(call -> true, S3Fault.ignoringConditions());
        assertEquals("0123456789",
                client.get("/a", "Range", "bytes=0-1", "If-Range", "\"x\"").text());
    }

    @Test
    void ifRangeOfAnotherVersionGivesTheWhole() throws Exception {
        for (String condition : new String[] {"\"y\"", "W/" + tag, "\"x\"", "x", "*", BEFORE}) {
            Got got = client.get("/a", "Range", "bytes=0-1", "If-Range", condition);
            assertEquals(200, got.status(), condition);
            assertEquals("0123456789", got.text());
        }
        client.asked();
        client.get("/a", "Range", "bytes=0-1", "If-Range", "\"y\"");
        assertEquals("GetObject 412, GetObject 200", client.asked());
    }

    @Test
    void ifRangeDateMustBeExactAndItsSecondOver() throws Exception {
        assertEquals(206, client.get("/a", "Range", "bytes=0-1", "If-Range", MODIFIED).status());
        assertEquals(200, client.get("/a", "Range", "bytes=0-1", "If-Range", AFTER).status());
        Instant future = Instant.now().plusSeconds(100);
        engine.clock(() -> future);
        place("f", "0123456789");
        engine.clock(Instant::now);
        assertEquals(200, client.get("/f", "Range", "bytes=0-1", "If-Range",
                HttpDate.format(future.getEpochSecond())).status());
    }

    @Test
    void conditionsComeBeforeRanges() throws Exception {
        assertEquals(304, client.get("/a", "Range", "bytes=99-", "If-None-Match", tag).status());
        assertEquals(412, client.get("/a", "Range", "bytes=99-", "If-Match", "\"x\"").status());
        assertEquals(206, client.get("/a", "Range", "bytes=9-", "If-Match", tag).status());
        assertEquals(412, client.get("/a", "Range", "bytes=0-1", "If-Range", tag, "If-Match",
                "\"x\"").status());
    }

    @Test
    void engineWithoutEntityTagsSendsItsObjectsWithoutThem() throws Exception {
        engine.next(2, call -> true, S3Fault.noEtag());
        Got got = client.get("/a", "Range", "bytes=0-1,8-9");
        assertEquals("0123456789", client.get("/a").text());
        assertEquals(206, got.status());
        assertNull(got.field("ETag"));
    }
}
