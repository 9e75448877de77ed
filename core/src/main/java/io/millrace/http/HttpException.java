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

    /**
     * A refusal.
     *
     * @param status the status of the response
     * @param message one line for the client, without secrets
     */
    public HttpException(Status status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status of the response. */
    public Status status() {
        return status;
    }

    /** The refusal as a response: the status, and the message as a line of text. */
    public Response response() {
        return Response.text(getMessage() + "\n").with(status);
    }
}
