package io.millrace;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A server that answers {@code GET /hello} from memory, for load generators. */
public final class HelloServer {

    private HelloServer() {
    }

    /**
     * Serves on 127.0.0.1 until the process ends.
     *
     * @param args the port, what other servers under the same load take for their folder (ignored,
     *     may be left out), the number of workers
     * @throws IOException if the port can't be listened on
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 2 || args.length > 3) {
            System.err.println("usage: HelloServer port [folder] workers");
            System.exit(2);
        }
        Response hello = Response.of(Status.OK)
                .with("Content-Type", "text/plain")
                .with(Body.of("Hello, World!".getBytes(StandardCharsets.US_ASCII)));
        Response notFound = Response.of(Status.NOT_FOUND);
        ServerOptions options = ServerOptions.builder()
                .port(Integer.parseInt(args[0]))
                .workers(Integer.parseInt(args[args.length - 1]))
                .build();
        // Not closed here: its threads keep the process alive.
        HttpServer.start(options, request ->
                request.method().equals("GET") && request.path().equals("/hello")
                        ? hello : notFound);
    }
}
