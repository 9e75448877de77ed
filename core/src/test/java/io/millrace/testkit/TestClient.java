package io.millrace.testkit;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.Objects;

/**
 * Sends requests to a handler, without a socket: it calls the handler and its exchanges as a server
 * does, and checks what they do.
 *
 * <pre>{@code
 * TestClient client = TestClient.of(new Notes());
 * client.send(TestRequest.put("/notes/7").json("{}")).assertStatus(201);
 * assertEquals("{}", client.get("/notes/7").text());
 * }</pre>
 *
 * <p>The calling thread plays the worker. Stages, paced sinks and bodies without bytes are waited
 * for, 10 seconds at a time unless {@link #within} sets another limit. The handler's executors need
 * threads of their own, as with a server. Redirects are not followed. The client sends all of its
 * body before it reads: {@link Exchange#transform} has to make do with what it can hold, 64 KiB.
 *
 * <p>Threads: one at a time. Errors: an {@link AssertionError} that names the class and the method
 * if the application breaks a contract: null in place of an exchange or a response, a sink or a
 * body whose count of bytes is not what was moved, a body that ends before its length, a file that
 * stays open, an exception of {@link Exchange#abandon}, a stage or a callback that doesn't come. An
 * {@link AssertionError} of the application passes through. Other exceptions are responses, as on a
 * server.
 *
 * @since 0.1
 */
public final class TestClient {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Handler handler;
    private final Duration limit;
    private final boolean mayKeepSinksOpen;
    /** Null if no cookies are kept. */
    private final CookieJar cookies;
    /** Of the last request; to find one that is used twice. */
    private Exchange last;

    private TestClient(Handler handler, Duration limit, boolean mayKeepSinksOpen,
            CookieJar cookies) {
        this.handler = handler;
        this.limit = limit;
        this.mayKeepSinksOpen = mayKeepSinksOpen;
        this.cookies = cookies;
    }

    /** A client of a handler. It keeps no cookies. */
    public static TestClient of(Handler handler) {
        return new TestClient(Objects.requireNonNull(handler), LIMIT, false, null);
    }

    /**
     * A client of the same handler that waits for at most so long at a time.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public TestClient within(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
        return new TestClient(handler, limit, mayKeepSinksOpen, cookies);
    }

    /**
     * A client of the same handler with a cookie jar of its own, which is empty: it sends back what
     * responses set, by path, until they expire or are taken back. It takes all requests for those
     * of one host.
     */
    public TestClient withCookies() {
        return new TestClient(handler, limit, mayKeepSinksOpen, new CookieJar());
    }

    /** A client of a handler whose exchanges share a file, and so leave their sink open. */
    public TestClient keepsSinksOpen() {
        return new TestClient(handler, limit, true, cookies);
    }

    /** Sends a GET. See {@link TestRequest#of} for targets. */
    public TestResponse get(String target) {
        return send(TestRequest.get(target));
    }

    /** Sends a POST with a text in UTF-8. See {@link TestRequest#of} for targets. */
    public TestResponse post(String target, String body) {
        return send(TestRequest.post(target).body(body));
    }

    /** Sends a PUT with a text in UTF-8. See {@link TestRequest#of} for targets. */
    public TestResponse put(String target, String body) {
        return send(TestRequest.put(target).body(body));
    }

    /** Sends a DELETE. See {@link TestRequest#of} for targets. */
    public TestResponse delete(String target) {
        return send(TestRequest.delete(target));
    }

    /**
     * Sends a request and reads the response to its end.
     *
     * @throws AssertionError if the response has a body of more than 32 MiB, which {@link #open}
     *     reads in pieces; and as the class says
     */
    public TestResponse send(TestRequest request) {
        try (TestStream stream = open(request)) {
            return stream.readAll();
        }
    }

    /**
     * Sends a request and returns when the head of the response is there. Its body is read as the
     * test asks for it.
     *
     * @return to be closed
     */
    public TestStream open(TestRequest request) {
        TestRequest sent = cookies == null ? request : cookies.into(request);
        Wakeups wakeups = new Wakeups(limit);
        LiveRequest live = new LiveRequest(sent, wakeups);
        TestExchange exchange = new TestExchange(live, wakeups, mayKeepSinksOpen);
        Response response = exchange.run(handler);
        if (exchange.exchange() == last && last != null && !(last instanceof Response)) {
            throw BodyFeed.broken(last, "the handler returned this exchange twice; each request"
                    + " needs a new one");
        }
        last = exchange.exchange();
        if (response == null) {
            return TestStream.none(live, TestResponse.none(live, exchange));
        }
        live.beginToRespond();
        BodyReader reader = new BodyReader(response, sent.pieceBytes(), wakeups);
        TestResponse head = TestResponse.head(live, response, reader.length(), exchange);
        if (cookies != null) {
            cookies.keep(sent, head.headers());
        }
        return TestStream.of(live, head, response, reader);
    }
}
