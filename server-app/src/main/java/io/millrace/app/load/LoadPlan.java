package io.millrace.app.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a load run does.
 *
 * <p>Threads: any.
 *
 * @param requests at most; Long.MAX_VALUE if only the time ends the run
 * @param fields lines of a head that each request has, with their ends
 * @param fresh whether each request has a connection of its own
 * @param timeout for which a request may not move a byte
 * @param rate requests per second; 0 for as fast as responses come
 * @param duration in which requests begin; zero if only their number ends the run
 * @param warmup for which requests aren't counted before the run
 * @param verify whether bodies that come are compared with those that should
 */
record LoadPlan(LoadTarget target, RequestMix mix, String fields, long requests, int connections,
        boolean fresh, Duration timeout, long rate, Duration duration, Duration warmup,
        boolean verify) {

    /** The head of a request. */
    byte[] head(RequestKind kind, String requestTarget, long bodyBytes) {
        StringBuilder head = new StringBuilder()
                .append(kind.method()).append(' ').append(requestTarget)
                .append(" HTTP/1.1\r\nHost: ").append(target.authority()).append("\r\n")
                .append(fields);
        if (kind.method().hasBody()) {
            head.append("Content-Length: ").append(bodyBytes).append("\r\n");
        }
        if (fresh) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
