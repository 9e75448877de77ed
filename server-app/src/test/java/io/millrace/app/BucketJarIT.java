package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.EngineProcess;
import io.millrace.app.run.JarProcess;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jar as a node over a bucket; the engine is the one of core's tests, in its own process. */
@Timeout(180)
class BucketJarIT {

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private JarProcess node(String url, Path keys, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("--port", "0", "--bucket", url,
                "--bucket-keys", keys.toString()));
        args.addAll(List.of(more));
        return JarProcess.start(folder, args.toArray(new String[0]));
    }

    private HttpResponse<String> send(String method, String url, String body, String... fields)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String answer(String method, String url, String body, String... fields)
            throws Exception {
        var response = send(method, url, body, fields);
        return response.statusCode() + " " + response.body();
    }

    private void awaitIn(String url, String text) throws Exception {
        while (!answer("GET", url, null).contains(text)) {
            Thread.onSpinWait();
        }
    }

    private static String urlIn(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    @Test
    void nodeServesABucketAndNeverShowsItsKeys() throws Exception {
        try (EngineProcess engine = EngineProcess.start();
                JarProcess node = node(engine.url() + "builds/",
                        engine.keys(folder.resolve("keys")), "--admin", "127.0.0.1:0",
                        "--log-level", "debug")) {
            assertEquals("  store     objects in " + engine.url() + "builds/",
                    node.await("  store"));
            assertEquals("  engine    conditional writes: create held, replace held, multipart"
                    + " held, delete held", node.await("  engine"));
            String admin = urlIn(node.await("  admin"));
            String url = node.awaitUrl();
            assertEquals("201 ", answer("PUT", url + "/a/b.txt", "one"));
            assertEquals("204 ", answer("PUT", url + "/a/b.txt", "two"));
            assertEquals("200 two", answer("GET", url + "/a/b.txt", null));
            assertEquals("206 wo", answer("GET", url + "/a/b.txt", null, "Range", "bytes=1-"));
            assertTrue(answer("GET", url + "/a/?format=json", null).contains("\"b.txt\""));
            assertTrue(answer("GET", url + "/", null, "Accept", "text/html")
                    .contains("data-may=\"rwdl\""), "neither moves nor archives are offered");
            assertEquals(501, send("MOVE", url + "/a/b.txt", null, "Destination", "/c")
                    .statusCode());
            assertEquals("204 ", answer("DELETE", url + "/a/b.txt", null));
            assertEquals(404, send("GET", url + "/a/b.txt", null).statusCode());
            assertEquals("200 ok\n", answer("GET", admin + "/health/ready", null));
            String metrics = answer("GET", admin + "/metrics", null);
            assertTrue(metrics.contains("\nmillrace_bucket_requests_total{operation=\"PutObject\""
                    + ",outcome=\"done\"} "), metrics);
            assertFalse(metrics.contains("millrace_store_disk"), metrics);
            String command = Files.readString(Path.of("/proc", "" + node.pid(), "cmdline"));
            node.terminate();
            assertEquals(0, node.exitCode(), node.err());
            for (String shown : List.of(node.out(), node.err(), command, metrics)) {
                assertFalse(shown.contains(engine.secret()) || shown.contains(engine.id()), shown);
            }
        }
    }

    @Test
    void ofTwoNodesThatCreateOneObjectOneDoes() throws Exception {
        try (EngineProcess engine = EngineProcess.start();
                JarProcess one = node(engine.url(), engine.keys(folder.resolve("keys")));
                JarProcess other = node(engine.url(), folder.resolve("keys"))) {
            List<String> urls = List.of(one.awaitUrl(), other.awaitUrl());
            for (int i = 0; i < 20; i++) {
                int key = i;
                var answers = urls.stream().map(url -> client.sendAsync(
                        HttpRequest.newBuilder(URI.create(url + "/race/" + key))
                                .PUT(BodyPublishers.ofString(url)).header("If-None-Match", "*")
                                .build(), BodyHandlers.ofString())).toList();
                List<Integer> codes =
                        answers.stream().map(each -> each.join().statusCode()).toList();
                assertTrue(codes.equals(List.of(201, 412)) || codes.equals(List.of(412, 201)),
                        codes.toString());
                String winner = urls.get(codes.indexOf(201));
                assertEquals("200 " + winner, answer("GET", urls.get(0) + "/race/" + key, null));
                assertEquals("200 " + winner, answer("GET", urls.get(1) + "/race/" + key, null));
            }
        }
    }

    @Test
    void uploadThatOneNodeBeginsGoesOnAtAnother() throws Exception {
        try (EngineProcess engine = EngineProcess.start();
                JarProcess one = node(engine.url(), engine.keys(folder.resolve("keys")));
                JarProcess other = node(engine.url(), folder.resolve("keys"), "--admin",
                        "127.0.0.1:0")) {
            String admin = urlIn(other.await("  admin"));
            String place = send("POST", one.awaitUrl() + "/", null, "Tus-Resumable", "1.0.0",
                    "Upload-Length", "6", "Upload-Metadata", "filename dS50eHQ=").headers()
                    .firstValue("Location").orElseThrow();
            assertEquals(204, append(one.awaitedUrl() + place, 0, "one"));
            assertTrue(answer("GET", admin + "/uploads", null)
                    .contains("{\"path\":\"/u.txt\",\"bytes\":3,\"length\":6,"));
            one.kill();
            assertEquals(204, append(other.awaitUrl() + place, 3, "two"));
            assertEquals("200 onetwo", answer("GET", other.awaitedUrl() + "/u.txt", null));
        }
    }

    private int append(String upload, int offset, String bytes) throws Exception {
        return send("PATCH", upload, bytes, "Tus-Resumable", "1.0.0", "Upload-Offset",
                "" + offset, "Content-Type", "application/offset+octet-stream").statusCode();
    }

    @Test
    void nodeStartsWithoutItsEngineAndIsReadyOnceThatIsThere() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/things/";
        Path keys = folder.resolve("keys");
        try (EngineProcess any = EngineProcess.start()) {
            any.keys(keys);
        }
        try (JarProcess node = node(url, keys, "--admin", "127.0.0.1:0", "--health-path",
                "/.millrace-health")) {
            String admin = urlIn(node.await("  admin"));
            String store = node.awaitUrl();
            assertEquals(503, send("GET", admin + "/health/ready", null).statusCode());
            assertEquals(503, send("GET", store + "/.millrace-health", null).statusCode());
            assertEquals("200 ok\n", answer("GET", admin + "/health/live", null));
            HttpResponse<String> refused = send("PUT", store + "/a", "x");
            assertEquals(503, refused.statusCode(), refused.body());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            try (EngineProcess engine = EngineProcess.start(port)) {
                assertEquals(url, engine.url());
                awaitIn(admin + "/health/ready", "200 ok");
                int code = 503; // until the engine has been probed
                while (code == 503) {
                    code = send("PUT", store + "/a", "x", "If-None-Match", "*").statusCode();
                }
                assertEquals(201, code);
                assertEquals("200 ok\n", answer("GET", store + "/.millrace-health", null));
            }
            awaitIn(admin + "/health/ready", "503 ");
            int code = send("PUT", store + "/b", "x").statusCode();
            assertTrue(code == 502 || code == 503, "" + code);
            node.terminate();
            assertEquals(0, node.exitCode(), node.err());
        }
    }

    @Test
    void keysMayBeInTheEnvironment() throws Exception {
        try (EngineProcess engine = EngineProcess.start();
                JarProcess node = JarProcess.startByShell(folder, "AWS_ACCESS_KEY_ID="
                        + engine.id() + " AWS_SECRET_ACCESS_KEY='" + engine.secret()
                        + "' exec \"$@\"", List.of(), "--port", "0", "--bucket", engine.url())) {
            assertEquals("201 ", answer("PUT", node.awaitUrl() + "/a", "x"));
        }
    }

    @Test
    void keysOfAFileAreReadAgainOnSighup() throws Exception {
        try (EngineProcess engine = EngineProcess.start();
                JarProcess node = node(engine.url(), engine.keys(folder.resolve("keys")),
                        "--admin", "127.0.0.1:0")) {
            String admin = urlIn(node.await("  admin"));
            node.awaitUrl();
            engine.keys(folder.resolve("keys"), engine.id(), "another");
            hangUp(node);
            node.await("SIGHUP: reloaded the engine's keys");
            awaitIn(admin + "/health/ready", "503 ");
            engine.keys(folder.resolve("keys"));
            hangUp(node);
            node.await("SIGHUP: reloaded the engine's keys");
            awaitIn(admin + "/health/ready", "200 ok");
            assertFalse(node.err().contains("another"), node.err());
            Files.writeString(folder.resolve("keys"), "nonsense");
            hangUp(node);
            String line = "reload of the engine's keys failed, nothing changes: the key file ";
            while (!node.err().contains(line)) {
                Thread.onSpinWait();
            }
        }
    }

    private static void hangUp(JarProcess node) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + node.pid()).start().waitFor());
    }

    private void assertEnds(int code, String line, JarProcess node) throws Exception {
        try (node) {
            assertEquals(code, node.exitCode(), node.out());
            assertEquals(1, node.err().lines().count(), node.err());
            assertTrue(node.err().contains(line), node.err());
        }
    }

    @Test
    void startThatCanNotSucceedSaysWhatToDo() throws Exception {
        try (EngineProcess engine = EngineProcess.start()) {
            Path keys = engine.keys(folder.resolve("keys"));
            assertEnds(1, ": check the access key id and the secret",
                    node(engine.url(), engine.keys(folder.resolve("wrong"), "ID", "secret")));
            assertEnds(1, ": create it, or correct the URL",
                    node(engine.url().replace("/things/", "/nothing/"), keys));
            assertEnds(1, "--bucket-region us-east-1", node(engine.url(), keys,
                    "--bucket-region", "eu-west-9"));
            Files.setPosixFilePermissions(keys,
                    PosixFilePermissions.fromString("rw-r--r--"));
            assertEnds(1, "is open to every user of this machine", node(engine.url(), keys));
        }
    }

    @Test
    void certificateThatIsNotTrustedIsOnceTheAdviceIsFollowed() throws Exception {
        try (JarProcess made = JarProcess.start(folder, "cert", "--cert", "CA.pem")) {
            assertEquals(0, made.exitCode(), made.err());
        }
        try (JarProcess engine = JarProcess.start(folder, "--port", "0", "--host", "*",
                "--tls-cert", "CA.pem", "--tls-key", "key.pem")) {
            String url = "https://localhost:" + URI.create(engine.awaitUrl()).getPort()
                    + "/things/";
            Path keys = EngineProcess.writeKeys(folder.resolve("keys"), "ID", "secret");
            JarProcess refused = node(url, keys);
            assertEnds(1, "certificate is not trusted: type keytool ", refused);
            String advice = refused.err().trim();
            String keytool = advice.substring(advice.indexOf("keytool "),
                    advice.indexOf(", and start with java "));
            Process imported = new ProcessBuilder(
                    JarProcess.JAVA.resolveSibling(keytool).toString().split(" "))
                    .directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            assertEquals(0, imported.waitFor());
            List<String> trusting = List.of(advice.substring(advice.indexOf(" -D") + 1,
                    advice.indexOf(" -jar ")).split(" "));
            assertEnds(1, "the engine answered 404", JarProcess.startWith(folder, Map.of(),
                    trusting, "--port", "0", "--bucket", url, "--bucket-keys",
                    keys.toString()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--dir x | --dir can't be used with --bucket: objects are in a folder or in a bucket",
        "--quota 5GB | --quota can't be used with --bucket: other nodes store there, too",
        "--secret-access-key x | --secret-access-key: keys stand in no flag"})
    void flagsThatMakeNoSenseOverABucketAreRefused(String flags, String line) throws Exception {
        List<String> args = new ArrayList<>(List.of("--bucket", "https://s3.example/things/"));
        args.addAll(List.of(flags.split(" ")));
        assertEnds(2, line, JarProcess.start(folder, args.toArray(new String[0])));
    }
}
