package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which route gets a request, and what its handler sees of it. */
class RoutesTest {

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
    void eachMethodHasItsWord() throws Exception {
        Handler handler = request -> Response.text("for " + request.method());
        Routes routes = Routes.builder().get("/", handler).head("/", handler).post("/", handler)
                .put("/", handler).patch("/", handler).delete("/", handler).options("/", handler)
                .build();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            assertEquals("for " + method, Told.text(Told.ask(routes, method, "/")));
        }
    }
}
