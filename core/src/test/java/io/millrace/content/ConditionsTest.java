package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions of content whose tag or time is not known, and the edges of tags and dates. */
class ConditionsTest {

    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final long SECOND = HttpDate.parse(DATE);
    private static final Validators UNKNOWN = new Validators(null, HttpDate.NONE);

    private static int status(Response refusal) {
        return refusal == null ? 200 : refusal.status().code();
    }

    private static int read(Validators current, String... fields) throws HttpException {
        return status(Preconditions.of(Request.of("GET", "/", fields)).refuseRead(current));
    }

    private static int change(Validators current, String... fields) throws HttpException {
        return status(Preconditions.of(Request.of("PUT", "/", fields)).refuseChange(current));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "If-Match | \"x\" | 412 | 412",
        "If-Match | * | 200 | 200",
        "If-None-Match | \"x\" | 200 | 200",
        "If-None-Match | * | 304 | 412",
        "If-Unmodified-Since | Thu, 01 Jan 1970 00:00:01 GMT | 200 | 200",
        "If-Modified-Since | " + DATE + " | 200 | 200"})
    void contentWithoutTagAndTimeMatchesTheStarOnly(String name, String value, int read,
            int change) throws HttpException {
        assertEquals(read, read(UNKNOWN, name, value));
        assertEquals(change, change(UNKNOWN, name, value));
    }

    @Test
    void dateOfTheFutureDoesNotSayThatAReadIsNotNeeded() throws HttpException {
        Validators current = new Validators(null, SECOND);
        long now = Instant.now().getEpochSecond();
        assertEquals(304, read(current, "If-Modified-Since", HttpDate.format(now)));
        assertEquals(200, read(current, "If-Modified-Since", HttpDate.format(now + 86_400)));
    }

    @Test
    void rangeOfADateIsOneOfContentThatHasThatDate() {
        Response whole = Response.text("0123456789");
        Request get = Request.of("GET", "/", "Range", "bytes=1-2", "If-Range", DATE);
        assertEquals(206, rangeStatus(get, whole, SECOND));
        assertEquals(200, rangeStatus(get, whole, SECOND - 1));
        assertEquals(200, rangeStatus(get, whole, SECOND + 1));
        assertEquals(200, rangeStatus(get, whole, HttpDate.NONE));
        long future = Instant.now().getEpochSecond() + 86_400;
        Request later = Request.of("GET", "/", "Range", "bytes=1-2",
                "If-Range", HttpDate.format(future));
        assertEquals(200, rangeStatus(later, whole, future), "its second isn't over");
    }

    private static int rangeStatus(Request get, Response whole, long modifiedSecond) {
        return ContentResponse.ranges(get, whole, new Validators(null, modifiedSecond))
                .status().code();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"!\"", "\"~\"", "\"\u0080\"", "\"\u00ff\"", "W/\"\""})
    void tagOfTheRfcIsRead(String tag) throws HttpException {
        assertEquals(304, read(new Validators(tag, SECOND), "If-None-Match", tag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\u007f\"", "\"\u0100\"", "\"\u0000\"", "\" \""})
    void tagWithAnythingElseIsRefused(String tag) {
        assertThrows(HttpException.class, () -> EntityTags.of(tag));
        assertThrows(IllegalArgumentException.class, () -> new Validators(tag, SECOND));
    }

    @Test
    void timeOfTheFutureIsSaidToBeNow() {
        long now = Instant.now().getEpochSecond();
        long said = HttpDate.parse(new Validators(null, now + 86_400).lastModified());
        assertTrue(said >= now && said < now + 86_400, "not tomorrow");
        assertEquals(DATE, new Validators(null, SECOND).lastModified());
    }
}
