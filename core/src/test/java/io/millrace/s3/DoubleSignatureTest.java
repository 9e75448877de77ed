package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The double's check of signatures against the examples that AWS publishes (Signature Calculations
 * for the Authorization Header, in one chunk and in multiple chunks).
 */
class DoubleSignatureTest {

    private static final DoubleKeys KEYS = new DoubleKeys("AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "us-east-1");
    private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
    private static final String EMPTY =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static DoubleCall call(String method, String target, String signed, String signature,
            String... fields) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("host", "examplebucket.s3.amazonaws.com");
        all.put("x-amz-date", "20130524T000000Z");
        all.put("x-amz-content-sha256", EMPTY);
        for (int i = 0; i < fields.length; i += 2) {
            all.put(fields[i], fields[i + 1]);
        }
        all.put("authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/"
                + "us-east-1/s3/aws4_request,SignedHeaders=" + signed + ",Signature=" + signature);
        return new DoubleCall(method, target, all, "examplebucket");
    }

    private static DoubleCall get(String signature) {
        return call("GET", "/test.txt", "host;range;x-amz-content-sha256;x-amz-date", signature,
                "range", "bytes=0-9");
    }

    private static DoubleCall good() {
        return get("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    private static void assertRefused(String code, DoubleCall call, DoubleKeys keys, Instant now) {
        DoubleRefusal refusal = assertThrows(DoubleRefusal.class,
                () -> DoubleSignature.check(call, keys, now));
        String body = new String(refusal.answer().body, StandardCharsets.UTF_8);
        assertEquals(code, body.replaceAll("(?s).*<Code>(.*)</Code>.*", "$1"));
    }

    @Test
    void publishedExamplesAreTaken() throws Exception {
        DoubleSignature.check(good(), KEYS, NOW);
        DoubleSignature.check(call("PUT", "/test%24file.text",
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                "date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class",
                "REDUCED_REDUNDANCY", "x-amz-content-sha256",
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"), KEYS, NOW);
        DoubleSignature.check(call("GET", "/?lifecycle", "host;x-amz-content-sha256;x-amz-date",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"), KEYS, NOW);
        DoubleSignature.check(call("GET", "/?max-keys=2&prefix=J",
                "host;x-amz-content-sha256;x-amz-date",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"), KEYS, NOW);
    }

    @Test
    void publishedChunksAreTakenInTheirOrder() throws Exception {
        DoubleSignature signature = DoubleSignature.check(call("PUT",
                "/examplebucket/chunkObject.txt", "content-encoding;content-length;host;"
                + "x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
                + "x-amz-storage-class",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
                "host", "s3.amazonaws.com", "content-encoding", "aws-chunked",
                "content-length", "66824", "x-amz-decoded-content-length", "66560",
                "x-amz-storage-class", "REDUCED_REDUNDANCY",
                "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), KEYS, NOW);
        byte[] first = "a".repeat(65_536).getBytes(StandardCharsets.US_ASCII);
        byte[] second = "a".repeat(1_024).getBytes(StandardCharsets.US_ASCII);
        assertThrows(DoubleRefusal.class, () -> signature.checkChunk(second,
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"));
        signature.checkChunk(first,
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
        signature.checkChunk(second,
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
        signature.checkChunk(new byte[0],
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    }

    @Test
    void whatDiffersIsRefusedByName() {
        assertRefused("SignatureDoesNotMatch", get("0".repeat(64)), KEYS, NOW);
        assertRefused("SignatureDoesNotMatch", good(),
                new DoubleKeys(KEYS.id(), "other", null, KEYS.region()), NOW);
        assertRefused("InvalidAccessKeyId", good(),
                new DoubleKeys("other", KEYS.secret(), null, KEYS.region()), NOW);
        assertRefused("AuthorizationHeaderMalformed", good(),
                new DoubleKeys(KEYS.id(), KEYS.secret(), null, "eu-west-1"), NOW);
        assertRefused("InvalidToken", good(),
                new DoubleKeys(KEYS.id(), KEYS.secret(), "token", KEYS.region()), NOW);
        assertRefused("AccessDenied", call("GET", "/test.txt",
                "host;range;x-amz-content-sha256;x-amz-date", "0".repeat(64),
                "range", "bytes=0-9", "x-amz-meta-unsigned", "1"), KEYS, NOW);
    }

    @Test
    void clockOfFifteenMinutesIsTakenAndOneSecondMoreIsNot() throws Exception {
        for (int sign : new int[] {-1, 1}) {
            Instant at = NOW.plus(Duration.ofMinutes(15).multipliedBy(sign));
            DoubleSignature.check(good(), KEYS, at);
            assertRefused("RequestTimeTooSkewed", good(), KEYS, at.plusSeconds(sign));
        }
    }
}
