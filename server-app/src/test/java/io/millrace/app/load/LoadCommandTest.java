package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.Flag;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load command as a person runs it: what it sends, and what it prints. */
class LoadCommandTest extends LoadRuns {

    @Test
    void loadHelpMentionsEveryFlag() {
        MainRun run = MainRun.of("load", "--help");
        assertEquals(0, run.exitCode());
        for (Flag<?> flag : LoadFlags.FLAGS.all()) {
            assertTrue(run.out().contains("  " + flag.name() + " "), flag.name());
        }
        run.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void keptConnectionServesAllRequestsOfItsClient() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            MainRun run = load(server, "--requests", "100", "--size", "1KB", "--connections", "4");
            assertSuccess(run, 100);
            assertEquals(4, server.connections());
            assertEquals(100, server.heads().size());
            assertTrue(run.out().contains("200: 100"), run.out());
        }
    }

    @Test
    void headIsWhatAnyServerUnderstands() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            assertSuccess(load(server, "--requests", "1", "--size", "40KB"), 1);
            assertSuccess(load(server, "--requests", "1", "--method", "GET", "--fresh"), 1);
            String host = server.url().substring("http://".length());
            assertEquals(List.of(
                    "PUT /load-0 HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 40000\r\n\r\n",
                    "GET /load-0 HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"),
                    server.heads());
        }
    }

    @Test
    void bodyLargerThanOnePieceIsSentWhole() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            MainRun run = load(server, "--requests", "3", "--size", "5000001", "--connections", "1",
                    "--json");
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().contains("\"body_bytes\":15000003,"), run.out());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void emptyBodyIsSentAsSuch() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            assertSuccess(load(server, "--requests", "2", "--size", "0", "--connections", "1"), 2);
            assertTrue(server.heads().get(0).contains("Content-Length: 0\r\n"));
        }
    }

    @Test
    void fewerRequestsThanConnectionsMakeFewerConnections() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            MainRun run = load(server, "--requests", "3", "--size", "1", "--connections", "32");
            assertSuccess(run, 3);
            assertEquals(3, server.connections());
            assertTrue(run.out().contains("over 3 connections"), run.out());
            assertTrue(run.out().contains("1 to 1 requests each"), run.out());
        }
    }

    @Test
    void freshConnectionServesOneRequest() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            MainRun run = load(server, "--requests", "20", "--size", "1", "--connections", "2",
                    "--fresh");
            assertSuccess(run, 20);
            assertTrue(run.out().contains(" over 2 connections, one for each request, in "),
                    run.out());
            assertEquals(20, server.connections());
        }
    }

    @Test
    void serverThatGoesAwayDuringTheRunIsCountedNotPrinted() throws Exception {
        CountDownLatch served = new CountDownLatch(5);
        List<ScriptedServer> self = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(peer -> {
            while (peer.readRequest() && served.getCount() > 0) {
                peer.send(OK);
                served.countDown();
                if (served.getCount() == 0) {
                    self.get(0).close();
                }
            }
        })) {
            self.add(server);
            MainRun run = load(server, "--requests", "1000", "--size", "1", "--connections", "1");
            assertEquals(1, run.exitCode());
            assertTrue(run.out().contains("connection refused: 99"), run.out());
            assertEquals("", run.err());
        }
    }

    @Test
    void runWithoutAnyResponseTellsNoLatency() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.readRequest())) {
            MainRun run = load(server, "--requests", "10", "--size", "1", "--connections", "1");
            assertEquals(1, run.exitCode());
            assertTrue(run.out().contains("  latency     none, as no request got a response\n"),
                    run.out());
            MainRun json = load(server, "--requests", "10", "--size", "1", "--connections", "1",
                    "--json");
            assertTrue(json.out().contains("\"latency_ms\":{\"p50\":null,\"p90\":null,"
                    + "\"p99\":null,\"p99.9\":null,\"p99.99\":null,\"max\":null}"),
                    json.out());
        }
    }

    @Test
    void serverThatCannotBeReachedIsOneLine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/a";
        MainRun run = MainRun.of("load", url);
        assertEquals(1, run.exitCode());
        assertEquals("millrace: can't reach " + url + ": connection refused; "
                + "start a server there, or check host and port\n", run.err());
        assertEquals("", run.out());
    }

    @Test
    void withoutKeysEachConnectionHasItsOwn() throws Exception {
        assertEquals(Set.of("/n-0", "/n-1", "/n-2"), targets("--connections", "3"));
    }

    @Test
    void keysAreSpreadOverTheRequests() throws Exception {
        assertEquals(Set.of("/n-0", "/n-1", "/n-2", "/n-3", "/n-4"),
                targets("--connections", "2", "--keys", "5", "--requests", "5"));
        assertEquals(Set.of("/n-0"), targets("--connections", "2", "--keys", "1"));
    }

    @Test
    void withZeroKeysTheUrlIsTakenAsItIs() throws Exception {
        assertEquals(Set.of("/n"), targets("--connections", "2", "--keys", "0"));
    }

    private static Set<String> targets(String... flags) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            List<String> args = new ArrayList<>(List.of(
                    "load", server.url() + "/n", "--size", "1", "--requests", "30"));
            args.addAll(List.of(flags));
            assertEquals(0, MainRun.of(args.toArray(String[]::new)).exitCode());
            Set<String> targets = new TreeSet<>();
            server.heads().forEach(head -> targets.add(head.split(" ")[1]));
            return targets;
        }
    }

    @Test
    void stoppedRunTellsWhatWasMeasuredSoFar() throws Exception {
        CountDownLatch stuck = new CountDownLatch(2);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            for (int i = 0; i < 3 && peer.readRequest(); i++) {
                peer.send(OK);
            }
            peer.readHead();
            stuck.countDown();
            peer.stall();
        })) {
            LoadRun run = run(server);
            Thread stopper = new Thread(() -> {
                try {
                    stuck.await();
                    run.stop();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            stopper.start();
            LoadResult result = run.run(Progress.NONE);
            stopper.join();
            assertTrue(result.stopped());
            assertFalse(result.isSuccess());
            assertEquals(6, result.tally().done());
            assertEquals(6, result.tally().succeeded());
            assertEquals(0, result.failed());
            assertTrue(LoadReport.of(result).contains("stopped before the end"));
            assertTrue(JsonReport.of(result).contains("\"stopped\":true,"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "GET"})
    void jsonIsOneObjectInOneLine(String method) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            MainRun run = load(server, "--requests", "10", "--size", "1KB", "--connections", "2",
                    "--method", method, "--json");
            assertEquals(0, run.exitCode());
            long size = method.equals("PUT") ? 1000 : 0;
            String number = "[0-9]+\\.[0-9]{6}";
            assertTrue(run.out().matches("\\{\"url\":\"http://127\\.0\\.0\\.1:[0-9]+\","
                    + "\"method\":\"" + method + "\",\"requests\":10,\"size\":" + size
                    + ",\"connections\":2,\"fresh\":false,\"stopped\":false,\"done\":10,"
                    + "\"failed\":0,\"body_bytes\":" + (size > 0 ? 10_000 : 20) + ",\"seconds\":"
                    + number + ",\"requests_per_second\":" + number + ",\"gigabytes_per_second\":"
                    + number + ",\"latency_ms\":\\{\"p50\":" + number + ",\"p90\":" + number
                    + ",\"p99\":" + number + ",\"p99\\.9\":" + number + ",\"p99\\.99\":"
                    + number + ",\"max\":" + number
                    + "\\},\"last_after_first_ms\":" + number + ",\"fewest_requests\":[0-9]+,"
                    + "\"most_requests\":[0-9]+,\"responses\":\\{\"200\":10\\},"
                    + "\"errors\":\\{\\}\\}\n"), run.out());
        }
    }
}
