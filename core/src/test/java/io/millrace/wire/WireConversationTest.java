package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that wait for one thing before they send the next, or that send without end: what the
 * order of bytes in both directions decides, and a vector can't say.
 */
final class WireConversationTest {

    private static final String EXPECT =
            " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final int UPLOAD_BYTES = 64 << 20;

    private WireLane lane;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    @BeforeEach
    void start() throws IOException {
        lane = new WireLane(ServerOptions.builder());
        socket = lane.connect();
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
        lane.settle();
        lane.close();
    }

    @Test
    void clientThatWaitsIsToldToContinue() throws IOException {
        send("POST /" + EXPECT + "Content-Length: 5\r\n\r\n");
        assertEquals(CONTINUE, read(CONTINUE.length()));
        send("hello");
        expect(WireAnswer.took("POST /", "hello"));
        send(WireVectors.NEXT);
        expect(WireAnswer.ok("GET /next"));
    }

    @Test
    void clientThatWaitsWithAChunkedBodyIsToldToContinue() throws IOException {
        send("PUT /a" + EXPECT + "Transfer-Encoding: chunked\r\n\r\n");
        assertEquals(CONTINUE, read(CONTINUE.length()));
        send("5\r\nhello\r\n0\r\n\r\n");
        expect(WireAnswer.took("PUT /a", "hello"));
    }

    @Test
    void continueComesBehindTheAnswersBeforeIt() throws IOException {
        send(WireVectors.NEXT + "POST /" + EXPECT + "Content-Length: 5\r\n\r\n");
        expect(WireAnswer.ok("GET /next"));
        assertEquals(CONTINUE, read(CONTINUE.length()));
        send("hello");
        expect(WireAnswer.took("POST /", "hello"));
    }

    @Test
    void clientThatWaitsInVainGetsTheRefusalAlone() throws IOException {
        send("PUT /refuse" + EXPECT + "Content-Length: 5\r\n\r\n");
        assertEnds(WireAnswer.status(403).saying("close"));
    }

    @Test
    void clientThatWaitsForAnUnwantedBodyGetsTheAnswerAlone() throws IOException {
        send("GET /a" + EXPECT + "Content-Length: 5\r\n\r\n");
        assertEnds(WireAnswer.ok("GET /a").saying("close"));
    }

    @Test
    void requestsOneByOneAreAnsweredOneByOne() throws IOException {
        for (int i = 0; i < 100; i++) {
            send(WireVectors.NEXT);
            expect(WireAnswer.ok("GET /next"));
        }
    }

    @Test
    void pipelineThatIsNotReadIsAnsweredWhenItIs() throws Exception {
        int requests = 20_000;
        CompletableFuture<Void> sent =
                CompletableFuture.runAsync(() -> sendQuietly(WireVectors.NEXT.repeat(requests)));
        for (int i = 0; i < requests; i++) {
            expect(WireAnswer.ok("GET /next"));
        }
        sent.get();
    }

    @Test
    void refusalArrivesAtAClientThatGoesOnSending() throws IOException {
        send("PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: " + UPLOAD_BYTES + "\r\n\r\n");
        upload();
        assertEnds(WireAnswer.status(403).saying("close"));
        assertEquals(1, lane.stats().workers().get(0).lingered());
    }

    @Test
    void refusalOfAHeadArrivesAtAClientThatGoesOnSending() throws IOException {
        send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: +" + UPLOAD_BYTES + "\r\n\r\n");
        upload();
        assertEnds(WireAnswer.status(400).saying("close"));
    }

    @Test
    void refusalOfAChunkArrivesAtAClientThatGoesOnSending() throws IOException {
        send(WireVectors.CHUNKED + "5\r\nhello\r\nX\r\n");
        upload();
        assertEnds(WireAnswer.status(400).saying("close"));
    }

    @Test
    void refusalOfAHeadWithoutAnEndArrivesAtAClientThatGoesOnSending() throws IOException {
        send("GET / HTTP/1.1\r\nX-A: ");
        upload();
        assertEnds(WireAnswer.status(431).saying("close"));
    }

    @Test
    void refusalArrivesAtAClientThatReadsBeforeItSends() throws IOException {
        send("PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: " + UPLOAD_BYTES + "\r\n\r\n");
        assertEnds(WireAnswer.status(403).saying("close"));
    }

    @Test
    void answerWithoutALengthIsChunkedAndTheConnectionGoesOn() throws IOException {
        send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n" + WireVectors.LAST);
        String answers = withoutDates(in.readAllBytes());
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertTrue(answers.startsWith(head), answers);
        String chunks = answers.substring(head.length(), answers.indexOf("HTTP/1.1", 1));
        assertTrue(chunks.matches("0*[aA]\r\n0123456789\r\n0\r\n\r\n"), chunks);
        assertTrue(answers.endsWith("GET /last\n"), answers);
    }

    @Test
    void answerWithoutALengthEndsTheConnectionOfHttp10() throws IOException {
        send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + WireVectors.LAST);
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789",
                withoutDates(in.readAllBytes()));
    }

    @Test
    void answerWithoutALengthHasNoBodyForHead() throws IOException {
        send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n" + WireVectors.LAST);
        String answers = withoutDates(in.readAllBytes());
        String head = "HTTP/1.1 200 OK\r\n" + EchoHandler.HEAD_MARK + ": yes\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n";
        assertTrue(answers.startsWith(head + "HTTP/1.1 200 OK\r\n"), answers);
    }

    private static String withoutDates(byte[] answers) {
        return new String(answers, StandardCharsets.ISO_8859_1).replaceAll("Date: [^\r]*\r\n", "");
    }

    @Test
    void clientThatLeavesInItsBodyLeavesNothingBehind() throws IOException {
        send(WireVectors.POST + "Content-Length: 10\r\n\r\nhello");
        lane.await(stats -> stats.bytesIn() > WireVectors.POST.length());
        socket.setSoLinger(true, 0);
        socket.close();
        lane.settle();
        assertEquals(0, lane.stats().requests());
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void sendQuietly(String text) {
        try {
            send(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void upload() throws IOException {
        byte[] piece = "b".repeat(1 << 16).getBytes(StandardCharsets.ISO_8859_1);
        for (int sent = 0; sent < UPLOAD_BYTES; sent += piece.length) {
            out.write(piece);
        }
    }

    private String read(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Reads one answer and leaves what follows. */
    private void expect(WireAnswer expected) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            assertTrue(b >= 0, "the server ended the connection");
            head.write(b);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int body = text.startsWith("HTTP/1.1 1") ? 0 : expected.body().length();
        byte[] whole = (text + read(body)).getBytes(StandardCharsets.ISO_8859_1);
        assertNull(WireVerdict.ofAnswers(List.of(expected), whole));
    }

    /** Reads one answer, and then the end. */
    private void assertEnds(WireAnswer expected) throws IOException {
        assertNull(WireVerdict.ofAnswers(List.of(expected), in.readAllBytes()));
    }
}
