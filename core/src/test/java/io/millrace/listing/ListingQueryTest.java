package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query asks of a listing. */
class ListingQueryTest {

    private static ListingQuery of(String query, String... fields) throws HttpException {
        return ListingQuery.of(query, Headers.of(fields), null);
    }

    @Test
    void nothingAskedForIsAllAsHtml() throws HttpException {
        ListingQuery query = of("");
        assertInstanceOf(HtmlFormat.class, query.format());
        assertEquals(ListingQuery.UNLIMITED, query.limit());
        assertNull(query.after());
    }

    @Test
    void formatOfTheQueryWinsOverAccept() throws HttpException {
        assertInstanceOf(JsonFormat.class, of("format=json").format());
        assertInstanceOf(JsonFormat.class, of("format=json", "Accept", "text/html").format());
        assertInstanceOf(HtmlFormat.class,
                of("format=html", "Accept", "application/json").format());
        assertInstanceOf(JsonFormat.class, of("x=y", "Accept", "application/json").format());
    }

    @ParameterizedTest
    @CsvSource({"after=b, b", "after=a%20b, a b", "after=a+b, a b", "after=a%2Bb, a+b",
        "after=sub/, sub", "after=%C3%BC, \u00fc", "after=a=b, a=b", "after=a%26b, a&b",
        "C=M;O=A&after=b, b", "&&after=b&, b", "after=%25, %"})
    void afterIsAName(String query, String name) throws HttpException {
        assertEquals(name, of(query).after());
    }

    @Test
    void emptyAfterIsTheBeginning() throws HttpException {
        assertNull(of("after=").after());
        assertTrue(of("after=sub/").isAfterFolder());
        assertFalse(of("after=sub").isAfterFolder());
        assertNull(of("after").after());
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=%", "after=%zz", "after=%FF", "after=%0A", "after=%00",
        "after=a&after=b", "limit=1&limit=1", "format=json&format=json", "limit=", "limit",
        "limit=0", "limit=-1", "limit=+1", "limit=1.0", "limit=x", "limit=%31",
        "limit=1000000000000000000", "format=", "format=xml", "format=JSON"})
    void malformedParameterIsRefused(String query) {
        HttpException refusal = assertThrows(HttpException.class, () -> of(query), query);
        assertEquals(Status.BAD_REQUEST, refusal.status());
        assertEquals("invalid query: ", refusal.getMessage().substring(0, 15));
    }

    @Test
    void limitHasUpTo18Digits() throws HttpException {
        assertEquals(1, of("limit=1").limit());
        assertEquals(7, of("limit=007").limit());
        assertEquals(999_999_999_999_999_999L, of("limit=999999999999999999").limit());
    }

    @Test
    void nextIsTheSameRequestBehindAName() throws HttpException {
        assertEquals("?limit=2&after=a%26b%2B%20%3F", of("limit=2&x=y").next("a&b+ ?"));
        assertEquals("?format=json&limit=2&after=b", of("format=json&limit=2&after=a").next("b"));
        assertEquals("?format=html&limit=2&after=b", of("limit=2&format=html").next("b"));
        assertEquals("a+b c&d=\u00fc\ud83d\ude00", of(of("limit=1")
                .next("a+b c&d=\u00fc\ud83d\ude00").substring(1)).after());
    }
}
