package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an application hears of clients that leave while it works. */
class ApplicationCallsTest {

    private final List<String> told = new ArrayList<>();
    private CompletableFuture<Exchange> stage = new CompletableFuture<>();
    private RequestHead head;
    private final Conversation conversation = new Conversation(this::handle);

    private Exchange handle(RequestHead request) {
        if (request.path().equals("/next")) {
            return Response.text("next");
        }
        head = request;
        request.whenGone(() -> told.add("gone"));
        request.whenHalfClosed(() -> told.add("half-closed"));
        return Exchange.later(stage);
    }

    private void assertTold(String... events) {
        assertEquals(List.of(events), told);
    }

    @Test
    void endOfTheClientsSideIsToldAndTheResponseIsSent() {
        conversation.send(Wire.get("/"));
        assertTold();
        conversation.end();
        assertTold("half-closed");
        assertEquals(Want.APPLICATION_ALONE, conversation.want, "it would be woken without end");
        stage.complete(Response.text("here"));
        assertEquals(Wire.ok("here"), conversation.go().sent());
        assertEquals(Want.CLOSE, conversation.want);
        assertTold("half-closed");
    }

    @Test
    void endThatCameWithTheRequestIsTold() {
        conversation.peer.ended = true;
        conversation.send(Wire.get("/"));
        assertTold("half-closed");
    }

    @Test
    void resetIsToldAndEndsTheConnection() {
        conversation.send(Wire.get("/"));
        conversation.peer.reset = new IOException("Connection reset");
        conversation.go();
        assertTold("half-closed", "gone");
        assertNotNull(conversation.closed);
    }

    @Test
    void nothingIsToldOfAResponseThatWasSent() {
        conversation.send(Wire.get("/"));
        stage.complete(Response.text("here"));
        conversation.go().end();
        assertNotNull(conversation.closed);
        assertTold();
    }

    @Test
    void requestThatComesMeanwhileIsAnsweredNextAndTheEndBehindItIsTold() {
        conversation.send(Wire.get("/")).send(Wire.get("/next").substring(0, 20));
        assertTold();
        conversation.send(Wire.get("/next").substring(20)).end();
        assertTold("half-closed");
        stage.complete(Response.text("here"));
        assertEquals(Wire.ok("here") + Wire.ok("next"), conversation.go().sent());
    }

    // The end has been read by then, while the first was under way.
    @Test
    void endIsToldToARequestThatWasReadBeforeItAndBeginsAfterIt() {
        conversation.send(Wire.get("/first")).send(Wire.get("/second")).end();
        assertTold("half-closed");
        CompletableFuture<Exchange> first = stage;
        stage = new CompletableFuture<>();
        first.complete(Response.text("first"));
        assertEquals(Wire.ok("first"), conversation.go().sent());
        assertTold("half-closed", "half-closed");
        stage.complete(Response.text("second"));
        assertEquals(Wire.ok("second"), conversation.go().sent());
    }

    @Test
    void noMoreIsReadInAdvanceThanAHeadMayHave() {
        int most = conversation.resources.options.maxHeadBytes();
        conversation.send(Wire.get("/"));
        conversation.send(Wire.letters(most - 1));
        assertEquals(Want.APPLICATION, conversation.want);
        conversation.send("x");
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        conversation.send("left").visit();
        assertEquals(Wire.get("/").length() + most, conversation.peer.readBytes);
    }

    @Test
    void restOfABodyStaysInTheSocketUntilTheDecision() {
        conversation.send(Wire.put(10)).send("0123456789");
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        assertEquals(Wire.put(10).length(), conversation.peer.readBytes);
    }

    @Test
    void endWithinABodyIsTold() {
        conversation.send(Wire.put(10) + "01234");
        stage.complete(Exchange.discard(received -> Response.text("")));
        conversation.go().end();
        assertTold("half-closed");
    }

    @Test
    void whatIsRegisteredLateRunsAll() {
        conversation.send(Wire.get("/")).end();
        head.whenHalfClosed(() -> told.add("late"));
        assertTold("half-closed");
        conversation.go();
        assertTold("half-closed", "late");
    }

    @Test
    void whatIsRegisteredLateRunsOnceAndSoDoesWhatComesAfterIt() {
        conversation.send(Wire.get("/")).end();
        for (String each : new String[] {"one", "two", "three"}) {
            head.whenHalfClosed(() -> told.add(each));
            conversation.go();
        }
        assertTold("half-closed", "one", "two", "three");
    }

    @Test
    void whatIsRegisteredAfterTheConnectionsEndRunsToo() {
        conversation.send(Wire.get("/"));
        conversation.close(new IOException("closed"));
        assertTold("half-closed", "gone");
        head.whenGone(() -> told.add("late"));
        conversation.deliverLate();
        assertTold("half-closed", "gone", "late");
    }

    @Test
    void actionThatFailsKeepsNoneFromRunning() {
        conversation.send(Wire.get("/"));
        head.whenHalfClosed(() -> {
            throw new IllegalStateException("a test's");
        });
        head.whenHalfClosed(() -> told.add("second"));
        conversation.end();
        assertTold("half-closed", "second");
        assertNull(conversation.closed);
    }

    // No signal can be made for the worker, as without memory.
    @Test
    void callThatCouldNotReachTheWorkerKeepsNoLaterOneFromIt() {
        ApplicationCalls calls = new ApplicationCalls(null, null);
        calls.leave();
        for (int i = 0; i < 2; i++) {
            assertThrows(NullPointerException.class, calls::stopBody);
            assertThrows(NullPointerException.class, () -> calls.whenGone(() -> { }));
            assertThrows(NullPointerException.class, () -> calls.whenHalfClosed(() -> { }));
        }
    }

    @Test
    void endIsToldWhileABodyHasNoBytes() {
        Body silent = new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return 0;
            }

            @Override
            public void whenReadable(Runnable callback) {
                told.add("asked");
            }
        };
        conversation.send(Wire.get("/"));
        stage.complete(Response.of(Status.OK).with(silent));
        conversation.go();
        assertTold("asked");
        conversation.end();
        assertTold("asked", "half-closed");
        conversation.peer.reset = new IOException("Connection reset");
        conversation.close(conversation.peer.reset);
        assertTold("asked", "half-closed", "gone");
    }
}
