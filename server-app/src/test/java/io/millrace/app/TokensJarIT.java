package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jar with a token file, and without one where others could write. */
@EnabledOnOs(OS.LINUX)
class TokensJarIT {

    private static final int TIMEOUT_MS = 60_000;

    @TempDir
    private Path folder;

    private static int status(String method, String url, String authorization)
            throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setRequestProperty("Authorization", authorization);
        if (method.equals("PUT")) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(1);
            connection.getOutputStream().write('x');
        }
        return connection.getResponseCode();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes());
    }

    @Test
    void tokensHoldAndAreReadAgain() throws Exception {
        Path tokens = TokenFileTest.write(folder.resolve("tokens"),
                "ci one rw /ci/\nme all rwdl\n");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file", "tokens",
                "--no-overwrite", "--file-mode", "640", "--wrong-token-delay", "0s")) {
            String url = jar.awaitUrl();
            assertEquals(201, status("PUT", url + "/ci/a", "Bearer one"));
            assertEquals(409, status("PUT", url + "/ci/a", "Bearer one"));
            assertEquals(200, status("GET", url + "/ci/a", basic("ci:one")));
            assertEquals(403, status("PUT", url + "/a", basic("x:one")));
            assertEquals(403, status("DELETE", url + "/ci/a", "Bearer one"));
            assertEquals(401, status("GET", url + "/ci/a", basic("me:one")));
            assertEquals(204, status("DELETE", url + "/ci/a", "Bearer all"));
            assertEquals(201, status("PUT", url + "/ci/b", "Bearer one"));
            assertEquals("rw-r-----", PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve("data/ci/b"))));

            TokenFileTest.write(tokens, "ci two r\n");
            jar.await("tokens read again from tokens: 1 in use");
            assertEquals(401, status("GET", url + "/ci/b", "Bearer one"));
            assertEquals(200, status("GET", url + "/ci/b", "Bearer two"));

            TokenFileTest.write(tokens, "ci three r\n");
            assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + jar.pid()).start().waitFor());
            jar.await("SIGHUP: reloaded the tokens");
            assertEquals(200, status("GET", url + "/ci/b", "Bearer three"));
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertTrue(jar.err().contains("wrong token: request refused with 401"), jar.err());
        }
    }

    @Test
    void fileOpenToAllEndsTheStart() throws Exception {
        Path tokens = TokenFileTest.write(folder.resolve("tokens"), "secret\n");
        TokenFileTest.chmod(tokens, "rw-r--r--");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file", "tokens")) {
            assertEquals(1, jar.exitCode());
            assertEquals("millrace: the token file tokens is open to every user of this machine: "
                    + "type chmod 600 tokens\n", jar.err());
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, '', true", "127.0.0.1, '', false", "unix:sock, '', false",
        "0.0.0.0, --read-only, false", "0.0.0.0, --discard, false",
        "127.0.0.1, --listen=0.0.0.0:0, true", "0.0.0.0, --token-file=tokens, false"})
    void openStoreThatOthersReachSaysSoOnce(String address, String flag, boolean warns)
            throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "secret\n");
        Files.createDirectories(folder.resolve("data"));
        String[] args = address.startsWith("unix")
                ? new String[] {"--address", address}
                : flag.isEmpty() ? new String[] {"--address", address, "--port", "0"}
                : new String[] {"--address", address, "--port", "0", flag};
        try (JarProcess jar = JarProcess.start(folder, args)) {
            jar.awaitUrl();
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertEquals(warns ? 1 : 0, jar.err().lines()
                    .filter(line -> line.contains("may write and delete: use --token-file"))
                    .count(), jar.err());
            assertFalse(jar.err().lines().count() > 1, jar.err());
        }
    }
}
