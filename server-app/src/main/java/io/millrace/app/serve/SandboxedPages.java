package io.millrace.app.serve;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Filter;
import java.util.Locale;

/**
 * Lets pages that clients have stored use the store by tokens of their own. Where a token is needed
 * to read, the store sends them in a sandbox, in which they have no origin ({@code Origin: null}),
 * so that they can't use the token of the person who looks at them. What they send with a token
 * that they name themselves is no other client's request; without one, or with a wrong one, they
 * are told nothing, not even that there is a store.
 *
 * <p>Threads: any, immutable.
 */
final class SandboxedPages implements Filter { // decision 294

    private static final Response REFUSED =
            Response.text("origin not allowed\n").with(Status.FORBIDDEN);

    private final Response granted = Response.of(Status.NO_CONTENT)
            .with("Access-Control-Allow-Origin", "null").with("Vary", "Origin")
            .with("Access-Control-Allow-Methods", OtherOrigins.methods())
            .with("Access-Control-Allow-Headers", OtherOrigins.requestFields())
            .with("Access-Control-Max-Age", "600");

    @Override
    public Handler around(Handler next) {
        Handler readable = Filter.answers(SandboxedPages::readable).around(next);
        return request -> handle(request, next, readable);
    }

    private Exchange handle(RequestHead request, Handler next, Handler readable)
            throws Exception {
        Headers headers = request.headers();
        if (!"null".equals(headers.first("Origin"))) {
            return next.handle(request);
        }
        if (request.method().equals("OPTIONS")
                && headers.contains("Access-Control-Request-Method")) {
            return namesToken(headers) ? granted : REFUSED;
        }
        // What the browser sends by itself is no use to the page: that needs Allow-Credentials.
        return (headers.contains("Authorization") ? readable : next).handle(request);
    }

    /** Whether the page is going to send a token itself. */
    private static boolean namesToken(Headers headers) {
        for (String line : headers.all("Access-Control-Request-Headers")) {
            for (String name : line.toLowerCase(Locale.ROOT).split(",")) {
                if (name.strip().equals("authorization")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Response readable(Response response) {
        return response.status().equals(Status.UNAUTHORIZED) ? response
                : response.with("Access-Control-Allow-Origin", "null").add("Vary", "Origin")
                        .with("Access-Control-Expose-Headers", OtherOrigins.responseFields());
    }
}
