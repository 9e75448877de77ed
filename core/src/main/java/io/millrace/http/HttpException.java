package io.millrace.http;

/**
 * Refuses a request: the server responds with {@link #status} and the message as text.
 *
 * <p>A {@link Handler} or an {@link Exchange} throws it to refuse a request; the server throws it
 * for malformed requests. It has no stack trace, because it is a response and not a fault.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class HttpException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    /** Null if that is the message as a line of text. */
    private final transient Response response;

    /**
     * A refusal.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets
     */
    public HttpException(Status status, String message) {
        super(message, null, false, false);
        this.status = status;
        this.response = null;
    }

    /**
     * A refusal that is more than a line of text, such as one with {@code Retry-After}.
     *
     * @param response known already, not {@link Response#later}
     * @since 0.1
     */
    public HttpException(Response response) {
        super("refused with " + response.status(), null, false, false);
        this.status = response.status();
        this.response = response;
    }

    /** The status of the response. */
    public Status status() {
        return status;
    }

    /** The refusal as a response: as it was given, or the status and the message as text. */
    public Response response() {
        return response != null ? response
                : Response.text(getMessage() + "\n").with(status);
    }
}
