package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes and other handlers below a prefix of other routes. */
class MountTest {

    /** Leaves routes a handler that nothing can look into. */
    private static final Filter OPAQUE = next -> request -> next.handle(request);

    /** Says which pattern has led to it, with which parameters. */
    private static Handler at(String pattern) {
        return request -> {
            StringBuilder text = new StringBuilder(pattern);
            for (int i = 0; i < Routes.parameters(request).size(); i++) {
                text.append(' ').append(Routes.parameters(request).name(i)).append('=')
                        .append(Routes.parameters(request).value(i));
            }
            return Response.text(text.toString());
        };
    }

    private static Routes users() {
        return Routes.builder().get("/", at("root")).get("/{id}", at("one"))
                .put("/{id}", at("put")).get("/new", at("new"))
                .get("/files/{path...}", at("files")).build();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/users, /api/users, root", "/api/users, /api/users/, 404", "/api/users, /api/us, 404",
        "/api/users, /api/usersx, 404", "/api/users, /api/users/new, new",
        "/api/users, /api/users/7, one id=7", "/api/users, /users/7, 404", "/api/users, /7, 404",
        "/api/users, /api/users/files/, files path=",
        "/api/users, /api/users/files/a/b, files path=a/b",
        "/api/users, /api/users/files, one id=files",
        "/api/users, /api/users/7/x, 404", "/api/users, /%61pi/users/7, one id=7",
        "/api/, /api/, root", "/api/, /api, 404", "/api/, /api/7, one id=7",
        "/, /, root", "/, /7, one id=7", "/, /files/a, files path=a",
        "/teams/{team}, /teams/a%20b, root team=a b", "/teams/{team}, /teams/a/7, one team=a id=7",
        "/teams/{team}, /teams//7, 404", "/teams/{team}, /teams/a/files/b, files team=a path=b",
        "/teams/{team}/, /teams/a/, root team=a", "/teams/{team}/, /teams/a, 404"
    })
    void routesMatchBehindThePrefixAlsoBehindAFilter(String prefix, String target, String outcome)
            throws Exception {
        assertEquals(outcome, Told.get(Routes.builder().mount(prefix, users()).build(), target));
        assertEquals(outcome,
                Told.get(Routes.builder().mount(prefix, OPAQUE.around(users())).build(), target));
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, root", "/a/b/, 404", "/a/b/7, one id=7", "/a, 404", "/a/, 404",
        "/a/b/files/c, files path=c"
    })
    void mountsMayBeWithinMountsOfEitherKind(String target, String outcome) throws Exception {
        for (Filter outer : new Filter[] {Filter.of(), OPAQUE}) {
            for (Filter inner : new Filter[] {Filter.of(), OPAQUE}) {
                Routes within = Routes.builder().mount("/b", inner.around(users())).build();
                assertEquals(outcome, Told.get(Routes.builder()
                        .mount("/a", outer.around(within)).build(), target));
                Routes atRoot = Routes.builder().mount("/", inner.around(users())).build();
                assertEquals(outcome, Told.get(Routes.builder()
                        .mount("/a/b", outer.around(atRoot)).build(), target));
            }
        }
    }

    @Test
    void mostSpecificRouteWinsAcrossMounts() throws Exception {
        Routes routes = Routes.builder()
                .mount("/api", Routes.builder().get("/{x...}", at("rest"))
                        .get("/{a}/{b}", at("two")).build())
                .get("/api/users/me", at("me"))
                .mount("/api/users", users())
                .get("/{x...}", at("other")).build();
        assertEquals("me", Told.get(routes, "/api/users/me"));
        assertEquals("one id=7", Told.get(routes, "/api/users/7"));
        assertEquals("two a=groups b=7", Told.get(routes, "/api/groups/7"));
        assertEquals("rest x=users/7/x", Told.get(routes, "/api/users/7/x"));
        assertEquals("other x=api", Told.get(routes, "/api"));
    }

    @Test
    void allowNamesTheMethodsOfAllRoutesForThePath() throws Exception {
        Routes routes = Routes.builder().mount("/users", users())
                .delete("/users/{other}", at("delete")).build();
        Response response = Told.ask(routes, "POST", "/users/7");
        assertEquals(Status.METHOD_NOT_ALLOWED, response.status());
        assertEquals("DELETE, GET, HEAD, OPTIONS, PUT", response.headers().first("Allow"));
        assertEquals("DELETE, GET, HEAD, OPTIONS, PUT",
                Told.ask(routes, "OPTIONS", "/users/7").headers().first("Allow"));
        assertEquals("DELETE, GET, HEAD, OPTIONS, PUT",
                Told.ask(routes, "OPTIONS", "*").headers().first("Allow"));
    }

    @Test
    void routesBehindAFilterRespondToWhatTheyDoNotHave() throws Exception {
        Routes routes = Routes.builder().mount("/users", OPAQUE.around(users()))
                .get("/{x...}", at("other")).build();
        assertEquals("GET, HEAD, OPTIONS, PUT",
                Told.ask(routes, "POST", "/users/7").headers().first("Allow"));
        assertEquals("GET, HEAD, OPTIONS",
                Told.ask(routes, "OPTIONS", "/users").headers().first("Allow"));
        assertEquals("404", Told.get(routes, "/users/7/x"));
        assertEquals("other x=user", Told.get(routes, "/user"));
    }

    @Test
    void parameterOfTheInnerRouteHidesThatOfTheSameNameOutsideAFilter() throws Exception {
        Routes routes = Routes.builder().mount("/teams/{id}", OPAQUE.around(users())).build();
        assertEquals("one id=7", Told.get(routes, "/teams/a/7"));
        assertEquals("root id=a", Told.get(routes, "/teams/a"));
    }

    @Test
    void conflictIsFoundWhereItIsWritten() {
        Routes.Builder builder = Routes.builder().get("/api/users/{name}", at("x"));
        assertEquals("GET /api/users/{id} matches the same requests as GET /api/users/{name}",
                assertThrows(IllegalArgumentException.class,
                        () -> builder.mount("/api/users", users())).getMessage());
        assertEquals("invalid pattern /teams/{id}/{id}: duplicate parameter name id",
                assertThrows(IllegalArgumentException.class,
                        () -> builder.mount("/teams/{id}", users())).getMessage());
        builder.mount("/a", OPAQUE.around(users()));
        assertThrows(IllegalArgumentException.class, () -> builder.mount("/a", at("a")));
        assertThrows(IllegalArgumentException.class, () -> builder.any("/a/{x...}", at("a")));
        assertThrows(IllegalArgumentException.class, () -> builder.any("/a", at("a")));
    }

    @Test
    void prefixHasNoRest() {
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> Routes.builder().mount("/a/{x...}", users())).getMessage()
                .startsWith("invalid prefix /a/{x...}: "));
    }

    @Test
    void handlerGetsTheWholePathAndAllMethodsBelow() throws Exception {
        Handler plain = request -> Response.text(request.method() + " " + request.path());
        Routes routes = Routes.builder().mount("/files", plain)
                .get("/files/own", at("own")).build();
        assertEquals("GET /files", Told.get(routes, "/files"));
        assertEquals("GET /files/", Told.get(routes, "/files/"));
        assertEquals("GET /files/a%2Fb//c", Told.get(routes, "/files/a%2Fb//c"));
        assertEquals("BREW /files/a", Told.text(Told.ask(routes, "BREW", "/files/a")));
        assertEquals("own", Told.get(routes, "/files/own"));
        assertEquals("PUT /files/own", Told.text(Told.ask(routes, "PUT", "/files/own")));
        assertEquals("404", Told.get(routes, "/filesystem"));
    }

    @Test
    void routesWithinAFilterThatChangesThePathMatchThatPath() throws Exception {
        Filter rewriting = next -> request -> next.handle(new WrappedRequest(request) {
            @Override
            public String path() {
                return "/8";
            }
        });
        assertEquals("one id=8", Told.get(Routes.builder()
                .mount("/users", rewriting.around(users())).build(), "/users/7"));
    }

    @Test
    void patternsAreNotedJoined() throws Exception {
        Routes inner = Routes.builder().mount("/users", OPAQUE.around(users())).build();
        Routes routes = Routes.builder().mount("/api/{v}", OPAQUE.around(inner))
                .mount("/users", users()).mount("/site", request -> Response.text("")).build();
        assertEquals("/api/{v}/users/{id}", noted(routes, "/api/1/users/7"));
        assertEquals("/api/{v}/users", noted(routes, "/api/1/users"));
        assertEquals("/api/{v}/users/{...}", noted(routes, "/api/1/users/7/x"));
        assertEquals("/users/{id}", noted(routes, "/users/7"));
        assertEquals("/site/{...}", noted(routes, "/site/a/b"));
        assertEquals("null", noted(routes, "/x"));
    }

    private static String noted(Handler routes, String target) throws Exception {
        RequestNotes notes = RequestNotes.kept();
        RequestHead observed = new WrappedRequest(Request.of("GET", target)) {
            @Override
            public RequestNotes notes() {
                return notes;
            }
        };
        Told.by(routes, observed);
        return String.valueOf(notes.route());
    }
}
