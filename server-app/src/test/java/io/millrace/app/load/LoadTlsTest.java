package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.server.Endpoint;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FolderStore;
import io.millrace.tls.SelfSignedCertificate;
import io.millrace.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load command against servers with TLS. */
class LoadTlsTest {

    @TempDir
    private Path folder;

    private Path cert;
    private FolderStore store;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        SelfSignedCertificate.of(List.of("localhost"), Duration.ofDays(1)).write(cert, key);
        store = FolderStore.open(Files.createDirectory(folder.resolve("data")));
        Tls tls = Tls.builder().certificate(cert, key).build();
        server = HttpServer.start(ServerOptions.builder().endpoints(Endpoint.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(tls)).build(),
                store);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        store.close();
    }

    private MainRun load(String scheme, String host, String... flags) {
        List<String> args = new ArrayList<>(List.of("load", scheme + "://" + host + ":"
                + server.address().getPort() + "/a", "--requests", "40", "--connections", "4"));
        args.addAll(List.of(flags));
        return MainRun.of(args.toArray(String[]::new));
    }

    private void assertSuccess(String... flags) {
        MainRun run = load("https", "localhost", flags);
        assertEquals(0, run.exitCode(), run.out() + run.err());
    }

    private void assertUnreachable(String why, MainRun run) {
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().endsWith(": " + why + "\n"), run.err());
    }

    @Test
    void bodiesGoBothWaysOverTls() {
        assertSuccess("--cacert", cert.toString(), "--size", "3MB", "--requests", "8");
        assertSuccess("--cacert", cert.toString(), "--method", "GET", "--verify", "--size", "3MB");
        assertSuccess("--cacert", cert.toString(), "--method", "HEAD");
    }

    @Test
    void eachRequestMayHaveAHandshake() {
        assertSuccess("--cacert", cert.toString(), "--size", "1KB", "--fresh");
    }

    @Test
    void buffersMayBeSmallerThanARecord() {
        assertSuccess("--cacert", cert.toString(), "--size", "300KB", "--connections", "1500",
                "--requests", "20");
        assertSuccess("--cacert", cert.toString(), "--method", "GET", "--verify", "--size",
                "300KB", "--connections", "1500", "--requests", "20");
    }

    @Test
    void certificateOfNobodyIsRefusedAndTrustedOnlyIfAskedFor() {
        assertUnreachable("the server's certificate is not trusted; name it, or the one that signed"
                + " it, with --cacert FILE", load("https", "localhost"));
        assertSuccess("--insecure", "--size", "1KB");
    }

    @Test
    void certificateForAnotherNameIsRefused() {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        assertUnreachable("the server's certificate is for another name; use a name that it has, or"
                + " --insecure", load("https", host, "--cacert", cert.toString()));
        MainRun run = load("https", host, "--insecure", "--size", "1");
        assertEquals(0, run.exitCode(), run.err());
    }

    @Test
    void filesWithoutCertificatesAreNamed() throws IOException {
        Path none = folder.resolve("none.pem");
        assertUnreachable("can't read " + none + ": there is no such file",
                load("https", "localhost", "--cacert", none.toString()));
        Files.writeString(none, "nothing");
        assertUnreachable("no PEM certificates in " + none,
                load("https", "localhost", "--cacert", none.toString()));
        Files.writeString(none, "");
        assertUnreachable("no certificate in " + none,
                load("https", "localhost", "--cacert", none.toString()));
    }

    @Test
    void portWithoutTlsIsToldSo() throws Exception {
        try (HttpServer plain = HttpServer.start(0, store)) {
            MainRun run = MainRun.of("load", "https://localhost:" + plain.address().getPort(),
                    "--insecure");
            assertUnreachable("no TLS at this port; try http://", run);
        }
    }

    @Test
    void portThatNeverAnswersTimesOut() throws Exception {
        try (ScriptedServer silent = new ScriptedServer(ScriptedServer.Peer::stall)) {
            MainRun run = MainRun.of("load", silent.url().replace("http:", "https:"),
                    "--insecure", "--timeout", "100ms");
            assertUnreachable("timed out; check host, port and firewall; --timeout sets how long to"
                    + " wait", run);
        }
    }

    @Test
    void earlyRefusalIsSeenOverTls() throws Exception {
        server.close();
        Tls tls = Tls.builder().certificate(cert, folder.resolve("key.pem")).build();
        server = HttpServer.start(ServerOptions.builder().maxBodyBytes(1000).endpoints(Endpoint.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(tls)).build(),
                store);
        MainRun run = load("https", "localhost", "--insecure", "--size", "50MB", "--requests", "4");
        assertTrue(run.out().contains("responses   413: 4\n"), run.out());
        assertTrue(run.out().contains("errors      none\n"), run.out());
    }
}
