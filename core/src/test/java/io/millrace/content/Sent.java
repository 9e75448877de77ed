package io.millrace.content;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/** What a client gets of a response, whose body is closed then. */
final class Sent {

    private Sent() {
    }

    /** The body, half of it read and half transferred, and then closed. */
    static String text(Response response) throws IOException {
        try (Body body = response.body()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            long half = body.length() / 2;
            ByteBuffer piece = ByteBuffer.allocate(7);
            long position = 0;
            while (position < body.length()) {
                long moved = position < half ? -1 : body.transferTo(position,
                        body.length() - position, Channels.newChannel(bytes));
                if (moved < 0) {
                    moved = body.read(position, piece.clear());
                    bytes.write(piece.array(), 0, piece.position());
                }
                position += moved;
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    static int status(Response response) throws IOException {
        response.body().close();
        return response.status().code();
    }
}
