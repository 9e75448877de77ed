package io.millrace.form;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.nio.charset.StandardCharsets;

/**
 * The query of a request as names and values.
 *
 * <pre>{@code
 * int limit = Query.of(request).integer("limit", 20);
 * }</pre>
 *
 * <p>Pairs are separated by {@code &}; empty ones are skipped. A plus sign is a space. {@code a}
 * and {@code a=} have an empty value. Names that are repeated stay, in order.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Query {

    // Far more than any page sends. It bounds what is made of a head that maxHeadBytes has let in.
    private static final int MAX_PARAMETERS = 1000;

    private static final Values NONE = Values.builder("query parameter").build();

    private Query() {
    }

    /**
     * Decodes the query of a request. Each call decodes it again.
     *
     * @return empty if there is no query
     * @throws HttpException 400 for a malformed escape, text that is not UTF-8, and a control
     *     character other than a tab and line ends in a value. The message names the parameter. 400
     *     also for more than 1000 parameters
     */
    public static Values of(RequestHead request) throws HttpException {
        String query = request.query();
        return query == null || query.isEmpty() ? NONE
                : UrlEncoded.decode(query.getBytes(StandardCharsets.UTF_8), "query parameter",
                        MAX_PARAMETERS, Status.BAD_REQUEST);
    }
}
