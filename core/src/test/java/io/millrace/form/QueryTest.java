package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a query is decoded to, and what is refused. */
class QueryTest {

    static List<String> pairs(Values values) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            pairs.add(values.name(i) + "=" + values.value(i));
        }
        return pairs;
    }

    private static Values query(String query) throws HttpException {
        return Query.of(Request.of("GET", "/a?" + query));
    }

    // As the URL standard of WHATWG says.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a=1&b=2&a=3 | a=1,b=2,a=3",
        "a | a=",
        "a= | a=",
        "=b | =b",
        "= | =",
        "&&a=1&& | a=1",
        "& | ''",
        "'' | ''",
        "a=b=c | a=b=c",
        "a=%26%3D%2B%25 | a=&=+%",
        "a+b=c+d%20e | a b=c d e",
        "z%C3%BC=%e4%bd%a0%F0%9F%98%80 | zü=你😀",
        "a%5B%5D=1&a%5B%5D=2 | a[]=1,a[]=2",
        "a=1;b=2 | a=1;b=2", // a semicolon separates nothing
        "a=%2525 | a=%25", // decoded once
        "a=x?/:@ | a=x?/:@",
        "zü=1 | zü=1"}) // a head that is made by hand
    void pairsAreDecodedInOrder(String query, String pairs) throws Exception {
        assertEquals(pairs, String.join(",", pairs(query(query))), query);
    }

    @Test
    void textAreaKeepsItsLines() throws Exception {
        assertEquals("1\r\n\t2\n", query("a=1%0D%0A%092%0A").text("a"));
    }

    @Test
    void requestWithoutAQueryHasNoParameters() throws Exception {
        assertEquals(0, Query.of(Request.of("GET", "/a")).size());
        assertEquals(10, Query.of(Request.of("GET", "/a")).integer("limit", 10));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a=% | query parameter a has malformed percent-encoding",
        "a=%4 | query parameter a has malformed percent-encoding",
        "a=%4&1 | query parameter a has malformed percent-encoding",
        "a=%4g | query parameter a has malformed percent-encoding",
        "a=%-1 | query parameter a has malformed percent-encoding",
        "b=1&%zz=1 | query parameter number 2 has malformed percent-encoding",
        "a=%u00fc | query parameter a has malformed percent-encoding",
        "a=%FC | query parameter a is not in UTF-8",
        "a=%C0%AF | query parameter a is not in UTF-8", // an overlong slash
        "a=%ED%A0%80 | query parameter a is not in UTF-8", // half of a surrogate pair
        "%FF | query parameter number 1 is not in UTF-8",
        "a=%00 | query parameter a has a control character",
        "a=%1B | query parameter a has a control character",
        "a=x%7F | query parameter a has a control character",
        "a%0A=1 | query parameter number 1 has a control character in its name",
        "a%20b=% | query parameter number 1 has malformed percent-encoding"})
    void malformedParameterIsRefusedByName(String query, String why) {
        HttpException refusal = assertThrows(HttpException.class, () -> query(query));
        assertEquals(why, refusal.getMessage());
        assertEquals(Status.BAD_REQUEST, refusal.status());
    }

    @Test
    void parameterWhoseNameIsLongIsRefusedByNumber() {
        String name = "n".repeat(40);
        assertEquals("query parameter " + name + " is not in UTF-8",
                assertThrows(HttpException.class, () -> query(name + "=%FF")).getMessage());
        assertEquals("query parameter number 1 is not in UTF-8",
                assertThrows(HttpException.class, () -> query(name + "n=%FF")).getMessage());
    }

    @Test
    void thousandParametersAreReadAndOneMoreIsRefused() throws Exception {
        String query = "a&".repeat(1000);
        assertEquals(1000, query(query).size());
        HttpException refusal = assertThrows(HttpException.class, () -> query(query + "&b"));
        assertEquals("more than 1000 query parameters", refusal.getMessage());
        assertEquals(Status.BAD_REQUEST, refusal.status());
    }

    @Test
    void parametersHaveTypes() throws Exception {
        assertEquals(7, query("limit=7").integer("limit", 10));
        assertEquals("query parameter limit is not an integer: x", assertThrows(
                HttpException.class, () -> query("limit=x").integer("limit")).getMessage());
        assertEquals("query parameter a is given twice",
                assertThrows(HttpException.class, () -> query("a=1&a=2").text("a")).getMessage());
    }

    @Test
    void anyQueryIsReadOrRefused() throws Exception {
        String letters = "ab=&+%0139cfF\u00fc";
        Random random = new Random(2);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder query = new StringBuilder();
            for (int i = random.nextInt(16); i > 0; i--) {
                query.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                query(query.toString());
            } catch (HttpException e) {
                assertEquals(Status.BAD_REQUEST, e.status());
                refused++;
            }
        }
        assertTrue(refused > 1000 && refused < 19_000, "refused " + refused);
    }
}
