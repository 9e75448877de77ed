package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar where the system has too little of something, or the folder is not what it was. */
@EnabledOnOs(OS.LINUX)
class StoreJarIT extends JarStore {

    private static final long ONE_MB = 1_000_000;
    private static final long PATIENCE_NS = 60_000_000_000L;

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
