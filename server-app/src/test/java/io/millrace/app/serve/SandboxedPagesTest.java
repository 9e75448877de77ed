package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.RawRequest;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SandboxedPagesTest {

    private static final String TOKEN = "Authorization: Bearer t\r\n";

    private HttpServer server;

    /** Behind it is what needs the token t, but for health checks. */
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(0, new SandboxedPages().around(request -> {
            boolean may = "Bearer t".equals(request.headers().first("Authorization"))
                    || request.method().equals("HEALTH");
            return Response.text(request.method()).with("Vary", "Accept")
                    .with(may ? Status.OK : Status.UNAUTHORIZED);
        }));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String send(String method, String fields) throws IOException {
        return RawRequest.send("http://127.0.0.1:" + server.address().getPort(),
                method + " /a HTTP/1.1\r\n" + fields, "");
    }

    private static void assertUnmarked(int status, String response) {
        assertEquals(status, RawRequest.status(response));
        assertFalse(response.contains("Access-Control-"), response);
        assertEquals("Accept", RawRequest.field(response, "Vary"));
    }

    private String preflight(String origin, String fields) throws IOException {
        return send("OPTIONS", "Origin: " + origin + "\r\nAccess-Control-Request-Method: PUT\r\n"
                + fields);
    }

    @Test
    void pageThatIsGoingToSendATokenMay() throws Exception {
        for (String names : List.of("authorization", "x-a, Authorization ,x-b",
                "x-a\r\nAccess-Control-Request-Headers: AUTHORIZATION")) {
            String granted = preflight("null",
                    "Access-Control-Request-Headers: " + names + "\r\n");
            assertEquals(204, RawRequest.status(granted), names);
            assertEquals("null", RawRequest.field(granted, "Access-Control-Allow-Origin"));
            assertEquals("Origin", RawRequest.field(granted, "Vary"));
            assertEquals(OtherOrigins.methods(),
                    RawRequest.field(granted, "Access-Control-Allow-Methods"));
            assertEquals(OtherOrigins.requestFields(),
                    RawRequest.field(granted, "Access-Control-Allow-Headers"));
            assertEquals("600", RawRequest.field(granted, "Access-Control-Max-Age"));
        }
    }

    @Test
    void pageThatSendsNoneIsToldNothing() throws Exception {
        for (String fields : List.of("", "Access-Control-Request-Headers: x-authorization\r\n",
                "Access-Control-Request-Headers: content-type\r\n" + TOKEN)) {
            String refused = preflight("null", fields);
            assertEquals(403, RawRequest.status(refused), fields);
            assertFalse(refused.contains("Access-Control-"), refused);
        }
    }

    @Test
    void whatItsOwnTokenGetsMayBeRead() throws Exception {
        String got = send("GET", "Origin: null\r\n" + TOKEN);
        assertEquals("GET", RawRequest.body(got));
        assertEquals("null", RawRequest.field(got, "Access-Control-Allow-Origin"));
        assertEquals(OtherOrigins.responseFields(),
                RawRequest.field(got, "Access-Control-Expose-Headers"));
        assertTrue(got.contains("\r\nVary: Accept\r\n") && got.contains("\r\nVary: Origin\r\n"),
                got);
        assertNull(RawRequest.field(got, "Access-Control-Allow-Credentials"));
    }

    @Test
    void refusalForWantOfATokenMayNot() throws Exception {
        assertUnmarked(401, send("GET", "Origin: null\r\n"));
        assertUnmarked(401, send("GET", "Origin: null\r\nAuthorization: Bearer wrong\r\n"));
    }

    @Test
    void whatNeedsNoTokenMayNotWithoutOneEither() throws Exception {
        assertUnmarked(200, send("HEALTH", "Origin: null\r\n"));
    }

    @Test
    void allOthersPassAsTheyAre() throws Exception {
        for (String origin : List.of("", "Origin: https://a.example\r\n", "Origin: NULL\r\n")) {
            assertUnmarked(200, send("GET", origin + TOKEN));
        }
        assertUnmarked(401, preflight("https://a.example",
                "Access-Control-Request-Headers: authorization\r\n"));
        // An OPTIONS that no browser sends before a request is a request.
        assertEquals("OPTIONS", RawRequest.body(send("OPTIONS", "Origin: null\r\n" + TOKEN)));
        String other = send("DELETE", "Origin: null\r\nAccess-Control-Request-Method: PUT\r\n"
                + TOKEN);
        assertEquals("DELETE", RawRequest.body(other));
    }
}
