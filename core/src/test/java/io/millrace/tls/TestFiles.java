package io.millrace.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys and certificates in src/test/resources/tls, which says what they are. */
public final class TestFiles {

    private static final Path FOLDER = Path.of("src/test/resources/tls");

    private TestFiles() {
    }

    public static Path file(String name) {
        return FOLDER.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A new file that is several of them, one behind the other. */
    static Path joined(Path folder, String... names) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(text(name));
        }
        return write(folder, String.join("+", names), all.toString());
    }

    static Path write(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
