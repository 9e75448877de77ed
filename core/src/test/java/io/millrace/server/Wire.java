package io.millrace.server;

import java.util.Random;

/** Requests and responses as text. */
final class Wire {

    static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    static final String INTERNAL = text("500 Internal Server Error", "internal server error\n");

    private Wire() {
    }

    static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    static String put(String body, String... fields) {
        return put(body.length(), fields) + body;
    }

    static String put(long length, String... fields) {
        return "PUT /x HTTP/1.1\r\nHost: a\r\n" + String.join("", fields)
                + "Content-Length: " + length + "\r\n\r\n";
    }

    static String chunked(String... chunks) {
        StringBuilder text = new StringBuilder(
                "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String chunk : chunks) {
            text.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk)
                    .append("\r\n");
        }
        return text + "0\r\n\r\n";
    }

    static String text(String status, String body, String... connection) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n" + String.join("", connection)
                + "\r\n" + body;
    }

    static String ok(String body, String... connection) {
        return text("200 OK", body, connection);
    }

    static String closing(String status, String body) {
        return text(status, body, "Connection: close\r\n");
    }

    /** Letters that differ from place to place, the same for the same count. */
    static String letters(int count) {
        Random random = new Random(count);
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
