package io.millrace.http;

/**
 * A request that is refused: the server answers it with {@link #status} and the message as text.
 *
 * <p>Thrown by a {@link Handler} or an {@link Exchange} for a refusal of its own, and by the server
 * for what is malformed. It has no stack trace: it is an answer, not a fault.
 *
 * @since 0.1
 */
public final class HttpException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;

    /**
     * A refusal.
     *
     * @param status the status to answer with
     * @param message one line for the client, without secrets
     */
    public HttpException(Status status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status to answer with. */
    public Status status() {
        return status;
    }

    /** The refusal as a response: the status, and the message as a line of text. */
    public Response response() {
        return Response.text(getMessage() + "\n").with(status);
    }
}
