package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar with an access log. */
@EnabledOnOs(OS.LINUX)
class AccessLogJarIT {

    private static final Pattern NUMBERED = Pattern.compile("\"GET /(\\d+) HTTP/1\\.1\" 404 ");

    @TempDir
    private Path folder;

    private static int status(String url, String authorization) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setReadTimeout(60_000);
        connection.setRequestProperty("Authorization", authorization);
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream()
                : connection.getErrorStream()) {
            body.readAllBytes();
        }
        return status;
    }

    private static List<Integer> numbers(Path file) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = NUMBERED.matcher(line);
            assertTrue(matcher.find(), line);
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        return numbers;
    }

    private static void hangUp(JarProcess jar) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + jar.pid()).start().waitFor());
        assertTrue(jar.await("SIGHUP: reloaded ").contains("the access log"), jar.out());
    }

    /** Asks for objects that are not there, one number after the other. */
    private static final class Client extends Thread {

        final AtomicBoolean ends = new AtomicBoolean();
        final AtomicInteger asked = new AtomicInteger();
        volatile Throwable failure;
        private final String url;

        Client(String url) {
            this.url = url;
        }

        @Override
        public void run() {
            try {
                while (!ends.get()) {
                    assertEquals(404, status(url + "/" + asked.get(), ""));
                    asked.incrementAndGet();
                }
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
        }
    }

    @Test
    void requestsUnderLoadAreAllInTheFilesOfTenRotations() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--access-log", "a.log")) {
            Client client = new Client(jar.awaitUrl());
            client.start();
            Path current = folder.resolve("a.log");
            for (int rotation = 0; rotation < 10; rotation++) {
                int before = client.asked.get();
                while (client.asked.get() < before + 50 && client.failure == null) {
                    Thread.onSpinWait();
                }
                Files.move(current, folder.resolve("a.log." + rotation));
                hangUp(jar);
            }
            client.ends.set(true);
            client.join();
            assertEquals(null, client.failure);
            int last = client.asked.get();
            assertEquals(404, status(jar.awaitedUrl() + "/" + last, ""));
            jar.terminate();
            assertEquals(0, jar.exitCode());

            assertTrue(numbers(current).contains(last));
            List<Integer> all = new ArrayList<>();
            for (int rotation = 0; rotation < 10; rotation++) {
                all.addAll(numbers(folder.resolve("a.log." + rotation)));
            }
            all.addAll(numbers(current));
            Set<Integer> once = new HashSet<>(all);
            assertEquals(last + 1, all.size());
            assertEquals(last + 1, once.size());
        }
    }

    @Test
    void userAndRefusalsAreInTheJsonOnStdout() throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "ann secret rwdl\n");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--access-log", "-",
                "--access-log-format", "json", "--token-file", "tokens", "--durability", "data",
                "--wrong-token-delay", "0s")) {
            URI url = URI.create(jar.awaitUrl());
            assertEquals(404, status(url + "/a", "Bearer secret"));
            String known = jar.await("\"target\":\"/a\"");
            assertTrue(known.contains(",\"user\":\"ann\","), known);
            assertTrue(known.contains(",\"status\":404,"), known);

            assertEquals(401, status(url + "/b", "Bearer wrong"));
            assertFalse(jar.await("\"target\":\"/b\"").contains("\"user\""));

            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                socket.getOutputStream().write("PUT /c HTTP/1.1\r\nHost: localhost\r\n"
                        .concat("Authorization: Bearer secret\r\nContent-Length: 5\r\n\r\nhello")
                        .getBytes(StandardCharsets.US_ASCII));
                String stored = jar.await("\"target\":\"/c\"");
                assertTrue(stored.contains("\"received_bytes\":5,"), stored);
                assertTrue(Pattern.compile("\"device_us\":[1-9]").matcher(stored).find(), stored);
                socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(
                        StandardCharsets.US_ASCII));
                assertTrue(jar.await("\"request_line\":\"nonsense\"").contains("\"status\":400,"));
            }
            jar.terminate();
            assertEquals(0, jar.exitCode());
        }
    }

    @Test
    void linesGoToStderrIfThatIsNamed() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--access-log", "stderr")) {
            assertEquals(404, status(jar.awaitUrl() + "/0", ""));
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertTrue(jar.err().contains("\"GET /0 HTTP/1.1\" 404 "), jar.err());
            assertFalse(jar.out().contains("GET /0"), jar.out());
        }
    }

    @Test
    void otherFileInTheConfigurationGetsTheLinesFromSighupOn() throws Exception {
        Path config = Files.writeString(folder.resolve("conf"), "port = 0\naccess-log = a.log\n");
        try (JarProcess jar = JarProcess.start(folder, "--config", "conf")) {
            String url = jar.awaitUrl();
            assertEquals(404, status(url + "/0", ""));
            Files.writeString(config, "port = 0\naccess-log = b.log\n");
            hangUp(jar);
            assertEquals(404, status(url + "/1", ""));
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertEquals(List.of(0), numbers(folder.resolve("a.log")));
            assertEquals(List.of(1), numbers(folder.resolve("b.log")));
        }
    }

    private String refusal(int exitCode, String... args) throws Exception {
        try (JarProcess jar = JarProcess.start(folder, args)) {
            assertEquals(exitCode, jar.exitCode());
            return jar.err();
        }
    }

    @Test
    void logThatCannotBeWrittenEndsTheStart() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        assertEquals("millrace: the access log no/a.log can't be written: its folder is missing,"
                + " create it\n", refusal(1, "--port", "0", "--access-log", "no/a.log"));
        assertEquals("millrace: the access log data/a.log is in the store's folder data, where"
                + " requests can reach it: choose another folder\n",
                refusal(2, "--port", "0", "--access-log", "data/a.log"));
        assertEquals("millrace: --access-log-format needs --access-log: say where the log is to be"
                + " written\n", refusal(2, "--port", "0", "--access-log-format", "json"));
        assertEquals("millrace: --access-log-format must be common or combined or json: xml\n",
                refusal(2, "--port", "0", "--access-log", "-", "--access-log-format", "xml"));
        assertFalse(Files.exists(folder.resolve("data/a.log")));
    }

    @Test
    void linkIntoTheStoreIsRefused() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/object"), "an object");
        Files.createSymbolicLink(folder.resolve("a.log"), folder.resolve("data/object"));
        assertTrue(refusal(2, "--port", "0", "--access-log", "a.log")
                .contains("is in the store's folder"));
    }

    @Test
    void fullDiskEndsNothing() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--access-log",
                "/dev/full")) {
            String url = jar.awaitUrl();
            for (int i = 0; i < 20; i++) {
                assertEquals(404, status(url + "/" + i, ""));
            }
            jar.terminate();
            assertEquals(0, jar.exitCode());
            List<String> lines = jar.err().lines().toList();
            assertEquals("millrace: access log /dev/full can't be written, lines are lost until it"
                    + " can: java.io.IOException: No space left on device", lines.get(0));
            assertEquals("millrace: access log /dev/full closed; lines lost: 20", lines.get(1));
            assertEquals(2, lines.size(), jar.err());
        }
    }
}
