package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the jar reserves room for large PUTs exactly where it may, and keeps quiet about it. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ReservedPutIT {

    private static final int HALF = 8 << 20;

    @TempDir
    private Path folder;

    /** Where the JDK finds no mount point, as in a chroot, the store reserves nothing either. */
    private static boolean isExt4(Path folder) {
        try {
            return Files.getFileStore(folder).type().equals("ext4");
        } catch (IOException e) {
            return false;
        }
    }

    @BeforeEach
    void jarHasTheClasses() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("millrace.jar"))) {
            assumeTrue(jar.getEntry(
                    "META-INF/versions/22/io/millrace/space/LinuxPreallocation.class") != null,
                    "the jar was built by a JDK older than 22");
            // What an earlier build left in the jar is of no use to an older JDK.
            assumeTrue(Runtime.version().feature() >= 22, "this JDK is older than 22");
        }
        assumeTrue(isExt4(folder), "the folder is not in ext4");
    }

    @Test
    void jarGrantsTheWayToItself() throws Exception {
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--workers", "1", "--dir", "data")) {
            assertTrue(isReserved(server), "reserved");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromTheClassPathTheGrantDecidesWithoutAWord(boolean granted) throws Exception {
        // From the class path, where the grant of the jar's manifest doesn't count.
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$1\" "
                + (granted ? "--enable-native-access=ALL-UNNAMED" : "")
                + " -cp \"$3\" io.millrace.app.Main --port 0 --workers 1 --dir data", List.of())) {
            assertEquals(granted, isReserved(server), "reserved");
        }
    }

    @Test
    void folderWhoseNameTheLocaleLacksIsFoundByItsBytes() throws Exception {
        // The store can be given such a folder by a link only.
        try (JarProcess server = JarProcess.startByShell(folder, "export LC_ALL=C;"
                + " mkdir \"$(printf 'd\\303\\244ta')\" &&"
                + " ln -s \"$(printf 'd\\303\\244ta')\" data && exec \"$@\" --port 0 --dir data",
                List.of(), "--workers", "1")) {
            assertTrue(isReserved(server), "reserved");
        }
    }

    /** Puts an object, and looks in the middle of it whether there is room for more. */
    private boolean isReserved(JarProcess server) throws Exception {
        URI uri = URI.create(server.awaitUrl() + "/key");
        byte[] body = new byte[2 * HALF];
        new Random(1).nextBytes(body);
        boolean reserved;
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(("PUT /key HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                    + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, HALF);
            Path part = awaitHalf(uri);
            reserved = allocatedBytes(part) > HALF + HALF / 4;
            assertEquals(HALF, Files.size(part));
            out.write(body, HALF, HALF);
            String answer = new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 201 Created", answer.substring(0, answer.indexOf("\r\n")));
        }
        assertArrayEquals(body, Files.readAllBytes(folder.resolve("data/key")));
        assertEquals("", server.err());
        return reserved;
    }

    /** The tests' {@code @Timeout} ends it if the upload is refused. */
    private Path awaitHalf(URI uri) throws IOException {
        Path part = null;
        while (part == null || Files.size(part) < HALF) {
            assertEquals(404, get(uri));
            part = part();
        }
        // The one worker answers when it is done with what it did when it wrote the last bytes.
        assertEquals(404, get(uri));
        return part;
    }

    private static int get(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout(60_000);
        return connection.getResponseCode();
    }

    /** The file that the bytes are in; null if there is none yet. */
    private Path part() throws IOException {
        try (Stream<Path> files =
                Files.walk(folder.resolve("data"), FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(".millrace.lock")).findFirst().orElse(null);
        }
    }

    /** What a file takes of the device. Java has no way to ask. */
    private static long allocatedBytes(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b %B", file.toString()).start();
        String out = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String[] figures = out.trim().split(" ");
        return Long.parseLong(figures[0]) * Long.parseLong(figures[1]);
    }
}
