package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The jar where the system permits too little, or something is another program's. */
@EnabledOnOs(OS.LINUX)
class PermissionsJarIT extends JarStore {

    /** A shell's line that starts the program as somebody whom permissions stop. */
    private String asNobody() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        if (!"root".equals(System.getProperty("user.name"))) {
            return "exec \"$@\"";
        }
        String become = "setpriv --reuid=65534 --regid=65534 --clear-groups";
        assumeTrue(can("sh", "-c", become + " test -r " + JarProcess.JAR)
                && can("sh", "-c", become + " test -x " + JarProcess.JAVA),
                "root needs to become nobody, who has to read the jar and to run java");
        return "exec " + become + " \"$@\"";
    }

    private void permit(String file, String permissions) throws IOException {
        Files.setPosixFilePermissions(folder.resolve(file),
                PosixFilePermissions.fromString(permissions));
    }

    @Test
    void whatIsNotPermittedIs403AndTheServerGoesOn() throws Exception {
        try (JarProcess server =
                JarProcess.startByShell(folder, asNobody(), NO_FLAGS, "--port", "0");
                StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(200, put(client, body("a", 1, 1000)));
            permit("data", "r-xr-xr-x");
            assertEquals(403, put(client, body("a", 2, 1000)));
            assertEquals(403, put(client, body("b", 2, 1000)));
            assertEquals(403, client.delete("a"));
            assertIs(1, client.get("a"));
            permit("data/a", "---------");
            assertEquals(403, client.get("a").status());
            permit("data", "rwxrwxrwx");
            assertEquals(200, put(client, body("a", 3, 1000)));
            assertIs(3, client.get("a"));
            assertEquals(Set.of("a"), names(folder.resolve("data")));
            server.terminate();
            assertEquals(0, server.exitCode());
            assertTrue(server.err().matches(
                    "(millrace: (PUT|DELETE|GET) /[ab] failed: permission denied[^\n]*\n)+"),
                    server.err());
        }
    }

    @Test
    void folderThatCannotBeWrittenIsOneLineOrReadOnly() throws Exception {
        String line = asNobody();
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/a"), "hello");
        permit("data", "r-xr-xr-x");
        try (JarProcess server = JarProcess.startByShell(folder, line, NO_FLAGS, "--port", "0")) {
            assertEquals(1, server.exitCode());
            assertTrue(server.err().matches(
                    "millrace: the folder [^\n]*data can't be written: permission denied: "
                    + "[^\n]*data belongs to [^\n]+, and this process is of the user [^\n]+: change"
                    + " its owner or permissions, or choose another --dir\n"),
                    server.err());
        }
        try (JarProcess server = JarProcess.startByShell(folder, line, NO_FLAGS, "--port", "0",
                "--read-only"); StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(200, client.get("a").status());
        }
        permit("data", "rwxrwxrwx");
    }

    @Test
    void folderInUseNamesTheProcessThatUsesIt() throws Exception {
        try (JarProcess first = JarProcess.start(folder, "--port", "0")) {
            first.awaitUrl();
            try (JarProcess second = JarProcess.start(folder, "--port", "0")) {
                assertEquals(1, second.exitCode());
                assertEquals("millrace: another store uses the folder "
                        + folder.toRealPath().resolve("data") + ": it is process " + first.pid()
                        + " (java): stop it, or choose another --dir\n", second.err());
            }
        }
    }

    @Test
    void portThatNeedsAPrivilegeSaysWhatToDo() throws Exception {
        String line = asNobody();
        Path limit = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        try (BufferedReader lines = Files.newBufferedReader(limit)) {
            assumeTrue(Integer.parseInt(lines.readLine()) > 1, "every user may have every port");
        }
        try (JarProcess server = JarProcess.startByShell(folder, line, NO_FLAGS, "--port", "1")) {
            assertEquals(1, server.exitCode());
            assertTrue(server.err().matches("millrace: can't listen on 127\\.0\\.0\\.1:1: [^\n]+:"
                    + " ports below [0-9]+ need a privilege that the user [^\n]+ lacks: choose a"
                    + " higher port, [^\n]+\n"), server.err());
        }
    }

    @Test
    void limitsThatCannotHoldAreAWarningEach() throws Exception {
        try (JarProcess server = JarProcess.startByShell(folder, "ulimit -n 1123; exec \"$@\"",
                List.of("-Xmx64m"), "--port", "0", "--max-connections", "1024", "--max-kept",
                "1GiB")) {
            server.awaitUrl();
            server.terminate();
            assertEquals(0, server.exitCode());
            assertTrue(server.err().matches("millrace: --max-connections 1024 needs more than the"
                    + " 1123 open files that this process may have: [^\n]+\nmillrace: --max-kept"
                    + " 1GiB and --cache 32MiB are more than three quarters of the heap of [^\n]+"
                    + ": start java with a higher -Xmx, or lower them\n"), server.err());
        }
    }
}
