package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {

    private static final String APP = "https://app.example";
    private static final String OTHER = "https://app.example.evil.example";
    private static final Handler HELLO =
            request -> Response.text("hello").with("Vary", "Accept");
    private static final Handler CORS = Cors.builder(APP, "http://localhost:3000")
            .methods("PUT", "DELETE").headers("Authorization", "Content-Type").exposed("ETag")
            .credentials().maxAge(Duration.ofMinutes(1)).build().around(HELLO);

    /** The CORS fields of an answer, and Vary, which come sorted. */
    private static String fields(Response response) {
        TreeMap<String, List<String>> fields = new TreeMap<>();
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.startsWith("Access-Control-") || name.equals("Vary")) {
                fields.put(name.replace("Access-Control-", ""), headers.all(name));
            }
        }
        return fields.toString();
    }

    private static Response ask(Handler handler, String method, String... fields)
            throws Exception {
        return Told.by(handler, Request.of(method, "/", fields));
    }

    private static Response preflight(Handler handler, String origin) throws Exception {
        return ask(handler, "OPTIONS", "Origin", origin,
                "Access-Control-Request-Method", "PUT");
    }

    @Test
    void answerToAnAllowedOriginMayBeSeen() throws Exception {
        assertEquals("{Allow-Credentials=[true], Allow-Origin=[" + APP + "],"
                + " Expose-Headers=[ETag], Vary=[Accept, Origin]}",
                fields(ask(CORS, "GET", "Origin", APP)));
        assertEquals("http://localhost:3000",
                ask(CORS, "GET", "Origin", "http://localhost:3000").headers()
                        .first("Access-Control-Allow-Origin"));
    }

    @Test
    void answerToAnotherOriginOrToNoneMayNotBeSeenButVaries() throws Exception {
        for (String origin : new String[] {OTHER, "null", "", "https://app.example:8443",
            "http://app.example"}) {
            Response response = ask(CORS, "GET", "Origin", origin);
            assertEquals("hello", Told.text(response));
            assertEquals("{Vary=[Accept, Origin]}", fields(response));
        }
        assertEquals("{Vary=[Accept, Origin]}", fields(ask(CORS, "GET")));
    }

    @Test
    void preflightIsAnsweredWithoutTheHandler() throws Exception {
        Response response = preflight(CORS, APP);
        assertEquals(Status.NO_CONTENT, response.status());
        assertEquals("{Allow-Credentials=[true], Allow-Headers=[Authorization, Content-Type],"
                + " Allow-Methods=[PUT, DELETE], Allow-Origin=[" + APP + "], Max-Age=[60],"
                + " Vary=[Origin]}", fields(response));
    }

    @Test
    void preflightOfAnotherOriginIsRefused() throws Exception {
        Response response = preflight(CORS, OTHER);
        assertEquals(Status.FORBIDDEN, response.status());
        assertEquals("{Vary=[Origin]}", fields(response));
    }

    @Test
    void optionsThatIsNoPreflightReachesTheHandler() throws Exception {
        assertEquals("hello", Told.text(ask(CORS, "OPTIONS", "Origin", APP)));
        assertEquals("hello", Told.text(ask(CORS, "OPTIONS",
                "Access-Control-Request-Method", "PUT")));
        assertEquals("hello", Told.text(ask(CORS, "PUT", "Origin", APP,
                "Access-Control-Request-Method", "PUT")));
    }

    @Test
    void allOriginsGetTheSameAnswer() throws Exception {
        Handler open = Cors.builder("*").build().around(HELLO);
        String seen = "{Allow-Origin=[*], Vary=[Accept]}";
        assertEquals(seen, fields(ask(open, "GET", "Origin", OTHER)));
        assertEquals(seen, fields(ask(open, "GET", "Origin", "null")));
        assertEquals(seen, fields(ask(open, "GET")));
        assertEquals("{Allow-Origin=[*], Max-Age=[600]}", fields(preflight(open, OTHER)));
    }

    @Test
    void refusalMayBeSeenAsWell() throws Exception {
        Handler refusing = Cors.builder(APP).build().around(request -> {
            throw new HttpException(Status.CONFLICT, "no");
        });
        Response response = ask(refusing, "GET", "Origin", APP);
        assertEquals(Status.CONFLICT, response.status());
        assertEquals("{Allow-Origin=[" + APP + "], Vary=[Origin]}", fields(response));
        assertNull(response.headers().first("Access-Control-Expose-Headers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "app.example", "https://app.example/", "https://",
        "https://App.example", "https://app.example:443", "http://app.example:80",
        "https://app.example:", "https://a@app.example", "https://*.example",
        "https://app.example?", "ftp://app.example", "https://app.example\n"})
    void textThatIsNoOriginIsAMistake(String origin) {
        assertThrows(IllegalArgumentException.class, () -> Cors.builder(origin));
    }

    @Test
    void originsWithPortsAndAddressesAreTaken() throws Exception {
        for (String origin : new String[] {"http://[::1]:3000", "http://127.0.0.1:8080",
            "https://a-b.example:444"}) {
            Handler handler = Cors.builder(origin).build().around(HELLO);
            assertEquals(origin, ask(handler, "GET", "Origin", origin).headers()
                    .first("Access-Control-Allow-Origin"));
        }
    }

    @Test
    void otherMistakesAreRefusedWhenTheFilterIsMade() {
        assertThrows(IllegalArgumentException.class, () -> Cors.builder("*", APP));
        assertThrows(IllegalArgumentException.class,
                () -> Cors.builder("*").credentials().build());
        assertThrows(IllegalArgumentException.class,
                () -> Cors.builder(APP).maxAge(Duration.ofSeconds(-1)).build());
        assertThrows(IllegalArgumentException.class,
                () -> Cors.builder(APP).methods("PUT\r\nA: b").build());
    }
}
