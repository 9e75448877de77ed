package io.millrace.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Handler;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Filter;
import io.millrace.testkit.TestClient;
import io.millrace.testkit.TestRequest;
import io.millrace.testkit.TestResponse;
import io.millrace.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads of files by forms: to a folder, by clients that stay and clients that leave. */
class FormUploadTest {

    private static final String TYPE = "multipart/form-data; boundary=b";

    @TempDir
    Path folder;
    private final byte[] content = new byte[3_000_000];
    private Handler upload;
    private byte[] body;

    @BeforeEach
    void makeBody() {
        new Random(17).nextBytes(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../a.bin\""
                + "\r\n\r\n").getBytes(UTF_8));
        out.writeBytes(content);
        out.writeBytes(("\r\n--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"
                + "It\r\n--b--\r\n").getBytes(UTF_8));
        body = out.toByteArray();
        upload = request -> Form.receive(request, folder, form -> {
            FormFile file = form.file("f");
            file.moveTo(folder.resolve(file.safeFileName()));
            return Response.text(form.fields().text("title") + " " + file.length());
        });
    }

    private void assertStored(String... names) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Stream.of(names).toList(),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    // Fields beside files in a folder have one of their own.
    @Test
    void formInMemoryHasNoBoundButThatOfItsBody() {
        TestClient client = TestClient.of(request -> Form.collect(request, body.length, form ->
                Response.text(form.fields().text("title") + " " + form.file("f").length())));
        assertEquals("It 3000000", client.send(TestRequest.post("/")
                .header("Content-Type", TYPE).body(body)).text());
    }

    @Test
    void fileGoesToItsFolderOverASocket() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (TestServer server = TestServer.start(upload)) {
            for (HttpRequest.BodyPublisher sent : new HttpRequest.BodyPublisher[] {
                BodyPublishers.ofByteArray(body),
                BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body))}) { // chunked
                HttpResponse<String> response = client.send(HttpRequest.newBuilder(server.uri("/"))
                        .header("Content-Type", TYPE).POST(sent).build(), BodyHandlers.ofString());
                assertEquals("It 3000000", response.body());
                assertStored("a.bin");
                assertArrayEquals(content, Files.readAllBytes(folder.resolve("a.bin")));
                Files.delete(folder.resolve("a.bin"));
            }
        }
    }

    @Test
    void fileOfAClientThatLeavesIsRemoved() throws Exception {
        for (int bytes : new int[] {1, 100, 1_000_000, body.length - 1}) {
            TestResponse response = TestClient.of(upload).send(TestRequest.post("/")
                    .header("Content-Type", TYPE).body(body).leavesAfter(bytes));
            assertEquals(Abandonment.PEER_LEFT, response.abandonment());
            assertStored();
        }
    }

    @Test
    void fileThatComesInSmallPiecesIsWhole() throws Exception {
        TestClient.of(upload).send(TestRequest.post("/").header("Content-Type", TYPE).body(body)
                .chunked().pieces(97)).assertStatus(200);
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("a.bin")));
    }

    @Test
    void formThatIsRefusedInTheMiddleLeavesNoFile() throws Exception {
        Handler small = request -> Form.receive(request, folder,
                FormLimits.defaults().withMaxFileBytes(2_999_999), form -> Response.text("stored"));
        TestClient.of(small).send(TestRequest.post("/").header("Content-Type", TYPE).body(body))
                .assertStatus(413);
        assertStored();
        byte[] malformed = body.clone();
        malformed[body.length - 3] = 'x';
        TestClient.of(upload).send(TestRequest.post("/").header("Content-Type", TYPE)
                .body(malformed)).assertStatus(400);
        assertStored();
    }

    // As browsers send it.
    @Test
    void fieldInWhichNoFileWasChosenMakesNoFile() throws Exception {
        Handler count = request -> Form.receive(request, folder,
                FormLimits.defaults().withMaxFiles(1), form -> {
                    assertStored();
                    return Response.text(form.files().size() + " files");
                });
        String none = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n\r\n";
        assertEquals("0 files", TestClient.of(count).send(TestRequest.post("/")
                .header("Content-Type", TYPE).body(none + none + "--b--\r\n"))
                .assertStatus(200).text());
    }

    @Test
    void bytesOfAFileWithoutANameAreNotLost() throws Exception {
        Responder<Form> tell = form -> Response.text(
                form.files().size() + " " + new String(form.file("f").bytes(), UTF_8));
        for (Handler handler : List.<Handler>of(request -> Form.collect(request, 1000, tell),
                request -> Form.receive(request, folder, tell))) {
            assertEquals("1 four", TestClient.of(handler).send(TestRequest.post("/")
                    .header("Content-Type", TYPE).body("--b\r\nContent-Disposition: form-data; "
                            + "name=\"f\"; filename=\"\"\r\n\r\nfour\r\n--b--\r\n"))
                    .assertStatus(200).text());
        }
    }

    @Test
    void filterOfFailuresSeesEachRefusal() {
        Filter failures = Filter.failures((request, failure) -> Response.text(
                "filtered: " + failure.getMessage()).with(Status.CONFLICT));
        TestClient client = TestClient.of(failures.around(
                request -> Form.collect(request, 100, form -> Response.text("collected"))));
        TestRequest post = TestRequest.post("/").header("Content-Type", TYPE);
        for (String malformed : new String[] {"--b\r\nX\r\n\r\n", "--b\r\n", "",
            "x".repeat(101)}) {
            String text = client.send(post.body(malformed).chunked()).assertStatus(409).text();
            assertTrue(text.matches("filtered: (malformed form: .*|the body is longer than 100 b"
                    + "ytes)"), text);
        }
        assertEquals("filtered: the body is longer than 100 bytes",
                client.send(post.body("x".repeat(101))).assertStatus(409).text());
        assertEquals("filtered: the form must be in UTF-8", client.send(TestRequest.post("/")
                .header("Content-Type", "application/x-www-form-urlencoded; charset=latin1")
                .body("a")).assertStatus(409).text());
        assertEquals("filtered: the body is longer than 100 bytes", client.send(
                TestRequest.post("/").header("Content-Type", "application/x-www-form-urlencoded")
                        .body("x".repeat(101)).chunked()).assertStatus(409).text());
    }
}
