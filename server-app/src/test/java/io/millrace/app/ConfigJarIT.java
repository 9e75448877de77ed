package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import io.millrace.app.token.TokenFileTest;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar with a configuration file and variables, and what SIGHUP does to them. */
@EnabledOnOs(OS.LINUX)
class ConfigJarIT {

    @TempDir
    private Path folder;

    private static void hangUp(JarProcess jar) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + jar.pid()).start().waitFor());
    }

    private static int status(String url, String token) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        return connection.getResponseCode();
    }

    @Test
    void fileAndVariablesSetWhatFlagsWould() throws Exception {
        Files.writeString(folder.resolve("a.conf"), "dir = here\nport = x\n");
        try (JarProcess jar = JarProcess.startByShell(folder,
                "MILLRACE_CONFIG=a.conf MILLRACE_PROT=1 exec \"$@\"", List.of(), "--port=0")) {
            assertEquals(2, jar.exitCode());
            assertEquals("""
                    millrace: unknown variable MILLRACE_PROT is ignored: did you mean MILLRACE_PORT?
                    millrace: a.conf:2: port must be a number in [0, 65535]: x
                    """, jar.err());
        }
        Files.writeString(folder.resolve("a.conf"), "dir = here\nport = 1\nworkers = 3\n");
        try (JarProcess jar = JarProcess.startByShell(folder,
                "MILLRACE_CONFIG=a.conf MILLRACE_WORKERS=2 exec \"$@\"", List.of(), "--port=0")) {
            jar.awaitUrl();
            assertTrue(jar.out().contains("files in " + folder.toRealPath().resolve("here")),
                    jar.out());
            assertTrue(jar.out().contains("workers   2\n"), jar.out());
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertEquals("", jar.err());
        }
    }

    @Test
    void withJsonEachLineOfBothStreamsIsAnObject() throws Exception {
        Files.writeString(folder.resolve("a.conf"), "log-format = json\nlog-level = debug\n");
        try (JarProcess jar = JarProcess.start(folder, "--port=0", "--config=a.conf")) {
            String listening = jar.await("listening on ");
            assertTrue(listening.endsWith("\"}"), listening);
            assertEquals(0, new ProcessBuilder("kill", "-USR1", "" + jar.pid()).start().waitFor());
            hangUp(jar);
            jar.await("SIGHUP: reloaded the configuration");
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertTrue(jar.out().contains("\"message\":\"served 0 requests"), jar.out());
            assertTrue(jar.err().contains("SIGUSR1 ignored"), jar.err());
            assertTrue(jar.err().contains("\"logger\":\"io.millrace.server.HttpServer\""),
                    jar.err());
            (jar.out() + jar.err()).lines().forEach(line -> assertTrue(
                    line.startsWith("{\"timestamp\":\"2") && line.endsWith("\"}"), line));
        }
        try (JarProcess jar = JarProcess.start(folder, "--config=a.conf", "--address=::zz")) {
            assertEquals(1, jar.exitCode());
            assertTrue(jar.err().endsWith("\"message\":\"unknown address: ::zz\"}\n"), jar.err());
        }
    }

    @Test
    void logLevelOfTheFileChangesWhileItRuns() throws Exception {
        Path conf = Files.writeString(folder.resolve("a.conf"), "log-level = error\n");
        try (JarProcess jar = JarProcess.start(folder, "--port=0", "--config=a.conf")) {
            jar.awaitUrl();
            Files.writeString(conf, "log-level = info\n");
            hangUp(jar);
            jar.await("SIGHUP: reloaded the configuration");
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertTrue(jar.err().contains("millrace: stopped listening on "), jar.err());
        }
    }

    @Test
    void hangUpReloadsWhatCanChangeAndNamesTheRest() throws Exception {
        TokenFileTest.write(folder.resolve("one"), "ci one r\n");
        TokenFileTest.write(folder.resolve("two"), "ci two r\n");
        Path conf = Files.writeString(folder.resolve("a.conf"), "token-file = one\n");
        try (JarProcess jar = JarProcess.start(folder, "--port=0", "--config=a.conf",
                "--wrong-token-delay=0s")) {
            String url = jar.awaitUrl();
            assertEquals(404, status(url + "/a", "one"));
            Files.writeString(conf, "token-file = two\nbacklog = 7\n");
            hangUp(jar);
            jar.await("SIGHUP: reloaded the configuration, the tokens");
            assertEquals(404, status(url + "/a", "two"));
            assertEquals(401, status(url + "/a", "one"));

            Files.writeString(conf, "token-fill = one\n");
            hangUp(jar);
            jar.await("SIGHUP: reloaded the tokens");
            assertEquals(404, status(url + "/a", "two"));

            Files.writeString(conf, "");
            hangUp(jar);
            jar.await("SIGHUP: reloaded the configuration, the tokens");
            assertEquals(404, status(url + "/a", "two"));
            jar.terminate();
            assertEquals(0, jar.exitCode());
            assertEquals(List.of(
                    "millrace: the configuration needs a restart: backlog",
                    "millrace: reload of the configuration failed, nothing changes: "
                            + "a.conf:1: unknown key token-fill: did you mean token-file?",
                    "millrace: token-file can't be changed: a store with tokens is opened to all "
                            + "by a restart only"),
                    jar.err().lines().filter(line -> !line.contains("wrong token")).toList());
        }
    }
}
