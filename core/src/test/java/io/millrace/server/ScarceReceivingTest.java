package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that find no memory to be received, once their sink is open. */
class ScarceReceivingTest {

    @TempDir
    Path folder;

    private Conversation put(ExchangeStub exchange) {
        return new Conversation(request -> exchange, piece -> (source, file) -> {
            throw new OutOfMemoryError("planted");
        }).send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    }

    @Test
    void exchangeIsAbandonedAndTheClientToldSo() throws Exception {
        try (Logged logged = new Logged(Connection.class);
                FileChannel file = FileChannel.open(folder.resolve("a"),
                        StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ExchangeStub exchange = new ExchangeStub(file);
            Conversation conversation = put(exchange);
            assertTrue(conversation.sent().startsWith("HTTP/1.1 500 "), conversation::sent);
            assertEquals(List.of("sink", "abandon planted"), exchange.calls);
            assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void responseOfTheExchangeIsSent() throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve("a"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ExchangeStub exchange = new ExchangeStub(file);
            exchange.onAbandon = Response.of(Status.INSUFFICIENT_STORAGE);
            Conversation conversation = put(exchange);
            assertTrue(conversation.sent().startsWith("HTTP/1.1 507 "), conversation::sent);
        }
    }
}
