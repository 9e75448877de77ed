package io.millrace.server;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;

/** Requests and answers as text, and a body that knows how often it was closed. */
final class Wire {

    static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    static final String INTERNAL = text("500 Internal Server Error", "internal error\n");

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

    static String ok(String body) {
        return text("200 OK", body);
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

    /** Tells how often it was closed. */
    static final class ClosingBody implements Body {

        private final Body body;
        int closes;

        ClosingBody(Body body) {
            this.body = body;
        }

        @Override
        public long length() {
            return body.length();
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return body.read(position, target);
        }

        @Override
        public void whenReadable(Runnable callback) {
            body.whenReadable(callback);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return body.transferTo(position, count, target);
        }

        @Override
        public synchronized void close() throws IOException {
            closes++;
            body.close();
        }
    }
}
