package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 12.5.1: which media type a client is sent. */
class AcceptTest {

    private static final String HTML = "text/html";
    private static final String JSON = "application/json";

    private static Accept accept(String... lines) {
        return Accept.of(lines.length == 1 ? Headers.of("Accept", lines[0])
                : Headers.of("Accept", lines[0], "X", "y", "ACCEPT", lines[1]));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application/json | application/json",
        "text/html;q=0.5, application/json | application/json",
        "text/html;q=0.5, application/json;q=0.4 | text/html",
        "application/json, text/html | text/html", // equal: the server's order
        "application/*, */* | application/json", // named more specifically
        "application/json, text/plain, */* | application/json",
        "*/*;q=0.9, text/html;q=0.1 | application/json",
        "text/*;q=0 , */* | application/json",
        "*/* | text/html",
        "APPLICATION/JSON;Q=0.001 | application/json",
        "application/json;charset=utf-8 | application/json",
        "application/json ; charset=\"a,b;\\\"c\" ; q=0.2, text/html;q=0.1 | application/json",
        "application/json;q=1;q=0;x | application/json",
        "image/png | ",
        "text/html;q=0, application/json;q=0.000 | ",
        "*/*;q=0 | ",
        "text/html;q=0.9, text/html;q=0 | text/html", // the first of two
        // Weights that clients get wrong. The first is what java.net.URLConnection sends.
        "image/gif, image/jpeg, *; q=.2, */*; q=.2 | text/html",
        "text/html;q=0.3333, application/json;q=0.3339 | text/html",
        "text/html;q=0., application/json;q=1. | application/json"})
    void best(String field, String best) {
        assertEquals(best, accept(field).best(HTML, JSON), field);
    }

    // What is malformed counts as if it were missing, and a field without an element as missing.
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", ";", ";q=1", "/", "text/", "/html", "text", "*/html",
        "a/b/c", "application/json;q=2", "application/json;q=1.001", "application/json;q=-1",
        "application/json;q=", "application/json;q=.", "application/json;q=x",
        "application/json;q=0.4:", "application/json;q=0.5000x",
        "application/json;q=10", "application/json;x", "application/json;=y",
        "application/json;a=\"b", "application/json;a=\"\\"})
    void malformedElementIsIgnored(String field) {
        assertEquals(HTML, accept(field).best(HTML, JSON));
        assertEquals("image/png", accept("image/png," + field).best(HTML, JSON, "image/png"));
    }

    @Test
    void nothingButTheElementIsIgnored() {
        assertEquals(JSON, accept("text/html;q=x, application/json").best(HTML, JSON));
        assertEquals(JSON, accept("image/png;;a=b;, ,application/json").best(HTML, JSON));
        assertEquals(JSON, accept(",application/json").best(HTML, JSON));
    }

    // The example of RFC 9110 s12.5.1.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "text/plain;format=flowed | text/plain",
        "text/plain | image/jpeg",
        "image/jpeg | text/plain;format=fixed",
        "text/plain;format=fixed | text/html;level=3",
        "text/plain; FORMAT=\"flowed\" | text/html",
        "text/plain; FORMAT=\"flowed\" | text/plain",
        "text/plain; format=\"f\\lowed\" | text/plain"})
    void mostSpecificRangeCounts(String better, String worse) {
        Accept accept = accept("text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, "
                + "text/plain;format=fixed;q=0.4, */*;q=0.5");
        assertEquals(better, accept.best(worse, better));
        assertEquals(better, accept.best(better, worse));
    }

    @Test
    void parameterThatTheOfferLacksMakesARangeLessSpecific() {
        assertEquals(HTML, accept("text/html;level=1;q=0.1, text/html;q=0.9, "
                + "application/json;q=0.5").best(HTML, JSON));
    }

    @Test
    void parameterOfAnotherValueDoesNotMatch() {
        Accept accept = accept("application/vnd.x+json;version=2");
        assertTrue(accept.accepts("application/vnd.x+json;version=2"));
        assertTrue(accept.accepts("application/vnd.x+json"));
        assertFalse(accept.accepts("application/vnd.x+json;version=1"));
    }

    @Test
    void linesAreOneList() {
        assertEquals(JSON, accept("text/html;q=0.1", "application/json").best(HTML, JSON));
        assertEquals(HTML, Accept.of(Request.of("GET", "/", "Accept", "text/*")).best(JSON, HTML));
    }

    @Test
    void requestWithoutTheFieldAcceptsTheFirst() {
        Accept accept = Accept.of(Headers.empty());
        assertEquals(JSON, accept.best(JSON, HTML));
        assertTrue(accept.accepts(HTML));
        assertFalse(accept.prefers(HTML));
        assertEquals(null, accept.best());
    }

    @Test
    void preferredIsWhatIsNamedAndNotLessThanAnother() {
        assertTrue(accept("text/html, */*;q=0.8").prefers(HTML));
        assertTrue(accept("text/html, application/json").prefers(JSON));
        assertFalse(accept("text/html;q=0.9, application/json").prefers(HTML));
        assertFalse(accept("text/*").prefers(HTML));
        assertFalse(accept("text/html;q=0").prefers(HTML));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "text/*", "*/*", "*", "text/html, a/b", "text/html;q=x",
        "text/html;a=\""})
    void offerThatIsNoMediaTypeIsRefused(String offer) {
        assertThrows(IllegalArgumentException.class, () -> accept("*/*").best(offer));
        assertThrows(IllegalArgumentException.class, () -> accept("*/*").accepts(offer));
    }

    // Hints are never refused.
    @Test
    void anyFieldIsRead() {
        String letters = "a/*;q=.,\"\\ 019-t";
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder field = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                field.append(letters.charAt(random.nextInt(letters.length())));
            }
            String text = field.toString().strip();
            Accept.of(Headers.of("Accept", text)).best("a/t", "t/a;q1=0");
            AcceptEncoding.of(Headers.of("Accept-Encoding", text)).best("a", "t", "identity");
            assertNotNull(AcceptLanguage.of(Headers.of("Accept-Language", text)).best("t", "a-t"));
        }
    }
}
