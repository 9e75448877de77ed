package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths a pattern takes, and what the values of its parameters are. */
class RouteMatchTest {

    /** Answers with the pattern that led to it. */
    private static Routes patterns(String... patterns) {
        Routes.Builder builder = Routes.builder();
        for (String pattern : patterns) {
            builder.get(pattern, request -> Response.text(pattern));
        }
        return builder.build();
    }

    /** Answers with the value of parameter {@code p}. */
    private static Routes values(String pattern) {
        return Routes.builder()
                .get(pattern, request -> Response.text(Routes.parameter(request, "p"))).build();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, true", "/, //, false",
        "/a, /a, true", "/a, /a/, false", "/a, /, false", "/a, /A, false", "/a, /ab, false",
        "/ab, /a, false", "/a/, /a/, true", "/a/, /a, false", "/a/b, /a//b, false",
        "/a, //a, false", "/a, /a?b=c, true", "/a, /a;b, false",
        "/a, /%61, true", "/a, /%2561, false", "/a/b, /a%2Fb, false", "/a, /a%00, false",
        "/a, /a%, false", "/a, /%6, false", "/a, /%zz, false", "/caf\u00e9, /caf%C3%A9, true",
        "/caf\u00e9, /caf%c3%a9, true", "/caf\u00e9, /caf%E9, false", "/caf\u00e9, /cafe, false",
        "/a b, /a%20b, true", "/a b, /a+b, false", "/a+b, /a+b, true",
        "/\ud83d\ude80, /%F0%9F%9A%80, true", "/a*, /a*, true", "/a*, /ab, false",
        "/a:b, /a:b, true", "/:, /:, true", "/a:, /a%3A, true", "/a<b>, /a%3Cb%3E, true",
        "/a*b, /a%2Ab, true",
        "/{p}, /a, true", "/{p}, /, false", "/{p}, //, false", "/{p}, /a/, false",
        "/{p}/, /a/, true", "/{p}/b, //b, false", "/{p}/{q}, /a/b, true",
        "/a/{p...}, /a, false", "/a/{p...}, /a/, true", "/a/{p...}, /a/b/c/, true",
        "/{p...}, /, true"
    })
    void pathMatchesAPatternSegmentBySegment(String pattern, String target, boolean matches)
            throws Exception {
        assertEquals(matches ? pattern : "404", Told.get(patterns(pattern), target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "*", "x/a", "?a"})
    void pathWithoutASlashInFrontIsNotFound(String path) throws Exception {
        assertEquals("404", Told.get(patterns("/", "/a", "/x", "/{p...}"), path));
    }

    @ParameterizedTest
    @CsvSource({
        "/a, a", "/%61, a", "/%2561, %61", "/a%2Fb, a/b", "/..%2Fa, ../a", "/a+b, a+b",
        "/%C3%A9, \u00e9", "/%F0%9F%9A%80, \ud83d\ude80", "/..., ...", "/.a, .a", "/a;b=c, a;b=c"
    })
    void parameterIsDecodedOnce(String target, String value) throws Exception {
        assertEquals(value, Told.get(values("/{p}"), target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%4g", "/a%zz", "/%\uff10\uff10", "/%FF", "/%C3",
        "/%ED%A0%80", "/%C0%AF", "/%00", "/a%0Ab", "/%7F", "/\u00e9", "/\u0001", "/.", "/..",
        "/%2e",
        "/%2E.", "/.%2e", "/%2e%2e"})
    void parameterThatIsNoTextOrADotSegmentIsRefused(String target) throws Exception {
        assertEquals("400", Told.get(values("/{p}"), target));
        assertEquals("400", Told.get(values("/{p...}"), target));
    }

    @ParameterizedTest
    @CsvSource({
        "/, ''", "/a, a", "/a/, a/", "/a/b, a/b", "/%61/%62, a/b", "/a/%C3%A9/b, a/\u00e9/b"
    })
    void restIsDecodedSegmentBySegment(String target, String value) throws Exception {
        assertEquals(value, Told.get(values("/{p...}"), target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "//etc/passwd", "/a//b", "/a//", "/a%2Fb", "/a/..%2fb", "/a/../b",
        "/%2F", "/%2Fetc/passwd", "/a/%2Fb", "/a%2F", "/a/.", "/a/%2e%2e", "/../a", "/a/%FF"})
    void restThatWouldReadAsAnotherPathIsRefused(String target) throws Exception {
        assertEquals("400", Told.get(values("/{p...}"), target));
    }

    @Test
    void mostSpecificPatternWinsInWhateverOrderTheyWereAdded() throws Exception {
        List<String> patterns = new ArrayList<>(List.of("/a/b", "/a/{x}", "/a/{x...}", "/{y}/b",
                "/{y}/{z}", "/{z...}", "/a/{x}/c", "/a/b/d", "/aa", "/ab", "/ac", "/b"));
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(patterns, random);
            Routes routes = patterns(patterns.toArray(String[]::new));
            assertEquals("/a/b", Told.get(routes, "/a/b"));
            assertEquals("/a/{x}", Told.get(routes, "/a/x"));
            assertEquals("/a/{x...}", Told.get(routes, "/a/x/y"));
            assertEquals("/a/{x...}", Told.get(routes, "/a/"));
            assertEquals("/{y}/b", Told.get(routes, "/c/b"));
            assertEquals("/{y}/{z}", Told.get(routes, "/c/d"));
            assertEquals("/{z...}", Told.get(routes, "/c/d/e"));
            assertEquals("/{z...}", Told.get(routes, "/a"));
            assertEquals("/a/{x}/c", Told.get(routes, "/a/b/c"));
            assertEquals("/a/b/d", Told.get(routes, "/a/b/d"));
            assertEquals("/ab", Told.get(routes, "/ab"));
            assertEquals("/b", Told.get(routes, "/b"));
        }
    }

    // So that Filter.failures sees it, too.
    @Test
    void requestWithoutARouteIsRefusedByAnException() {
        Routes routes = patterns("/a");
        assertEquals(Status.NOT_FOUND, assertThrows(HttpException.class,
                () -> routes.handle(Request.of("GET", "/b"))).status());
        assertEquals(Status.METHOD_NOT_ALLOWED, assertThrows(HttpException.class,
                () -> routes.handle(Request.of("PUT", "/a"))).status());
        assertEquals(Status.NOT_IMPLEMENTED, assertThrows(HttpException.class,
                () -> routes.handle(Request.of("BREW", "/a"))).status());
    }

    @Test
    void patternIsNotedForWhoObservesTheRequest() throws Exception {
        RequestNotes notes = RequestNotes.kept();
        RequestHead observed = new WrappedRequest(Request.of("GET", "/users/7")) {
            @Override
            public RequestNotes notes() {
                return notes;
            }
        };
        Routes routes = patterns("/users/{id}");
        routes.handle(observed);
        assertEquals("/users/{id}", notes.route());
        routes.handle(Request.of("GET", "/users/7"));
        assertNull(RequestNotes.NONE.route());
    }

    @Test
    void longPathIsMatchedWithoutASearchThatGrowsWithIt() throws Exception {
        Routes routes = patterns("/{a}/{b}/c", "/{a}/x/{c}", "/a/{r...}");
        String path = "/a" + "/a".repeat(100_000);
        assertEquals("/a/{r...}", Told.get(routes, path));
        assertEquals("404", Told.get(routes, "/b" + path));
        assertEquals("a" + "/a".repeat(99_999), Told.get(values("/a/{p...}"), path));
    }

    @Test
    void eachOfManyLiteralsIsFound() throws Exception {
        String[] patterns = new String[1000];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = "/" + Integer.toHexString(i * 7919);
        }
        Routes routes = patterns(patterns);
        for (String pattern : patterns) {
            assertEquals(pattern, Told.get(routes, pattern));
            assertEquals("404", Told.get(routes, pattern + "g"));
        }
    }
}
