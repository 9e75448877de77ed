package io.millrace.app.run;

import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A reason for the store to refuse an upload when its head is in: the flags and fields that bring
 * it about, and the status that has to arrive. Threads: any.
 */
enum Refusal {

    BODY_TOO_LARGE(413, "/key", Map.of(), "--max-body", "1MB"),
    OBJECT_TOO_LARGE(413, "/key", Map.of(), "--max-object", "1MB"),
    NO_TOKEN(401, "/key", Map.of(), "--token-file", "token"),
    NO_SUCH_PLACE(409, "/", Map.of()),
    PRESENT_ALREADY(412, "/present", Map.of("If-None-Match", "*")),
    QUOTA_USED_UP(507, "/key", Map.of(), "--quota", "1MB");

    private static final String PRESENT = "present";

    final int status;
    private final String path;
    private final Map<String, String> fields;
    private final List<String> flags;

    Refusal(int status, String path, Map<String, String> fields, String... flags) {
        this.status = status;
        this.path = path;
        this.fields = fields;
        this.flags = List.of(flags);
    }

    /** Starts a store that refuses for this reason. */
    JarProcess start(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data").resolve(PRESENT), "present");
        TokenFileTest.write(folder.resolve("token"), "secret\n");
        List<String> args = new ArrayList<>(List.of("--port", "0", "--linger-timeout", "10m"));
        args.addAll(flags);
        return JarProcess.start(folder, args.toArray(String[]::new));
    }

    /** Lets a client upload to the store, and returns the status that it saw. */
    int provoke(String url, RefusedClient client, Path file, long size, boolean expects)
            throws IOException, InterruptedException {
        return client.put(URI.create(url + path), fields, file, size, expects);
    }
}
