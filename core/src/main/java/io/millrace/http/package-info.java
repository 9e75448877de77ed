/**
 * The vocabulary: requests, exchanges, responses and bodies. Nothing here touches sockets, worker
 * threads or the wire format.
 *
 * <p>Start at {@link io.millrace.http.Handler}: a function from a {@link
 * io.millrace.http.RequestHead} to an {@link io.millrace.http.Exchange}. The shortest exchange is a
 * {@link io.millrace.http.Response}, whose bytes are a {@link io.millrace.http.Body}; one that
 * receives the request body says where the body goes:
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello, world!\n");
 * Handler inbox = request -> Exchange.into(Path.of("letter"), file -> Response.text("kept\n"));
 * Handler slow = Handler.blocking(request -> Response.text(database.find("hello")));
 * }</pre>
 */
@NullMarked
package io.millrace.http;

import org.jspecify.annotations.NullMarked;
