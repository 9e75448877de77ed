package io.millrace.testkit;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client has got for a request.
 *
 * <p>A handler that throws gets its client a 500, as on a server; {@link #failure} has what it
 * threw, and so has the error of {@link #assertStatus}.
 *
 * <p>Threads: any; immutable.
 *
 * @since 0.1
 */
public final class TestResponse {

    private static final int MOST_SHOWN_CHARS = 1000;
    private static final String NONE =
            "there is no response: the client has left, or the server has closed the connection";

    private final LiveRequest live;
    private final Status status;
    private final Headers headers;
    private final byte[] bytes;
    private final Headers trailers;
    private final Throwable failure;
    private final Abandonment abandonment;
    private final boolean closes;
    private final boolean isCut;

    private TestResponse(LiveRequest live, Status status, Headers headers, byte[] bytes,
            Headers trailers, Throwable failure, Abandonment abandonment, boolean closes,
            boolean isCut) {
        this.live = live;
        this.status = status;
        this.headers = headers;
        this.bytes = bytes;
        this.trailers = trailers;
        this.failure = failure;
        this.abandonment = abandonment;
        this.closes = closes;
        this.isCut = isCut;
    }

    /** The head of a response. */
    static TestResponse head(LiveRequest live, Response response, long length,
            TestExchange exchange) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < response.headers().size(); i++) {
            fields.add(response.headers().name(i));
            fields.add(response.headers().value(i));
        }
        // RFC 9110 s8.6: none in a 204; what a server sends for the others without a body differs.
        if (length != Body.UNKNOWN_LENGTH && response.trailers() == null
                && !response.status().isBodiless()) {
            fields.add("Content-Length");
            fields.add(Long.toString(length));
        }
        return new TestResponse(live, response.status(),
                Headers.of(fields.toArray(String[]::new)), new byte[0], Headers.empty(),
                exchange.failure(), exchange.abandonment(), response.closes(), false);
    }

    /** What a client has whose connection ends before there is a response. */
    static TestResponse none(LiveRequest live, TestExchange exchange) {
        return new TestResponse(live, null, Headers.empty(), new byte[0], Headers.empty(),
                exchange.failure(), exchange.abandonment(), true, false);
    }

    /** @param bodyFailure why the body has ended before its end; null if it has not */
    TestResponse whole(byte[] bytes, Headers trailers, Throwable bodyFailure) {
        if (bodyFailure != null && bytes.length == 0
                && !(bodyFailure instanceof Wakeups.LateException)) {
            byte[] text = "internal server error\n".getBytes(StandardCharsets.UTF_8);
            return new TestResponse(live, Status.INTERNAL_SERVER_ERROR, Headers.of("Content-Type",
                    "text/plain; charset=utf-8", "Content-Length", Long.toString(text.length)),
                    text, Headers.empty(), bodyFailure, abandonment, closes, false);
        }
        return new TestResponse(live, status, headers, bytes, trailers,
                bodyFailure != null ? bodyFailure : failure, abandonment, closes,
                bodyFailure != null);
    }

    /**
     * Fails unless the response has this status. The message shows the response.
     *
     * @return this response
     */
    public TestResponse assertStatus(int code) {
        if (code() != code) {
            throw new AssertionError("expected status " + code + " but got:\n" + this, failure);
        }
        return this;
    }

    /**
     * The status.
     *
     * @throws AssertionError if there is no response
     */
    public Status status() {
        if (status == null) {
            throw new AssertionError(NONE, failure);
        }
        return status;
    }

    /** The code of {@link #status}. */
    public int code() {
        return status().code();
    }

    /**
     * The header fields that the handler has set, and {@code Content-Length} if the body's length
     * is known. What else a server adds, such as {@code Date}, is not there.
     */
    public Headers headers() {
        return headers;
    }

    /** The value of the first header field line of this name; null if there is none. */
    public String header(String name) {
        return headers.first(name);
    }

    /**
     * The body; empty if none is sent, as for HEAD.
     *
     * @throws AssertionError if it was {@linkplain #isCut cut}
     */
    public byte[] bytes() {
        if (isCut) {
            throw new AssertionError("the body failed after " + bytes.length + " bytes: "
                    + failure, failure);
        }
        return bytes.clone();
    }

    /** The body as a text in UTF-8. Errors: as {@link #bytes}. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The body as a stream of events ({@code text/event-stream}). Errors: as {@link #bytes}. */
    public List<TestEvent> events() {
        EventParser parser = new EventParser();
        List<TestEvent> events = new ArrayList<>();
        for (String line : text().split("\r\n|\r|\n", -1)) {
            TestEvent event = parser.line(line);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    /** The trailer fields; empty if there are none. */
    public Headers trailers() {
        return trailers;
    }

    /** The informational responses before this one (RFC 9110 section 15.2), in order. */
    public List<Response> informed() {
        return live.informed();
    }

    /** Whether the handler wants the connection closed after this response. */
    public boolean closes() {
        return closes;
    }

    /**
     * Whether there is a response. There is none if the client has left before, as its request
     * said, or if a server would close the connection instead, since the application's time was up
     * and its stage could not be {@linkplain io.millrace.http.Withdrawable withdrawn}.
     */
    public boolean hasResponse() {
        return status != null;
    }

    /**
     * Whether the body failed after its first byte, or took longer than {@link
     * io.millrace.http.RequestHead#applicationTimeout}, so that a server has cut the connection.
     */
    public boolean isCut() {
        return isCut;
    }

    /** The bytes of the body that have come, be it cut or not. */
    public byte[] receivedBytes() {
        return bytes.clone();
    }

    /**
     * What the handler, its exchange or the response's body threw and a server would log; null if
     * nothing. An {@link io.millrace.http.HttpException} is a response and no failure.
     */
    public Throwable failure() {
        return failure;
    }

    /** Why the exchange was abandoned; null if it was not. */
    public Abandonment abandonment() {
        return abandonment;
    }

    /** The status, the header fields and the beginning of the body; and the failure if any. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(status == null ? NONE : status).append('\n');
        for (int i = 0; i < headers.size(); i++) {
            text.append(headers.name(i)).append(": ").append(headers.value(i)).append('\n');
        }
        String body = new String(bytes, StandardCharsets.UTF_8);
        text.append('\n').append(body.length() <= MOST_SHOWN_CHARS ? body
                : body.substring(0, MOST_SHOWN_CHARS) + "...");
        if (failure != null) {
            text.append("\nfailure: ").append(failure);
        }
        return text.toString();
    }
}
