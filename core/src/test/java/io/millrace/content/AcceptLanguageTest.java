package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 section 12.5.4 and RFC 4647: which language a client is sent. */
class AcceptLanguageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "de | de",
        "DE-at | de", // lookup
        "de-Latn-AT | de",
        "pt | pt-BR", // the beginning of a longer tag
        "pt-PT | en", // another country's is not
        "zh-Hant-TW | zh-Hant", // before the longer zh-Hant-HK
        "zh-Hant-x-private | zh-Hant", // RFC 4647 s3.4: x goes with it
        "zh | zh-Hant-HK", // the first that it begins
        "zh-Hant | zh-Hant", // the very tag, before one that it begins
        "fr, de;q=0.5, pt;q=0.8 | pt-BR",
        "en-US,en;q=0.9,de;q=0.8 | en",
        "de;q=0 | en",
        "en;q=0, * | zh-Hant-HK",
        "en;q=0, zh;q=0, * | de",
        "*, de;q=0.5 | de", // a star comes last
        "* | en",
        "fr | en",
        "'' | en",
        "de;q=x | en",
        "d | en",
        "en;q=0, *;q=0 | en",
        "*;q=0 | en"}) // a text in any language rather than none
    void best(String field, String best) {
        AcceptLanguage accept = AcceptLanguage.of(Headers.of("Accept-Language", field));
        assertEquals(best, accept.best("en", "zh-Hant-HK", "zh-Hant", "de", "pt-BR"), field);
    }

    @Test
    void requestWithoutTheFieldGetsTheDefault() {
        assertEquals("en", AcceptLanguage.of(Request.of("GET", "/")).best("en", "de"));
        assertEquals("en", AcceptLanguage.of(Headers.empty()).best("en"));
    }

    @Test
    void excludedCountryIsLeftOutOfItsLanguage() {
        AcceptLanguage accept = AcceptLanguage.of(Headers.of("Accept-Language", "pt, pt-BR;q=0"));
        assertEquals("pt-PT", accept.best("en", "pt-BR", "pt-PT"));
        accept = AcceptLanguage.of(Headers.of("Accept-Language", "pt-BR, pt;q=0"));
        assertEquals("pt-BR", accept.best("en", "pt-BR", "pt-PT"));
    }

    @Test
    void rangeOf64LettersIsReadAndALongerOneIgnored() {
        String tag = "de-" + "abcdefgh-".repeat(6) + "abcdefg";
        assertEquals(64, tag.length());
        assertEquals("de", AcceptLanguage.of(Headers.of("Accept-Language", tag)).best("en", "de"));
        assertEquals("en",
                AcceptLanguage.of(Headers.of("Accept-Language", tag + "h")).best("en", "de"));
    }

    @Test
    void longestListIsReadInTimeThatGrowsWithIt() {
        String field = "zh,zh-x-a,pt,".repeat(80_000) + "zh-Hant;q=0,pt-BR;q=0";
        AcceptLanguage accept = AcceptLanguage.of(Headers.of("Accept-Language", field));
        assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> assertEquals("en", accept.best("en", "zh-Hant", "pt-BR")));
    }

    @Test
    void longListIsComparedWithManyOffersInTimeThatGrowsWithTheirSum() {
        String field = "zh,zh-x-a,pt,".repeat(80_000) + "l1999;q=0.1";
        AcceptLanguage accept = AcceptLanguage.of(Headers.of("Accept-Language", field));
        String[] offers = IntStream.range(0, 4000).mapToObj(i -> "l" + i).toArray(String[]::new);
        assertTimeoutPreemptively(Duration.ofSeconds(10),
                () -> assertEquals("l1999", accept.best("en", offers)));
    }

    @Test
    void linesAreOneList() {
        assertEquals("de", AcceptLanguage.of(Headers.of("Accept-Language", "en;q=0.1",
                "Accept-Language", "de")).best("en", "de"));
    }
}
