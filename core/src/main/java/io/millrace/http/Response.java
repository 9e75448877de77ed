package io.millrace.http;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response: a status, header fields and a body.
 *
 * <p>Immutable: each method that changes something returns a changed copy. A response whose body is
 * in memory may be kept and returned any number of times.
 *
 * <p>The server itself sets {@code Date}, {@code Content-Length}, {@code Transfer-Encoding} and, if
 * the connection closes or the response has an {@code Upgrade}, {@code Connection}. A response to
 * HEAD is sent without its body; a 204, 205 or 304 never has one.
 *
 * <p>Threads: any, as far as its body allows.
 *
 * @since 0.1
 */
public final class Response implements Exchange {

    private final Status status;
    private final FieldList headers;
    private final Body body;
    private final boolean closes;
    /** Makes the trailer fields when the body has been sent; null if there are none. */
    private final Supplier<Headers> trailers;
    /** The stage of a response made by {@link #later}; null otherwise. */
    private final CompletionStage<Response> stage;

    private Response(Status status, FieldList headers, Body body, boolean closes,
            Supplier<Headers> trailers, CompletionStage<Response> stage) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.closes = closes;
        this.trailers = trailers;
        this.stage = stage;
    }

    /** A response with a status and nothing else. */
    public static Response of(Status status) {
        return new Response(Objects.requireNonNull(status), FieldList.EMPTY, Body.empty(), false,
                null, null);
    }

    /** A 200 with plain text in UTF-8. For any other media type start with {@link #of}. */
    public static Response text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A 200 with an HTML page in UTF-8. What it quotes has to be escaped. */
    public static Response html(String html) {
        return of("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /** A 200 with JSON (RFC 8259), such as a JSON library has made. */
    public static Response json(String json) {
        return json(json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A 200 with JSON in UTF-8.
     *
     * @param json not copied; must not change any more
     */
    public static Response json(byte[] json) {
        return of("application/json", json); // no charset: RFC 8259 s11
    }

    private static Response of(String mediaType, byte[] bytes) {
        return of(Status.OK).with("Content-Type", mediaType).with(Body.of(bytes));
    }

    /**
     * A 303 (See Other) to another place, which the client gets by GET: after a form, say. Other
     * ways are {@code redirect(location).with(Status.PERMANENT_REDIRECT)}, {@link
     * Status#TEMPORARY_REDIRECT} and so on.
     *
     * @param location absolute, or relative to the target of the request (RFC 9110 section 10.2.2).
     *     Characters not allowed in a URI are percent-encoded, what is percent-encoded stays. One
     *     that is made of what a client sent may lead to any site: {@code //other.example} does
     * @throws IllegalArgumentException if it contains a control character
     */
    public static Response redirect(String location) {
        return of(Status.SEE_OTHER).with("Location", PercentEncoding.encodeReference(location));
    }

    /** A 204 (No Content). */
    public static Response noContent() {
        return of(Status.NO_CONTENT);
    }

    /**
     * A response that is made later. The connection waits, without a thread, until the stage
     * completes on any thread. A failed stage is handled like an exception from {@link
     * Handler#handle}. If the server waits for too long, the request gets 503, unless the stage is
     * a {@link Withdrawable} that can't be taken back. The result can only be returned, completed
     * or discarded: every other method throws an {@link IllegalStateException}.
     */
    public static Response later(CompletionStage<Response> stage) {
        return new Response(null, null, null, false, null, Objects.requireNonNull(stage));
    }

    /** This response with another status. */
    public Response with(Status status) {
        return new Response(Objects.requireNonNull(status), known().headers, body, closes, trailers,
                null);
    }

    /** Same as {@link #set}, for languages in which {@code with} reads better. */
    public Response with(String name, String value) {
        return set(name, value);
    }

    /**
     * This response with a header field set to one value, replacing all its earlier lines. {@code
     * Connection: close} closes the connection after the response.
     *
     * @throws IllegalArgumentException if the name is not a token, the value contains a control
     *     character (CR, LF, NUL), or the server sets the field itself. For {@code Connection} only
     *     the value {@code close} is allowed
     */
    public Response set(String name, String value) {
        return isClose(name, value) ? closing() : with(known().headers.set(name, value));
    }

    /**
     * This response with one more line of a header field; earlier lines of that name stay. For
     * fields that are lists (RFC 9110 section 5.3), such as {@code Vary} and {@code Link}, and for
     * {@code Set-Cookie}.
     *
     * @throws IllegalArgumentException as {@link #set} does
     */
    public Response add(String name, String value) {
        return isClose(name, value) ? closing() : with(known().headers.plus(name, value));
    }

    /**
     * This response without a header field. Without {@code Connection}, it keeps the connection
     * open.
     */
    public Response without(String name) {
        return name.equalsIgnoreCase("Connection")
                ? new Response(status, known().headers, body, false, trailers, null)
                : with(known().headers.without(name));
    }

    /** Whether this field is {@code Connection: close}; refuses the fields that the server sets. */
    private static boolean isClose(String name, String value) {
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Date")) {
            throw new IllegalArgumentException(name + " is set by the server");
        }
        boolean connection = name.equalsIgnoreCase("Connection");
        if (connection && !value.equalsIgnoreCase("close")) {
            throw new IllegalArgumentException(
                    "the only value allowed for Connection is close: " + value);
        }
        return connection;
    }

    private Response closing() {
        return new Response(status, known().headers, body, true, trailers, null);
    }

    private Response with(FieldList fields) {
        return new Response(status, fields, body, closes, trailers, null);
    }

    /** This response with another body. */
    public Response with(Body body) {
        return new Response(status, known().headers, Objects.requireNonNull(body), closes, trailers,
                null);
    }

    /**
     * This response with a problem's status and its details as the body (RFC 9457); all other
     * fields stay.
     *
     * @since 0.1
     */
    public Response with(ProblemDetails problem) {
        return with(problem.status()).with("Content-Type", "application/problem+json")
                .with(problem.body());
    }

    /**
     * This response with trailer fields (RFC 9110 section 6.5), which makes it chunked. They are
     * omitted for HTTP/1.0 clients and where no body is sent.
     *
     * @param trailers called by the worker when the whole body has been sent, so that the fields
     *     can describe it. Must not block. Fields for framing or routing are not allowed (RFC 9110
     *     section 6.5.1)
     */
    public Response withTrailers(Supplier<Headers> trailers) {
        return new Response(status, known().headers, body, closes, Objects.requireNonNull(trailers),
                null);
    }

    /** The status. */
    public Status status() {
        return known().status;
    }

    /** The header fields that the application set. */
    public Headers headers() {
        return known().headers;
    }

    /** The body; empty if none was set. */
    public Body body() {
        return known().body;
    }

    /** Whether the application asked to close the connection after this response. */
    public boolean closes() {
        return known().closes;
    }

    /** The supplier of the trailer fields; null if there are none. */
    public @Nullable Supplier<Headers> trailers() {
        return known().trailers;
    }

    /** The stage of a response made by {@link #later}; null for every other response. */
    @Override
    public @Nullable CompletionStage<Response> stage() {
        return stage;
    }

    /**
     * Closes the body of a response that will not be sent, for example because a filter replaces
     * it. The body of a response made by {@link #later} is closed when the stage completes.
     */
    public void discard() {
        if (stage != null) {
            stage.thenAccept(Response::discard);
            return;
        }
        try {
            body.close();
        } catch (IOException | RuntimeException | Error e) {
            SafeLog.log(Response.class, Level.WARNING, "failed to close a response body", e);
        }
    }

    @Override
    public Response complete() {
        return this;
    }

    private Response known() {
        if (stage != null) {
            throw new IllegalStateException("the response is still pending; wait for its stage");
        }
        return this;
    }

    @Override
    public String toString() {
        return stage != null ? "later: " + stage : status + " " + headers;
    }
}
