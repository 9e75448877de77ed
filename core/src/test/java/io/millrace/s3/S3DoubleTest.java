package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The double against what AWS documents of S3; its signatures have a test of their own. */
class S3DoubleTest {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private S3Double engine;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().takeUnsigned().leastPartBytes(5);
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
    }

    private HttpRequest request(String method, String key, String body, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine.url() + key))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return request.build();
    }

    private HttpResponse<String> send(String method, String key, String body, String... fields)
            throws Exception {
        return client.send(request(method, key, body, fields), BodyHandlers.ofString());
    }

    private void assertAnswer(int status, String code, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(code, first("Code", answer.body()));
    }

    private static String first(String name, String xml) {
        List<String> all = all(name, xml);
        return all.isEmpty() ? "" : all.get(0);
    }

    private static List<String> all(String name, String xml) {
        Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return found.results().map(result -> result.group(1)).toList();
    }

    @Test
    void objectComesBackWithItsFields() throws Exception {
        HttpResponse<String> put = send("PUT", "a/b%20c", "hello", "Content-Type", "text/plain",
                "Cache-Control", "no-cache", "x-amz-meta-who", "me");
        assertEquals(200, put.statusCode());
        assertEquals("\"5d41402abc4b2a76b9719d911017c592\"",
                put.headers().firstValue("ETag").get());
        HttpResponse<String> get = send("GET", "a/b%20c", null);
        assertEquals("hello", get.body());
        for (String[] field : new String[][] {{"ETag", "\"5d41402abc4b2a76b9719d911017c592\""},
            {"Content-Type", "text/plain"}, {"Cache-Control", "no-cache"},
            {"x-amz-meta-who", "me"}, {"Accept-Ranges", "bytes"}}) {
            assertEquals(field[1], get.headers().firstValue(field[0]).get());
        }
        assertEquals(5, send("HEAD", "a/b%20c", null).headers()
                .firstValueAsLong("Content-Length").getAsLong());
        assertEquals(204, send("DELETE", "a/b%20c", null).statusCode());
        assertEquals(204, send("DELETE", "a/b%20c", null).statusCode());
        assertAnswer(404, "NoSuchKey", send("GET", "a/b%20c", null));
        assertEquals(Set.of(), engine.objects().keySet());
    }

    @Test
    void rangesAreThoseOfRfc9110() throws Exception {
        engine.place("r", "0123456789");
        for (String[] row : new String[][] {{"bytes=0-0", "0", "bytes 0-0/10"},
            {"bytes=8-", "89", "bytes 8-9/10"}, {"bytes=-3", "789", "bytes 7-9/10"},
            {"bytes=5-99", "56789", "bytes 5-9/10"}, {"bytes=-99", "0123456789",
                "bytes 0-9/10"}}) {
            HttpResponse<String> part = send("GET", "r", null, "Range", row[0]);
            assertEquals(206, part.statusCode(), row[0]);
            assertEquals(row[1], part.body());
            assertEquals(row[2], part.headers().firstValue("Content-Range").get());
        }
        for (String whole : List.of("bytes=3-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-")) {
            assertEquals(200, send("GET", "r", null, "Range", whole).statusCode(), whole);
        }
        for (String none : List.of("bytes=10-", "bytes=-0")) {
            assertAnswer(416, "InvalidRange", send("GET", "r", null, "Range", none));
        }
    }

    @Test
    void conditionsOfReads() throws Exception {
        String etag = engine.place("c", "x").etag();
        assertEquals(304, send("GET", "c", null, "If-None-Match", etag).statusCode());
        assertEquals(200, send("GET", "c", null, "If-None-Match", "\"other\"").statusCode());
        assertEquals(200, send("GET", "c", null, "If-Match", etag).statusCode());
        assertAnswer(412, "PreconditionFailed", send("GET", "c", null, "If-Match", "\"other\""));
        String later = "Fri, 01 Jan 2100 00:00:00 GMT";
        String earlier = "Fri, 01 Jan 2010 00:00:00 GMT";
        assertEquals(304, send("GET", "c", null, "If-Modified-Since", later).statusCode());
        assertEquals(200, send("GET", "c", null, "If-Modified-Since", earlier).statusCode());
        assertEquals(412, send("HEAD", "c", null, "If-Unmodified-Since", earlier).statusCode());
        assertEquals(200, send("HEAD", "c", null, "If-Unmodified-Since", later).statusCode());
    }

    @Test
    void conditionsOfChanges() throws Exception {
        assertEquals(200, send("PUT", "w", "1", "If-None-Match", "*").statusCode());
        assertAnswer(412, "PreconditionFailed", send("PUT", "w", "2", "If-None-Match", "*"));
        String etag = engine.objects().get("w").etag();
        assertAnswer(412, "PreconditionFailed", send("PUT", "w", "3", "If-Match", "\"other\""));
        assertAnswer(404, "NoSuchKey", send("PUT", "absent", "3", "If-Match", etag));
        assertAnswer(501, "NotImplemented", send("PUT", "w", "3", "If-None-Match", etag));
        assertAnswer(501, "NotImplemented", send("PUT", "w", "3", "If-Match", "*"));
        assertEquals("1", engine.objects().get("w").text());
        assertEquals(200, send("PUT", "w", "4", "If-Match", etag).statusCode());
        assertAnswer(412, "PreconditionFailed", send("DELETE", "w", null, "If-Match", etag));
        assertAnswer(404, "NoSuchKey", send("DELETE", "absent", null, "If-Match", etag));
        assertEquals(204, send("DELETE", "w", null, "If-Match",
                engine.objects().get("w").etag()).statusCode());
    }

    @Test
    void oneOfManyCreatesWins() throws Exception {
        engine.checkEarly(false);
        CompletableFuture<Void> go = new CompletableFuture<>();
        engine.next(32, DoubleCall.is("PutObject"), S3Fault.hold(go).afterBody());
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(client.sendAsync(request("PUT", "race", "body " + i, "If-None-Match", "*"),
                    BodyHandlers.ofString()));
        }
        engine.await(call -> engine.connections() == 32);
        go.complete(null);
        List<Integer> statuses = all.stream().map(answer -> answer.join().statusCode()).sorted()
                .toList();
        assertEquals(200, statuses.get(0));
        assertEquals(412, statuses.get(1));
        assertEquals(412, statuses.get(31));
        int winner = IntStream.range(0, 32)
                .filter(i -> all.get(i).join().statusCode() == 200).findFirst().getAsInt();
        assertEquals("body " + winner, engine.objects().get("race").text());
    }

    /** Or the next one of its kind, which somebody sends who has waited for this, might get it. */
    @Test
    void callIsSeenOnceItHasItsFault() throws Exception {
        engine.next(call -> engine.requests().isEmpty(), S3Fault.answer(503, "SlowDown"));
        assertAnswer(503, "SlowDown", send("GET", "a", null));
        assertEquals(1, engine.requests().size());
    }

    @Test
    void digestsThatDifferLeaveNothing() throws Exception {
        assertAnswer(400, "BadDigest",
                send("PUT", "d", "hello", "Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="));
        assertAnswer(400, "InvalidDigest", send("PUT", "d", "hello", "Content-MD5", "?"));
        assertAnswer(400, "BadDigest", send("PUT", "d", "hello", "x-amz-checksum-sha256",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
        assertAnswer(400, "BadDigest",
                send("PUT", "d", "hello", "x-amz-checksum-crc32", "AAAAAA=="));
        assertAnswer(400, "XAmzContentSHA256Mismatch", send("PUT", "d", "hello",
                "x-amz-content-sha256", "0".repeat(64)));
        assertEquals(Set.of(), engine.objects().keySet());
        assertEquals(200, send("PUT", "d", "hello", "x-amz-checksum-sha256",
                "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "x-amz-checksum-crc32", "NhCmhg==",
                "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==").statusCode());
        assertEquals("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
                send("HEAD", "d", null, "x-amz-checksum-mode", "ENABLED").headers()
                        .firstValue("x-amz-checksum-sha256").get());
        assertTrue(send("HEAD", "d", null).headers().firstValue("x-amz-checksum-sha256")
                .isEmpty());
    }

    @Test
    void listingIsInTheOrderOfBytesAndInPages() throws Exception {
        for (String key : List.of("b", "a/1", "a/2", "a0", "\uE000", "\uD83D\uDE00", "a&<b> +")) {
            engine.place(key, "x");
        }
        List<String> keys = new ArrayList<>();
        String next = "";
        do {
            HttpResponse<String> page = send("GET", "?list-type=2&max-keys=2&encoding-type=url"
                    + (next.isEmpty() ? "" : "&continuation-token=" + next), null);
            keys.addAll(all("Key", page.body()));
            next = first("NextContinuationToken", page.body()).replace("+", "%2B");
        } while (!next.isEmpty());
        assertEquals(List.of("a%26%3Cb%3E+%2B", "a/1", "a/2", "a0", "b", "%EE%80%80",
                "%F0%9F%98%80"), keys);
        HttpResponse<String> top =
                send("GET", "?list-type=2&delimiter=/&start-after=a%26%3Cb%3E%20%2B", null);
        assertEquals(List.of("a0", "b", "\uE000", "\uD83D\uDE00"), all("Key", top.body()));
        assertEquals(List.of("", "a/"), all("Prefix", top.body()));
        assertEquals("5", first("KeyCount", top.body()));
        assertEquals(List.of("a/2"), all("Key", send("GET",
                "?list-type=2&prefix=a/&delimiter=/&start-after=a/1", null).body()));
        assertEquals("a&#x26;&#x3c;b&#x3e; +",
                first("Key", send("GET", "?list-type=2", null).body()));
        assertEquals("false", first("IsTruncated",
                send("GET", "?list-type=2&max-keys=0", null).body()));
    }

    @Test
    void multipartIsJoinedByItsLastRequest() throws Exception {
        String id = first("UploadId", send("POST", "m?uploads", null, "Content-Type", "text/x")
                .body());
        String query = "m?uploadId=" + DoubleSignature.encoded(id, "");
        String one = send("PUT", query + "&partNumber=1", "12345").headers().firstValue("ETag")
                .get();
        String two = send("PUT", query + "&partNumber=2", "67").headers().firstValue("ETag").get();
        assertEquals(Set.of(), engine.objects().keySet());
        assertEquals(List.of(id), all("UploadId", send("GET", "?uploads", null).body()));
        assertEquals(List.of("1", "2"), all("PartNumber", send("GET", query, null).body()));
        assertAnswer(400, "InvalidPartOrder", send("POST", query, parts(2, two, 1, one)));
        assertAnswer(400, "InvalidPart", send("POST", query, parts(1, two)));
        assertAnswer(412, "PreconditionFailed", send("POST", placed(query), parts(1, one),
                "If-None-Match", "*"));
        HttpResponse<String> done = send("POST", query, parts(1, one, 2, two));
        assertEquals(200, done.statusCode(), done.body());
        assertEquals("1234567", engine.objects().get("m").text());
        assertTrue(engine.objects().get("m").etag().endsWith("-2\""));
        assertEquals("text/x", engine.objects().get("m").fields().get("content-type"));
        assertEquals(List.of(), engine.multiparts());
        assertAnswer(404, "NoSuchUpload", send("POST", query, parts(1, one)));
    }

    private String placed(String query) {
        engine.place("m", "in the way");
        return query;
    }

    private static String parts(Object... numbersAndTags) {
        StringBuilder xml = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < numbersAndTags.length; i += 2) {
            xml.append("<Part><ETag>").append(numbersAndTags[i + 1]).append("</ETag><PartNumber>")
                    .append(numbersAndTags[i]).append("</PartNumber></Part>");
        }
        return xml.append("</CompleteMultipartUpload>").toString();
    }

    @Test
    void partsAreAtLeastAsLongAsTheyMustBe() throws Exception {
        for (int length : new int[] {4, 5}) {
            String id = first("UploadId", send("POST", "p?uploads", null).body());
            String query = "p?uploadId=" + DoubleSignature.encoded(id, "");
            String one = send("PUT", query + "&partNumber=1", "12345".substring(0, length))
                    .headers().firstValue("ETag").get();
            String two = send("PUT", query + "&partNumber=10000", "6").headers()
                    .firstValue("ETag").get();
            assertAnswer(400, "InvalidArgument", send("PUT", query + "&partNumber=10001", "7"));
            HttpResponse<String> done = send("POST", query, parts(1, one, 10_000, two));
            assertAnswer(length < 5 ? 400 : 200, length < 5 ? "EntityTooSmall" : "", done);
            if (length < 5) {
                assertEquals(204, send("DELETE", query, null).statusCode());
                assertAnswer(404, "NoSuchUpload", send("DELETE", query, null));
            }
        }
    }

    @Test
    void bodyLongerThanOneRequestMayBringIsRefused() throws Exception {
        engine.maxPutBytes(4);
        assertEquals(200, send("PUT", "l", "1234").statusCode());
        assertAnswer(400, "EntityTooLarge", send("PUT", "l", "12345"));
    }

    @Test
    void faultsHappenOnceAndWhenTheySay() throws Exception {
        engine.next(DoubleCall.is("PutObject"),
                S3Fault.answer(503, "SlowDown").field("Retry-After", "7"));
        HttpResponse<String> slow = send("PUT", "f", "1");
        assertAnswer(503, "SlowDown", slow);
        assertEquals("7", slow.headers().firstValue("Retry-After").get());
        assertEquals(Set.of(), engine.objects().keySet());
        engine.next(DoubleCall.is("PutObject"), S3Fault.reset().afterBody());
        assertThrows(IOException.class, () -> send("PUT", "f", "1"));
        assertEquals(Set.of(), engine.objects().keySet());
        engine.next(DoubleCall.is("PutObject"), S3Fault.reset().afterStoring());
        assertThrows(IOException.class, () -> send("PUT", "f", "1"));
        assertEquals("1", engine.objects().get("f").text());
        engine.place("f", "1234");
        engine.next(DoubleCall.is("GetObject"), S3Fault.halfBody());
        assertThrows(IOException.class, () -> send("GET", "f", null));
        engine.next(DoubleCall.is("GetObject"), S3Fault.oneByteWrong());
        assertEquals("1224".length(), send("GET", "f", null).body().length());
        engine.next(DoubleCall.is("HeadObject"), S3Fault.wrongEtag());
        assertEquals("\"00000000000000000000000000000000\"",
                send("HEAD", "f", null).headers().firstValue("ETag").get());
        assertEquals("1234", send("GET", "f", null).body());
        assertEquals("1234", engine.objects().get("f").text());
    }

    @Test
    void silenceLastsUntilTheClientLeaves() throws Exception {
        engine.next(DoubleCall.is("PutObject"), S3Fault.silence());
        CompletableFuture<HttpResponse<String>> put =
                client.sendAsync(request("PUT", "s", "1"), BodyHandlers.ofString());
        engine.await(call -> call.key().equals("s"));
        put.cancel(true);
        assertEquals(0, engine.await(DoubleCall::clientLeft).status());
        assertEquals(Set.of(), engine.objects().keySet());
    }

    @Test
    void continueComesOnlyToWhatIsTaken() throws Exception {
        engine.place("e", "there");
        assertEquals("HTTP/1.1 412 Not", expecting("e", "If-None-Match: *\r\n"));
        assertEquals("HTTP/1.1 100 Continue", expecting("new", "If-None-Match: *\r\n"));
        engine.next(DoubleCall.is("PutObject"), S3Fault.ignoringExpect());
        assertEquals("HTTP/1.1 200 OK", expecting("new", "X: y\r\n\r\n123"));
        assertEquals(List.of("e", "new"), List.copyOf(engine.objects().keySet()));
    }

    /** The first line of the answer; by a socket, as a client of the JDK waits on. */
    private String expecting(String key, String more) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), engine.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(("PUT /things/" + key + " HTTP/1.1\r\nHost: x\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 3\r\n" + more + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(),
                    StandardCharsets.US_ASCII)).readLine();
        }
    }

    @Test
    void longBodiesAreCountedAndNotKept() throws Exception {
        engine.keptBytes(3);
        assertEquals(200, send("PUT", "k3", "123").statusCode());
        assertEquals(200, send("PUT", "k4", "1234").statusCode());
        assertArrayEquals(new byte[] {'1', '2', '3'}, engine.objects().get("k3").bytes());
        assertEquals(4, engine.objects().get("k4").length());
        assertEquals("\0\0\0\0", send("GET", "k4", null).body());
        assertEquals("\0\0", send("GET", "k4", null, "Range", "bytes=1-2").body());
    }

    @Test
    void requestWithoutASignatureIsRefused() throws Exception {
        try (S3Double strict = S3Double.start()) {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(
                    URI.create(strict.url() + "x")).build(), BodyHandlers.ofString());
            assertAnswer(403, "AccessDenied", answer);
        }
    }
}
