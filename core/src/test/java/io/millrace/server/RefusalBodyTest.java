package io.millrace.server;

import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.ProblemDetails;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Refusals in the form that an application gives them, byte by byte. */
class RefusalBodyTest {

    /** As in the docs. */
    private static final RefusalBody PROBLEM = (status, message) -> Response.of(status)
            .with(ProblemDetails.of(status).detail(message)).set("X-Form", "problem");

    private static ServerOptions.Builder options(RefusalBody form) {
        return ServerOptions.builder().port(0).refusalBody(form);
    }

    private static Conversation conversation(RefusalBody form, Handler handler) {
        return new Conversation(options(form), handler);
    }

    private static Handler throwing(Exception failure) {
        return request -> {
            throw failure;
        };
    }

    private static String head(String status, String fields, int length, String connection) {
        return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + length + "\r\n"
                + connection + "\r\n";
    }

    private static String problem(String status, String message, String fields,
            String connection) {
        String body = "{\"title\":\"" + status.substring(4) + "\",\"status\":"
                + status.substring(0, 3) + ",\"detail\":\"" + message + "\"}";
        return head(status, fields + "Content-Type: application/problem+json\r\n"
                + "X-Form: problem\r\n", body.length(), connection) + body;
    }

    private static String closing(String status, String message) {
        return problem(status, message, "", "Connection: close\r\n");
    }

    private static String keeping(String status, String message) {
        return problem(status, message, "", "");
    }

    // Each door through which a refusal leaves.

    @Test
    void whatIsNoRequestIsRefusedInTheForm() {
        assertEquals(closing("400 Bad Request", "the request line has more than three parts: "
                + "encode spaces in the request target as %20"),
                conversation(PROBLEM, request -> Response.text(""))
                        .send("GET /a b HTTP/1.1\r\n\r\n").sent());
    }

    @Test
    void headThatIsNoRequestGetsTheHeadOnly() {
        String sent = conversation(PROBLEM, request -> Response.text(""))
                .send("HEAD /a b HTTP/1.1\r\n\r\n").sent();
        assertTrue(sent.endsWith("\r\n\r\n"), sent);
        assertTrue(sent.contains("\r\nContent-Type: application/problem+json\r\n"), sent);
    }

    @Test
    void slowHeadIsRefusedInTheForm() {
        Conversation conversation = conversation(PROBLEM, request -> Response.text(""));
        conversation.send("GET / HTTP/1.1\r\n");
        conversation.expire();
        assertEquals(closing("408 Request Timeout", "the request arrived too slowly"),
                conversation.sent());
    }

    @Test
    void largeBodyIsRefusedInTheForm() {
        Conversation conversation = new Conversation(options(PROBLEM).maxBodyBytes(4),
                request -> new ExchangeStub());
        assertEquals(keeping("413 Content Too Large", "the body is longer than 4 bytes"),
                conversation.send(put("hello")).sent());
    }

    @Test
    void failedHandlerIsRefusedInTheFormWithoutItsReason() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(keeping("500 Internal Server Error", "internal server error"),
                    conversation(PROBLEM, throwing(new IOException("secret")))
                            .send(get("/")).sent());
            assertEquals(List.of("the handler failed: GET / | java.io.IOException: secret"),
                    logged.lines());
        }
    }

    @Test
    void lateApplicationIsRefusedInTheForm() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation = conversation(PROBLEM,
                    request -> Response.later(new CompletableFuture<>()));
            conversation.send(get("/"));
            conversation.expire();
            assertEquals(keeping("503 Service Unavailable",
                    "the application took too long to respond"), conversation.sent());
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void httpExceptionIsSentInTheFormAndNotLogged() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(keeping("404 Not Found", "no such order"),
                    conversation(PROBLEM, throwing(
                            new HttpException(Status.NOT_FOUND, "no such order")))
                            .send(get("/")).sent());
            assertEquals(List.of(), logged.lines());
        }
    }

    @Test
    void bodyRefusedByItsSinkIsRefusedInTheForm() {
        SinkStub refusing = SinkStub.dropping();
        ExchangeStub exchange = new ExchangeStub((SinkStub) bytes -> {
            refusing.write(bytes);
            throw new IOException("wrapped",
                    new HttpException(Status.UNPROCESSABLE_CONTENT, "not a letter"));
        });
        assertEquals(keeping("422 Unprocessable Content", "not a letter"),
                conversation(PROBLEM, request -> exchange).send(put("hello")).sent());
        exchange.assertAbandonedOnce();
    }

    @Test
    void collectedBodyThatIsTooLargeIsRefusedInTheForm() {
        for (String request : List.of(put("hello"), chunked("hello"))) {
            String sent = conversation(PROBLEM, head ->
                    Exchange.collect(head, 4, bytes -> Response.text("taken")))
                    .send(request).sent();
            assertEquals(keeping("413 Content Too Large", "the body is longer than 4 bytes"),
                    sent);
        }
    }

    @Test
    void sinksRefusalIsTextWithoutAForm() {
        ExchangeStub exchange = new ExchangeStub((SinkStub) bytes -> {
            throw new IOException("wrapped", new HttpException(Status.NOT_FOUND, "gone"));
        });
        assertEquals(Wire.text("404 Not Found", "gone\n"),
                conversation(null, request -> exchange).send(put("hello")).sent());
    }

    // Whose fields count.

    @Test
    void fieldsOfTheExceptionStayAndGoBeforeThoseOfTheForm() {
        HttpException busy = new HttpException(Status.SERVICE_UNAVAILABLE, "busy",
                Headers.of("Retry-After", "5", "X-Form", "mine", "Content-Type", "text/odd"));
        String body = "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"busy\"}";
        assertEquals(head("503 Service Unavailable", "Retry-After: 5\r\nX-Form: mine\r\n"
                + "Content-Type: application/problem+json\r\n", body.length(), "") + body,
                conversation(PROBLEM, throwing(busy)).send(get("/")).sent());
    }

    @Test
    void exceptionWithAResponseOfItsOwnIsLeftAsItIs() {
        assertEquals(Wire.text("409 Conflict", "mine\n"),
                conversation(PROBLEM, throwing(new HttpException(
                        Response.text("mine\n").with(Status.CONFLICT)))).send(get("/")).sent());
    }

    @Test
    void statusAndFramingAreTheServers() {
        RefusalBody meddling = (status, message) -> Response.text("no").with(Status.OK)
                .set("Connection", "close").set("Upgrade", "x").add("Link", "<a>")
                .add("Link", "<b>").withTrailers(() -> Headers.of("X-Sum", "1"));
        assertEquals(head("404 Not Found", "Content-Type: text/plain; charset=utf-8\r\n"
                + "Link: <a>\r\nLink: <b>\r\n", 2, "") + "no" + Wire.ok("next"),
                conversation(meddling, request -> {
                    if (request.path().equals("/next")) {
                        return Response.text("next");
                    }
                    throw new HttpException(Status.NOT_FOUND, "");
                }).send(get("/") + get("/next")).sent());
    }

    // Forms that fail.

    private static void assertText(RefusalBody form, String failure) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(Wire.text("404 Not Found", "gone\n"), conversation(form,
                    throwing(new HttpException(Status.NOT_FOUND, "gone"))).send(get("/")).sent());
            assertEquals(List.of("RefusalBody failed, the refusal is sent as text | " + failure),
                    logged.lines());
        }
    }

    @Test
    void formThatFailsLeavesTheTextAndIsLogged() throws Exception {
        assertText((status, message) -> {
            throw new IllegalStateException("no form");
        }, "java.lang.IllegalStateException: no form");
        assertText((status, message) -> null,
                "java.lang.NullPointerException: RefusalBody returned null");
        assertText((status, message) -> Response.later(new CompletableFuture<>()),
                "java.lang.IllegalStateException: the response is still pending; wait for its "
                        + "stage");
        assertText((status, message) -> Response.of(status).with(Body.absent(5)),
                "java.io.IOException: Body.absent has no bytes: it is for responses to HEAD only");
        assertText((status, message) -> Response.of(status).with(new StepwiseBody(10, "later")),
                "java.lang.IllegalArgumentException: the body of a refusal must be in memory");
    }

    @Test
    void bodyOf8192BytesIsSentAndOfOneMoreIsNot() throws Exception {
        String largest = "x".repeat(8192);
        assertEquals(Wire.text("404 Not Found", largest),
                conversation((status, message) -> Response.text(largest), throwing(
                        new HttpException(Status.NOT_FOUND, "gone"))).send(get("/")).sent());
        assertText((status, message) -> Response.text(largest + "x"),
                "java.lang.IllegalArgumentException: the body of a refusal must have at most 8192 "
                        + "bytes: 8193");
    }

    @Test
    void headAndBodyBeyond16KibAreNotSent() throws Exception {
        int most = 0;
        for (int fieldBytes = 7000; fieldBytes < 8300; fieldBytes++) {
            String value = "v".repeat(fieldBytes);
            List<String> failures = new ArrayList<>();
            try (Logged logged = new Logged(Connection.class)) {
                String sent = conversation((status, message) -> Response.text("x".repeat(8192))
                        .set("X-Long", value), throwing(new HttpException(Status.NOT_FOUND, "a")))
                        .send("nonsense\r\n\r\n").sent();
                failures.addAll(logged.lines());
                assertEquals(failures.isEmpty(), sent.contains("X-Long: "), sent);
            }
            if (!failures.isEmpty()) {
                most = fieldBytes;
                break;
            }
        }
        assertTrue(most > 7000, "the bound was not found: " + most);
    }

    /** The buffer is as full as can be when the refusal comes, whatever came before. */
    @Test
    void largestRefusalFitsBehindOtherResponses() {
        String body = "x".repeat(8192);
        String field = "v".repeat(7000);
        RefusalBody large = (status, message) -> Response.text(body).set("X-Long", field);
        for (int before = 560; before <= 700; before++) {
            Conversation conversation = conversation(large, request -> Response.text("hello"));
            String sent = conversation.send(get("/").repeat(before) + "nonsense\r\n\r\n").sent();
            String end = "\r\nX-Long: " + field + "\r\nContent-Length: 8192\r\n"
                    + "Connection: close\r\n\r\n" + body;
            assertTrue(sent.endsWith(end) && sent.startsWith(Wire.ok("hello").repeat(before)),
                    before + ": " + sent.length() + " bytes");
        }
    }

    @Test
    void bodyOfTheFormIsClosedOnce() {
        CountingBody body = new CountingBody(Body.of(new byte[] {'n', 'o'}));
        assertTrue(conversation((status, message) -> Response.of(status).with(body),
                throwing(new HttpException(Status.NOT_FOUND, ""))).send(get("/")).sent()
                .endsWith("\r\n\r\nno"));
        assertEquals(1, body.closes);
    }

    @Test
    void causeOfA5xxIsLoggedAndThatOfA4xxIsNot() throws Exception {
        for (Status status : List.of(Status.INTERNAL_SERVER_ERROR, Status.BAD_GATEWAY,
                Status.BAD_REQUEST)) {
            try (Logged logged = new Logged(Connection.class)) {
                assertEquals(Wire.text(status.code() + " " + status.reason(), "sorry\n"),
                        conversation(null, throwing(new HttpException(status, "sorry",
                                new IOException("refused")))).send(get("/")).sent());
                assertEquals(status != Status.BAD_REQUEST
                        ? List.of("the handler failed: GET / | java.io.IOException: refused")
                        : List.of(), logged.lines());
            }
        }
    }
}
