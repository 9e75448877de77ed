package io.millrace.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request: the server responds with {@link #status} and the message as text, or with a
 * response that the exception was made of.
 *
 * <p>A {@link Handler} or an {@link Exchange} throws it to refuse a request; the server throws it
 * for malformed requests. An application may extend it, so that a failure of its own says which
 * response it is:
 *
 * <pre>{@code
 * class OrderNotFound extends HttpException {
 *     OrderNotFound(long id) {
 *         super(Status.NOT_FOUND, "no order " + id);
 *     }
 * }
 * }</pre>
 *
 * <p>It has no stack trace and no suppressed exceptions, because it is a response and not a fault;
 * its cause keeps both. So one may be kept and thrown any number of times.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public class HttpException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient Headers fields;
    /** Null if that is the message as a line of text. */
    private final transient Response response;

    /**
     * A refusal.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets; null: the reason of the status
     */
    public HttpException(Status status, @Nullable String message) {
        this(status, message, Headers.empty(), null);
    }

    /**
     * A refusal because of a failure.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets; null: the reason of the status
     * @param cause for the log, the client doesn't see it; null if there is none
     * @since 0.1
     */
    public HttpException(Status status, @Nullable String message, @Nullable Throwable cause) {
        this(status, message, Headers.empty(), cause);
    }

    /**
     * A refusal with header fields, such as {@code Headers.of("Retry-After", "5")}.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets; null: the reason of the status
     * @param fields fields of the response
     * @throws IllegalArgumentException if a field is one that {@link Response#add} refuses
     * @since 0.1
     */
    public HttpException(Status status, @Nullable String message, Headers fields) {
        this(status, message, fields, null);
    }

    /**
     * A refusal with header fields, because of a failure.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets; null: the reason of the status
     * @param fields fields of the response
     * @param cause for the log, the client doesn't see it; null if there is none
     * @throws IllegalArgumentException if a field is one that {@link Response#add} refuses
     * @since 0.1
     */
    public HttpException(Status status, @Nullable String message, Headers fields,
            @Nullable Throwable cause) {
        super(message != null ? message : status.reason(), cause, false, false);
        this.status = Objects.requireNonNull(status);
        this.fields = Headers.copyOf(fields);
        this.response = null;
        added(Response.of(status)); // throws here, and not where the server asks for it
    }

    /**
     * A refusal that is more than a line of text, such as a page.
     *
     * @param response known already, not {@link Response#later}. Its body may be used in any number
     *     of responses if the exception is thrown more than once
     * @since 0.1
     */
    public HttpException(Response response) {
        this(null, response, null);
    }

    /**
     * A refusal that is more than a line of text, because of a failure.
     *
     * @param message for the log, the client doesn't see it; null: the status of the response
     * @param response known already, not {@link Response#later}
     * @param cause for the log, the client doesn't see it; null if there is none
     * @since 0.1
     */
    public HttpException(@Nullable String message, Response response,
            @Nullable Throwable cause) {
        super(message != null ? message : "refused with " + response.status(), cause, false, false);
        this.status = response.status();
        this.fields = response.headers();
        this.response = response;
    }

    /** The status of the response. */
    public final Status status() {
        return status;
    }

    /**
     * The header fields of the response, those of the message's text excepted.
     *
     * @since 0.1
     */
    public final Headers fields() {
        return fields;
    }

    /**
     * Whether the refusal was made of a whole response. If not, it is a status, a message and
     * fields, which can be put in another form.
     *
     * @since 0.1
     */
    public final boolean hasResponse() {
        return response != null;
    }

    /** The refusal as a response: as it was given, or the status and the message as text. */
    public final Response response() {
        return response != null ? response
                : added(Response.text(getMessage() + "\n").with(status));
    }

    private Response added(Response refusal) {
        Response all = refusal;
        for (int i = 0; i < fields.size(); i++) {
            all = all.add(fields.name(i), fields.value(i));
        }
        return all;
    }
}
