package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GET and HEAD of objects in a bucket: RFC 9110 sections 13 to 15, whatever the engine can do. */
class BucketReadTest extends ReadBucket {

    // The object.

    @Test
    void getIsTheObjectWithItsValidatorsByOneRequest() throws Exception {
        Got got = client.get("/a");
        assertEquals(200, got.status());
        assertEquals("0123456789", got.text());
        assertEquals(tag, got.field("ETag"));
        assertEquals(MODIFIED, got.field("Last-Modified"));
        assertEquals("bytes", got.field("Accept-Ranges"));
        assertEquals("nosniff", got.field("X-Content-Type-Options"));
        assertEquals(10, got.response().body().length());
        assertEquals("GetObject 200", client.asked());
    }

    @Test
    void headHasTheSameFieldsAndTheLengthByOneRequest() throws Exception {
        Got head = client.head("/a", "Range", "bytes=0-0");
        assertEquals(200, head.status());
        assertEquals(10, head.response().body().length());
        assertEquals("HeadObject 200", client.asked());
        assertEquals(client.get("/a").response().headers().toString(),
                head.response().headers().toString());
    }

    @Test
    void emptyObjectHasNoBytes() throws Exception {
        place("empty", "");
        assertEquals(200, client.get("/empty").status());
        assertEquals("", client.get("/empty").text());
        assertEquals(0, client.head("/empty").response().body().length());
    }

    @Test
    void objectOfSeveralMegabytesComesWhole() throws Exception {
        String text = "abcdefghi\n".repeat(500_000);
        place("large", text);
        assertEquals(text, client.get("/large").text());
    }

    @Test
    void keyOfAnyCharactersIsFound() throws Exception {
        place("d/a b+c%/\u00fc\ud83d\ude00&=?#.txt", "odd");
        Got got = client.get("/d/a%20b+c%25/%C3%BC%F0%9F%98%80&=%3F%23.txt");
        assertEquals("odd", got.text());
        assertEquals("text/plain; charset=utf-8", got.field("Content-Type"));
    }

    @Test
    void whatIsNotThereIs404() throws Exception {
        assertEquals(404, client.get("/b").status());
        assertEquals(404, client.get("/b", "If-Match", "*").status());
        assertEquals(404, client.get("/b", "If-Match", tag).status());
        assertEquals(404, client.get("/b", "If-None-Match", "*").status());
        assertEquals(404, client.get("/b", "Range", "bytes=0-0").status());
        assertEquals(404, client.head("/b").status());
        client.asked();
        client.get("/b");
        assertEquals("GetObject 404", client.asked());
    }

    // Its fields.

    @Test
    void fieldsOfThePutComeBack() throws Exception {
        place("x.bin", "x", "content-type", "text/csv", "content-encoding", "br",
                "content-language", "de", "content-disposition", "attachment",
                "cache-control", "max-age=60", "x-amz-meta-other", "secret");
        Got got = client.get("/x.bin");
        assertEquals("text/csv", got.field("Content-Type"));
        assertEquals("br", got.field("Content-Encoding"));
        assertEquals("de", got.field("Content-Language"));
        assertEquals("attachment", got.field("Content-Disposition"));
        assertEquals("max-age=60", got.field("Cache-Control"));
        assertNull(got.field("x-amz-meta-other"));
        assertEquals("max-age=60", client.get("/x.bin", "If-None-Match", got.field("ETag"))
                .field("Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/octet-stream", "binary/octet-stream",
        "application/x-www-form-urlencoded"})
    void typeThatSaysNothingFollowsFromTheName(String type) throws Exception {
        place("x.txt", "x", type.isEmpty() ? new String[0] : new String[] {"content-type", type});
        assertEquals("text/plain; charset=utf-8", client.get("/x.txt").field("Content-Type"));
        assertEquals("text/plain; charset=utf-8", client.head("/x.txt").field("Content-Type"));
        place("x.none", "x", "content-type", "binary/octet-stream");
        assertEquals("application/octet-stream", client.get("/x.none").field("Content-Type"));
    }

    @Test
    void framesOfAnUploadAreNoCodingOfTheObject() throws Exception {
        place("f", "x", "content-encoding", "aws-chunked");
        place("g", "x", "content-encoding", "aws-chunked,gzip");
        assertNull(client.get("/f").field("Content-Encoding"));
        assertEquals("gzip", client.get("/g").field("Content-Encoding"));
    }

    // Conditions.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "If-Match: TAG | 200 | GetObject 200",
        "If-Match: * | 200 | HeadObject 200, GetObject 200",
        "If-Match: \"x\", TAG | 200 | HeadObject 200, GetObject 200",
        "If-Match: \"x\",, TAG, | 200 | HeadObject 200, GetObject 200",
        "If-Match: \"x\"; If-Match: TAG | 200 | HeadObject 200, GetObject 200",
        "If-Match: WEAK | 412 | HeadObject 200",
        "If-Match: \"x\" | 412 | GetObject 412",
        "If-Match: \"a,b\" | 412 | GetObject 412",
        "If-Unmodified-Since: MODIFIED | 200 | GetObject 200",
        "If-Unmodified-Since: AFTER | 200 | GetObject 200",
        "If-Unmodified-Since: BEFORE | 412 | GetObject 412",
        "If-Unmodified-Since: yesterday | 200 | GetObject 200",
        "If-Match: TAG; If-Unmodified-Since: BEFORE | 200 | GetObject 200",
        "If-None-Match: TAG | 304 | HeadObject 200",
        "If-None-Match: WEAK | 304 | HeadObject 200",
        "If-None-Match: * | 304 | HeadObject 200",
        "If-None-Match: \"x\", WEAK | 304 | HeadObject 200",
        "If-None-Match: \"x\" | 200 | HeadObject 200, GetObject 200",
        "If-Modified-Since: BEFORE | 200 | HeadObject 200, GetObject 200",
        "If-Modified-Since: MODIFIED | 304 | HeadObject 200",
        "If-Modified-Since: AFTER | 304 | HeadObject 200",
        "If-Modified-Since: yesterday | 200 | GetObject 200",
        "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT | 200 | HeadObject 200, GetObject 200",
        "If-None-Match: \"x\"; If-Modified-Since: AFTER | 200 | HeadObject 200, GetObject 200",
        "If-None-Match: TAG; If-Modified-Since: BEFORE | 304 | HeadObject 200",
        "If-Match: \"x\"; If-None-Match: TAG | 412 | HeadObject 200",
        "If-Match: TAG; If-None-Match: TAG | 304 | HeadObject 200",
        "If-Unmodified-Since: BEFORE; If-None-Match: TAG | 412 | HeadObject 200",
    })
    void getAndHeadAskInTheOrderOfTheRfc(String text, int status, String asked) throws Exception {
        Got get = client.get("/a", fields(text));
        assertEquals(status, get.status());
        assertEquals(asked, client.asked());
        if (status == 304) {
            assertEquals(tag, get.field("ETag"));
            assertEquals(MODIFIED, get.field("Last-Modified"));
            assertEquals(0, get.bytes().length);
        }
        assertEquals(status, client.head("/a", fields(text)).status());
        // An engine that ignores all conditions changes nothing for the client.
        engine.next(2, call -> true, S3Fault.ignoringConditions());
        Got ignored = client.get("/a", fields(text));
        assertEquals(status, ignored.status());
        assertEquals(get.text(), ignored.text());
        assertEquals(get.field("ETag"), ignored.field("ETag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "x", "\"x", "\"a b\"", "w/\"x\"", "*, \"x\""})
    void oddIfNoneMatchMatchesNothing(String value) throws Exception {
        assertEquals(200, client.get("/a", "If-None-Match", value).status());
        assertEquals(200, client.head("/a", "If-None-Match", value).status());
        assertEquals(200, client.get("/a", "If-None-Match", value, "If-Modified-Since", AFTER)
                .status());
    }

    @Test
    void malformedIfMatchIsRefusedAndTheEngineNotAsked() throws Exception {
        assertEquals(400, client.get("/a", "If-Match", "x").status());
        assertEquals("", client.asked());
    }

    // What changes meanwhile.

    @Test
    void objectThatIsReplacedBetweenLookAndReadIsLookedAtAgain() throws Exception {
        engine.next(DoubleCall.is("GetObject"), S3Fault.answer(412, "PreconditionFailed"));
        Got got = client.get("/a", "If-Match", "*");
        assertEquals(200, got.status());
        assertEquals("0123456789", got.text());
        assertEquals("HeadObject 200, GetObject 412, HeadObject 200, GetObject 200",
                client.asked());
    }

    @Test
    void objectThatIsReplacedAllTheTimeIs503() throws Exception {
        engine.next(3, DoubleCall.is("GetObject"), S3Fault.answer(412, "PreconditionFailed"));
        Got got = client.get("/a", "If-Match", "*");
        assertEquals(503, got.status());
        assertEquals("1", got.field("Retry-After"));
    }

    // Digests: RFC 9530.

    private static String sha256(String text) throws Exception {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void digestThatTheEngineKeepsIsSentToWhoeverWantsIt() throws Exception {
        String digest = sha256("hello");
        place("d", "hello", "x-amz-checksum-sha256", digest);
        Got got = client.get("/d", "Want-Repr-Digest", "sha-256=1", "Want-Content-Digest",
                "sha-256=1");
        assertEquals("sha-256=:" + digest + ":", got.field("Repr-Digest"));
        assertEquals("sha-256=:" + digest + ":", got.field("Content-Digest"));
        assertNull(client.get("/d").field("Repr-Digest"));
        assertEquals("sha-256=:" + digest + ":",
                client.head("/d", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest"));
    }

    @Test
    void digestThatThePutLeftIsThatOfTheObjectAlsoWithAPart() throws Exception {
        String digest = sha256("hello");
        place("d", "hello", "x-amz-meta-millrace-sha-256", digest);
        Got got = client.get("/d", "Range", "bytes=1-2", "Want-Repr-Digest", "sha-256=1",
                "Want-Content-Digest", "sha-256=1");
        assertEquals("el", got.text());
        assertEquals("sha-256=:" + digest + ":", got.field("Repr-Digest"));
        assertNull(got.field("Content-Digest"));
    }

    @ParameterizedTest
    @CsvSource({"x-amz-checksum-sha256, AAAA-2", "x-amz-checksum-sha256, AAAA",
        "x-amz-meta-millrace-sha-256, ?"})
    void whatIsNoDigestOfTheBytesIsNotSent(String field, String value) throws Exception {
        place("d", "hello", field, value);
        Got got = client.get("/d", "Want-Repr-Digest", "sha-256=1");
        assertEquals("hello", got.text());
        assertNull(got.field("Repr-Digest"));
    }

    @Test
    void checksumOfPartsIsNotSent() throws Exception {
        place("d", "hello", "x-amz-checksum-sha256", sha256("hello"), "x-amz-checksum-type",
                "COMPOSITE");
        assertNull(client.get("/d", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest"));
    }

    // A folder's path without its slash.

    @Test
    void browserIsSentToTheFolderAndAProgramIsNot() throws Exception {
        place("d/x", "x");
        assertEquals(404, client.get("/d").status());
        assertEquals("GetObject 404", client.asked());
        Got got = client.get("/d?x=1", "Accept", "text/html,*/*;q=0.8");
        assertEquals(308, got.status());
        assertEquals("/d/?x=1", got.field("Location"));
        assertEquals(404, client.get("/e", "Accept", "text/html,*/*;q=0.8").status());
    }

    @Test
    void folderWhoseObjectsWouldHaveTooLongKeysIsNotLookedFor() throws Exception {
        String folder = "/" + "d/".repeat(510);
        assertEquals(404, client.get(folder + "ef", "Accept", "text/html").status());
        assertEquals("GetObject 404, ListObjectsV2 200", client.asked());
        assertEquals(404, client.get(folder + "efg", "Accept", "text/html").status());
        assertEquals("GetObject 404", client.asked());
    }

    @Test
    void browserIsNotSentToAFolderThatIsNotListed() throws Exception {
        place("d/x", "x");
        try (BucketClient unlisted = BucketClient.of(engine,
                BucketClient.options(engine).noListing(true).build())) {
            assertEquals(404, unlisted.get("/d", "Accept", "text/html").status());
            assertEquals("GetObject 404", unlisted.asked());
        }
    }

    // Failures of the engine before the body.

    @Test
    void slowDownIsRetriedAndThenASecondLater() throws Exception {
        engine.next(DoubleCall.is("GetObject"), S3Fault.answer(503, "SlowDown"));
        assertEquals("0123456789", client.get("/a").text());
        assertEquals("GetObject 503, GetObject 200", client.asked());
    }

    @Test
    void refusalOfTheKeysIs502OfTheLook() throws Exception {
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(500, "InternalError"));
        assertEquals(200, client.head("/a").status()); // retried
        engine.next(DoubleCall.is("GetObject"), S3Fault.answer(403, "InvalidAccessKeyId"));
        assertEquals(502, client.get("/a").status());
    }
}
