package io.millrace.server;

import io.millrace.http.Response;
import io.millrace.http.Status;

/**
 * Gives refusals the form that an application's clients expect, in place of a line of text. Set it
 * with {@link ServerOptions.Builder#refusalBody}:
 *
 * <pre>{@code
 * ServerOptions.builder().refusalBody((status, message) ->
 *         Response.of(status).with(ProblemDetails.of(status).detail(message)))
 * }</pre>
 *
 * <p>It is called for each refusal that the server makes itself, such as 400 for what is no
 * request, 413, 431, 500 for a handler that failed and 503 for one that took too long; and for each
 * {@link io.millrace.http.HttpException} of the application that has no response of its own. So all
 * errors can look the same.
 *
 * <p>The server takes the body of the response, and its header fields, the media type among them.
 * Status and framing are the server's: another status, trailers, {@code Connection} and {@code
 * Upgrade} are ignored. Fields of the exception, such as {@code Retry-After}, go before fields of
 * the same name.
 *
 * <p>Threads: all workers, at once. It must not block, and should take little: clients that send
 * nonsense have it called as often as they like.
 *
 * <p>Errors: if it throws or returns null, if the body is not there at once, has no length or more
 * than 8192 bytes, or if head and body together exceed 16 KiB, the refusal is sent as text and a
 * line is logged, once a second.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RefusalBody {

    /**
     * A refusal in the application's form.
     *
     * @param status of the response, whatever this returns
     * @param message one line for the client, which may quote the request: escape it as the media
     *     type needs
     * @return the body with its {@code Content-Type} and further fields
     */
    Response respond(Status status, String message);
}
