package io.millrace.route;

import io.millrace.http.Handler;
import java.time.Duration;
import java.util.Objects;

/**
 * Has browsers come by HTTPS only (RFC 6797). Threads: any, immutable.
 */
final class StrictTransport implements Filter {

    private final Filter marking;

    StrictTransport(Duration maxAge) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must not be negative: " + maxAge);
        }
        String value = "max-age=" + maxAge.toSeconds();
        marking = Filter.answers(response -> response.with("Strict-Transport-Security", value));
    }

    @Override
    public Handler around(Handler next) {
        Objects.requireNonNull(next);
        Handler marked = marking.around(next);
        // RFC 6797 s7.2: never over a connection that anyone may have changed.
        return request -> (request.connection().isSecure() ? marked : next).handle(request);
    }
}
