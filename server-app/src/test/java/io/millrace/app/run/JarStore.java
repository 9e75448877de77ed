package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A folder to run the jar in, with objects whose bodies tell which they are. */
abstract class JarStore {

    static final List<String> NO_FLAGS = List.of();

    @TempDir
    Path folder;

    static StampedBody body(String key, long version, long lengthBytes) {
        return new StampedBody(key, version, lengthBytes);
    }

    static int put(StoreClient client, StampedBody body) throws IOException {
        return client.put(body, false, null);
    }

    static void assertIs(long version, StoreClient.Got got) {
        assertEquals(200, got.status());
        assertEquals(null, got.fault());
        assertEquals(version, got.body().version());
    }

    static Set<String> names(Path data) throws IOException {
        try (Stream<Path> objects = Files.list(data);
                Stream<Path> parts = Files.list(data.resolve(".millrace.parts"))) {
            Set<String> names = new TreeSet<>();
            Stream.concat(objects, parts)
                    .forEach(file -> names.add(file.getFileName().toString()));
            names.removeAll(Set.of(".millrace.lock", ".millrace.parts"));
            return names;
        }
    }

    /** Whether a command succeeds here. */
    boolean can(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
