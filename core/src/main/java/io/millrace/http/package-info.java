/**
 * The vocabulary: what a request is, what becomes of it, and what a response is. Knows no socket,
 * no server's thread and no byte parsing.
 *
 * <p>{@link io.millrace.http.Handler} is the way in: a function from a {@link
 * io.millrace.http.RequestHead} to an {@link io.millrace.http.Exchange}. The shortest exchange is a
 * {@link io.millrace.http.Response}, whose bytes are a {@link io.millrace.http.Body}; one that
 * wants the request's body says where it goes:
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello, world!\n");
 * Handler inbox = request -> Exchange.into(Path.of("letter"), file -> Response.text("kept\n"));
 * Handler slow = hello.on(executor);
 * }</pre>
 */
package io.millrace.http;
