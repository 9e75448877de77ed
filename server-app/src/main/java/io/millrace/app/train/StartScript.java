package io.millrace.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A script that starts the program with its cache, if jar and JDK are still those that it was made
 * for. The JVM doesn't look: JDK 25 takes classes from the cache of a jar that has been replaced,
 * and would run what the store was before (decision 486).
 *
 * <p>Threads: one.
 *
 * @param options of the JVM, with and without the cache
 * @param program what jar and JDK were before the cache was made of them
 */
record StartScript(CacheKind kind, Path jar, Path cache, List<String> options, String program) {

    /** How the names of such files end. */
    static final String ENDING = ".sh";

    private static final Path HOME = Path.of(System.getProperty("java.home"));

    /** The java of this process. */
    static final Path JAVA = HOME.resolve("bin").resolve("java");

    /** Differs between any two builds of a JDK. */
    private static final Path CLASSES = HOME.resolve("lib").resolve("modules");

    private static final String TEXT = """
            #!/bin/sh
            # Made by the command train: starts the program with the cache that fits it,
            # or without it once the jar, the JDK or the cache is another one. JAVA_OPTS has more
            # options of the JVM. It is written anew by each train.
            java=%2$s
            jar=%1$s
            cache=%3$s
            [ -x "$java" ] || java=java
            if [ "$(stat -L -c %%s.%%Y "$jar" %4$s "$cache" 2>&1)" = '%5$s' ]; then
                exec "$java" %6$s %7$s $JAVA_OPTS -jar "$jar" "$@"
            fi
            exec "$java" %7$s $JAVA_OPTS -jar "$jar" "$@"
            """;

    /** One for the jar as it is now, of which the cache is made next. */
    static StartScript of(CacheKind kind, Path jar, Path cache, List<String> options)
            throws IOException {
        return new StartScript(kind, jar, cache, options, look(jar) + '\n' + look(CLASSES));
    }

    /** Where it stands. */
    Path file() {
        return beside(cache, ENDING);
    }

    /** A file of the same name with another ending. */
    static Path beside(Path file, String ending) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
    }

    /** Writes it, or replaces the one that is there in one step. */
    void write() throws IOException {
        Path made = file().resolveSibling(file().getFileName() + ".new");
        Files.writeString(made, text());
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(made, file(), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private String text() throws IOException {
        return String.format(TEXT, quoted(jar.toString()), quoted(JAVA.toString()),
                quoted(cache.toString()), quoted(CLASSES.toString()),
                program + '\n' + look(cache), quoted(kind.toUse(cache)), quoted(options));
    }

    private static String look(Path file) throws IOException {
        return Files.size(file) + "."
                + Files.getLastModifiedTime(file).to(TimeUnit.SECONDS);
    }

    private static String quoted(List<String> words) {
        return words.stream().map(StartScript::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return '\'' + word.replace("'", "'\\''") + '\'';
    }
}
