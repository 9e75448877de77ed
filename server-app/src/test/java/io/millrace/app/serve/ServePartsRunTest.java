package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.RawRequest;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What runs beside the server of {@code serve} and around its store. */
class ServePartsRunTest {

    @TempDir
    private Path temp;

    private ServeRun run;

    @BeforeEach
    void begin() {
        run = new ServeRun(temp);
    }

    @AfterEach
    void end() throws IOException {
        run.close();
    }

    @Test
    void redirectLeadsToThePortOfTheServerOrToTheOneThatClientsSee() throws Exception {
        run.makePair();
        for (int port : new int[] {0, 8443}) {
            String https = run.start(ServeRun.TLS + "--https-redirect 127.0.0.1:0"
                    + (port == 0 ? "" : " --https-port " + port));
            assertTrue(https.startsWith("https://127.0.0.1:"), https);
            String response = ServeRun.get(run.url("redirects"), "/a?b", "");
            assertEquals(308, RawRequest.status(response));
            assertEquals("https://localhost:" + (port == 0 ? URI.create(https).getPort() : port)
                    + "/a?b", RawRequest.field(response, "Location"));
            run.stop();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void redirectLeadsToTheFirstTcpAddress() throws Exception {
        run.makePair();
        run.startOn("unix:%socket", ServeRun.TLS + "--listen 127.0.0.1:0,127.0.0.1:0"
                + " --https-redirect 127.0.0.1:0");
        String https = run.url("also on");
        assertTrue(https.startsWith("https://127.0.0.1:"), https);
        assertEquals("https://localhost:" + URI.create(https).getPort() + '/',
                RawRequest.field(ServeRun.get(run.url("redirects"), "/", ""), "Location"));
    }

    @Test
    void serversBesideItStopWithIt() throws Exception {
        run.makePair();
        run.start(ServeRun.TLS + "--https-redirect 127.0.0.1:0 --admin 127.0.0.1:0");
        List<String> urls = List.of(run.url("redirects"), run.url("admin"));
        for (String url : urls) {
            assertTrue(ServeRun.get(url, "/", "").startsWith("HTTP/1.1 "));
        }
        run.close();
        for (String url : urls) {
            assertThrows(ConnectException.class, () -> ServeRun.get(url, "/", ""));
        }
    }

    @Test
    void accessLogTellsOfTheRedirectToo() throws Exception {
        run.makePair();
        run.start(ServeRun.TLS + "--https-redirect 127.0.0.1:0 --access-log %access.log"
                + " --admin 127.0.0.1:0");
        assertEquals(308, RawRequest.status(ServeRun.get(run.url("redirects"), "/a", "")));
        String metrics = ServeRun.get(run.url("admin"), "/metrics", "");
        assertTrue(metrics.contains("millrace_access_log"), metrics);
        run.close();
        String log = Files.readString(temp.resolve("access.log"));
        assertTrue(log.contains("\"GET /a HTTP/1.1\" 308 "), log);
    }

    @Test
    void requestUnderWayAtTheStopIsAnsweredWhole() throws Exception {
        URI to = URI.create(run.start(""));
        FutureTask<Void> stop = new FutureTask<>(() -> {
            run.stop();
            return null;
        });
        try (Socket client = new Socket(to.getHost(), to.getPort())) {
            OutputStream request = client.getOutputStream();
            request.write(("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", new String(
                    client.getInputStream().readNBytes(25), StandardCharsets.US_ASCII));
            new Thread(stop).start();
            assertThrows(TimeoutException.class, () -> stop.get(50, TimeUnit.MILLISECONDS));
            assertEquals("stopping: requests have 30s to finish; a second signal stops at once\n",
                    run.out());
            request.write(new byte[] {'x', 'y'});
            String response = new String(client.getInputStream().readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(response.startsWith("HTTP/1.1 201 "), response);
        }
        stop.get();
        assertEquals("xy", Files.readString(temp.resolve("data/a")));
    }

    @Test
    void adminTellsOfTheServerAndOfItsStore() throws Exception {
        String url = run.start("--admin 127.0.0.1:0 --health-path /health");
        String admin = run.url("admin");
        assertEquals(201, ServeRun.put(url, "/a", "t"));
        RawRequest.send(url, "POST /up HTTP/1.1\r\nTus-Resumable: 1.0.0\r\n"
                + "Upload-Length: 1\r\n", "");
        String uploads = ServeRun.get(admin, "/uploads", "");
        assertTrue(uploads.contains("/up"), uploads);
        String metrics = ServeRun.get(admin, "/metrics", "");
        assertTrue(metrics.contains("method=\"PUT\""), metrics);
        assertTrue(metrics.contains("\nmillrace_store_resumable_uploads 1\n"), metrics);
        Files.move(temp.resolve("data"), temp.resolve("away"));
        assertEquals(503, RawRequest.status(ServeRun.get(url, "/health", "")));
        assertEquals(503, RawRequest.status(ServeRun.get(admin, "/health/ready", "")));
        Files.move(temp.resolve("away"), temp.resolve("data"));
        assertEquals("", run.warnings());
    }

    @Test
    void whatOthersCanReachIsAWarning() throws Exception {
        run.start("--listen 0.0.0.0:0,0.0.0.0:0 --admin 0.0.0.0:0");
        assertEquals("millrace: every client that can reach " + run.url("admin") + " may read"
                + " the metrics: let --admin listen on 127.0.0.1 or a Unix domain socket\n"
                + "millrace: every client that can reach " + run.url("also on") + " may write and"
                + " delete: use --token-file or --read-only, or listen on 127.0.0.1\n",
                run.warnings());
    }

    @Test
    void storeThatNobodyMayChangeIsNoWarning() throws Exception {
        Files.createDirectory(temp.resolve("data"));
        run.start("--listen 0.0.0.0:0 --read-only");
        assertEquals("", run.warnings());
    }

    @Test
    void healthPathThatHidesAnObjectIsAWarning() throws Exception {
        Files.createDirectory(temp.resolve("data"));
        Files.writeString(temp.resolve("data/health"), "x");
        run.start("--health-path /health");
        assertTrue(run.warnings().startsWith("millrace: --health-path hides the object /health: "),
                run.warnings());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void settingThatTheProcessCannotHoldIsAWarning() throws Exception {
        String files = new String(new ProcessBuilder("sh", "-c", "ulimit -n").start()
                .getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        for (String flag : List.of("--cache 1TiB", "--max-kept unlimited",
                "--max-connections 16777216")) {
            run = new ServeRun(temp);
            run.start(flag);
            boolean isHeld = flag.startsWith("--max-c") && !files.matches("[0-9]{1,7}");
            assertTrue(isHeld || run.warnings().contains(flag + " "), run.warnings());
            run.stop();
        }
    }

    @Test
    void tokensAreReadAgainWhenASignalAsksForIt() throws Exception {
        Path tokens = TokenFileTest.write(temp.resolve("tokens"), "one\n");
        String url = run.start("--token-file %tokens");
        assertEquals(201, ServeRun.put(url, "/a", "one"));
        assertEquals(401, ServeRun.put(url, "/b", "two"));
        run.reload();
        assertEquals("SIGHUP: reloaded the tokens\n", run.out());
        TokenFileTest.write(tokens, "two\n");
        run.reload();
        assertEquals("SIGHUP: reloaded the tokens\ntokens read again from " + tokens
                + ": 1 in use\nSIGHUP: reloaded the tokens\n", run.out());
        assertEquals(401, ServeRun.put(url, "/a", "one"));
        assertEquals(201, ServeRun.put(url, "/b", "two"));
    }

    @Test
    void tokensInTheFolderThatIsServedAreNotGoneOnWith() throws Exception {
        Path tokens = TokenFileTest.write(temp.resolve("tokens"), "one\n");
        Path data = temp.resolve("data");
        Path conf = Files.writeString(temp.resolve("conf"),
                "dir = " + data + "\ntoken-file = " + tokens + "\n");
        String url = run.startFrom(conf);
        Path within = TokenFileTest.write(data.resolve("tokens"), "two\n");
        Files.writeString(conf,
                "dir = " + temp.resolve("next") + "\ntoken-file = " + within + "\n");
        run.reload();
        assertEquals(401, ServeRun.put(url, "/a", "two"));
        assertEquals(201, ServeRun.put(url, "/a", "one"));
    }

    // To read it once more would wait for a program that writes to it.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void tokensThatCanBeReadOnlyOnceAreNotReadAgain() throws Exception {
        Path pipe = temp.resolve("tokens");
        assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start()
                .waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "echo one > \"$1\"", "sh",
                pipe.toString()).start();
        try {
            assertEquals(201, ServeRun.put(run.start("--token-file %tokens"), "/a", "one"));
            run.reload();
            assertEquals("SIGHUP: there is nothing to reload\n", run.out());
        } finally {
            writer.destroyForcibly();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keyThatCanBeReadOnlyOnceIsNotReadForItsWarning() throws Exception {
        run.makePair();
        Path pipe = temp.resolve("key");
        assertEquals(0, new ProcessBuilder("mkfifo", "-m", "644", pipe.toString()).start()
                .waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "cat a.key > key")
                .directory(temp.toFile()).start();
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(30),
                    () -> run.start("--tls-cert %a.pem --tls-key %key"));
            assertEquals("", run.warnings());
        } finally {
            writer.destroyForcibly();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void certificatesAreReadAgainAndAKeyOpenToAllIsAWarning() throws Exception {
        run.makePair();
        TokenFileTest.chmod(temp.resolve("a.key"), "rw-r--r--");
        run.start(ServeRun.TLS);
        assertEquals("millrace: the key " + temp.resolve("a.key") + " can be read by every user of"
                + " this machine: chmod 600 " + temp.resolve("a.key") + '\n', run.warnings());
        run.reload();
        assertEquals("SIGHUP: reloaded the certificates\n", run.out());
    }

    @Test
    void storedPageWithoutAnOriginMayReadWhatItsOwnTokenGets() throws Exception {
        TokenFileTest.write(temp.resolve("tokens"), "t\n");
        String url = run.start("--token-file %tokens");
        String none = ServeRun.get(url, "/a", "Origin: null\r\nAuthorization: Bearer t\r\n");
        assertEquals(404, RawRequest.status(none));
        assertEquals("null", RawRequest.field(none, "Access-Control-Allow-Origin"));
        for (String fields : List.of("", "Authorization: Bearer no\r\n")) {
            String refused = ServeRun.get(url, "/a", "Origin: null\r\n" + fields);
            assertEquals(401, RawRequest.status(refused));
            assertNull(RawRequest.field(refused, "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void withoutASandboxNoPageHasSuchRights() throws Exception {
        TokenFileTest.write(temp.resolve("tokens"), "t\n");
        Files.createDirectory(temp.resolve("data"));
        for (String flags : List.of("--token-file %tokens --open-reads",
                "--token-file %tokens --read-only", "")) {
            String got = ServeRun.get(run.start(flags), "/a",
                    "Origin: null\r\nAuthorization: Bearer t\r\n");
            assertEquals(404, RawRequest.status(got));
            assertNull(RawRequest.field(got, "Access-Control-Allow-Origin"), flags);
            run.stop();
        }
    }

    @Test
    void handlersStandAroundTheStoreInTheirOrder() throws Exception {
        run.makePair();
        String url = run.start("--cors https://a.example --listen unix:%socket --hsts 60s");
        Files.writeString(temp.resolve("data/a"), "x");
        String got = ServeRun.get(url, "/a", "Origin: https://a.example\r\n");
        assertEquals("https://a.example", RawRequest.field(got, "Access-Control-Allow-Origin"));
        String page = ServeRun.get(url, "/", "Accept: text/html\r\n");
        assertEquals(200, RawRequest.status(page));
        String policy = RawRequest.field(page, "Content-Security-Policy");
        assertTrue(policy.contains("script-src"), policy);
        Matcher asset = Pattern.compile("\\./(\\.millrace/page-[^\"]+\\.js)\"").matcher(page);
        assertTrue(asset.find(), page);
        assertEquals(200, RawRequest.status(ServeRun.get(url, '/' + asset.group(1), "")));
        String begun = RawRequest.send(url, "POST /up HTTP/1.1\r\nTus-Resumable: 1.0.0\r\n"
                + "Upload-Length: 1\r\n", "");
        assertEquals(201, RawRequest.status(begun));
    }

    @Test
    void strictTransportIsToldToThoseWhoComeByHttps() throws Exception {
        String url = run.start("--hsts 60s --trust-proxy 127.0.0.1");
        assertEquals("max-age=60", RawRequest.field(ServeRun.get(url, "/a",
                "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"),
                "Strict-Transport-Security"));
        assertNull(RawRequest.field(ServeRun.get(url, "/a", ""), "Strict-Transport-Security"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void adminSharesItsPortAndItsPermissionsAsTheServerDoes() throws Exception {
        run.start("--discard --reuse-port --socket-mode 620 --listen unix:%socket"
                + " --admin 127.0.0.1:0,unix:%admin");
        for (String name : List.of("socket", "admin")) {
            assertEquals("rw--w----", PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(temp.resolve(name))), name);
        }
        int port = URI.create(run.url("admin")).getPort();
        try (ServeRun other = new ServeRun(temp)) {
            other.start("--discard --reuse-port --admin 127.0.0.1:" + port);
        }
    }
}
