package io.millrace.app.run;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A client of several nodes, which are asked by their numbers.
 *
 * <p>Threads: any.
 */
final class EngineClient {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<URI> nodes;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).build();

    EngineClient(List<URI> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    URI node(int number) {
        return nodes.get(number);
    }

    int nodes() {
        return nodes.size();
    }

    /** A response, with what checks ask of it. */
    record Reply(int status, HttpResponse<byte[]> response) {

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        /** The value of a field; empty if there is none. */
        String field(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The status alone, or with the line that explains it. */
        @Override
        public String toString() {
            return status < 400 ? "" + status : status + " (" + text().strip() + ')';
        }
    }

    /** Sends a body of known length, or none. */
    Reply send(int node, String method, String path, byte[] body, String... fields)
            throws IOException, InterruptedException {
        return send(node, method, path, body == null ? BodyPublishers.noBody()
                : BodyPublishers.ofByteArray(body), fields);
    }

    /** Sends a body whose length the node isn't told. */
    Reply sendChunked(int node, String method, String path, byte[] body, String... fields)
            throws IOException, InterruptedException {
        return send(node, method, path,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), fields);
    }

    private Reply send(int node, String method, String path, BodyPublisher body, String... fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(nodes.get(node).resolve(path))
                .timeout(PATIENCE).method(method, body);
        if (fields.length > 0) {
            request.headers(fields);
        }
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), response);
    }
}
