package io.millrace.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A stock client that uploads a file of zeros, as its manual tells, and says which status it saw.
 * Threads: any.
 */
enum RefusedClient {

    /** Reads while it writes. */
    HTTP_CLIENT {
        @Override
        int put(URI uri, Map<String, String> fields, Path file, long size, boolean expects)
                throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(PATIENCE)
                    .expectContinue(expects)
                    .PUT(HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(size)), size));
            fields.forEach(request::header);
            return HttpClient.newHttpClient()
                    .send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
        }

        /** JDK-8286171: before 20, an answer other than 100 makes it wait for ever. */
        @Override
        boolean knowsExpectations() {
            return Runtime.version().feature() >= 20;
        }
    },

    /** Writes all before it reads. */
    HTTP_URL_CONNECTION {
        @Override
        int put(URI uri, Map<String, String> fields, Path file, long size, boolean expects)
                throws IOException {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            connection.setReadTimeout((int) PATIENCE.toMillis());
            connection.setFixedLengthStreamingMode(size);
            fields.forEach(connection::setRequestProperty);
            if (expects) {
                connection.setRequestProperty("Expect", "100-continue");
            }
            try (OutputStream out = connection.getOutputStream();
                    InputStream zeros = new Zeros(size)) {
                zeros.transferTo(out);
            } catch (IOException refused) {
                // As it says of itself: the status tells why, if there is one.
                return connection.getResponseCode();
            }
            return connection.getResponseCode();
        }
    },

    /** Looks for an answer now and then while it writes, and stops writing if there is one. */
    CURL {
        @Override
        int put(URI uri, Map<String, String> fields, Path file, long size, boolean expects)
                throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of("curl", "-sS", "-o", "/dev/null",
                    "-m", "" + PATIENCE.toSeconds(), "-w", "%{http_code}", "-T", file.toString(),
                    "-H", expects ? "Expect: 100-continue" : "Expect:"));
            fields.forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
            command.add(uri.toString());
            return statusOf(command);
        }
    },

    /** Writes all before it reads, and knows no expectations. */
    PYTHON {
        @Override
        int put(URI uri, Map<String, String> fields, Path file, long size, boolean expects)
                throws IOException, InterruptedException {
            StringBuilder headers = new StringBuilder("'Content-Length': '" + size + "'");
            fields.forEach((name, value) ->
                    headers.append(", '").append(name).append("': '").append(value).append('\''));
            return statusOf(List.of("python3", "-c", String.join("\n",
                    "import http.client",
                    "c = http.client.HTTPConnection('" + uri.getHost() + "', " + uri.getPort()
                            + ", timeout=" + PATIENCE.toSeconds() + ")",
                    "c.request('PUT', '" + uri.getPath() + "', open('" + file + "', 'rb'), {"
                            + headers + "})",
                    "print(c.getresponse().status)")));
        }

        @Override
        boolean knowsExpectations() {
            return false;
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Uploads.
     *
     * @param file as many zeros as {@code size}, for a client that is a program of its own
     * @param expects whether to ask for 100 (Continue) first
     * @return the status that the client saw
     * @throws IOException if it saw none
     */
    abstract int put(URI uri, Map<String, String> fields, Path file, long size, boolean expects)
            throws IOException, InterruptedException;

    /** Whether the client can wait for 100 (Continue). */
    boolean knowsExpectations() {
        return true;
    }

    private static int statusOf(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        // A refusal may make the client's exit code another than 0; what it saw counts.
        String last = out.strip().replaceAll("(?s).*\\n", "");
        if (!last.matches("[1-5][0-9][0-9]")) {
            throw new IOException(last);
        }
        return Integer.parseInt(last);
    }

    /** Zeros without end, but for the count. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(target, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
