package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import org.junit.jupiter.api.Test;

/** The load command against servers that behave in every way that a server may. */
class LoadAnswersTest extends LoadRuns {

    private static final String TOO_LARGE = "HTTP/1.1 413 Content Too Large\r\n"
            + "Content-Length: 4\r\nConnection: close\r\n\r\nmuch";

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
}
