package io.millrace.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

/** A folder to run the jar in, and requests to it. */
abstract class JarRequests {

    @TempDir
    Path folder;

    /** An answer as a client sees it. */
    record Answered(int status, byte[] body) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Answered that && status == that.status
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return status;
        }
    }

    static Answered request(String method, String url, byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(60_000);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            new ByteArrayInputStream(body).transferTo(connection.getOutputStream());
        }
        int status = connection.getResponseCode();
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answered(status, in == null ? new byte[0] : in.readAllBytes());
        }
    }
}
