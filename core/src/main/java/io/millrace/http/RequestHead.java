package io.millrace.http;

/**
 * The head of a request: what it asks for, before its body.
 *
 * <p>A head that the server passes to a {@link Handler} is a view of bytes that the connection
 * reuses. It is valid until its exchange has been answered; strings taken from it stay valid for
 * ever. When an exchange ends without its answer, a thread that doesn't know it yet may still read
 * the head.
 *
 * <p>Threads: the worker's; after {@link Response#later} and the like, whoever is to answer, until
 * it does.
 *
 * @since 0.1
 */
public interface RequestHead {

    /** The value of {@link #bodyLength} when the length shows only at the body's end (chunked). */
    long UNKNOWN_LENGTH = -1;

    /** The method, case-sensitive, such as {@code "GET"} (RFC 9110 section 9). */
    String method();

    /**
     * The request target as it was sent (RFC 9112 section 3.2), except for bytes that no URI has
     * (quote, backslash, {@code <}, {@code >} and those from 0x80 on): each is given
     * percent-encoded, here, in the path and in the query. So the text is ASCII.
     */
    String target();

    /**
     * The target's path, still percent-encoded: begins with a slash, or is {@code "*"} for the
     * asterisk-form, or empty for the authority-form of CONNECT.
     */
    String path();

    /** The target's query, without the question mark and still percent-encoded; null if none. */
    String query();

    /**
     * The host, with its port if one was sent, that the request is for: the target's in
     * absolute-form, else the Host field's (RFC 9112 section 3.3); null for HTTP/1.0 without
     * either.
     */
    String authority();

    /** Whether the request is HTTP/1.1 or a later minor version, rather than HTTP/1.0. */
    boolean isHttp11();

    /** The header fields, in the order in which they came. */
    Headers headers();

    /**
     * Length of the body in bytes: 0 if there is none, {@link #UNKNOWN_LENGTH} if it is chunked
     * (RFC 9112 section 6).
     */
    long bodyLength();
}
