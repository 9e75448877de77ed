package io.millrace.bucket;

import io.millrace.s3.S3Double;
import io.millrace.s3.S3Stored;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.tree.ContractRows;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store over an engine that is asked byte by byte, by the contract {@code http}. */
abstract class ContractedBucket {

    static final int TIMEOUT_MS = 30_000;

    S3Double engine;
    BucketClient store;
    HttpServer server;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        engine.place("a", "old");
        engine.place("d/", "");
        open(BucketClient.options(engine));
    }

    void open(BucketOptions.Builder options) throws IOException {
        closeStore();
        store = BucketClient.of(engine, options.build());
        store.state.holds(PuttingStore.ALL);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                store::handle);
    }

    void closeStore() throws IOException {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    @AfterEach
    void stop() throws IOException {
        closeStore();
        engine.close();
    }

    /** A response; names of fields are in small letters. */
    record Got(int status, Map<String, String> fields, String body) {

        String field(String name) {
            return fields.get(name);
        }
    }

    Got send(String line, String body, String... fields) throws IOException {
        StringBuilder request = new StringBuilder(line + " HTTP/1.1\r\nHost: x\r\n"
                + "Connection: close\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        byte[] bytes;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server.address());
            socket.getOutputStream().write((request + "\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            bytes = socket.getInputStream().readAllBytes();
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] head = text.substring(0, end).split("\r\n");
        Map<String, String> got = new TreeMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            got.merge(head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        return new Got(Integer.parseInt(head[0].substring(9, 12)), got, text.substring(end + 4));
    }

    Got get(String target, String... fields) throws IOException {
        return send("GET " + target, "", fields);
    }

    Got put(String target, String body, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of(fields));
        all.add("Content-Length: " + body.length());
        return send("PUT " + target, body, all.toArray(String[]::new));
    }

    /** Sends what a row of {@link ContractRows} names. */
    Got send(String row) throws IOException {
        String[] words = row.split(" ");
        if (!words[0].equals("PUT")) {
            return send(row, "");
        }
        return switch (words.length > 2 ? words[2] : "new") {
            case "empty" -> put(words[1], "");
            case "none" -> send("PUT " + words[1], "");
            case "chunked" -> send("PUT " + words[1], "3\r\nnew\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked");
            default -> put(words[1], "new");
        };
    }

    /** What is there, as {@link ContractRows} has it: folders, and objects with their texts. */
    String objects() {
        TreeSet<String> names = new TreeSet<>();
        SortedMap<String, S3Stored> all = engine.objects();
        all.forEach((key, object) -> {
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                names.add(key.substring(0, slash));
            }
            if (!key.endsWith("/")) {
                names.add(key + '=' + object.text());
            }
        });
        return String.join(" ", names);
    }
}
