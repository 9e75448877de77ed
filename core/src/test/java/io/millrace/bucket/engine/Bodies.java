package io.millrace.bucket.engine;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What small responses say. */
final class Bodies {

    private Bodies() {
    }

    static String text(Response response) throws IOException {
        try (Body body = response.body()) {
            ByteBuffer bytes = ByteBuffer.allocate(1000);
            body.read(0, bytes);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }
}
