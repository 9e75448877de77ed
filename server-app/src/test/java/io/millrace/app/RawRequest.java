package io.millrace.app;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Requests as they stand on the wire, each on a connection of its own, and their whole responses.
 *
 * <p>Threads: any.
 */
public final class RawRequest {

    private RawRequest() {
    }

    /**
     * Sends a request and reads to the end of the connection.
     *
     * @param head its request line and fields without Host, Content-Length and Connection, each
     *     line with its end
     */
    public static String send(String url, String head, String body) throws IOException {
        URI to = URI.create(url);
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        boolean hasBody = head.startsWith("P");
        String all = head + "Host: localhost\r\nConnection: close\r\n"
                + (hasBody ? "Content-Length: " + content.length + "\r\n" : "") + "\r\n" + body;
        try (Socket socket = new Socket(to.getHost(), to.getPort())) {
            socket.getOutputStream().write(all.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }

    /** The value of a field; null if there is none. */
    public static String field(String response, String name) {
        String lower = "\r\n" + name.toLowerCase(Locale.ROOT) + ": ";
        int at = response.toLowerCase(Locale.ROOT).indexOf(lower);
        int end = at < 0 ? -1 : response.indexOf("\r\n", at + lower.length());
        return end < 0 ? null : response.substring(at + lower.length(), end);
    }

    public static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
}
