package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.load.wire.SocketWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load command against servers that behave in every way that a server may. */
class LoadCommandTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String TOO_LARGE = "HTTP/1.1 413 Content Too Large\r\n"
            + "Content-Length: 4\r\nConnection: close\r\n\r\nmuch";

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
            assertSuccess(load(server, "--requests", "20", "--size", "1", "--connections", "2",
                    "--fresh"), 20);
            assertEquals(20, server.connections());
        }
    }

    @Test
    void serverThatClosesAfterEachAnswerIsConnectedToAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        })) {
            assertSuccess(load(server, "--requests", "20", "--size", "1", "--connections", "2"),
                    20);
            assertEquals(20, server.connections());
        }
    }

    @Test
    void answerUntilCloseIsReadWhole() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.0 200 OK\r\n\r\n12345");
        })) {
            MainRun run = load(server, "--requests", "4", "--connections", "2", "--method", "GET",
                    "--json");
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().contains("\"body_bytes\":20,"), run.out());
        }
    }

    @Test
    void chunkedAnswerAfterInterimOnesIsRead() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering("HTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n4\r\nabcd\r\n0\r\n\r\n")) {
            MainRun run = load(server, "--requests", "10", "--connections", "1", "--method", "GET",
                    "--json");
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().contains("\"responses\":{\"201\":10}"), run.out());
            assertTrue(run.out().contains("\"body_bytes\":70,"), run.out());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void statusesOtherThanSuccessAreListedAndFail() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            String[] answers = {OK, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n"};
            for (int i = 0; peer.readRequest(); i++) {
                peer.send(answers[i % 3]);
            }
        })) {
            MainRun run = load(server, "--requests", "9", "--size", "1", "--connections", "1");
            assertEquals(1, run.exitCode());
            assertTrue(run.out().contains("responses   200: 3, 304: 3, 500: 3\n"), run.out());
            assertTrue(run.out().contains("failed      6 of 9 requests\n"), run.out());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void refusalWhileTheServerReadsOnIsAnAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readHead();
            peer.send(TOO_LARGE);
            peer.linger();
        })) {
            assertAnswered413(load(server, "--requests", "3", "--size", "1GB",
                    "--connections", "1"));
            assertEquals(3, server.connections());
        }
    }

    @Test
    void refusalByAServerThatReadsNothingIsAnAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readHead();
            peer.send(TOO_LARGE);
            peer.stall();
        })) {
            assertAnswered413(load(server, "--requests", "3", "--size", "1GB",
                    "--connections", "3"));
        }
    }

    @Test
    void successBeforeTheBodyIsSentDoesNotEndTheSending() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readHead();
            peer.send(OK);
            peer.linger();
        })) {
            assertSuccess(load(server, "--requests", "1", "--size", "50MB"), 1);
        }
    }

    @Test
    void resetInTheMiddleOfAnAnswerIsAnError() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readRequest();
            peer.reset();
        })) {
            assertError(load(server, "--requests", "3", "--size", "1", "--connections", "1"),
                    "connection reset", 3);
        }
    }

    @Test
    void closeWithoutAnAnswerIsAnError() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::readRequest)) {
            assertError(load(server, "--requests", "3", "--size", "1", "--connections", "1"),
                    "connection closed before a response", 3);
        }
    }

    @Test
    void closeInTheMiddleOfAnAnswerIsAnError() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour");
        })) {
            assertError(load(server, "--requests", "3", "--size", "1", "--connections", "1"),
                    "connection closed in the middle of a response", 3);
        }
    }

    @Test
    void malformedAnswerIsAnError() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering("220 mail server ready\r\n")) {
            assertError(load(server, "--requests", "3", "--size", "1", "--connections", "1"),
                    "malformed response: not an HTTP/1.1 status line", 3);
        }
    }

    @Test
    void bytesAfterTheAnswerAreAnError() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK + "!")) {
            assertError(load(server, "--requests", "3", "--size", "1", "--connections", "1"),
                    "malformed response: extra bytes after its end", 3);
        }
    }

    @Test
    void silentServerTimesOut() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.readRequest();
            peer.stall();
        })) {
            assertError(load(server, "--requests", "4", "--size", "1", "--connections", "4",
                    "--timeout", "100ms"), "timed out", 4);
        }
    }

    @Test
    void serverThatDoesNotReadTimesOut() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::stall)) {
            assertError(load(server, "--requests", "2", "--size", "1GB", "--connections", "2",
                    "--timeout", "100ms"), "timed out", 2);
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
        }
    }

    private static LoadRun run(ScriptedServer server) throws CommandException {
        URI uri = URI.create(server.url());
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(List.of(server.url(),
                "--requests", "1000", "--size", "10", "--connections", "2")));
        return new LoadRun(plan, opening -> SocketWire.connect(
                new InetSocketAddress(uri.getHost(), uri.getPort()), plan.timeout(), opening),
                1000);
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

    private static MainRun load(ScriptedServer server, String... flags) {
        List<String> args = new ArrayList<>(List.of("load", server.url()));
        args.addAll(List.of(flags));
        return MainRun.of(args.toArray(String[]::new));
    }

    private static void assertSuccess(MainRun run, long requests) {
        assertEquals("", run.err());
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(run.out().startsWith(requests + " x "), run.out());
        assertTrue(run.out().contains("errors      none\n"), run.out());
        assertFalse(run.out().contains("failed"), run.out());
    }

    private static void assertAnswered413(MainRun run) {
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("responses   413: 3\n"), run.out());
        assertTrue(run.out().contains("errors      none\n"), run.out());
    }

    private static void assertError(MainRun run, String cause, int count) {
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("responses   none\n"), run.out());
        assertTrue(run.out().contains("errors      " + cause + ": " + count + "\n"), run.out());
        assertEquals("", run.err());
    }
}
