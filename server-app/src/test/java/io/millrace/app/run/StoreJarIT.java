package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar where the system has too little of something, or the folder is not what it was. */
@EnabledOnOs(OS.LINUX)
class StoreJarIT {

    private static final List<String> NO_FLAGS = List.of();
    private static final long ONE_MB = 1_000_000;
    private static final long PATIENCE_NS = 60_000_000_000L;

    @TempDir
    private Path folder;

    private static StampedBody body(String key, long version, long lengthBytes) {
        return new StampedBody(key, version, lengthBytes);
    }

    private static int put(StoreClient client, StampedBody body) throws IOException {
        return client.put(body, false, null);
    }

    private static void assertIs(long version, StoreClient.Got got) {
        assertEquals(200, got.status());
        assertEquals(null, got.fault());
        assertEquals(version, got.body().version());
    }

    private static Set<String> names(Path data) throws IOException {
        try (Stream<Path> objects = Files.list(data);
                Stream<Path> parts = Files.list(data.resolve(".millrace.parts"))) {
            Set<String> names = new TreeSet<>();
            Stream.concat(objects, parts)
                    .forEach(file -> names.add(file.getFileName().toString()));
            names.removeAll(Set.of(".millrace.lock", ".millrace.parts"));
            return names;
        }
    }

    /** Whether a command succeeds here. */
    private boolean can(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    // No space.

    @ParameterizedTest
    @ValueSource(strings = {"none", "data", "full"})
    void fullDiskIs507AndTheOldObjectStands(String durability) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        String mount = "mount -t tmpfs -o size=4m tmpfs data";
        // In a mount namespace of its own, which ends with the process.
        assumeTrue(can("unshare", "-m", "sh", "-c", mount), "needs the right to mount a tmpfs");
        try (JarProcess server = JarProcess.startByShell(folder,
                "exec unshare -m sh -c '" + mount + " && exec \"$@\"' sh \"$@\"", NO_FLAGS,
                "--port", "0", "--durability", durability);
                StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(200, put(client, body("a", 1, ONE_MB)));
            Path disk = Path.of("/proc", String.valueOf(server.pid()), "root", data.toString());
            for (int i = 0; i < 3; i++) {
                for (String key : List.of("a", "b")) {
                    // Refused while it is being sent, which ends the connection.
                    try (StoreClient large = new StoreClient(server.awaitedUrl())) {
                        assertEquals(507, large.put(body(key, 2, 20 * ONE_MB), i == 1, null));
                    }
                }
                assertIs(1, client.get("a"));
                assertEquals(Set.of("a"), names(disk));
            }
            assertEquals(200, put(client, body("b", 3, 2 * ONE_MB)));
            assertEquals(507, put(client, body("c", 4, 2 * ONE_MB)));
        }
    }

    @Test
    void storeStartsOnAFullDiskSoThatItCanBeEmptied() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        String mount = "mount -t tmpfs -o size=1m tmpfs data";
        assumeTrue(can("unshare", "-m", "sh", "-c", mount), "needs the right to mount a tmpfs");
        String fill = "mkdir data/.millrace.parts; cat /dev/zero 2> /dev/null > data/full";
        try (JarProcess server = JarProcess.startByShell(folder, "exec unshare -m sh -c '" + mount
                + " && { " + fill + "; exec \"$@\"; }' sh \"$@\"", NO_FLAGS, "--port", "0");
                StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(507, put(client, body("a", 1, 1000)));
            assertEquals(200, client.delete("full"));
            assertEquals(200, put(client, body("a", 2, 1000)));
            assertIs(2, client.get("a"));
        }
    }

    @Test
    void fileLongerThanTheSystemAllowsIs500AndTheOldObjectStands() throws Exception {
        try (JarProcess server = JarProcess.startByShell(folder,
                "ulimit -f 2048; exec \"$@\"", NO_FLAGS, "--port", "0");
                StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(200, put(client, body("a", 1, ONE_MB)));
            try (StoreClient large = new StoreClient(server.awaitedUrl())) {
                assertEquals(500, put(large, body("a", 2, 20 * ONE_MB)));
            }
            assertIs(1, client.get("a"));
            assertEquals(Set.of("a"), names(folder.resolve("data")));
        }
    }

    // No descriptors.

    @Test
    void storeWithoutDescriptorsSaysTryLaterAndRecovers() throws Exception {
        int most = 64;
        try (JarProcess server = JarProcess.startByShell(folder,
                "ulimit -n " + most + "; exec \"$@\"", NO_FLAGS, "--port", "0", "--workers", "2")) {
            String url = server.awaitUrl();
            Deque<StoreClient> clients = new ArrayDeque<>();
            try {
                clients.add(new StoreClient(url));
                assertEquals(200, put(clients.peek(), body("a", 1, ONE_MB)));
                while (descriptors(server) < most) {
                    clients.add(new StoreClient(url));
                    assertEquals(404, clients.peekLast().get("none").status());
                }
                assertEquals(503, put(clients.peek(), body("a", 2, 100)));
                assertEquals("1", clients.peek().field("Retry-After"));
                assertEquals(503, clients.peek().get("a").status());
                assertEquals("1", clients.peek().field("Retry-After"));
                assertEquals(200, clients.peek().delete("a"), "which needs none");
                assertEquals(503, put(clients.peek(), body("b", 3, 100)));

                // Nobody accepts this one before another leaves.
                StoreClient waiting = new StoreClient(url);
                clients.pollLast().close();
                assertEquals(404, waiting.get("none").status());
                clients.pollLast().close();
                clients.pollLast().close();
                clients.add(waiting);
                assertEquals(200, putWhenTheyAreGone(clients.peek()));
                assertIs(4, clients.peek().get("a"));
                assertEquals(Set.of("a"), names(folder.resolve("data")));
                assertTrue(server.err().contains("accept paused"), server.err());
                assertTrue(!server.err().contains("\tat "), server.err());
            } finally {
                for (StoreClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private static long descriptors(JarProcess server) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return files.count();
        }
    }

    /** A connection's descriptor is free a moment after the client has left. */
    private static int putWhenTheyAreGone(StoreClient client) throws IOException {
        long startNs = System.nanoTime();
        int status = 503;
        while (status == 503 && System.nanoTime() - startNs < PATIENCE_NS) {
            status = put(client, body("a", 4, 100));
        }
        return status;
    }

    // No permission.

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

    // Another file system.

    @Test
    void partsOnAnotherFileSystemAreRefusedInOneLine() throws Exception {
        Files.createDirectories(folder.resolve("data/.millrace.parts"));
        String mount = "mount -t tmpfs tmpfs data/.millrace.parts";
        assumeTrue(can("unshare", "-m", "sh", "-c", mount), "needs the right to mount a tmpfs");
        try (JarProcess server = JarProcess.startByShell(folder,
                "exec unshare -m sh -c '" + mount + " && exec \"$@\"' sh \"$@\"", NO_FLAGS,
                "--port", "0", "--non-atomic")) {
            assertEquals(1, server.exitCode());
            assertTrue(server.err().matches("millrace: the folder [^\n]*data can't be written: no"
                    + " file can be moved there from [^\n]*/.millrace.parts in one step[^\n]*\n"),
                    server.err());
        }
    }

    // No folder.

    @Test
    void folderThatIsRemovedAndComesBackIsUsedAgain() throws Exception {
        Path data = folder.resolve("data");
        try (JarProcess server = JarProcess.start(folder, "--port", "0");
                StoreClient client = new StoreClient(server.awaitUrl())) {
            assertEquals(200, put(client, body("a", 1, 1000)));
            for (String name : List.of("a", ".millrace.parts", ".millrace.lock", "")) {
                Files.delete(data.resolve(name));
            }
            assertEquals(404, client.get("a").status());
            assertEquals(404, client.delete("a"));
            assertEquals(500, put(client, body("a", 2, 1000)));
            Files.createDirectory(data);
            assertEquals(200, put(client, body("a", 3, 1000)));
            assertIs(3, client.get("a"));
        }
    }

    // A cache that stays within its size.

    @Test
    void leastRecentlyUsedObjectsLeaveBeyondTheSize() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        for (int i = 0; i < 10; i++) {
            Path file = Files.write(data.resolve("k" + i), new byte[1000]);
            FileTime time = FileTime.fromMillis(1_700_000_000_000L + i);
            Files.getFileAttributeView(file, BasicFileAttributeView.class)
                    .setTimes(time, time, null);
        }
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--evict-to", "10KB",
                "--evict-after", "3650d");
                StoreClient client = new StoreClient(server.awaitUrl())) {
            client.send("GET /k0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(200, client.answer());
            client.send("PUT /x/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na");
            assertEquals(201, client.answer());
            long endNs = System.nanoTime() + PATIENCE_NS;
            while (Files.exists(data.resolve("k2"))) {
                assertTrue(System.nanoTime() - endNs < 0, "nothing leaves");
                Thread.onSpinWait();
            }
            server.terminate();
            assertEquals(0, server.exitCode());
            assertEquals("millrace: evicted 2 objects of 2000 bytes: 0 not used for 315360000 s, "
                    + "2 beyond 10000 bytes; 8001 bytes are left\n", server.err());
        }
        assertEquals(Set.of("k0", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "x"), names(data));
        assertTrue(Files.readAttributes(data.resolve("k0"), BasicFileAttributes.class)
                .lastAccessTime().toMillis() > System.currentTimeMillis() - 600_000);
    }

    // Little memory.

    @Test
    void manyConnectionsInLittleMemoryAreAllServed() throws Exception {
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$@\"",
                List.of("-Xmx16m"), "--port", "0", "--workers", "2", "--progress-timeout", "1h")) {
            String url = server.awaitUrl();
            List<StoreClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 500; i++) {
                    clients.add(new StoreClient(url));
                    clients.get(i).send("PUT /k" + i + " HTTP/1.1\r\nHost: x\r\nX: "
                            + "y".repeat(4000) + "\r\nContent-Length: 3\r\n\r\nab");
                }
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).send("c");
                    assertEquals(201, clients.get(i).answer(), "connection " + i);
                }
                assertEquals(clients.size(), names(folder.resolve("data")).size());
                assertEquals("abc", Files.readString(folder.resolve("data/k7"),
                        StandardCharsets.US_ASCII));
                assertEquals("", server.err());
            } finally {
                for (StoreClient client : clients) {
                    client.close();
                }
            }
        }
    }

    // Killed, and overwritten while it is read; the long runs are commands.

    @Test
    void everyAcknowledgedStateOutlivesAKill() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        KillRun run = new KillRun(folder, "none", 4);
        run.kill(6);
        assertEquals(List.of(), run.faults());
        assertTrue(run.acknowledged() > 0, run.report());
    }

    @Test
    void responsesAreTrueWhateverTheSystemRefuses() throws Exception {
        assumeTrue(FaultLibrary.missing() == null, FaultLibrary.missing());
        FaultRun run = new FaultRun(folder.toRealPath(), "full", 4);
        run.run(9_000);
        assertEquals(List.of(), run.faults(), run.report());
        assertTrue(run.acknowledged() > 0, run.report());
    }

    @Test
    void linkThatIsSwappedInLeadsNowhere() throws Exception {
        assumeTrue(LinkSwapper.missing() == null, LinkSwapper.missing());
        LinkRun run = new LinkRun(folder.toRealPath(), 200, 4);
        run.run();
        assertEquals(List.of(), run.faults(), run.report());
    }

    @Test
    void eachKeyIsOneRegisterForManyClients() throws Exception {
        LinearRun run = new LinearRun(folder, 4);
        run.run(8_000);
        assertEquals(List.of(), run.faults(), run.report());
    }

    @Test
    void noReaderEverSeesAMixture() throws Exception {
        OverwriteRun run = new OverwriteRun(100, ONE_MB, 8);
        try (JarProcess server = JarProcess.startSmall(folder, "--port", "0")) {
            run.run(server.awaitUrl());
            assertEquals(List.of(), run.faults(), run.report());
            assertEquals("", server.err());
        }
    }
}
