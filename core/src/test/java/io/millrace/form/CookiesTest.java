package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6265 sections 4.2 and 5.4: which cookies a request has. */
class CookiesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '@', value = {
        "a=1; b=2 | a=1,b=2",
        "a=1;b=2;  c=3 | a=1,b=2,c=3",
        "a= | a=",
        "a=b=c== | a=b=c==",
        "a=\"x\" | a=\"x\"", // RFC 6265 s4.1.1: quotes are part of the value
        "a=\"x; b=y\" | a=\"x,b=y\"", // and hide no semicolon
        "a=%20%zz | a=%20%zz",
        "a=x y,z | a=x y,z", // what browsers accept and so send back
        "A=1; a=2 | A=1,a=2",
        "a=1; a=2 | a=1,a=2",
        "$Version=1; a=1 | $Version=1,a=1", // of RFC 2965, which nobody sends
        " a = 1 ; b = 2 | a=1,b=2",
        "a=1; ; ;; b=2; | a=1,b=2",
        ";a=1 | a=1",
        "!#$%&'*+-.^_`~azAZ09=1 | !#$%&'*+-.^_`~azAZ09=1",
        "@@ | @@"})
    void pairsAreReadInOrder(String field, String pairs) {
        assertEquals(pairs, String.join(",",
                QueryTest.pairs(Cookies.of(Request.of("GET", "/", "Cookie", field)))), field);
    }

    // Any site of the same domain can set such, and the user would be locked out by a refusal.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"b", "=b", "b c=1", "b\u00fc=1", "b=\u00fc", "b@=1",
        "b=\t1\t2"})
    void malformedPairIsLeftOut(String pair) {
        assertEquals("[a=1, c=2]", QueryTest.pairs(Cookies.of(
                Request.of("GET", "/", "Cookie", "a=1; " + pair + "; c=2"))).toString());
    }

    @Test
    void linesAreOneList() {
        assertEquals("[a=1, b=2]", QueryTest.pairs(Cookies.of(
                Request.of("GET", "/", "Cookie", "a=1", "X", "y=z", "cookie", "b=2"))).toString());
    }

    @Test
    void requestWithoutCookiesHasNone() throws Exception {
        assertEquals("", Cookies.of(Request.of("GET", "/")).text("session", ""));
    }

    @Test
    void cookieThatIsThereTwiceIsNoTextToRelyOn() {
        HttpException refusal = assertThrows(HttpException.class, () -> Cookies.of(
                Request.of("GET", "/", "Cookie", "s=1; s=2")).text("s"));
        assertEquals("cookie s is given twice", refusal.getMessage());
    }

    @Test
    void lineOfPairsWithoutAnEqualsSignIsReadInTimeThatGrowsWithIt() {
        String line = "a;".repeat(2 << 20) + "b=1";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertEquals("[b=1]",
                QueryTest.pairs(Cookies.of(Request.of("GET", "/", "Cookie", line))).toString()));
    }
}
