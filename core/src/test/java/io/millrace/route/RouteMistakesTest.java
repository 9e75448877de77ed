package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Handler;
import io.millrace.http.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes in routes, in words that say what to write instead. */
class RouteMistakesTest {

    @Test
    void nameThatNoPatternHasIsAMistakeAndNot404() throws Exception {
        Routes routes = Routes.builder()
                .get("/a/{id}", request -> Response.text(Routes.parameters(request).text("di")))
                .get("/b/{id}", request ->
                        Response.text(Routes.parameters(request).text("team", "none"))).build();
        assertEquals("no path parameter di in [id]", assertThrows(IllegalArgumentException.class,
                () -> Told.get(routes, "/a/7")).getMessage());
        assertEquals("none", Told.get(routes, "/b/7"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/a/:id | write {id} for a parameter, not :id",
        "/a/<int:id> | write {name} for a parameter, not <int:id>",
        "/a/* | * is no wildcard: write {name} for any segment, or {name...} for the rest of the "
                + "path",
        "/a/** | * is no wildcard: write {name} for any segment, or {name...} for the rest of the "
                + "path",
        "/a/*.js | * is no wildcard: write {name} for any segment, or {name...} for the rest of "
                + "the path",
        "/a/{id:[0-9]+} | a parameter has no expression: write {name}, and check its value in the "
                + "handler",
        "/a/{id:[^/]+} | a parameter has no expression: write {name}, and check its value in the "
                + "handler",
        "/a/{*path} | write {name...} for the rest of the path",
        "/a/{path*} | write {name...} for the rest of the path",
        "/a/{id?} | a parameter is never optional: add a second route without it",
        "/a/{id}.json | a parameter must be a whole segment: /{name}",
        "/a{id} | a parameter must be a whole segment: /{name}",
        "/a?b=c | the query and the fragment are not part of the path: leave out what begins with "
                + "?",
        "/a//b | it has an empty segment; write one slash, not //",
        "/a%20b | segments are written decoded, without % and control characters",
        "a | it must begin with /",
        "/{a}/{a} | duplicate parameter name a"
    })
    void mistakeIsRefusedWithWhatToWriteInstead(String pattern, String why) {
        Routes.Builder builder = Routes.builder();
        assertEquals("invalid pattern " + pattern + ": " + why,
                assertThrows(IllegalArgumentException.class,
                        () -> builder.get(pattern, request -> Response.text(""))).getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> builder.mount(pattern, request -> Response.text("")));
    }

    @Test
    void handlerThatIsNullIsRefusedWithItsPattern() {
        Routes.Builder builder = Routes.builder();
        assertEquals("no handler (null) for GET /a", assertThrows(IllegalArgumentException.class,
                () -> builder.get("/a", null)).getMessage());
        assertEquals("no handler (null) for any method /a",
                assertThrows(IllegalArgumentException.class,
                        () -> builder.any("/a", null)).getMessage());
        assertEquals("no handler (null) for mounted /a",
                assertThrows(IllegalArgumentException.class,
                        () -> builder.mount("/a", null)).getMessage());
    }

    @Test
    void methodInLowerCaseIsRefusedUnlessItIsNoMethodOfHttp() throws Exception {
        Handler handler = request -> Response.text("brewed");
        assertEquals("invalid method: \"get\": methods are case-sensitive, write GET",
                assertThrows(IllegalArgumentException.class,
                        () -> Routes.builder().route("get", "/", handler)).getMessage());
        Routes routes = Routes.builder().route("brew", "/", handler).build();
        assertEquals("brewed", Told.text(Told.ask(routes, "brew", "/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "*", "{p}", "/{}", "/{...}", "/{p", "/p}", "/a{p}", "/{p}a",
        "/{p}/{p}", "/{p...}/a", "/{p...}/", "/{a b}", "/a%20b", "/a?b", "/a#b", "/.", "/a/../b",
        "/a\nb", "/{p}{q}"})
    void wrongPatternIsRefusedWhenItIsAdded(String pattern) {
        Routes.Builder builder = Routes.builder();
        assertThrows(IllegalArgumentException.class,
                () -> builder.get(pattern, request -> Response.text("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET ", "G\nET", "G\u00c9T", "GET,"})
    void methodThatIsNoTokenIsRefused(String method) {
        Routes.Builder builder = Routes.builder();
        assertThrows(IllegalArgumentException.class,
                () -> builder.route(method, "/", request -> Response.text("")));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a", "/{a}, /{b}", "/a/{x...}, /a/{y...}"})
    void twoRoutesForTheSameRequestsAreRefused(String one, String other) {
        Routes.Builder builder = Routes.builder().get(one, request -> Response.text(""))
                .any(one, request -> Response.text("")).put(other, request -> Response.text(""));
        assertThrows(IllegalArgumentException.class,
                () -> builder.get(other, request -> Response.text("")));
        assertThrows(IllegalArgumentException.class,
                () -> builder.any(other, request -> Response.text("")));
    }

    @Test
    void builderGoesOnWithoutChangingWhatItHasBuilt() throws Exception {
        Routes.Builder builder = Routes.builder().get("/a", request -> Response.text("a"));
        Routes first = builder.build();
        Routes second = builder.get("/b", request -> Response.text("b")).build();
        assertEquals("404", Told.get(first, "/b"));
        assertEquals("b", Told.get(second, "/b"));
        assertEquals("a", Told.get(second, "/a"));
    }
}
