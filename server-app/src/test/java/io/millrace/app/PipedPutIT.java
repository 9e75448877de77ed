package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the jar takes the way through the kernel exactly where it may, and says nothing. */
@EnabledOnOs(OS.LINUX)
class PipedPutIT {

    private static final int LENGTH = 5_000_000;

    @TempDir
    private Path folder;

    @BeforeEach
    void jarHasTheClasses() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("millrace.jar"))) {
            assumeTrue(jar.getEntry("META-INF/versions/22/io/millrace/net/SplicePipe.class")
                    != null, "the jar was built by a JDK older than 22");
            // What an earlier build left in the jar is of no use to an older JDK.
            assumeTrue(Runtime.version().feature() >= 22, "this JDK is older than 22");
        }
    }

    @Test
    void jarGrantsTheWayToItself() throws Exception {
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--workers", "1", "--discard")) {
            assertEquals(1, pipesThatPutsOpen(server));
        }
    }

    @Test
    void putsIntoFilesAreCopiedAsThatIsFaster() throws Exception {
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--workers", "1", "--dir", "data")) {
            assertEquals(0, pipesThatPutsOpen(server));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,",
        "0, --enable-native-access=ALL-UNNAMED",
        "0, --add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
        "1, --enable-native-access=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    })
    void withoutBothGrantsPutsAreCopiedWithoutAWord(int pipes, String grants) throws Exception {
        // From the class path, where the grants of the jar's manifest don't count.
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$1\" "
                + (grants == null ? "" : grants)
                + " -cp \"$3\" io.millrace.app.Main --port 0 --workers 1 --discard", List.of())) {
            assertEquals(pipes, pipesThatPutsOpen(server));
        }
    }

    @Test
    void onAJdkThatIsAnotherInsidePutsAreCopiedWithoutAWord() throws Exception {
        // Before the jar's own class, one that looks for a class that no JDK has.
        Path other = folder.resolve("other/io/millrace/net/Descriptors.class");
        Files.createDirectories(other.getParent());
        try (JarFile jar = new JarFile(JarProcess.JAR.toFile())) {
            byte[] own = jar.getInputStream(jar.getEntry(
                    "META-INF/versions/22/io/millrace/net/Descriptors.class")).readAllBytes();
            String bytes = new String(own, StandardCharsets.ISO_8859_1);
            assertTrue(bytes.contains("NativeThreadSet"));
            Files.writeString(other, bytes.replace("NativeThreadSet", "NativeThreadSxt"),
                    StandardCharsets.ISO_8859_1);
        }
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$1\""
                + " --enable-native-access=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
                + " -cp other:\"$3\" io.millrace.app.Main --port 0 --workers 1 --discard",
                List.of())) {
            assertEquals(0, pipesThatPutsOpen(server));
        }
    }

    private long pipesThatPutsOpen(JarProcess server) throws Exception {
        URI uri = URI.create(server.awaitUrl() + "/key");
        long before = pipeEnds(server);
        for (int i = 0; i < 3; i++) {
            byte[] body = new byte[LENGTH + i];
            new Random(i).nextBytes(body);
            assertEquals(2, put(uri, body) / 100);
        }
        assertEquals("", server.err());
        return (pipeEnds(server) - before) / 2;
    }

    private static int put(URI uri, byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setReadTimeout(60_000);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
        return connection.getResponseCode();
    }

    private static long pipeEnds(JarProcess server) throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return links.filter(PipedPutIT::isPipe).count();
        }
    }

    private static boolean isPipe(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // closed since it was listed
        }
    }
}
