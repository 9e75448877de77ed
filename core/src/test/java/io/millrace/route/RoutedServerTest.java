package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.ExchangeInfo;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerListener;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes and all filters in a server: raw bytes in, raw bytes out. */
class RoutedServerTest {

    private static final String TOKEN = "Authorization: Bearer s3cret\r\n";
    private static final String VARY = "Vary: Origin\r\n";

    /** Of requests to {@code /files}, in their order. */
    private final List<ExchangeStub> uploads = new CopyOnWriteArrayList<>();
    private final Ends log = new Ends();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private HttpServer server;

    @TempDir
    Path folder;

    /** Stores bodies by the exchange that the library has for that. */
    private Handler storing() {
        return request -> Exchange.into(folder.resolve(Routes.parameter(request, "key")),
                file -> Response.text("stored " + file.getFileName()));
    }

    @BeforeEach
    void start() throws IOException {
        Filter authentication = Authentication.bearer("files", Map.of("ann", "s3cret"));
        Routes routes = Routes.builder()
                .get("/hello/{name}", request ->
                        Response.text("Hello, " + Routes.parameter(request, "name")))
                .get("/later", request -> Response.later(CompletableFuture.supplyAsync(
                        () -> Response.text("late"))))
                .put("/files/{key}", authentication.then(Filter.maxBodyBytes(10))
                        .around(request -> upload()))
                .put("/into/{key}", Filter.maxBodyBytes(10).around(storing()))
                .put("/later/{key}", Filter.maxBodyBytes(10).around(
                        Handler.blocking(executor, storing()::handle)))
                .put("/limited", Filter.failures((request, failure) ->
                        failure instanceof HttpException refusal
                                ? Response.text("error: " + refusal.getMessage())
                                        .with(refusal.status()) : null)
                        .then(Filter.maxBodyBytes(10)).around(request -> upload()))
                .any("/failing/{how}", Filter.failures((request, failure) ->
                        failure instanceof IOException ? Response.text(request.method() + " "
                                + request.path() + ": " + failure.getMessage())
                                .with(Status.of(502)) : null)
                        .around(this::fail))
                .build();
        Handler all =
                Cors.builder("https://app.example").methods("PUT").build().around(routes);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).listener(log)
                .drainTimeout(Duration.ZERO).build(), all);
    }

    private Exchange fail(RequestHead request) throws Exception {
        IOException failure = new IOException("disk on fire");
        Handler throwing = now -> {
            throw failure;
        };
        ExchangeStub exchange = upload();
        switch (Routes.parameter(request, "how")) {
            case "now":
                throw failure;
            case "later":
                return Response.later(CompletableFuture.failedFuture(failure));
            case "executor":
                return Handler.blocking(executor, throwing::handle).handle(request);
            case "complete":
                exchange.atComplete = failure;
                return exchange;
            case "sink":
                exchange.atSink = failure;
                return exchange;
            default:
                throw new HttpException(Status.NOT_FOUND, "not found");
        }
    }

    /** What the server tells of each request that it has answered. */
    private static final class Ends implements ServerListener {

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final List<String> routes = new CopyOnWriteArrayList<>();

        @Override
        public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
            routes.add(String.valueOf(exchange.route()));
            lines.add(exchange.notes().user() + " " + exchange.method() + " "
                    + exchange.target() + " " + status.code() + " " + sentBytes);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        executor.shutdown();
    }

    private ExchangeStub upload() {
        ExchangeStub upload = new ExchangeStub();
        uploads.add(upload);
        return upload;
    }

    /** Sends a request that is the connection's last; what comes back, without the date. */
    private String ask(String startLine, String fields, String body) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(60_000);
            socket.connect(server.address());
            socket.getOutputStream().write((startLine + " HTTP/1.1\r\nHost: a\r\n" + fields
                    + "Connection: close\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            return answer.replaceFirst("Date: [^\r]*\r\n", "");
        }
    }

    /** An answer in plain text after which the connection ends. */
    private static String text(String status, String fields, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n" + fields
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    private void assertTold(String line) {
        assertEquals(List.of(line), log.lines);
    }

    @Test
    void routeLeadsToItsHandlerWithTheParameter() throws Exception {
        assertEquals(text("200 OK", VARY, "Hello, Zo\u00eb"),
                ask("GET /hello/Zo%C3%AB", "", ""));
        assertTold("null GET /hello/Zo%C3%AB 200 11");
    }

    @Test
    void listenerHearsOfTheRouteAndNotOfThePath() throws Exception {
        ask("GET /hello/Bob", "", "");
        ask("PUT /hello/Bob", "", "");
        ask("GET /failing/now?a=b", "", "");
        assertEquals(List.of("/hello/{name}", "null", "/failing/{how}"), log.routes);
    }

    @Test
    void failuresGetTheResponseOfTheFilter() throws Exception {
        for (String how : List.of("now", "later", "executor", "complete", "sink")) {
            assertEquals(text("502 Bad Gateway", VARY, "PUT /failing/" + how + ": disk on fire"),
                    ask("PUT /failing/" + how, "Content-Length: 2\r\n", "ab"), how);
        }
        assertEquals(text("404 Not Found", VARY, "not found\n"),
                ask("PUT /failing/unknown", "Content-Length: 2\r\n", "ab"));
    }

    // Cors is around all of them, and adds its field.
    @Test
    void refusalsKeepTheFormOfTheServerWithTheFieldsOfTheFilters() throws Exception {
        server.close();
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                .refusalBody((status, message) ->
                        Response.json("{\"error\":\"" + message + "\"}")).build(),
                Cors.builder("https://app.example").build().around(Routes.builder()
                        .get("/users/{id}", request -> Response.text("user "
                                + Routes.parameters(request).integer("id")))
                        .put("/limited", Filter.maxBodyBytes(10).around(request -> upload()))
                        .build()));
        String json = "HTTP/1.1 %s\r\n" + VARY + "%sContent-Type: application/json\r\n"
                + "Content-Length: %d\r\nConnection: close\r\n\r\n%s";
        String unknown = "{\"error\":\"not found\"}";
        assertEquals(String.format(json, "404 Not Found", "", unknown.length(), unknown),
                ask("GET /x", "", ""));
        String malformed = "{\"error\":\"path parameter id is not an integer: x\"}";
        assertEquals(String.format(json, "404 Not Found", "", malformed.length(), malformed),
                ask("GET /users/x", "", ""));
        String tooLong = "{\"error\":\"the body is longer than 10 bytes\"}";
        String refused = String.format(json, "413 Content Too Large", "", tooLong.length(),
                tooLong);
        assertEquals(refused, ask("PUT /limited", "Content-Length: 11\r\n", "01234567890"));
        assertEquals(refused, ask("PUT /limited", "Transfer-Encoding: chunked\r\n",
                "8\r\n01234567\r\n3\r\n890\r\n0\r\n\r\n"));
    }

    @Test
    void bodyThatIsTooLongOnItsWayGetsTheResponseOfTheFilter() throws Exception {
        String refusal = text("413 Content Too Large", VARY, "error: the body is longer than 10"
                + " bytes");
        assertEquals(refusal, ask("PUT /limited", "Content-Length: 11\r\n", "01234567890"));
        assertEquals(refusal, ask("PUT /limited", "Transfer-Encoding: chunked\r\n",
                "8\r\n01234567\r\n3\r\n890\r\n0\r\n\r\n"));
    }

    @Test
    void headGetsTheLengthOfWhatGetWouldGet() throws Exception {
        assertEquals(text("200 OK", VARY, "Hello, Bob").replace("Hello, Bob", ""),
                ask("HEAD /hello/Bob", "", ""));
        assertTold("null HEAD /hello/Bob 200 0");
    }

    @Test
    void whatHasNoRouteIsAnswered() throws Exception {
        assertEquals(text("404 Not Found", VARY, "not found\n"), ask("GET /x", "", ""));
        assertEquals(text("405 Method Not Allowed", "Allow: GET, HEAD, OPTIONS\r\n" + VARY,
                "method not allowed\n"), ask("PUT /later", "", ""));
        assertEquals(text("501 Not Implemented", VARY, "method not supported\n"),
                ask("BREW /later", "", ""));
        assertTrue(ask("OPTIONS *", "", "").startsWith("HTTP/1.1 204 No Content\r\n"
                + "Allow: GET, HEAD, OPTIONS, PUT\r\n"));
    }

    @Test
    void laterAnswerPassesTheFilters() throws Exception {
        assertEquals(text("200 OK", VARY + "Access-Control-Allow-Origin: https://app.example\r\n",
                "late"), ask("GET /later", "Origin: https://app.example\r\n", ""));
        assertTold("null GET /later 200 4");
    }

    @Test
    void bodyAtTheLimitIsTaken() throws Exception {
        assertEquals(text("200 OK", VARY, "taken"),
                ask("PUT /files/a", TOKEN + "Content-Length: 10\r\n", "0123456789"));
        assertEquals("0123456789", uploads.get(0).bytes.toString(StandardCharsets.US_ASCII));
        assertEquals(text("200 OK", VARY, "taken"), ask("PUT /files/b",
                TOKEN + "Transfer-Encoding: chunked\r\n",
                "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"));
        assertEquals("0123456789", uploads.get(1).bytes.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void bodyOnePastTheLimitIsNotTaken() throws Exception {
        String refusal = text("413 Content Too Large", VARY,
                "the body is longer than 10 bytes\n");
        assertEquals(refusal,
                ask("PUT /files/a", TOKEN + "Content-Length: 11\r\n", "01234567890"));
        assertEquals(List.of(), uploads);
        assertEquals(refusal, ask("PUT /files/a", TOKEN + "Transfer-Encoding: chunked\r\n",
                "8\r\n01234567\r\n3\r\n890\r\n0\r\n\r\n"));
        uploads.get(0).assertAbandonedOnce();
        assertEquals(List.of("ann PUT /files/a 413 33", "ann PUT /files/a 413 33"), log.lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/into/a", "/later/a"})
    void limitHoldsAroundAFileExchangeNowAndLater(String path) throws Exception {
        String chunked = "Transfer-Encoding: chunked\r\n";
        assertEquals(text("413 Content Too Large", VARY, "the body is longer than 10 bytes\n"),
                ask("PUT " + path, chunked, "8\r\n01234567\r\n3\r\n890\r\n0\r\n\r\n"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
        assertEquals(text("200 OK", VARY, "stored a"),
                ask("PUT " + path, chunked, "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n"));
        assertEquals("0123456789", Files.readString(folder.resolve("a")));
        assertEquals(List.of("null PUT " + path + " 413 33", "null PUT " + path + " 200 8"),
                log.lines);
    }

    @Test
    void requestWithoutATokenIsRefusedBeforeItsBodyIsAskedFor() throws Exception {
        String answer = ask("PUT /files/a", "Content-Length: 5\r\nExpect: 100-continue\r\n", "");
        assertEquals(text("401 Unauthorized", "WWW-Authenticate: Bearer realm=\"files\"\r\n"
                + VARY, "missing bearer token\n"), answer);
        assertEquals(List.of(), uploads);
    }
}
