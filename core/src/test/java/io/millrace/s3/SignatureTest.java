package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Signatures, against what AWS publishes: the test suite of Signature Version 4, and the examples
 * of the S3 API reference.
 */
class SignatureTest {

    private static final S3Keys OF_SUITE = new S3Keys("AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);
    private static final String SUITE_TIME = "20150830T123600Z";
    private static final S3Keys OF_DOCS = new S3Keys("AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);
    private static final Instant DOCS_TIME = Instant.parse("2013-05-24T00:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = ' ', nullValues = "-", value = {
        "get-vanilla GET / - 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-vanilla-query-order-key-case GET / Param1=value1&Param2=value2"
                + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "get-utf8 GET /%E1%88%B4 -"
                + " 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        "get-unreserved GET"
                + " /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -"
                + " 07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "get-vanilla-utf8-query GET / %E1%88%B4=bar"
                + " 2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "get-space GET /example%20space/ -"
                + " 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        "post-vanilla POST / -"
                + " 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "post-vanilla-query POST / Param1=value1"
                + " 28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"})
    void requestOfTheSuiteHasItsSignature(String name, String method, String path, String query,
            String signature) {
        assertEquals(signature, ofSuite(method, path, query == null ? "" : query,
                new TreeMap<>(), Hashing.EMPTY), name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
        "get-header-value-trim|my-header1| value1|my-header2| \"a   b   c\"|"
                + "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        "get-header-key-duplicate|my-header1|value2,value2,value1|||"
                + "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"})
    void fieldsOfTheSuiteAreTrimmed(String name, String first, String firstValue, String second,
            String secondValue, String signature) {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put(first, firstValue);
        if (second != null) {
            fields.put(second, secondValue);
        }
        assertEquals(signature, ofSuite("GET", "/", "", fields, Hashing.EMPTY), name);
    }

    @Test
    void payloadOfTheSuiteIsSigned() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("content-type", "application/x-www-form-urlencoded");
        assertEquals("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                ofSuite("POST", "/", "", fields, Hashing.hash("Param1=value1")));
    }

    private static String ofSuite(String method, String path, String query,
            SortedMap<String, String> fields, String payload) {
        fields.put("host", "example.amazonaws.com");
        fields.put("x-amz-date", SUITE_TIME);
        SigningKey key = new SigningKey(OF_SUITE, "20150830", "us-east-1", "service");
        return Signature.of(key, SUITE_TIME, method, path, query, fields, payload).text();
    }

    private static Signature ofDocs(String method, String path, String query,
            SortedMap<String, String> fields, String payload) {
        fields.putIfAbsent("host", "examplebucket.s3.amazonaws.com");
        return new RequestSigner().sign(OF_DOCS, "us-east-1", DOCS_TIME, method, path, query,
                fields, payload);
    }

    @Test
    void getOfARangeHasTheSignatureOfTheDocs() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("range", "bytes=0-9");
        assertEquals("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
                + "aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                ofDocs("GET", "/test.txt", "", fields, Hashing.EMPTY).authorization());
    }

    @Test
    void putHasTheSignatureOfTheDocs() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("date", "Fri, 24 May 2013 00:00:00 GMT");
        fields.put("x-amz-storage-class", "REDUCED_REDUNDANCY");
        assertEquals("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                ofDocs("PUT", "/" + UriText.path("test$file.text"), "", fields,
                        Hashing.hash("Welcome to Amazon S3.")).text());
    }

    @ParameterizedTest
    @CsvSource({
        "lifecycle,,fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        "max-keys,2,34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"})
    void requestsOfABucketHaveTheSignaturesOfTheDocs(String name, String value,
            String signature) {
        SortedMap<String, String> query = S3Request.params(name, value == null ? "" : value,
                "prefix", value == null ? null : "J");
        assertEquals(signature, ofDocs("GET", "/", UriText.query(query), new TreeMap<>(),
                Hashing.EMPTY).text());
    }

    @Test
    void chunksHaveTheSignaturesOfTheDocs() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("host", "s3.amazonaws.com");
        fields.put("x-amz-storage-class", "REDUCED_REDUNDANCY");
        fields.put("content-encoding", "aws-chunked");
        fields.put("x-amz-decoded-content-length", "66560");
        fields.put("content-length", "66824");
        Signature head = ofDocs("PUT", "/examplebucket/chunkObject.txt", "", fields,
                RequestSigner.CHUNKED);
        assertEquals("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
                head.text());
        assertEquals(66824, SignedChunks.encodedLength(66560));
        String first = head.ofChunk(head.text(), ofLetters(65536));
        assertEquals("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", first);
        String second = head.ofChunk(first, ofLetters(1024));
        assertEquals("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", second);
        assertEquals("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
                head.ofChunk(second, Hashing.EMPTY));
    }

    private static String ofLetters(int count) {
        return Hashing.hash(List.of(ByteBuffer.wrap("a".repeat(count).getBytes())));
    }

    @Test
    void sessionTokenIsSigned() {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("host", "example");
        Signature signature = new RequestSigner().sign(new S3Keys("id", "secret", "token"), "r",
                DOCS_TIME, "GET", "/", "", fields, Hashing.EMPTY);
        assertEquals("token", fields.get("x-amz-security-token"));
        assertTrue(signature.authorization().contains("x-amz-date;x-amz-security-token,"));
    }

    @Test
    void keyOfTheDayIsMadeAnewForAnotherDayRegionOrSecret() {
        SigningKey key = new SigningKey(OF_DOCS, "20130524", "us-east-1", "s3");
        assertTrue(key.isFor(OF_DOCS, "20130524", "us-east-1"));
        assertFalse(key.isFor(OF_DOCS, "20130525", "us-east-1"));
        assertFalse(key.isFor(OF_DOCS, "20130524", "us-east-2"));
        assertFalse(key.isFor(OF_SUITE, "20130524", "us-east-1"));
    }
}
