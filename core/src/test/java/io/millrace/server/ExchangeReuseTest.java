package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Exchange;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An exchange serves the next request only if nothing that may come late refers to it. */
class ExchangeReuseTest {

    private final List<String> told = new ArrayList<>();
    private final List<RequestHead> heads = new ArrayList<>();
    private final CompletableFuture<Exchange> stage = new CompletableFuture<>();
    private final Conversation conversation = new Conversation(this::handle);

    private Exchange handle(RequestHead head) {
        heads.add(head);
        switch (head.path()) {
            case "/later" -> {
                return Exchange.later(stage);
            }
            case "/watched" -> head.whenGone(() -> told.add("gone"));
            case "/failed" -> throw new IllegalStateException("a test's");
            default -> {
            }
        }
        return head.bodyLength() == 0 ? Response.text("here")
                : Exchange.discard(received -> Response.text("here"));
    }

    /** What the next request would get. */
    private ServerExchange pooled() {
        ServerExchange exchange = conversation.resources.borrowExchange();
        conversation.resources.giveBack(exchange);
        return exchange;
    }

    @Test
    void requestsWithAPlainResponseShareOneExchangeAndHead() {
        conversation.send(Wire.get("/a"));
        ServerExchange first = pooled();
        conversation.send(Wire.put(3) + "abc").send(Wire.get("/b"));
        assertSame(first, pooled());
        assertSame(heads.get(0), heads.get(2));
        assertNull(first.connection, "a closed connection could not be collected");
    }

    @Test
    void exchangesOfManyConnectionsAreKeptUpToANumber() {
        List<ServerExchange> borrowed = new ArrayList<>();
        for (int i = 0; i < 129; i++) {
            borrowed.add(new ServerExchange(conversation.resources));
        }
        borrowed.forEach(conversation.resources::giveBack);
        for (int i = 127; i >= 0; i--) {
            assertSame(borrowed.get(i), conversation.resources.borrowExchange());
        }
        assertFalse(borrowed.contains(conversation.resources.borrowExchange()));
    }

    @Test
    void exchangeThatAPromiseRefersToServesNoOtherRequest() {
        ServerExchange before = pooled();
        conversation.send(Wire.get("/later"));
        stage.complete(Response.text("later"));
        assertEquals(Wire.ok("later"), conversation.go().sent());
        assertNotSame(before, pooled());
    }

    @Test
    void exchangeWhoseClientIsWatchedServesNoOtherRequest() {
        ServerExchange before = pooled();
        conversation.send(Wire.get("/watched"));
        assertNotSame(before, pooled());
        conversation.send(Wire.get("/later"));
        conversation.close(new IOException("closed"));
        assertEquals(List.of(), told, "another request's client has left");
    }

    @Test
    void exchangeWhoseHeadMayStillBeReadServesNoOtherRequest() {
        ServerExchange before = pooled();
        conversation.send(Wire.get("/failed")).send(Wire.get("/a"));
        assertNotSame(before, pooled());
        assertNotSame(heads.get(0), heads.get(1));
    }

    @Test
    void exchangeThatWasCutServesNoOtherRequest() {
        ServerExchange before = pooled();
        conversation.send(Wire.put(10) + "abc");
        conversation.close(new IOException("closed"));
        assertNotSame(before, pooled());
    }
}
