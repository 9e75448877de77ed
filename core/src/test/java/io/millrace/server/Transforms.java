package io.millrace.server;

import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Transformation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Transformations of requests, what the last one ended with, and their responses in text. */
final class Transforms implements AutoCloseable {

    static final int PIPE_BYTES = 64 * 1024;
    static final String LONG = letters(600_000);
    static final Response TEXT = Response.text("replaced");
    static final String BEGUN = "HTTP/1.1 200 OK\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

    final ExecutorService executor = Executors.newCachedThreadPool();
    /** What the last transformation ended with; null if it returned. */
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

    /** Copies in capitals, each piece at once. */
    static void shout(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[1000];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            out.write(latin(piece, count).toUpperCase(Locale.ROOT)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private static String latin(byte[] bytes, int count) {
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    Exchange transform(Transformation transformation) {
        return Exchange.transform(executor, TEXT, (in, out) -> {
            try {
                transformation.transform(in, out);
                ended.complete(null);
            } catch (Throwable e) {
                ended.complete(e);
                throw e;
            }
        });
    }

    Handler handler(Transformation transformation) {
        return request -> request.path().equals("/next") ? Response.text("next")
                : transform(transformation);
    }

    Conversation converse(Transformation transformation) {
        return new Conversation(handler(transformation));
    }

    Throwable ended() throws Exception {
        return ended.get(60, TimeUnit.SECONDS);
    }

    /** Goes on until all that is sent, without Date lines, ends so; all of it. */
    static String until(Conversation conversation, String end) throws Exception {
        StringBuilder all = new StringBuilder();
        conversation.goUntil(() -> {
            all.append(conversation.sent());
            return conversation.closed != null || all.toString().endsWith(end);
        });
        return all.toString();
    }

    /** The data of the chunks behind {@link #BEGUN}, which have to be whole, and what follows. */
    static String dechunked(String response) {
        assertTrue(response.startsWith(BEGUN), response);
        StringBuilder data = new StringBuilder();
        int at = BEGUN.length();
        while (true) {
            int line = response.indexOf("\r\n", at);
            int length = Integer.parseInt(response.substring(at, line), 16);
            data.append(response, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
            if (length == 0) {
                return data + response.substring(at);
            }
        }
    }

    /** Lengths of chunks in four digits, whatever the server makes of them. */
    static String chunksOf(String response) {
        return response.replaceAll("(?m)^0*([0-9a-fA-F])\r$", "000$1\r")
                .replace("0000\r\n\r\n", "0\r\n\r\n");
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
