package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Double;
import io.millrace.server.HttpServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each Java sample of the README and the docs compiles as it stands there, and runs as a program of
 * its own that does what is said of it. Only the port is another one: whichever is free.
 */
class SamplesTest {

    private static final Path ROOT = Path.of("..");
    /** Beside the pages of {@link #GUIDES}. */
    private static final List<String> PAGES = List.of("README.md", "docs/embedding.md",
            "docs/comparison.md", "docs/uploads.md");
    private static final Path GUIDES = ROOT.resolve("docs/embedding");
    private static final Pattern SAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
    /** What a sample has that is a test and no program. */
    static final String IS_TEST = "@Test\n";
    private static final String BUCKET = "https://s3.example.org/artifacts/";
    private static final int TIMEOUT_MS = 60_000;
    private static final Pattern LISTENING = Pattern.compile("listening on .*:(\\d+)$");

    /** What a sample is sent, and what it answers. */
    private record Trial(String method, String path, String body, String answer) {

        Trial(String method, String body, String answer) {
            this(method, "/key", body, answer);
        }
    }

    private static final Map<String, Trial> TRIALS = Map.ofEntries(
            Map.entry("Hello", new Trial("GET", "", "Hello, world!\n")),
            Map.entry("HelloOnAnyPort", new Trial("GET", "", "Hello, world!\n")),
            Map.entry("Store", new Trial("PUT", "an object", "")),
            Map.entry("Node", new Trial("PUT", "an object", "")),
            Map.entry("Uploads", new Trial("PUT", "an object", "")),
            Map.entry("Inbox", new Trial("POST", "a letter", "kept as [-0-9a-f]{36}\n")),
            Map.entry("Louder", new Trial("POST", "hey", "HEY")),
            Map.entry("Clock", new Trial("GET", "", "data: \\d\\d:\\d\\d:\\d\\d\n\n")),
            Map.entry("Chat", new Trial("POST", "/messages", "hello", "")),
            Map.entry("Job", new Trial("GET", "", "event: step\ndata: 0 %\n\n")),
            Map.entry("Checksum", new Trial("PUT", "123456789", "cbf43926\n")),
            Map.entry("Gzip", new Trial("PUT", "hey", "(?s)\\x1f.*\\x00")),
            Map.entry("LineCount", new Trial("PUT", "one\ntwo\n", "2 lines\n")),
            Map.entry("Upload", new Trial("PUT", "twelve bytes", "12 bytes\n")),
            Map.entry("Squares", new Trial("GET", "", "1,1\n2,4\n[\\d,\\n]*1000,1000000\n")),
            Map.entry("Queries", new Trial("GET", "", "found key\n")),
            Map.entry("Orders", new Trial("GET", "", ".*\"status\":404,.*\"order\":\"key\"\\}")),
            Map.entry("Sizes", new Trial("POST", "--b\r\nContent-Disposition: form-data; name=f\r\n"
                    + "\r\nthree\r\n--b--", "f: 5 bytes\n")),
            Map.entry("Welcome", new Trial("GET", "", "Hello, key!\n")),
            Map.entry("Documents", new Trial("PUT", "[1, 2]", "\\[1, 2\\]")),
            Map.entry("Guestbook", new Trial("POST", "user=Ann", "Thank you, Ann!\n")),
            Map.entry("Pages", new Trial("GET", "", "an object")),
            Map.entry("Refusals", new Trial("GET", "", "\\{\"title\":\"Conflict\","
                    + "\"status\":409,\"detail\":\"/key is taken\"\\}")),
            Map.entry("News", new Trial("POST", "a line", "")),
            Map.entry("Pod", new Trial("GET", "", "at work\n")),
            Map.entry("InProduction", new Trial("GET", "", "at work\n")),
            Map.entry("Search", new Trial("GET", "", "10 of \\[\\]\n")),
            Map.entry("Login", new Trial("POST", "user=zo%C3%AB&password=secret",
                    "<form method=.*</form>\n")), // without the cookie, which is for TLS
            Map.entry("Photos", new Trial("POST", "--b\r\nContent-Disposition: form-data; "
                    + "name=photo; filename=\"a.jpg\"\r\n\r\nthree\r\n--b\r\n"
                    + "Content-Disposition: form-data; name=title\r\n\r\nSunset\r\n--b--",
                    "Sunset: 5 bytes\n")),
            Map.entry("Checksums", new Trial("POST", "--b\r\nContent-Disposition: form-data; "
                    + "name=f\r\n\r\n123456789\r\n--b--", "f: cbf43926\n")),
            Map.entry("Greeting", new Trial("GET", "", "<p>Hello")),
            Map.entry("Download", new Trial("GET", "", "an object")),
            Map.entry("Website", new Trial("GET", "", "an object")),
            Map.entry("BrowserApp", new Trial("GET", "", "an object")),
            Map.entry("Bundled", new Trial("GET", "", "an object")),
            Map.entry("Report", new Trial("GET", "", "all is well\n")),
            Map.entry("Slow", new Trial("GET", "", "at last\n")),
            Map.entry("Teams", new Trial("GET", "", "all of key\n")),
            Map.entry("Zipped", new Trial("GET", "", "\\[\"key 0\",.*\"key 999\"\\]")),
            Map.entry("Traced", new Trial("GET", "",
                    "passed on as 00-[0-9a-f]{32}-[0-9a-f]{16}-03\n")),
            Map.entry("RequestIds", new Trial("GET", "", "request [-0-9a-f]{36}\n")),
            Map.entry("Stock", new Trial("GET", "", "12\n")),
            Map.entry("Later", new Trial("GET", "", "here it is\n")),
            Map.entry("Limited", new Trial("GET", "", "2.5 %\n")),
            Map.entry("Problems", new Trial("GET", "", "\\{\"title\":\"Service Unavailable\","
                    + "\"status\":503,\"detail\":\"the stock is being counted\"\\}")),
            Map.entry("Monitored", new Trial("GET", "", "an object")),
            Map.entry("Logged", new Trial("GET", "", "logged\n")),
            Map.entry("Timed", new Trial("GET", "", "timed\n")),
            Map.entry("Tokens", new Trial("GET", "", "an object")),
            Map.entry("Site", new Trial("GET", "", "an object")),
            Map.entry("ServerTiming", new Trial("GET", "", "measured\n")),
            Map.entry("Secure", new Trial("GET", "", "TLSv1.3\n")),
            Map.entry("TwoDoors", new Trial("GET", "", "come in\n")),
            Map.entry("Caller", new Trial("GET", "", "you are 127.0.0.1, in the clear\n")),
            Map.entry("Graceful", new Trial("GET", "", "still here\n")),
            Map.entry("Successor", new Trial("GET", "", "an object")),
            Map.entry("ReadOnlyFiles", new Trial("GET", "", "an object")),
            Map.entry("LimitedUpload", new Trial("PUT", "a body", "stored\n")));

    @TempDir
    Path folder;
    private Process program;
    /** For the samples that need one; null for all others. */
    private S3Double engine;

    static Stream<String> names() throws IOException {
        return samples().keySet().stream();
    }

    /** The text of each sample by the name of its class. */
    private static Map<String, String> samples() throws IOException {
        Map<String, String> samples = new LinkedHashMap<>();
        for (Path page : pages()) {
            Matcher sample = SAMPLE.matcher(Files.readString(page));
            while (sample.find()) {
                if (sample.group(1).contains(IS_TEST)) {
                    continue; // JUnitSamplesTest runs it
                }
                Matcher name = CLASS.matcher(sample.group(1));
                assertTrue(name.find(), "no public class in " + sample.group(1));
                String twin = samples.put(name.group(1), sample.group(1));
                assertEquals(null, twin, "two samples called " + name.group(1));
            }
        }
        return samples;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(PAGES.stream().map(ROOT::resolve).toList());
        if (Files.isDirectory(GUIDES)) {
            try (Stream<Path> guides = Files.list(GUIDES)) {
                guides.filter(page -> page.toString().endsWith(".md")).sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    @AfterEach
    void end() throws InterruptedException, IOException {
        if (program != null) {
            program.destroyForcibly().waitFor();
        }
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void everySampleIsTried() throws IOException {
        assertEquals(TRIALS.keySet(), samples().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void sampleCompilesAndDoesWhatIsSaidOfIt(String name) throws Exception {
        Trial trial = TRIALS.get(name);
        String sample = samples().get(name);
        if (sample.contains(BUCKET)) {
            engine = S3Double.start();
            sample = sample.replace(BUCKET, engine.url());
        }
        compile(name, sample.replace(
                "ServerOptions.defaults()", "ServerOptions.builder().port(0).build()")
                .replace("ServerOptions.builder().listener", "ServerOptions.builder().port(0)"
                        + ".listener")
                .replace("ServerOptions.builder().reusePort", "ServerOptions.builder().port(0)"
                        + ".reusePort")
                .replace("start(8080, ", "start(0, ").replace("start(9180, ", "start(0, ")
                .replace("port(8080)", "port(0)").replace("port(9180)", "port(0)")
                .replace("everywhere(8080)", "everywhere(0)")
                .replace("everywhere(9180)", "everywhere(0)"));
        Files.writeString(Files.createDirectory(folder.resolve("data")).resolve("key"),
                "an object");
        Files.writeString(folder.resolve("data").resolve("index.html"), "a page");
        int port = start(name);
        Path certificate = folder.resolve("cert.pem"); // only one sample makes one
        String scheme = Files.exists(certificate) ? "https" : "http";
        URL url = URI.create(scheme + "://127.0.0.1:" + port + trial.path()).toURL();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(trusting(certificate).getSocketFactory());
        }
        String answer = send(trial, connection);
        assertTrue(answer.matches(trial.answer()), answer);
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry("it",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String send(Trial trial, HttpURLConnection connection) throws IOException {
        connection.setRequestMethod(trial.method());
        connection.setReadTimeout(TIMEOUT_MS);
        // The default of this client is another one on newer JDKs.
        connection.setRequestProperty("Accept", "text/html, */*;q=0.2");
        if (!trial.body().isEmpty()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", trial.body().startsWith("--b")
                    ? "multipart/form-data; boundary=b" : trial.body().startsWith("user=")
                    ? "application/x-www-form-urlencoded" : "text/plain");
            connection.getOutputStream().write(trial.body().getBytes());
        }
        try (InputStream answer = connection.getResponseCode() < 400
                ? connection.getInputStream() : connection.getErrorStream()) {
            return "text/event-stream".equals(connection.getContentType())
                    ? firstEvent(answer) : new String(answer.readAllBytes());
        }
    }

    private static String firstEvent(InputStream stream) throws IOException {
        StringBuilder event = new StringBuilder();
        while (event.indexOf("\n\n") < 0) {
            event.append((char) stream.read());
        }
        return event.toString();
    }

    private void compile(String name, String text) throws Exception {
        Path source = Files.writeString(folder.resolve(name + ".java"), text);
        // In this JVM, which takes a tenth of the time of a new one for each sample.
        StringWriter output = new StringWriter();
        PrintWriter messages = new PrintWriter(output);
        int result = ToolProvider.findFirst("javac").orElseThrow().run(messages, messages,
                "-Xlint:all", "-Werror", "--release", "17", "-d", folder.toString(),
                "-cp", classes().toString(), source.toString());
        assertEquals(0, result, output.toString());
    }

    /** Starts a compiled sample in a folder of its own; returns the port that it logs. */
    private int start(String name) throws Exception {
        ProcessBuilder start = new ProcessBuilder(tool("java"), "-XX:TieredStopAtLevel=1", "-cp",
                classes() + File.pathSeparator + folder, name)
                .directory(folder.toFile()).redirectErrorStream(true);
        if (engine != null) {
            start.environment().putAll(Map.of("AWS_ACCESS_KEY_ID", engine.id(),
                    "AWS_SECRET_ACCESS_KEY", engine.secret()));
        }
        program = start.start();
        BufferedReader log = program.inputReader();
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                return Integer.parseInt(listening.group(1));
            }
        }
        throw new IllegalStateException("the sample ended: " + lines);
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static Path classes() throws Exception {
        return Path.of(HttpServer.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI());
    }
}
