package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a client would see of a response: read to its end and closed. */
public record Reply(int status, Headers headers, byte[] body) {

    public static Reply of(Response response) throws IOException {
        try (var body = response.body()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            long half = body.length() / 2;
            // The first half through an array, the rest as a socket would get it.
            ByteBuffer piece = ByteBuffer.allocate(777);
            long position = 0;
            while (position < half) {
                piece.clear().limit((int) Math.min(piece.capacity(), half - position));
                position += body.read(position, piece);
                bytes.write(piece.array(), 0, piece.position());
            }
            while (position < body.length()) {
                long moved = body.transferTo(position, body.length() - position,
                        Channels.newChannel(bytes));
                if (moved < 0) {
                    moved = body.read(position, piece.clear());
                    bytes.write(piece.array(), 0, piece.position());
                }
                position += moved;
            }
            if (body.length() == Body.UNKNOWN_LENGTH) {
                readToEnd(body, bytes);
            }
            return new Reply(response.status().code(), response.headers(), bytes.toByteArray());
        }
    }

    private static void readToEnd(Body body, ByteArrayOutputStream bytes) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(777);
        int read = body.read(0, piece);
        while (read >= 0) {
            bytes.write(piece.array(), 0, read);
            if (read == 0) {
                CountDownLatch readable = new CountDownLatch(1);
                body.whenReadable(readable::countDown);
                try {
                    assertTrue(readable.await(60, TimeUnit.SECONDS), "nothing comes any more");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            read = body.read(bytes.size(), piece.clear());
        }
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    String field(String name) {
        return headers.first(name);
    }
}
