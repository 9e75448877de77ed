package io.millrace.app.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a load run does.
 *
 * <p>Threads: any.
 *
 * @param sizeBytes of each body that is sent; 0 for GET
 * @param keys how many; 0 for the URL as it is, {@link #KEY_PER_CONNECTION} for one per connection
 * @param fresh whether each request has a connection of its own
 * @param timeout for which a request may not move a byte
 */
record LoadPlan(LoadTarget target, Method method, long requests, long sizeBytes, int connections,
        long keys, boolean fresh, Duration timeout) {

    static final long KEY_PER_CONNECTION = -1;

    enum Method { PUT, GET }

    /** The head of a request. */
    byte[] head(int client, long request) {
        StringBuilder head = new StringBuilder()
                .append(method).append(' ').append(requestTarget(client, request))
                .append(" HTTP/1.1\r\nHost: ").append(target.authority()).append("\r\n");
        if (method == Method.PUT) {
            head.append("Content-Length: ").append(sizeBytes).append("\r\n");
        }
        if (fresh) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private String requestTarget(int client, long request) {
        if (keys == 0) {
            return target.whole();
        }
        return target.key(keys == KEY_PER_CONNECTION ? client : request % keys);
    }

    /** Whether all requests of a client have the same head. */
    boolean sameHead() {
        return keys == KEY_PER_CONNECTION || keys <= 1;
    }
}
