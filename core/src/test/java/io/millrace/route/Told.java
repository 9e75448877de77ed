package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;

/** What a client would be told, once the answer is known. */
final class Told {

    private Told() {
    }

    /** The answer of a handler that wants no body; a refusal is one as well. */
    static Response by(Handler handler, RequestHead request) throws Exception {
        try {
            return now(handler.handle(request));
        } catch (HttpException e) {
            return e.response();
        }
    }

    /** The answer of an exchange whose body is in, now or promised and arrived. */
    static Response now(Exchange exchange) throws Exception {
        try {
            return arrived(exchange);
        } catch (HttpException e) {
            return e.response();
        }
    }

    private static Response arrived(Exchange exchange) throws Exception {
        Exchange known = exchange;
        while (known.stage() != null) {
            try {
                known = known.stage().toCompletableFuture().getNow(null);
            } catch (CompletionException e) {
                throw e.getCause() instanceof HttpException refusal ? refusal : e;
            }
        }
        return known instanceof Response response ? response : arrived(known.complete());
    }

    /** The answer to a request without a body. */
    static Response ask(Handler handler, String method, String target) throws Exception {
        return by(handler, Request.of(method, target));
    }

    /** The text for a GET, or its status if that is not 200. */
    static String get(Handler handler, String target) throws Exception {
        Response response = ask(handler, "GET", target);
        return response.status().equals(Status.OK) ? text(response)
                : String.valueOf(response.status().code());
    }

    static String text(Response response) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate((int) response.body().length());
        response.body().read(0, bytes);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }
}
