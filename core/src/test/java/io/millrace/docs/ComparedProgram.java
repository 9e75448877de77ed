package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One of the programs of docs/comparison, running, and the requests by which each of them is tried,
 * whatever library it is written with. {@code docs/comparison/run} calls the main method.
 */
final class ComparedProgram implements AutoCloseable {

    static final List<String> NAMES = List.of("Blocking", "Errors", "EventStreams", "Forms",
            "HandlerTests", "JsonRest", "Login", "Proxy", "Upload", "WebSite");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FORM = "application/x-www-form-urlencoded";

    private final String name;
    private final Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final HttpServer origin;
    private final int port;
    private final Process process;

    /**
     * Starts a program.
     *
     * @param java the command that comes before the name of its class
     * @param folder where it runs, empty
     */
    ComparedProgram(List<String> java, String name, Path folder) throws Exception {
        this.name = name;
        this.folder = folder;
        Files.writeString(Files.createDirectories(folder.resolve("public/app"))
                .resolve("index.html"), "the application");
        Files.writeString(folder.resolve("public/a.txt"), "a file");
        Files.createDirectories(folder.resolve("photos"));
        origin = HttpServer.start(0, request -> Response.text("from " + request.path())
                .with("Content-Type", "text/x-origin")
                .with(request.path().equals("/gone") ? Status.GONE : Status.OK));
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(name, String.valueOf(port),
                "http://127.0.0.1:" + origin.address().getPort()));
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start();
    }

    /** Tries it as its own comment says what it does. */
    void tryOut() throws Exception {
        if (name.equals("HandlerTests")) {
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), log());
            assertEquals(0, process.exitValue(), log());
            return;
        }
        awaitListening();
        switch (name) {
            case "Blocking" -> {
                assertEquals("row 3\n", expect(200, get("/rows/3")).body());
                expect(503, get("/rows/slow"));
            }
            case "Errors" -> {
                assertEquals("1 cup\n", expect(200, get("/items/cup")).body());
                assertProblem(409, "tea is out of stock", get("/items/tea"));
                assertProblem(500, "internal error", get("/bug"));
                assertProblem(404, "(?i)not found", get("/none"));
            }
            case "EventStreams" -> tryEvents();
            case "Forms" -> tryForms();
            case "JsonRest" -> tryNotes();
            case "Login" -> tryLogin();
            case "Proxy" -> {
                HttpResponse<String> passed = expect(200, get("/some/path"));
                assertEquals("from /some/path", passed.body());
                assertTrue(field(passed, "Content-Type").startsWith("text/x-origin"));
                expect(410, get("/gone"));
            }
            case "Upload" -> {
                assertEquals("stored\n",
                        expect(200, send("PUT", "/upload", null, "a body")).body());
                assertEquals("a body", Files.readString(folder.resolve("upload")));
            }
            case "WebSite" -> {
                HttpResponse<String> file = expect(200, get("/a.txt"));
                assertEquals("a file", file.body());
                assertEquals("max-age=3600", field(file, "Cache-Control"));
                assertEquals("the application", expect(200, client.send(request("/app/some/view")
                        .header("Accept", "text/html").build(), BodyHandlers.ofString())).body());
                expect(404, get("/none.txt"));
            }
            default -> throw new IllegalArgumentException(name);
        }
    }

    private void tryEvents() throws Exception {
        HttpResponse<InputStream> stream = client.send(
                request("/events").header("Accept", "text/event-stream").build(),
                BodyHandlers.ofInputStream());
        assertTrue(field(stream, "Content-Type").startsWith("text/event-stream"));
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            expect(204, send("POST", "/messages", "text/plain", "hello"));
            String line = lines.readLine();
            while (!line.startsWith("data:")) {
                line = lines.readLine();
            }
            assertEquals("data: hello", line);
        }
    }

    private void tryForms() throws Exception {
        assertEquals("Hello, Ann, aged 7!\n",
                expect(200, send("POST", "/greet", FORM, "name=Ann&age=7")).body());
        expect(400, send("POST", "/greet", FORM, "name=Ann&age=seven"));
        String part = "--b\r\nContent-Disposition: form-data; name=\"";
        String title = part + "title\"\r\n\r\nme\r\n";
        assertEquals("kept 3 bytes\n", expect(201, send("POST", "/photos",
                "multipart/form-data; boundary=b", title + part + "photo\"; filename=\"me.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\njpg\r\n--b--\r\n")).body());
        assertEquals("jpg", Files.readString(folder.resolve("photos/me.jpg")));
        expect(400, send("POST", "/photos", "multipart/form-data; boundary=b",
                title + "--b--\r\n"));
    }

    private void tryNotes() throws Exception {
        String json = "application/json";
        HttpResponse<String> made =
                expect(201, send("POST", "/notes", json, "{\"title\":\"a\",\"text\":\"b\"}"));
        assertEquals("/notes/1", field(made, "Location"));
        assertEquals("{\"title\":\"a\",\"text\":\"b\"}", expect(200, get("/notes/1")).body());
        expect(204, send("PUT", "/notes/1", json, "{\"title\":\"c\",\"text\":\"d\"}"));
        assertEquals("[{\"title\":\"c\",\"text\":\"d\"}]",
                expect(200, get("/notes?limit=5")).body());
        expect(400, get("/notes?limit=five"));
        expect(204, send("DELETE", "/notes/1", null, ""));
        expect(404, get("/notes/1"));
    }

    private void tryLogin() throws Exception {
        expect(401, get("/account/home"));
        expect(401, send("POST", "/login", FORM, "user=ann&password=wrong"));
        HttpResponse<String> welcome = send("POST", "/login", FORM, "user=ann&password=secret");
        assertEquals(3, welcome.statusCode() / 100);
        assertEquals("/account/home", field(welcome, "Location"));
        String cookie = field(welcome, "Set-Cookie").split(";")[0];
        HttpRequest.Builder home = request("/account/home").header("Cookie", cookie);
        assertEquals("<h1>Hello, ann</h1>\n",
                expect(200, client.send(home.build(), BodyHandlers.ofString())).body());
        expect(204, client.send(request("/logout").header("Cookie", cookie)
                .POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString()));
        expect(401, client.send(home.build(), BodyHandlers.ofString()));
    }

    private void assertProblem(int status, String title, HttpResponse<String> response)
            throws IOException {
        expect(status, response);
        assertTrue(field(response, "Content-Type").startsWith("application/problem+json"));
        assertTrue(response.body().contains("\"status\":" + status), response.body());
        assertTrue(response.body().matches(".*\"title\":\"" + title + "\".*"), response.body());
    }

    private void awaitListening() throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                new Socket("127.0.0.1", port).close();
                return;
            } catch (IOException e) {
                assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), this::logText);
                assertTrue(System.nanoTime() - end < 0, this::logText);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(LIMIT);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String type, String body)
            throws Exception {
        HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> expect(int status, HttpResponse<T> response) throws IOException {
        assertEquals(status, response.statusCode(), () -> response.body() + "\n" + logText());
        return response;
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private String logText() {
        try {
            return log();
        } catch (IOException e) {
            return "its log can't be read: " + e;
        }
    }

    @Override
    public void close() {
        origin.close();
        process.destroyForcibly().onExit().join();
    }

    /** @param args the class path of the programs */
    public static void main(String[] args) throws Exception {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", args[0]);
        for (String name : NAMES) {
            try (ComparedProgram program = new ComparedProgram(java, name,
                    Files.createTempDirectory(name))) {
                program.tryOut();
            }
        }
        System.out.println("all " + NAMES.size() + " do what they say");
    }
}
