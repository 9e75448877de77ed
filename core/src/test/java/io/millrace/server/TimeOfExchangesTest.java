package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.transfer.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each exchange of a connection has a time of its own. */
class TimeOfExchangesTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String HEAD = put(10);

    private final TimedConversation timed = new TimedConversation(
            ServerOptions.builder().port(0).progressTimeout(Duration.ofSeconds(10))
                    .minBytesPerSecond(1000),
            request -> Exchange.discard(bytes -> Response.text("taken")));

    private void send(String text) {
        timed.conversation.send(text);
        timed.go();
    }

    // One visit ends the first and begins the second, so that the phase is the same after it.
    @Test
    void timeBeginsAnewWithTheSecondExchangeOfAVisit() {
        send(HEAD + "12345");
        assertFalse(timed.isDueAfter(6 * SECOND));
        send("67890" + HEAD + "1");
        assertEquals(ok("taken"), timed.conversation.sent());
        assertFalse(timed.isDueAfter(6 * SECOND), "it is the second one's sixth second");
        assertFalse(timed.isDueAfter(4 * SECOND - 1));
        assertTrue(timed.isDueAfter(1));
    }

    @Test
    void timeGoesOnWithinAnExchange() {
        send(HEAD + "12345");
        assertFalse(timed.isDueAfter(6 * SECOND));
        send("67");
        assertFalse(timed.isDueAfter(4 * SECOND - 1));
        assertTrue(timed.isDueAfter(1));
    }

    @Test
    void headBehindAResponseThatIsNotReadHasItsTimeOnceThatIsRead() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 0;
        conversation.send(get("/") + "GET /next");
        assertEquals(Phase.PROGRESS, conversation.connection.phase(conversation.want));
        conversation.take(Integer.MAX_VALUE);
        assertEquals(Phase.HEAD, conversation.connection.phase(conversation.want));
    }

    // Some clients send one behind a body, and their next request long after that.
    @Test
    void requestBeginsWithItsHeadAndNotWithAnEmptyLineBeforeIt() {
        List<ExchangeInfo> heard = new ArrayList<>();
        ServerOptions.Builder options = ServerOptions.builder().port(0).listener(
                new ServerListener() {
                    @Override
                    public void onHead(ExchangeInfo exchange) {
                        heard.add(exchange);
                    }
                });
        Conversation conversation = new Conversation(options, request -> Response.text("one"));
        conversation.connection.observer =
                ConnectionObserver.accepted(options.build(), conversation.connection);
        conversation.send("\r\n");
        long betweenNs = System.nanoTime();
        assertEquals(ok("one"), conversation.send(get("/")).sent());
        assertTrue(heard.get(0).startNs() - betweenNs >= 0);
    }
}
