package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {

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

    @Test
    void specificPatternWithoutTheMethodLeavesTheRequestToAnother() throws Exception {
        Routes routes = Routes.builder()
                .put("/a/new", request -> Response.text("put"))
                .get("/a/{x}", request -> Response.text(Routes.parameter(request, "x")))
                .build();
        assertEquals("put", Told.text(Told.ask(routes, "PUT", "/a/new")));
        assertEquals("new", Told.get(routes, "/a/new"));
        assertEquals("GET, HEAD, OPTIONS, PUT",
                Told.ask(routes, "DELETE", "/a/new").headers().first("Allow"));
        assertEquals("GET, HEAD, OPTIONS",
                Told.ask(routes, "PUT", "/a/x").headers().first("Allow"));
    }

    @Test
    void methodThatThePathDoesNotHaveIs405WithAllow() throws Exception {
        Routes routes = Routes.builder()
                .put("/a", request -> Response.text("put"))
                .delete("/a", request -> Response.text("delete"))
                .post("/b", request -> Response.text("post")).build();
        Response response = Told.ask(routes, "GET", "/a");
        assertEquals(Status.METHOD_NOT_ALLOWED, response.status());
        assertEquals("DELETE, OPTIONS, PUT", response.headers().first("Allow"));
        assertEquals(Status.METHOD_NOT_ALLOWED, Told.ask(routes, "PATCH", "/a").status());
        assertEquals(Status.METHOD_NOT_ALLOWED, Told.ask(routes, "HEAD", "/b").status());
        assertEquals(Status.NOT_FOUND, Told.ask(routes, "GET", "/c").status());
    }

    @Test
    void methodThatNobodyKnowsIs501AndOneThatARouteKnowsIsNot() throws Exception {
        Routes routes = Routes.builder()
                .route("PROPFIND", "/dav", request -> Response.text("found"))
                .get("/a", request -> Response.text("a")).build();
        assertEquals(Status.NOT_IMPLEMENTED, Told.ask(routes, "BREW", "/a").status());
        assertEquals(Status.NOT_IMPLEMENTED, Told.ask(routes, "get", "/a").status());
        assertEquals(Status.NOT_IMPLEMENTED, Told.ask(routes, "BREW", "/nowhere").status());
        assertEquals(Status.METHOD_NOT_ALLOWED, Told.ask(routes, "PROPFIND", "/a").status());
        assertEquals("found", Told.text(Told.ask(routes, "PROPFIND", "/dav")));
    }

    @Test
    void headGoesToTheHandlerForGetUnlessItHasItsOwn() throws Exception {
        Routes routes = Routes.builder()
                .get("/a", request -> Response.text("get by " + request.method()))
                .get("/b", request -> Response.text("get"))
                .route("HEAD", "/b", request -> Response.text("head")).build();
        assertEquals("get by HEAD", Told.text(Told.ask(routes, "HEAD", "/a")));
        assertEquals("head", Told.text(Told.ask(routes, "HEAD", "/b")));
    }

    @Test
    void optionsIsAnsweredUnlessRouted() throws Exception {
        Routes routes = Routes.builder()
                .get("/a", request -> Response.text("a"))
                .put("/{x}", request -> Response.text("x"))
                .route("OPTIONS", "/own", request -> Response.text("own")).build();
        Response response = Told.ask(routes, "OPTIONS", "/a");
        assertEquals(Status.NO_CONTENT, response.status());
        assertEquals("GET, HEAD, OPTIONS, PUT", response.headers().first("Allow"));
        assertEquals("own", Told.text(Told.ask(routes, "OPTIONS", "/own")));
        assertEquals(Status.NOT_FOUND, Told.ask(routes, "OPTIONS", "/a/b").status());
    }

    @Test
    void optionsOfTheWholeServerNamesTheMethodsOfAllRoutes() throws Exception {
        Routes routes = Routes.builder()
                .get("/a", request -> Response.text("a"))
                .put("/b/{x}", request -> Response.text("x")).build();
        Response response = Told.ask(routes, "OPTIONS", "*");
        assertEquals(Status.NO_CONTENT, response.status());
        assertEquals("GET, HEAD, OPTIONS, PUT", response.headers().first("Allow"));
    }

    @Test
    void anyTakesWhatHasNoRouteOfItsOwnThere() throws Exception {
        Routes routes = Routes.builder()
                .any("/a", request -> Response.text("any " + request.method()))
                .get("/a", request -> Response.text("get")).build();
        assertEquals("get", Told.get(routes, "/a"));
        assertEquals("get", Told.text(Told.ask(routes, "HEAD", "/a")));
        assertEquals("any OPTIONS", Told.text(Told.ask(routes, "OPTIONS", "/a")));
        assertEquals("any BREW", Told.text(Told.ask(routes, "BREW", "/a")));
        assertEquals(Status.NOT_IMPLEMENTED, Told.ask(routes, "BREW", "/b").status());
    }

    @Test
    void noRouteAtAllIsNotFound() throws Exception {
        Routes routes = Routes.builder().build();
        assertEquals("404", Told.get(routes, "/"));
        assertEquals(Status.NO_CONTENT, Told.ask(routes, "OPTIONS", "*").status());
    }

    @Test
    void routesWithinRoutesSeeTheParametersOfBoth() throws Exception {
        Handler inner = Routes.builder().get("/{a}/{b}/c", request -> Response.text(
                Routes.parameter(request, "b") + Routes.parameter(request, "rest"))).build();
        Routes outer = Routes.builder().any("/x/{rest...}", inner).build();
        assertEquals("yy/c", Told.get(outer, "/x/y/c"));
    }

    @Test
    void parameterIsReadThroughAFilterThatWrapsTheRequest() throws Exception {
        Filter wrapping = next -> request -> next.handle(new WrappedRequest(request) { });
        Routes routes = Routes.builder().get("/{p}", wrapping.then(wrapping).around(
                request -> Response.text(Routes.parameter(request, "p")))).build();
        assertEquals("a", Told.get(routes, "/a"));
    }

    @Test
    void parameterThatTheRouteDoesNotHaveIsAMistake() {
        Routes routes = Routes.builder().get("/{p}", request -> {
            Routes.parameter(request, "q");
            return Response.text("");
        }).build();
        assertThrows(IllegalArgumentException.class, () -> Told.get(routes, "/a"));
        assertThrows(IllegalArgumentException.class,
                () -> Routes.parameter(Request.of("GET", "/a"), "p"));
    }

    @Test
    void requestOfARouteWithoutParametersIsPassedAsItIs() throws Exception {
        List<RequestHead> seen = new ArrayList<>();
        Routes routes = Routes.builder().get("/a", request -> {
            seen.add(request);
            return Response.text("");
        }).build();
        Request head = Request.of("GET", "/a");
        routes.handle(head);
        assertSame(head, seen.get(0));
    }

    @Test
    void clientThatLeavesIsToldOfThroughAFilterThatWrapsTheRequest() {
        List<String> told = new ArrayList<>();
        WrappedRequest within = new WrappedRequest(Request.of("GET", "/")) {
            @Override
            public void whenGone(Runnable action) {
                told.add("gone");
                action.run();
            }

            @Override
            public void whenHalfClosed(Runnable action) {
                told.add("half closed");
                action.run();
            }
        };
        RequestHead request = new RoutedRequest(within, List.of(), new String[0]);
        request.whenGone(() -> told.add("ran"));
        request.whenHalfClosed(() -> told.add("ran"));
        assertEquals(List.of("gone", "ran", "half closed", "ran"), told);
    }

    @Test
    void wrappedRequestIsTheOneWithinButForWhatItChanges() {
        Request head = Request.of("PUT", "/a?b", "C", "d").withBody(7);
        WrappedRequest wrapped = new WrappedRequest(head) {
            @Override
            public String method() {
                return "POST";
            }
        };
        assertEquals("POST", wrapped.method());
        assertEquals("/a?b", wrapped.target());
        assertEquals("/a", wrapped.path());
        assertEquals("b", wrapped.query());
        assertEquals("localhost", wrapped.authority());
        assertTrue(wrapped.isHttp11());
        assertSame(head.headers(), wrapped.headers());
        assertEquals(7, wrapped.bodyLength());
        assertEquals(head.toString(), wrapped.toString());
        assertSame(wrapped, WrappedRequest.find(wrapped, WrappedRequest.class));
        assertNull(WrappedRequest.find(wrapped, RoutedRequest.class));
        assertNull(WrappedRequest.find(head, WrappedRequest.class));
    }

    @Test
    void parametersAreValuesWithTypesAnd404ForOthers() throws Exception {
        Routes routes = Routes.builder().get("/users/{id}/days/{day}", request -> {
            Values path = Routes.parameters(request);
            return Response.text(path.integer("id") + " " + path.as("day", LocalDate::parse)
                    + " " + path.names());
        }).build();
        assertEquals("7 2026-11-29 [id, day]", Told.get(routes, "/users/7/days/2026-11-29"));
        Response response = Told.ask(routes, "GET", "/users/x/days/2026-11-29");
        assertEquals(Status.NOT_FOUND, response.status());
        assertEquals("path parameter id is not an integer: x\n", Told.text(response));
        assertEquals("404", Told.get(routes, "/users/7/days/2026-13-01"));
        assertEquals(0, Routes.parameters(Request.of("GET", "/users/7")).size());
    }

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

    @Test
    void eachMethodHasItsWord() throws Exception {
        Handler handler = request -> Response.text("for " + request.method());
        Routes routes = Routes.builder().get("/", handler).head("/", handler).post("/", handler)
                .put("/", handler).patch("/", handler).delete("/", handler).options("/", handler)
                .build();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            assertEquals("for " + method, Told.text(Told.ask(routes, method, "/")));
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
