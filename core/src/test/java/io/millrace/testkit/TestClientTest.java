package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Attribute;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client gets from handlers that keep their contract. */
class TestClientTest {

    @Test
    void responseHasWhatTheHandlerSet() {
        TestResponse response = TestClient.of(request -> Response.text(request.path())
                .with(Status.CREATED).add("A", "1").add("a", "2")).get("/x");
        assertEquals(201, response.code());
        assertEquals(Status.CREATED, response.assertStatus(201).status());
        assertEquals("/x", response.text());
        assertEquals("2", response.header("content-length"));
        assertEquals(List.of("1", "2"), response.headers().all("A"));
        assertFalse(response.isCut() || response.closes());
        assertTrue(response.hasResponse());
        assertNull(response.failure());
        assertNull(response.abandonment());
    }

    @Test
    void headAndBodilessStatusesHaveNoBody() {
        CountingBody body = new CountingBody(Body.of(TestClientBodyTest.bytes(5)));
        TestClient client = TestClient.of(request -> Response.of(
                Status.of(Integer.parseInt(request.path().substring(1)))).with(body));
        TestResponse head = client.send(TestRequest.head("/200"));
        assertEquals("5", head.header("Content-Length"));
        assertEquals(0, head.bytes().length);
        assertEquals(1, body.closes);
        assertEquals(0, client.get("/204").bytes().length);
        assertEquals(0, client.get("/304").bytes().length);
        assertNull(client.get("/204").header("Content-Length"));
        assertEquals(4, body.closes);
        assertEquals("7", TestClient.of(request -> Response.of(Status.OK).with(Body.absent(7)))
                .send(TestRequest.head("/")).header("Content-Length"));
    }

    @Test
    void trailersFollowABodyThatIsSent() {
        Handler handler = request -> Response.text("abc")
                .withTrailers(() -> Headers.of("Rows", "1"));
        assertEquals("1", TestClient.of(handler).get("/").trailers().first("Rows"));
        assertEquals(0, TestClient.of(handler).send(TestRequest.head("/")).trailers().size());
        assertEquals(0, TestClient.of(handler).send(TestRequest.get("/").http10()).trailers()
                .size());
    }

    @Test
    void informationalResponsesAreKept() {
        TestResponse response = TestClient.of(request -> {
            request.inform(Response.of(Status.EARLY_HINTS).add("Link", "</a>"));
            assertThrows(IllegalArgumentException.class,
                    () -> request.inform(Response.of(Status.OK)));
            return Response.text("");
        }).get("/");
        assertEquals(1, response.informed().size());
        assertEquals("</a>", response.informed().get(0).headers().first("Link"));
    }

    @Test
    void attributesGoWithOneRequest() {
        Attribute<String> user = Attribute.of("user");
        TestClient client = TestClient.of(request -> {
            String before = request.attribute(user);
            request.attribute(user, "Ann");
            return Response.text(before + ", " + request.attribute(user));
        });
        TestRequest request = TestRequest.get("/");
        assertEquals("null, Ann", client.send(request).text());
        assertEquals("null, Ann", client.send(request).text());
        assertEquals("Bob, Ann", client.send(request.with(user, "Bob").pieces(1)).text());
    }

    @Test
    void cookiesAreKeptIfAskedFor() {
        Handler handler = request -> {
            Response response = Response.text(request.headers().first("Cookie") + "");
            return switch (request.path()) {
                case "/set" -> response.add("Set-Cookie", "a=1; Path=/; HttpOnly")
                        .add("Set-Cookie", "b=2; Path=/b").add("Set-Cookie", "c=3; secure; Path=/")
                        .add("Set-Cookie", "malformed");
                case "/clear" -> response.add("Set-Cookie", "a=; Max-Age=0; Path=/")
                        .add("Set-Cookie", "b=; Path=/b; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
                default -> response;
            };
        };
        TestClient browser = TestClient.of(handler).withCookies();
        assertEquals("null", browser.get("/set").text());
        assertEquals("a=1", browser.get("/").text());
        assertEquals("a=1; b=2", browser.get("/b").text());
        assertEquals("a=1; b=2", browser.get("/b/c").text());
        assertEquals("a=1", browser.get("/bc").text());
        assertEquals("a=1; c=3", browser.send(TestRequest.get("/").secure()).text());
        browser.get("/clear");
        assertEquals("null", browser.get("/b").text());
        TestClient other = TestClient.of(handler);
        other.get("/set");
        assertEquals("null", other.get("/").text());
        assertEquals("null", browser.withCookies().send(TestRequest.get("/").secure()).text());
    }

    @Test
    void refusalIsAResponse() {
        TestResponse response = TestClient.of(request -> {
            throw new HttpException(Status.NOT_FOUND, "no such note");
        }).get("/");
        assertEquals("no such note\n", response.assertStatus(404).text());
        assertNull(response.failure());
    }

    @Test
    void failureIs500AndKeepsItsCause() {
        IllegalStateException cause = new IllegalStateException("a bug");
        TestResponse response = TestClient.of(request -> {
            throw cause;
        }).get("/");
        assertEquals(500, response.code());
        assertSame(cause, response.failure());
        AssertionError error = assertThrows(AssertionError.class,
                () -> response.assertStatus(200));
        assertSame(cause, error.getCause());
        assertTrue(error.getMessage().startsWith("expected status 200 but got:\n500 Internal"),
                error.getMessage());
        ExchangeStub exchange = new ExchangeStub();
        exchange.atComplete = new IOException("no disk");
        assertEquals("no disk",
                TestClient.of(request -> exchange).get("/").failure().getMessage());
        assertEquals("late", TestClient.of(request -> Response.later(
                CompletableFuture.failedFuture(new IOException("late")))).get("/").failure()
                .getMessage());
    }
}
