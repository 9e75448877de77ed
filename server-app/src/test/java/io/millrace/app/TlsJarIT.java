package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Random;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar with a certificate that it has made itself. */
class TlsJarIT {

    private static final int TIMEOUT_MS = 60_000;

    @TempDir
    private Path folder;

    private void make(String... more) throws Exception {
        String[] args = new String[more.length + 1];
        args[0] = "cert";
        System.arraycopy(more, 0, args, 1, more.length);
        try (JarProcess jar = JarProcess.start(folder, args)) {
            assertEquals(0, jar.exitCode(), jar.err());
        }
    }

    private HttpURLConnection open(String method, String url, String certificate)
            throws IOException, GeneralSecurityException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(trusting(certificate).getSocketFactory());
        }
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(method);
        connection.setReadTimeout(TIMEOUT_MS);
        return connection;
    }

    private SSLContext trusting(String certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve(certificate))) {
            store.setCertificateEntry("it",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private int put(String url, byte[] body) throws IOException, GeneralSecurityException {
        HttpURLConnection connection = open("PUT", url, "cert.pem");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
        return connection.getResponseCode();
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void largeObjectGoesInAndOutOverTls() throws Exception {
        make();
        byte[] body = new byte[20_000_000];
        new Random(1).nextBytes(body);
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--address", "localhost",
                "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--hsts", "1h")) {
            String url = jar.awaitUrl();
            assertTrue(url.startsWith("https://localhost:"), url);
            assertEquals(201, put(url + "/a", body));
            HttpURLConnection got = open("GET", url + "/a", "cert.pem");
            assertEquals("max-age=3600", got.getHeaderField("Strict-Transport-Security"));
            try (InputStream in = got.getInputStream()) {
                assertEquals(sha256(body), sha256(in.readAllBytes()));
            }
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertEquals("", jar.err());
        }
    }

    @Test
    void plainAddressSendsClientsToHttps() throws Exception {
        make();
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--tls-cert", "cert.pem",
                "--tls-key", "key.pem", "--https-redirect", "127.0.0.1:0")) {
            String plain = jar.await("  redirects ").replaceFirst(".* ", "");
            String url = jar.awaitUrl();
            HttpURLConnection sent = open("GET", plain + "/a?b=c", "cert.pem");
            assertEquals(308, sent.getResponseCode());
            assertEquals(url + "/a?b=c", sent.getHeaderField("Location"));
            assertNull(sent.getHeaderField("Strict-Transport-Security"));
            assertEquals(404, open("GET", url + "/a?b=c", "cert.pem").getResponseCode());
            jar.terminate();
            assertEquals(0, jar.exitCode());
        }
    }

    @Test
    void newCertificateIsServedAfterSighupAndABrokenOneIsNot() throws Exception {
        make();
        make("--cert", "next.pem", "--key", "next.key");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--tls-cert", "cert.pem",
                "--tls-key", "key.pem")) {
            String url = jar.awaitUrl();
            Files.copy(folder.resolve("cert.pem"), folder.resolve("old.pem"));
            move("next.key", "key.pem");
            hangUp(jar);
            // Whatever the order of the two: the watch may have found it before.
            assertEquals(404, open("GET", url + "/a", "old.pem").getResponseCode());
            Files.copy(folder.resolve("next.pem"), folder.resolve("trusted.pem"));
            move("next.pem", "cert.pem");
            hangUp(jar);
            jar.await("SIGHUP: reloaded the certificates");
            assertEquals(404, open("GET", url + "/a", "trusted.pem").getResponseCode());
            assertThrows(SSLException.class,
                    () -> open("GET", url + "/a", "old.pem").getResponseCode());
            jar.terminate();
            assertEquals(0, jar.exitCode());
        }
    }

    @Test
    void changedFilesAreReadWithoutASignal() throws Exception {
        make();
        make("--cert", "next.pem", "--key", "next.key");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--tls-cert", "cert.pem",
                "--tls-key", "key.pem")) {
            String url = jar.awaitUrl();
            Files.copy(folder.resolve("next.pem"), folder.resolve("trusted.pem"));
            move("next.pem", "cert.pem");
            move("next.key", "key.pem");
            jar.await("certificates read again: Tls[cert.pem]");
            assertEquals(404, open("GET", url + "/a", "trusted.pem").getResponseCode());
            assertFalse(jar.err().contains("doesn't fit"), jar.err());
        }
    }

    private void move(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void hangUp(JarProcess jar) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + jar.pid()).start().waitFor());
    }
}
