package io.millrace.http;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: request line and header fields.
 *
 * <p>A head that the server passes to a {@link Handler} is a view of a buffer that the connection
 * reuses. It is valid until the exchange has ended. Strings taken from it stay valid. If an
 * exchange ends without its own response, for example after a timeout, a thread of the application
 * that is still at work may go on reading the head.
 *
 * <p>Threads: the worker. After {@link Response#later} and the like, the thread that makes the
 * response, until it has made it.
 *
 * @since 0.1
 */
public interface RequestHead {

    /**
     * The value of {@link #bodyLength} for a chunked body, whose length is known only at its end.
     */
    long UNKNOWN_LENGTH = -1;

    /**
     * The limit for {@link #applicationTimeout} that never passes.
     *
     * @since 0.1
     */
    Duration NO_TIMEOUT = ChronoUnit.FOREVER.getDuration();

    /** The method, case-sensitive, such as {@code "GET"} (RFC 9110 section 9). */
    String method();

    /**
     * The request target as sent (RFC 9112 section 3.2), except that bytes not allowed in a URI
     * (quote, backslash, {@code <}, {@code >} and bytes from 0x80) are percent-encoded, here, in
     * the path and in the query. So the text is ASCII.
     */
    String target();

    /**
     * The path of the target, still percent-encoded. It begins with a slash, or is {@code "*"}
     * (asterisk-form), or is empty (the authority-form of CONNECT).
     */
    String path();

    /**
     * The query of the target, without the question mark and still percent-encoded; null if there
     * is none.
     */
    @Nullable String query();

    /**
     * The host that the request is for, with its port if one was sent: from the target in
     * absolute-form, otherwise from the Host field (RFC 9112 section 3.3). Null for HTTP/1.0 with
     * neither.
     */
    @Nullable String authority();

    /** Whether the request is HTTP/1.1 or a later minor version, rather than HTTP/1.0. */
    boolean isHttp11();

    /** The header fields, in the order sent. */
    Headers headers();

    /**
     * The length of the body in bytes: 0 if there is none, {@link #UNKNOWN_LENGTH} if it is chunked
     * (RFC 9112 section 6).
     */
    long bodyLength();

    /**
     * The connection of the request, and the client at its other end. Never null: {@link
     * ConnectionInfo#unknown} for a request that no server has read.
     *
     * @since 0.1
     */
    default ConnectionInfo connection() {
        return ConnectionInfo.unknown();
    }

    /**
     * Lets an action run when the client can't get the response any more: it has reset the
     * connection, or the server has ended the connection before the response was sent. It doesn't
     * run if the response is sent.
     *
     * <p>Most clients that leave only close the connection, which to a server looks as if they had
     * sent all and wait for the response: {@link #whenHalfClosed} tells of both. What can be done
     * over, or is of no use to others, may be given up then; what has to be whole should wait for
     * this method's word.
     *
     * <p>Both are told within a moment while the application works on a response, and while a body
     * has no bytes. If the client has sent more than a request head may have in advance, it is
     * noticed with the next bytes that are sent.
     *
     * <p>Threads: may be called by any, as long as the head is valid. The action runs once, on the
     * worker's thread, soon if the client has gone before; it must not block. After the server's
     * end it may run on the caller's. Errors: what it throws is logged.
     *
     * @param action such as one that cancels a task
     * @since 0.1
     */
    default void whenGone(Runnable action) {
        // No client has sent this head, so that none leaves.
        Objects.requireNonNull(action);
    }

    /**
     * Lets an action run when the client sends no more: it has closed the connection, or its
     * sending side only and still waits for the response (RFC 9112 section 9.6), which can't be
     * told apart; or what {@link #whenGone} says has happened. The response is sent all the same.
     * Runs before what {@link #whenGone} has registered; all else is as there.
     *
     * @param action such as one that cancels a task whose result only this client wants
     * @since 0.1
     */
    default void whenHalfClosed(Runnable action) {
        Objects.requireNonNull(action);
    }

    /**
     * Sends an informational response before the final one (RFC 9110 section 15.2), such as 103 or
     * 104. A 100 (Continue) is the server's to send, and follows where it is due.
     *
     * <p>The client may take it or leave it. Nothing is sent to a client of HTTP/1.0, which doesn't
     * know of them, nor once the final response has begun. A client that doesn't read them has to
     * go on: beyond 16 KiB of them for one request, and while the socket takes no more, they are
     * dropped.
     *
     * <p>Threads: the worker, from {@link Handler#handle} until {@code complete} or {@code abandon}
     * has returned; any other thread as long as the head is valid, and then it is sent a little
     * later.
     *
     * @param response a status from 102 to 199, and header fields
     * @throws IllegalArgumentException if the status is another one; or if the response has a body,
     *     trailers, {@code Connection} or {@code Upgrade}, is still to come, or exceeds 16 KiB
     * @since 0.1
     */
    default void inform(Response response) {
        // No client waits for a response to this head.
        Objects.requireNonNull(response);
    }

    /**
     * Makes the server receive no more of this request's body. Soon the exchange is abandoned, on
     * its worker's thread, with {@link Abandonment#STOPPED}; the response that {@link
     * Exchange#abandon} returns is sent, or a 503, and the connection is closed after it. This
     * needs nothing of the client: it may be silent, or gone without a word. What was received
     * before is in the sink.
     *
     * <p>Nothing happens if the body is whole before, or has been abandoned. If the application has
     * yet to decide on the exchange, its body ends before it begins.
     *
     * <p>Threads: any, as long as the head is valid, so before {@code complete} or {@code abandon}
     * returns: a thread that can't know takes a lock that both of these take.
     *
     * @since 0.1
     */
    default void stopBody() {
        // No server receives a body for this head.
    }

    /**
     * Sets how long the server waits for the application at a time while it serves this request, in
     * place of {@code ServerOptions.answerTimeout}. The limit may be shorter or longer than that
     * option, or {@link #NO_TIMEOUT}. {@link Handler#within} sets it for every request of a
     * handler.
     *
     * <p>The server waits for a decision or a response that was promised ({@link Exchange#later},
     * {@link Response#later}, a handler on an executor), for room in a {@link PacedSink}, and for
     * the next bytes of a response's body. Each wait is timed by itself. One that takes longer than
     * the limit is logged and ends with a 503, or with a cut connection once the response has
     * begun. A thread that is still at work is not interrupted; a response that it makes too late
     * is closed. A handler that holds the worker itself can't be timed out.
     *
     * <p>The time of the client is not limited by this: a body that moves too slowly ends by {@code
     * ServerOptions.progressTimeout}, before and after. With {@link #NO_TIMEOUT}, a client that is
     * gone without a word is noticed only when something is sent to it.
     *
     * <p>If the server is waiting at the time of the call, that wait begins anew. Threads: any, as
     * long as the head is valid.
     *
     * @param limit more than zero, rounded up to milliseconds; 2<sup>31</sup> - 1 of them, 24 days,
     *     and more are no limit
     * @throws IllegalArgumentException if the limit is zero or negative
     * @since 0.1
     */
    default void applicationTimeout(Duration limit) {
        // No server waits on behalf of this head.
        TimedHandler.check(limit);
    }

    /**
     * Where the application notes what an access log should have of this request, such as its user.
     * Notes stay valid when the head is not any more.
     *
     * @return {@link RequestNotes#NONE} if nothing observes the request
     * @since 0.1
     */
    default RequestNotes notes() {
        return RequestNotes.NONE;
    }

    /**
     * What was set for an attribute of this request, by a filter say.
     *
     * @return null if nothing was set
     * @since 0.1
     */
    default <T> @Nullable T attribute(Attribute<T> attribute) {
        Objects.requireNonNull(attribute);
        return null;
    }

    /**
     * Sets an attribute of this request, for the handlers and filters that see it from now on. It
     * goes with the request; nothing is kept, and nothing costs anything, if there are none.
     *
     * <p>Threads: those of the head, one at a time.
     *
     * @param value null: none any more
     * @throws UnsupportedOperationException if this is a head of an application's own that keeps no
     *     attributes; {@link Attributes} does that for it
     * @since 0.1
     */
    default <T> void attribute(Attribute<T> attribute, @Nullable T value) {
        Objects.requireNonNull(attribute);
        throw new UnsupportedOperationException(
                getClass().getName() + " keeps no attributes: " + attribute);
    }
}
