package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What responses are called and told as, without an engine that sends them. */
class RepliesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final S3Keys KEYS = new S3Keys("id", "sEcret", "tOken");

    private static S3Exception failure(int status, String error, boolean isUnsure,
            String... fields) {
        Xml xml = error.isEmpty() ? null
                : Xml.parse(("<Error>" + error + "</Error>").getBytes(StandardCharsets.UTF_8));
        return Replies.failure("PutObject", status, EngineAnswers.headers(fields), xml, isUnsure,
                KEYS, "us-east-1", NOW);
    }

    private static String code(String code) {
        return "<Code>" + code + "</Code>";
    }

    // What it is.

    @ParameterizedTest
    @CsvSource({"401, DENIED", "403, DENIED", "405, NOT_SUPPORTED", "408, TIMEOUT",
        "413, TOO_LARGE", "429, SLOW_DOWN", "500, INTERNAL", "501, NOT_SUPPORTED",
        "502, UNAVAILABLE", "503, UNAVAILABLE", "504, UNAVAILABLE", "505, INTERNAL", "507, FULL",
        "599, INTERNAL", "499, REFUSED", "418, REFUSED", "300, REDIRECTED", "302, REDIRECTED",
        "308, REDIRECTED", "399, REDIRECTED", "400, REFUSED", "199, REFUSED"})
    void responseWithoutACodeIsJudgedByItsStatus(int status, Kind kind) {
        S3Exception failure = failure(status, "", false);
        assertEquals(kind, failure.kind());
        assertEquals(status, failure.status());
        assertEquals("", failure.code());
    }

    @ParameterizedTest
    @CsvSource({"301, '', eu-west-1, WRONG_REGION", "400, '', eu-west-1, WRONG_REGION",
        "301, '', us-east-1, REDIRECTED", "400, '', us-east-1, REFUSED",
        "403, '', eu-west-1, DENIED", "300, '', eu-west-1, REDIRECTED",
        "301, PermanentRedirect, eu-west-1, WRONG_REGION",
        "301, PermanentRedirect, us-east-1, REDIRECTED", "301, PermanentRedirect, '', REDIRECTED",
        "400, AuthorizationHeaderMalformed, eu-west-1, WRONG_REGION",
        "400, AuthorizationHeaderMalformed, us-east-1, WRONG_KEYS",
        "400, '', eu west, REFUSED"})
    void anotherRegionIsOneThatIsNamedAndDiffers(int status, String code, String region,
            Kind kind) {
        String error = code.isEmpty() ? "" : code(code);
        assertEquals(kind, failure(status, error, false, "x-amz-bucket-region: " + region).kind());
        if (!code.isEmpty()) {
            assertEquals(kind, failure(status, error + "<Region>" + region + "</Region>", false)
                    .kind());
        }
    }

    @ParameterizedTest
    @CsvSource({"500, InternalError, true", "503, ServiceUnavailable, true", "499, Other, false",
        "503, SlowDown, false", "501, NotImplemented, false", "507, InsufficientStorage, false",
        "400, BadDigest, false"})
    void onlyAFailureOfTheEngineLeavesAChangeUnsure(int status, String code, boolean mayBeDone) {
        assertEquals(mayBeDone, failure(status, code(code), true).mayBeDone());
        assertFalse(failure(status, code(code), false).mayBeDone());
    }

    @ParameterizedTest
    @CsvSource({"403, QuotaExceeded", "400, XMinioAdminBucketQuotaExceeded",
        "507, XMinioStorageFull"})
    void quotaThatIsUsedUpIsNoRoomWhateverTheStatus(int status, String code) {
        assertEquals(Kind.FULL, failure(status, code(code), true).kind());
        assertFalse(failure(status, code(code), true).mayBeDone());
    }

    @Test
    void conflictIsAnAnswerIfAnotherChangeIsUnderWay() {
        assertTrue(Replies.isConflict(409, ""));
        assertTrue(Replies.isConflict(409, "OperationAborted"));
        assertTrue(Replies.isConflict(409, "ConditionalRequestConflict"));
        assertFalse(Replies.isConflict(409, "BucketNotEmpty"));
        assertFalse(Replies.isConflict(408, ""));
    }

    @ParameterizedTest
    @CsvSource({"200, '', true", "299, '', true", "199, '', false", "300, '', false",
        "304, '', true", "404, NoSuchKey, true", "404, NoSuchBucket, false",
        "404, NoSuchUpload, false", "409, '', true", "409, Other, false", "412, '', true",
        "416, '', true", "403, '', false"})
    void answersAreThoseThatMeanSomethingToAClient(int status, String code, boolean isAnswer) {
        assertEquals(isAnswer, Replies.isAnswer(status, code));
    }

    // The clock.

    private static S3Exception withDate(int status, Duration ahead) {
        return failure(status, code("AccessDenied"), false, "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(NOW.plus(ahead)
                        .atOffset(ZoneOffset.UTC)));
    }

    @ParameterizedTest
    @CsvSource({"403, 300, DENIED", "403, -300, DENIED", "403, 301, CLOCK_SKEW",
        "403, -301, CLOCK_SKEW", "400, 301, DENIED"})
    void refusalByAClockMoreThanFiveMinutesOffIsTheClocks(int status, int ahead, Kind kind) {
        assertEquals(kind, withDate(status, Duration.ofSeconds(ahead)).kind());
    }

    @Test
    void clockIsToldWithItsDirection() {
        assertTrue(withDate(403, Duration.ofSeconds(400)).getMessage()
                .contains(": this machine's clock is 400 s behind the engine's; set both by NTP"));
        assertTrue(withDate(403, Duration.ofSeconds(-400)).getMessage()
                .contains("400 s ahead of the engine's"));
        assertTrue(failure(403, code("RequestTimeTooSkewed"), false, "Date: yesterday")
                .getMessage().contains("this machine's clock is wrong; set both by NTP"));
    }

    @Test
    void wrongKeysOfAClockThatIsOffAreTheClocks() {
        assertEquals(Kind.CLOCK_SKEW, failure(400, code("ExpiredToken"), false,
                "Date: Thu, 01 Jan 2015 00:00:00 GMT").kind());
    }

    // What is told.

    @Test
    void messageIsOneLineWithoutSecretsAndEndsWithTheRequest() {
        S3Exception failure = failure(403, code("X") + "<Message>with sEcret,\n\u00e4tOken "
                + "</Message><RequestId>R</RequestId>", false);
        assertEquals("PutObject: the engine answered 403 X: \"with (secret), (token)\" (request R)",
                failure.getMessage());
        assertEquals("R", failure.requestId());
        assertEquals("X", failure.code());
    }

    @Test
    void keysAreCalledWrongUnlessTheRegionMayBe() {
        assertTrue(failure(403, code("SignatureDoesNotMatch"), false).getMessage()
                .endsWith(": the keys are wrong or no longer valid"));
        assertTrue(failure(400, code("AuthorizationHeaderMalformed"), false).getMessage()
                .contains("signed for the region us-east-1, which may be wrong"));
    }

    @Test
    void requestIsThatOfTheFieldsIfTheyHaveOne() {
        String error = code("X") + "<RequestId>R</RequestId>";
        assertEquals("A", failure(403, error, false, "x-amz-request-id: A", "x-amz-id-2: B")
                .requestId());
        assertEquals("B", failure(403, error, false, "x-amz-id-2: B").requestId());
        assertEquals("PutObject: the engine answered 418", failure(418, "", false).getMessage());
    }

    @Test
    void textOf200LettersIsShownAndALongerOneCut() {
        String most = "x".repeat(200);
        assertTrue(failure(418, "<Message>" + most + "</Message>", false).getMessage()
                .endsWith(": \"" + most + "\""));
        assertTrue(failure(418, "<Message>" + most + "y</Message>", false).getMessage()
                .endsWith(": \"" + most + "...\""));
    }

    @Test
    void lengthThatIsNoneIsUnknown() {
        assertEquals(7, Replies.length(EngineAnswers.headers("Content-Length: 7")));
        assertEquals(-1, Replies.length(EngineAnswers.headers()));
        assertEquals(-1, Replies.length(EngineAnswers.headers("Content-Length: seven")));
    }
}
