package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a visit reads uses up its budget, whatever it is. */
class BudgetTest {

    private static final int BUDGET_BYTES = 64 * 1024;

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).bytesPerVisit(BUDGET_BYTES)
                .timePerVisit(Duration.ofSeconds(60));
    }

    private static long left(Conversation conversation) {
        return conversation.connection.link.budget.bytes();
    }

    // The responses are small: without their heads hundreds of requests would fit into a visit.
    @Test
    void headsUseUpTheBudget() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nX: " + letters(8000) + "\r\n\r\n";
        Conversation conversation = new Conversation(options(), head -> Response.text(""));
        conversation.peer.append(request.repeat(100));
        conversation.visit();
        int atOnce = conversation.resources.options.maxHeadBytes();
        assertTrue(conversation.peer.readBytes <= BUDGET_BYTES + atOnce,
                () -> conversation.peer.readBytes + " bytes");
        assertEquals(Want.WRITE, conversation.want);
        assertEquals(ok("").repeat(100), conversation.go().sent());
    }

    @Test
    void bytesThatAreReadAheadUseUpTheBudget() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        Conversation conversation =
                new Conversation(options(), head -> Response.later(later));
        conversation.send(get("/"));
        conversation.send(get("/ahead"));
        assertEquals(BUDGET_BYTES - get("/ahead").length(), left(conversation));
        later.complete(Response.text("one"));
        assertEquals(ok("one").repeat(2), conversation.go().sent());
    }

    // No selector tells of what has been read, so another visit has to be asked for.
    @Test
    void bodyThatWasReadWithItsHeadIsTakenInSeveralVisits() {
        String body = letters(12_000);
        ExchangeStub exchange = new ExchangeStub();
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(4096), head -> exchange);
        assertEquals(ok("taken"), conversation.send(put(body)).sent());
        assertEquals(body, exchange.bytes.toString());
    }

    // It may be many times the data: a client with short chunks would hold the worker for as long.
    @Test
    void framingOfChunksUsesUpTheBudget() {
        String chunk = "1;x=" + "y".repeat(200) + "\r\nz\r\n";
        ExchangeStub exchange = new ExchangeStub();
        Conversation conversation = new Conversation(options(), head -> exchange);
        conversation.peer.append("PUT / HTTP/1.1\r\nHost: a\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(10_000) + "0\r\n\r\n");
        conversation.visit();
        assertTrue(conversation.peer.readBytes <= 2 * BUDGET_BYTES,
                () -> conversation.peer.readBytes + " bytes");
        assertTrue(conversation.connection.link.waitsForTurn());
        assertEquals(ok("taken"), conversation.go().sent());
        assertEquals("z".repeat(10_000), exchange.bytes.toString());
    }

    @Test
    void headThatComesAtTheEndOfAnIdleConnectionUsesUpTheBudget() throws Exception {
        Conversation conversation = new Conversation(options(), head -> Response.text(""));
        conversation.send(get("/1")).sent();
        conversation.peer.append("GET /2");
        assertEquals(Want.READ, conversation.connection.endIdle());
        assertEquals(BUDGET_BYTES - "GET /2".length(), left(conversation));
    }

    @Test
    void whatComesBehindTheLastResponseIsDroppedInSeveralVisits() {
        Conversation conversation = new Conversation(options().lingerBytes(100_000_000),
                head -> Response.text(""));
        conversation.send("GET / HTTP/1.0\r\n\r\n");
        conversation.peer.filler = 10_000_000;
        conversation.visit();
        long dropped = 10_000_000 - conversation.peer.filler;
        int atOnce = conversation.resources.options.pieceBytes();
        assertTrue(dropped >= BUDGET_BYTES && dropped <= BUDGET_BYTES + atOnce,
                () -> dropped + " bytes");
    }

    @Test
    void responseUsesUpTheBudgetOfItsOwnVisitsOnly() {
        Conversation conversation = new Conversation(options(), head -> Response.of(Status.OK)
                .with(Body.of(new byte[head.path().equals("/large") ? 3 * BUDGET_BYTES : 1])));
        assertTrue(conversation.send(get("/large")).sent().length() > 3 * BUDGET_BYTES);
        conversation.send(get("/small"));
        assertEquals(BUDGET_BYTES - get("/small").length(), left(conversation));
        assertFalse(conversation.connection.link.waitsForTurn());
    }
}
