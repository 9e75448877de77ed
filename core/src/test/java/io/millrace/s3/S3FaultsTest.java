package io.millrace.s3;

import static io.millrace.s3.ScriptedEngine.answer;
import static io.millrace.s3.ScriptedEngine.answering;
import static io.millrace.s3.ScriptedEngine.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.s3.ScriptedEngine.Script;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine does, what it is called, whether it may be done, how often it is tried. */
@Timeout(30)
class S3FaultsTest {

    /** What is asked of the engine. */
    private enum Request {
        GET, PUT, DELETE, LIST, PART, ABORT, COMPLETE;

        CompletableFuture<?> send(S3Client client) {
            S3Payload payload = S3Payload.of("hello".getBytes());
            return switch (this) {
                case GET -> client.get("a", Map.of());
                case PUT -> client.put(new S3Put("a", Map.of(), payload, false));
                case DELETE -> client.delete("a", Map.of());
                case LIST -> client.list(S3ListQuery.of(""));
                case PART -> client.part("a", "u", 1, payload);
                case ABORT -> client.abortMultipart("a", "u");
                case COMPLETE -> client.completeMultipart("a", "u",
                        List.of(new S3Part(1, "\"e\"", 5, null)), Map.of());
            };
        }
    }

    record Row(String situation, Script script, Request request, Kind kind, boolean mayBeDone,
            int attempts) {

        @Override
        public String toString() {
            return request + ": " + situation;
        }
    }

    private static final int ALL = 3;

    private static final Script SILENT = wire -> {
        while (wire.readRequest() != null) {
            // no response
        }
    };
    private static final Script CLOSING = wire -> wire.readRequest();
    private static final Script RESETTING = wire -> {
        wire.readRequest();
        wire.reset();
    };
    private static final Script BABBLING = answering("hello there\r\n\r\n");
    private static final String HTML = "<html><body>Bad Gateway<br></body></html>";

    static Stream<Row> rows() {
        Script slowDown = answering(error(503, "SlowDown"));
        Script internal = answering(error(500, "InternalError"));
        Script gateway = answering(answer(502, HTML, "Content-Type: text/html"));
        return Stream.of(
                new Row("SlowDown", slowDown, Request.GET, Kind.SLOW_DOWN, false, ALL),
                new Row("SlowDown", slowDown, Request.PUT, Kind.SLOW_DOWN, false, ALL),
                new Row("SlowDown", slowDown, Request.DELETE, Kind.SLOW_DOWN, false, ALL),
                new Row("SlowDown", slowDown, Request.COMPLETE, Kind.SLOW_DOWN, false, ALL),
                new Row("429", answering(answer(429, "")), Request.PUT, Kind.SLOW_DOWN, false,
                        ALL),
                new Row("500", internal, Request.GET, Kind.INTERNAL, false, ALL),
                new Row("500", internal, Request.LIST, Kind.INTERNAL, false, ALL),
                new Row("500", internal, Request.PUT, Kind.INTERNAL, true, 1),
                new Row("500", internal, Request.DELETE, Kind.INTERNAL, true, 1),
                new Row("500", internal, Request.PART, Kind.INTERNAL, true, ALL),
                new Row("500", internal, Request.ABORT, Kind.INTERNAL, true, ALL),
                new Row("a proxy's page", gateway, Request.GET, Kind.UNAVAILABLE, false, ALL),
                new Row("a proxy's page", gateway, Request.PUT, Kind.UNAVAILABLE, true, 1),
                new Row("503 without a code", answering(answer(503, "")), Request.PUT,
                        Kind.UNAVAILABLE, true, 1),
                new Row("silence", SILENT, Request.GET, Kind.TIMEOUT, false, ALL),
                new Row("silence", SILENT, Request.PUT, Kind.TIMEOUT, true, 1),
                new Row("closes", CLOSING, Request.GET, Kind.RESET, false, ALL),
                new Row("closes", CLOSING, Request.PUT, Kind.RESET, true, 1),
                new Row("closes", CLOSING, Request.DELETE, Kind.RESET, true, 1),
                new Row("closes", CLOSING, Request.PART, Kind.RESET, true, ALL),
                new Row("resets", RESETTING, Request.GET, Kind.RESET, false, ALL),
                new Row("resets", RESETTING, Request.PUT, Kind.RESET, true, 1),
                new Row("no HTTP", BABBLING, Request.GET, Kind.MALFORMED, false, 1),
                new Row("no HTTP", BABBLING, Request.PUT, Kind.MALFORMED, true, 1),
                new Row("wrong secret", answering(error(403, "SignatureDoesNotMatch")),
                        Request.GET, Kind.WRONG_KEYS, false, 1),
                new Row("expired token", answering(error(400, "ExpiredToken")),
                        Request.PUT, Kind.WRONG_KEYS, false, 1),
                new Row("no right", answering(error(403, "AccessDenied")),
                        Request.DELETE, Kind.DENIED, false, 1),
                new Row("403 of a proxy", answering(answer(403, HTML)),
                        Request.GET, Kind.DENIED, false, 1),
                new Row("another clock", answering(error(403, "RequestTimeTooSkewed")),
                        Request.GET, Kind.CLOCK_SKEW, false, 1),
                new Row("another clock by its Date", answering(error(403, "AccessDenied",
                        "Date: Thu, 01 Jan 2015 00:00:00 GMT")), Request.GET, Kind.CLOCK_SKEW,
                        false, 1),
                new Row("no bucket", answering(error(404, "NoSuchBucket")), Request.GET,
                        Kind.NO_BUCKET, false, 1),
                new Row("no bucket", answering(error(404, "NoSuchBucket")), Request.LIST,
                        Kind.NO_BUCKET, false, 1),
                new Row("no upload", answering(error(404, "NoSuchUpload")), Request.PART,
                        Kind.NO_UPLOAD, false, 1),
                new Row("no upload", answering(error(404, "NoSuchUpload")), Request.COMPLETE,
                        Kind.NO_UPLOAD, false, 1),
                new Row("another region", answering(error(301, "PermanentRedirect",
                        "x-amz-bucket-region: eu-west-1")), Request.GET, Kind.WRONG_REGION, false,
                        1),
                new Row("a redirect", answering(answer(307, "", "Location: http://elsewhere/")),
                        Request.GET, Kind.REDIRECTED, false, 1),
                new Row("a wrong digest", answering(error(400, "BadDigest")), Request.PUT,
                        Kind.BAD_DIGEST, false, 1),
                new Row("too large", answering(error(400, "EntityTooLarge")), Request.PUT,
                        Kind.TOO_LARGE, false, 1),
                new Row("413", answering(answer(413, HTML)), Request.PUT, Kind.TOO_LARGE, false,
                        1),
                new Row("a quota", answering(error(403, "QuotaExceeded")), Request.PUT, Kind.FULL,
                        false, 1),
                new Row("507", answering(answer(507, "")), Request.PUT, Kind.FULL, false, 1),
                new Row("not there", answering(error(501, "NotImplemented")), Request.PUT,
                        Kind.NOT_SUPPORTED, false, 1),
                new Row("405", answering(answer(405, "")), Request.DELETE, Kind.NOT_SUPPORTED,
                        false, 1),
                new Row("another refusal", answering(error(400, "InvalidArgument")), Request.PUT,
                        Kind.REFUSED, false, 1),
                new Row("an error behind 200", answering(error(200, "InternalError")),
                        Request.COMPLETE, Kind.INTERNAL, true, 1),
                new Row("a conflict behind 200", answering(error(200, "SlowDown")),
                        Request.COMPLETE, Kind.SLOW_DOWN, false, ALL),
                new Row("a list that is none", answering(answer(200, HTML)), Request.LIST,
                        Kind.MALFORMED, true, 1),
                new Row("a part without an ETag", answering(answer(200, "")), Request.PART,
                        Kind.MALFORMED, true, 1));
    }

    private static final S3Settings SETTINGS = S3Settings.DEFAULTS.maxAttempts(ALL);

    private static S3Settings settings(Row row) {
        return row.script != SILENT ? SETTINGS : SETTINGS.connectTimeout(Duration.ofMillis(100))
                .answerTimeout(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void faultIsToldAndTriedAgainWhereThatIsSafe(Row row) throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(row.script);
                S3Client client = S3ClientTest.client(engine, settings(row))) {
            CompletableFuture<?> sent = row.request.send(client);
            ExecutionException thrown = assertThrows(ExecutionException.class,
                    () -> sent.get(20, TimeUnit.SECONDS));
            S3Exception failure = (S3Exception) thrown.getCause();
            assertEquals(row.kind + " " + row.mayBeDone, failure.kind() + " "
                    + failure.mayBeDone(), failure::toString);
            // The JDK's client by itself sends a GET again if the connection ends without a byte.
            boolean isTwice = row.request == Request.GET && row.kind == Kind.RESET;
            int sentTimes = engine.heads().size();
            assertTrue(sentTimes == row.attempts || isTwice && sentTimes > row.attempts
                    && sentTimes <= 2 * row.attempts, sentTimes + " times");
            assertFalse(failure.getMessage().contains("\n"));
            assertFalse(failure.getMessage().contains(S3ClientTest.KEYS.secret()));
            assertEquals(0, client.inFlight());
        }
    }

    record AnswerRow(int status, String code, int attempts) {
    }

    static Stream<AnswerRow> answers() {
        return Stream.of(new AnswerRow(200, "", 1), new AnswerRow(204, "", 1),
                new AnswerRow(304, "", 1), new AnswerRow(404, "NoSuchKey", 1),
                new AnswerRow(404, "", 1), new AnswerRow(412, "PreconditionFailed", 1),
                new AnswerRow(416, "InvalidRange", 1),
                new AnswerRow(409, "ConditionalRequestConflict", ALL),
                new AnswerRow(409, "OperationAborted", ALL));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whatMeansSomethingToClientsIsAnAnswer(AnswerRow row) throws Exception {
        String text = row.status == 204 || row.status == 304
                ? "HTTP/1.1 " + row.status + " X\r\n\r\n"
                : row.code.isEmpty() ? answer(row.status, "") : error(row.status, row.code);
        try (ScriptedEngine engine = new ScriptedEngine(answering(text));
                S3Client client = S3ClientTest.client(engine, SETTINGS)) {
            for (Request request : List.of(Request.GET, Request.PUT, Request.DELETE)) {
                int before = engine.heads().size();
                S3Answer answer = (S3Answer) S3ClientTest.of(request.send(client));
                assertEquals(row.status, answer.status());
                assertEquals(row.code, answer.code());
                answer.discard();
                assertEquals(row.attempts, engine.heads().size() - before);
            }
            S3ClientTest.awaitNone(client);
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void requestSucceedsOnceTheEngineIsWell(Row row) throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(row.script, answering(
                answer(200, "hello", "ETag: \"e\""))); S3Client client =
                S3ClientTest.client(engine, settings(row))) {
            S3ClientTest.of(row.request.send(client));
            assertEquals(row.attempts, engine.heads().size());
        }
    }

    static Stream<Row> passing() {
        Script once = wire -> {
            wire.readRequest();
            wire.write(error(503, "SlowDown"));
            wire.readRequest();
            wire.write(answer(200, "hello", "ETag: \"e\""));
        };
        Script dated = wire -> {
            wire.readRequest();
            wire.write(error(503, "SlowDown", "Retry-After: Thu, 01 Jan 2015 00:00:00 GMT"));
            wire.readRequest();
            wire.write(answer(200, "hello", "ETag: \"e\""));
        };
        return Stream.of(
                new Row("SlowDown until a date", dated, Request.PUT, null, false, 2),
                new Row("SlowDown", once, Request.PUT, null, false, 2),
                new Row("SlowDown", once, Request.GET, null, false, 2),
                new Row("SlowDown", once, Request.DELETE, null, false, 2),
                new Row("resets", RESETTING, Request.GET, null, false, 2),
                new Row("resets", RESETTING, Request.PART, null, false, 2),
                new Row("silence", SILENT, Request.GET, null, false, 2));
    }

    @ParameterizedTest
    @CsvSource({"nosuch.invalid, the host of http://nosuch.invalid:1/bucket/ is unknown",
        "127.0.0.1, http://127.0.0.1:1/bucket/ refuses connections"})
    void engineThatCantBeConnectedToIsTriedAgain(String host, String told) throws Exception {
        try (S3Client client = new S3Client(S3Place.of("http://" + host + ":1/bucket/", null,
                false), () -> S3ClientTest.KEYS, SETTINGS)) {
            S3Exception failure = (S3Exception) assertThrows(ExecutionException.class,
                    () -> Request.PUT.send(client).get(20, TimeUnit.SECONDS)).getCause();
            assertEquals(Kind.UNAVAILABLE, failure.kind());
            assertFalse(failure.mayBeDone());
            assertTrue(failure.getMessage().contains(told), failure.getMessage());
            assertEquals(ALL - 1, client.counters().retries(S3Counters.Operation.PUT));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, Long.MAX_VALUE})
    void engineThatAsksForMoreTimeThanThereIsIsNotTriedAgain(long seconds) throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(answering(error(503, "SlowDown",
                "Retry-After: " + seconds))); S3Client client = S3ClientTest.client(engine,
                SETTINGS.retryTimeout(Duration.ofSeconds(2)))) {
            assertThrows(ExecutionException.class,
                    () -> Request.GET.send(client).get(20, TimeUnit.SECONDS));
            assertEquals(1, engine.heads().size());
        }
    }

    /** Taken for one it would make an object of bytes that the engine has never had. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void successInPlaceOf100IsNone(boolean isPart) throws Exception {
        S3Payload payload = S3Payload.streamed(5,
                new Pieces(List.of(ByteBuffer.wrap("hello".getBytes()))));
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(answer(200, "", "ETag: \"e\""));
            wire.readToEnd();
        }); S3Client client = S3ClientTest.client(engine, SETTINGS)) {
            CompletableFuture<?> sent = isPart ? client.part("a", "u", 1, payload)
                    : client.put(new S3Put("a", Map.of(), payload, true));
            S3Exception failure = (S3Exception) assertThrows(ExecutionException.class,
                    () -> sent.get(20, TimeUnit.SECONDS)).getCause();
            assertEquals(Kind.MALFORMED, failure.kind());
            assertFalse(failure.mayBeDone());
            assertEquals(1, engine.heads().size());
            S3ClientTest.awaitNone(client);
        }
    }

    /** Who reads it to its end would do so for ever. */
    @Test
    void pageThatLeadsToItselfIsMalformed() throws Exception {
        String page = "<%1$s><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                + "</NextContinuationToken><NextKeyMarker>p/k</NextKeyMarker><NextUploadIdMarker>u"
                + "</NextUploadIdMarker><NextPartNumberMarker>7</NextPartNumberMarker></%1$s>";
        for (String root : List.of("ListBucketResult", "ListMultipartUploadsResult",
                "ListPartsResult")) {
            try (ScriptedEngine engine = new ScriptedEngine(answering(
                    answer(200, page.formatted(root)))); S3Client client =
                    S3ClientTest.client(engine, SETTINGS)) {
                S3ClientTest.of(list(client, root, true));
                S3Exception failure = (S3Exception) assertThrows(ExecutionException.class,
                        () -> list(client, root, false).get(20, TimeUnit.SECONDS)).getCause();
                assertEquals(Kind.MALFORMED, failure.kind());
            }
        }
    }

    private static CompletableFuture<?> list(S3Client client, String root, boolean isFirst) {
        return switch (root) {
            case "ListBucketResult" -> client.list(S3ListQuery.of("").from(isFirst ? null : "t"));
            case "ListPartsResult" -> client.listParts("a", "u", isFirst ? 0 : 7);
            default -> client.listMultipart("",
                    isFirst ? null : new S3UploadPage.Marker("p/k", "u"));
        };
    }

    @Test
    void messageEndsWithTheRequestThatOperatorsAskFor() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(answering(error(403, "AccessDenied")));
                S3Client client = S3ClientTest.client(engine, SETTINGS)) {
            S3Exception failure = (S3Exception) assertThrows(ExecutionException.class,
                    () -> Request.GET.send(client).get(20, TimeUnit.SECONDS)).getCause();
            assertEquals("GetObject: the engine answered 403 AccessDenied: \"told\" (request R1)",
                    failure.getMessage());
            assertEquals("AccessDenied", failure.code());
            assertEquals("R1", failure.requestId());
        }
    }
}
