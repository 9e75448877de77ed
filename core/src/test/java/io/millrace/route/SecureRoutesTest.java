package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** HttpsRedirect, and what Filter.strictTransport makes. */
class SecureRoutesTest {

    /** A request for an authority, by a connection that is secure or not. */
    private record Sent(String authority, String path, String query, boolean isSecure)
            implements RequestHead {

        @Override
        public String method() {
            return "PUT";
        }

        @Override
        public String target() {
            return query == null ? path : path + "?" + query;
        }

        @Override
        public boolean isHttp11() {
            return true;
        }

        @Override
        public Headers headers() {
            return Headers.of();
        }

        @Override
        public long bodyLength() {
            return 0;
        }

        @Override
        public ConnectionInfo connection() {
            return ConnectionInfo.builder().secure(isSecure).build();
        }
    }

    private static Response redirected(int port, String authority, String path, String query)
            throws Exception {
        return Told.by(new HttpsRedirect(port), new Sent(authority, path, query, false));
    }

    private static String location(int port, String authority, String path, String query)
            throws Exception {
        return redirected(port, authority, path, query).headers().first("Location");
    }

    @Test
    void clientIsSentToTheSamePathOfTheSameHost() throws Exception {
        Response response = redirected(443, "a.example", "/b/c", null);
        assertEquals(Status.PERMANENT_REDIRECT, response.status());
        assertEquals("https://a.example/b/c", response.headers().first("Location"));
        assertEquals("no-cache", response.headers().first("Cache-Control"));
        assertEquals("use https://a.example/b/c\n", Told.text(response));
        assertEquals("https://a.example/?", location(443, "a.example", "/", ""));
        assertEquals("https://a.example/b?c=d&e", location(443, "a.example", "/b", "c=d&e"));
        assertEquals("https://a.example/%0A//x", location(443, "a.example", "/%0A//x", null));
    }

    @Test
    void portOfTheRequestGivesWayToThatOfHttps() throws Exception {
        assertEquals("https://a.example/", location(443, "a.example:80", "/", null));
        assertEquals("https://a.example:8443/", location(8443, "a.example:8080", "/", null));
        assertEquals("https://a.example:8443/", location(8443, "a.example", "/", null));
        assertEquals("https://[::1]/", location(443, "[::1]", "/", null));
        assertEquals("https://[::1]:8443/", location(8443, "[::1]:80", "/", null));
        assertEquals("https://127.0.0.1:1/", location(1, "127.0.0.1:", "/", null));
    }

    @Test
    void requestWithoutHostOrPathIsRefused() throws Exception {
        for (String authority : new String[] {null, ""}) {
            assertEquals(Status.BAD_REQUEST, redirected(443, authority, "/", null).status());
        }
        for (String path : new String[] {"", "*"}) {
            assertEquals(Status.BAD_REQUEST, redirected(443, "a.example", path, null).status());
        }
    }

    @Test
    void redirectNeedsAPort() {
        new HttpsRedirect(65_535);
        for (int wrong : new int[] {-1, 0, 65_536}) {
            assertThrows(IllegalArgumentException.class, () -> new HttpsRedirect(wrong));
        }
    }

    private static String strict(Duration maxAge, Handler handler, boolean isSecure)
            throws Exception {
        return Told.by(Filter.strictTransport(maxAge).around(handler),
                new Sent("a.example", "/", null, isSecure)).headers()
                .first("Strict-Transport-Security");
    }

    @Test
    void responseToASecureRequestIsMarkedAndNoOther() throws Exception {
        Handler hello = request -> Response.text("hello");
        assertEquals("max-age=86400", strict(Duration.ofDays(1), hello, true));
        assertNull(strict(Duration.ofDays(1), hello, false));
        assertEquals("max-age=0", strict(Duration.ZERO, hello, true));
        assertThrows(IllegalArgumentException.class,
                () -> Filter.strictTransport(Duration.ofSeconds(-1)));
    }

    @Test
    void refusalOfAHandlerIsMarkedAsWell() throws Exception {
        assertEquals("max-age=1", strict(Duration.ofSeconds(1), request -> {
            throw new HttpException(Status.NOT_FOUND, "not here");
        }, true));
    }
}
