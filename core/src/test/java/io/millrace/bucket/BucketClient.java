package io.millrace.bucket;

import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server for a store, and a client that sends it requests as they are written. */
final class BucketClient implements Closeable {

    /**
     * A response.
     *
     * @param head with the status line, in one string
     */
    record Reply(int status, String head, String body) {

        /** The value of a field; null if there is none. */
        String field(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ": ";
            return head.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length())).findFirst().orElse(null);
        }
    }

    private final HttpServer server;

    BucketClient(Handler handler) throws IOException {
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), handler);
    }

    /** Sends a request without a body. */
    Reply send(String method, String target, String... fields) throws IOException {
        return sendText(head(method, target, fields) + "\r\n");
    }

    /** Sends a body with its length. */
    Reply put(String target, String body, String... fields) throws IOException {
        return sendText(head("PUT", target, fields) + "Content-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    /** Sends a body in one chunk. */
    Reply putChunked(String target, String body, String... fields) throws IOException {
        return sendText(head("PUT", target, fields) + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
    }

    /** @param fields name and value, by turns */
    private static String head(String method, String target, String... fields) {
        StringBuilder head = new StringBuilder(method).append(' ').append(target)
                .append(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        for (int i = 0; i < fields.length; i += 2) {
            head.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
        }
        return head.toString();
    }

    Reply sendText(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(),
                server.address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            in.transferTo(all);
            String text = all.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(0, end),
                    text.substring(end + 4));
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
