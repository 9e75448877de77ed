package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    })
    void allThreeFormsOfTheRfcAreRead(String text) {
        assertEquals(784111777, HttpDate.parse(text));
    }

    @Test
    void onlyTheFirstFormIsWritten() {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.format(784111777));
        assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", HttpDate.format(0));
        assertEquals("Wed, 31 Dec 1969 23:59:59 GMT", HttpDate.format(-1));
        assertEquals("Thu, 29 Feb 2024 23:59:59 GMT", HttpDate.format(1709251199));
    }

    @Test
    void datesThatFourDigitsCannotHaveAreTheNearestThatTheyCan() {
        String first = "Sat, 01 Jan 0000 00:00:00 GMT";
        String last = "Fri, 31 Dec 9999 23:59:59 GMT";
        assertEquals(first, HttpDate.format(-62_167_219_200L));
        assertEquals(first, HttpDate.format(-62_167_219_201L));
        assertEquals(first, HttpDate.format(Long.MIN_VALUE));
        assertEquals(last, HttpDate.format(253_402_300_799L));
        assertEquals(last, HttpDate.format(253_402_300_800L));
        assertEquals(last, HttpDate.format(Long.MAX_VALUE));
    }

    @Test
    void dayOfTheWeekIsTheCalendars() {
        for (LocalDate day = LocalDate.of(0, 1, 1); day.getYear() < 10_000;
                day = day.plusDays(100)) {
            long second = day.toEpochDay() * 86_400;
            String name = day.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            assertEquals(name, HttpDate.format(second).substring(0, 3), day::toString);
            assertEquals(name, HttpDate.format(second + 86_399).substring(0, 3), day::toString);
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        for (long second = 0; second < 4_000_000_000L; second += 86_399 * 7 + 3601) {
            assertEquals(second, HttpDate.parse(HttpDate.format(second)));
        }
    }

    @Test
    void leapSecondIsReadAsTheOneBefore() {
        assertEquals(1483228799, HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 +0000",
    })
    void anythingElseIsNoDate(String text) {
        assertEquals(HttpDate.NONE, HttpDate.parse(text));
    }
}
