package io.millrace.http;

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
    String query();

    /**
     * The host that the request is for, with its port if one was sent: from the target in
     * absolute-form, otherwise from the Host field (RFC 9112 section 3.3). Null for HTTP/1.0 with
     * neither.
     */
    String authority();

    /** Whether the request is HTTP/1.1 or a later minor version, rather than HTTP/1.0. */
    boolean isHttp11();

    /** The header fields, in the order sent. */
    Headers headers();

    /**
     * The length of the body in bytes: 0 if there is none, {@link #UNKNOWN_LENGTH} if it is chunked
     * (RFC 9112 section 6).
     */
    long bodyLength();
}
