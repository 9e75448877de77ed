package io.millrace.testkit;

import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * A server on this machine, on a port that is free, for tests that need a real connection: a client
 * library, the framing, many requests at once.
 *
 * <pre>{@code
 * try (TestServer server = TestServer.start(handler)) {
 *     client.send(HttpRequest.newBuilder(server.uri("/notes")).build(), BodyHandlers.ofString());
 * }
 * }</pre>
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class TestServer implements AutoCloseable {

    private final HttpServer server;

    private TestServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts a server.
     *
     * @throws UncheckedIOException if it can't listen
     */
    public static TestServer start(Handler handler) {
        return start(ServerOptions.builder(), handler);
    }

    /**
     * Starts a server with options of its own; its port is one that is free.
     *
     * @throws UncheckedIOException if it can't listen
     */
    public static TestServer start(ServerOptions.Builder options, Handler handler) {
        try {
            return new TestServer(HttpServer.start(options.port(0).build(), handler));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server, such as for its figures. */
    public HttpServer server() {
        return server;
    }

    /** Where it is, such as {@code http://127.0.0.1:40123}. */
    public URI uri() {
        return uri("");
    }

    /** The URI of a target. */
    public URI uri(String target) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + target);
    }

    /** Stops the server. Requests in progress are cut. */
    @Override
    public void close() {
        server.close();
    }
}
