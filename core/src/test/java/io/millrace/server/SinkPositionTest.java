package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that begin within a file: {@code Exchange.sinkPosition}. */
class SinkPositionTest {

    @TempDir
    private Path folder;
    private FileChannel file;

    @BeforeEach
    void open() throws IOException {
        file = FileChannel.open(Files.writeString(folder.resolve("f"), "0123456789"),
                StandardOpenOption.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    /** An exchange that takes the body into the file from a position on. */
    private ExchangeStub from(long position) {
        return new ExchangeStub(file) {
            @Override
            public long sinkPosition() {
                note("position");
                return position;
            }
        };
    }

    private String content() throws IOException {
        return Files.readString(folder.resolve("f"));
    }

    @Test
    void bodyGoesWhereTheExchangeSays() throws IOException {
        ExchangeStub exchange = from(4);
        Conversation conversation = new Conversation(request -> exchange);
        assertEquals(ok("taken"), conversation.send(put("abc")).sent());
        assertEquals("0123abc789", content());
        assertEquals(List.of("sink", "position", "progress 3", "complete"), exchange.calls);
    }

    @Test
    void bodyInPiecesAndInChunksGoesOnFromThere() throws IOException {
        Conversation conversation = new Conversation(request -> from(10));
        conversation.send(put(6) + "abc").send("def");
        assertEquals("0123456789abcdef", content());
        assertEquals(ok("taken") + ok("taken"), conversation.send(chunked("x", "yz")).sent());
        assertEquals("0123456789xyzdef", content());
    }

    @Test
    void positionBeyondTheEndLeavesAGapOfZeros() throws IOException {
        new Conversation(request -> from(12)).send(put("ab"));
        assertEquals("0123456789\0\0ab", content());
    }

    @Test
    void negativePositionAbandonsTheExchange() throws Exception {
        ExchangeStub exchange = from(-1);
        Conversation conversation = new Conversation(request ->
                request.path().equals("/next") ? Response.text("next") : exchange);
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL + ok("next"),
                    conversation.send(put("abc") + get("/next")).sent());
            assertEquals(List.of("the handler failed: PUT /x | java.lang.IllegalStateException: "
                    + exchange.getClass().getName() + ": sinkPosition() returned -1"),
                    logged.lines());
        }
        assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
        assertEquals("0123456789", content());
    }

    @Test
    void sinkThatIsNoFileIsNotAskedForAPosition() {
        Exchange exchange = new ExchangeStub() {
            @Override
            public long sinkPosition() {
                throw new AssertionError();
            }
        };
        assertEquals(ok("taken"), new Conversation(request -> exchange).send(put("a")).sent());
    }

    @Test
    void offloadedExchangeKeepsItsPosition() throws Exception {
        ExchangeStub exchange = from(4);
        Handler handler = Handler.blocking(task -> new Thread(task).start(), request -> exchange);
        assertEquals(ok("taken"), new Conversation(handler)
                .send(put("abc")).goUntilSent(1).sent());
        assertEquals("0123abc789", content());
    }
}
