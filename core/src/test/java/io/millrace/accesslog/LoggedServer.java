package io.millrace.accesslog;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A server with an access log in a file. Each test has its own. */
abstract class LoggedServer {

    static final Duration LONG = Duration.ofSeconds(60);
    static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    Path file() {
        return folder.resolve("access.log");
    }

    static HttpServer start(AccessLog log, Handler handler) throws IOException {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1).listener(log)
                .lingerTimeout(Duration.ofMillis(50)).drainTimeout(Duration.ZERO).build(), handler);
    }

    static Exchange handle(RequestHead request) {
        return request.method().equals("PUT")
                ? Exchange.discard(bytes -> Response.text("got " + bytes)) : Response.text("one");
    }

    /** Sends bytes on a connection of their own, until the server has closed it. */
    static String send(HttpServer server, String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(60_000);
            socket.connect(server.address());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
        }
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII);
    }

    /** Without what differs from run to run. */
    static List<String> stable(Path file) throws IOException {
        return lines(file).stream().map(line -> line.replaceFirst(
                "\\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]", "[time]")).toList();
    }
}
