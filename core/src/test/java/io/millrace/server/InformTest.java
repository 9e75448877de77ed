package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.ResponseSender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Informational responses, RFC 9110 section 15.2. */
class InformTest {

    private static final Response HINT = Response.of(Status.UPLOAD_RESUMPTION_SUPPORTED)
            .with("Location", "/x?upload=1");
    private static final String HINTED =
            "HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /x?upload=1\r\n\r\n";
    private static final String EXPECT = "Expect: 100-continue\r\n";

    /** Informs in {@code handle}, and takes a body. */
    private static Conversation informing() {
        return new Conversation(request -> {
            request.inform(HINT);
            return new ExchangeStub();
        });
    }

    @Test
    void interimPrecedesTheFinalResponseAndHasItsOwnFieldsOnly() {
        assertEquals(HINTED + ok("taken"), informing().send(get("/")).sent());
    }

    @Test
    void interimArrivesBeforeTheBodyIsThere() {
        Conversation conversation = informing().send(put(5) + "hel");
        assertEquals(HINTED, conversation.sent());
        assertEquals(ok("taken"), conversation.send("lo").sent());
    }

    @Test
    void continueFollowsWhereItIsDue() {
        Conversation conversation = informing().send(put(5, EXPECT));
        assertEquals(HINTED + CONTINUE, conversation.sent());
        assertEquals(ok("taken"), conversation.send("hello").sent());
    }

    @Test
    void severalInterimsKeepTheirOrder() {
        Conversation conversation = new Conversation(request -> {
            request.inform(Response.of(Status.EARLY_HINTS).with("Link", "</a>"));
            request.inform(HINT);
            return Response.text("done");
        });
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HINTED + ok("done"),
                conversation.send(get("/")).sent());
    }

    @Test
    void interimOfAPipelinedRequestFollowsTheResponseBeforeIt() {
        assertEquals(HINTED + ok("taken") + HINTED + ok("taken"),
                informing().send(get("/1") + get("/2")).sent());
    }

    @Test
    void clientOfHttp10GetsNone() {
        String sent = informing().send("GET / HTTP/1.0\r\n\r\n").sent();
        assertTrue(sent.startsWith("HTTP/1.1 200 OK\r\n"), sent);
    }

    @Test
    void interimsMayComeWithTheProgressOfTheBodyAndWithItsEnd() {
        RequestHead[] head = new RequestHead[1];
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return new ExchangeStub() {
                @Override
                public void onProgress(long receivedBytes) {
                    head[0].inform(HINT);
                }

                @Override
                public Response complete() {
                    head[0].inform(HINT);
                    return Response.text("done");
                }
            };
        });
        assertEquals("", conversation.send(put(4)).sent());
        assertEquals(HINTED, conversation.send("1").sent());
        assertEquals(HINTED, conversation.send("23").sent());
        assertEquals(HINTED + HINTED + ok("done"), conversation.send("4").sent());
    }

    @Test
    void noneFollowsOnceTheFinalResponseHasBegun() {
        Conversation conversation = new Conversation(request -> Response.of(Status.OK)
                .with(Body.of(new byte[1])).withTrailers(() -> {
                    request.inform(HINT);
                    return Headers.of("A", "b");
                }));
        String sent = conversation.send(get("/")).sent();
        assertTrue(sent.startsWith("HTTP/1.1 200 OK\r\n"), sent);
        assertTrue(sent.endsWith("0\r\nA: b\r\n\r\n"), sent);
        assertFalse(sent.contains(" 104 "), sent);
    }

    @Test
    void interimOfAnotherThreadIsSentWhileTheResponseIsStillToCome() throws Exception {
        CompletableFuture<Response> later = new CompletableFuture<>();
        RequestHead[] head = new RequestHead[1];
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return Response.later(later);
        }).send(get("/"));
        Thread other = new Thread(() -> head[0].inform(HINT));
        other.start();
        other.join();
        assertEquals("", conversation.sent());
        assertEquals(HINTED, conversation.go().sent());
        later.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
    }

    @Test
    void interimThatIsToldBetweenTwoVisitsDisturbsNoOtherConnection() {
        RequestHead[] first = new RequestHead[1];
        CompletableFuture<Response> later = new CompletableFuture<>();
        Conversation one = new Conversation(request -> {
            first[0] = request;
            return Response.later(later);
        }).send(get("/"));
        Conversation two = new Conversation(request -> {
            first[0].inform(HINT); // the same thread, in a visit of another connection
            return Response.text("two");
        });
        assertEquals(ok("two"), two.send(get("/")).sent());
        assertEquals(HINTED, one.go().sent());
    }

    @Test
    void interimOfAnotherThreadIsDroppedAfterTheEnd() throws Exception {
        CompletableFuture<Response> later = new CompletableFuture<>();
        RequestHead[] head = new RequestHead[1];
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return Response.later(later);
        }).send(get("/"));
        head[0].inform(HINT);
        conversation.close(new java.io.EOFException("gone"));
        assertEquals("", conversation.sent());
    }

    // Bounds.

    /** An informational response of so many bytes on the wire. */
    private static Response ofBytes(int bytes) {
        int others = "HTTP/1.1 103 Early Hints\r\nA: \r\n\r\n".length();
        return Response.of(Status.EARLY_HINTS).with("A", "x".repeat(bytes - others));
    }

    @Test
    void interimsOfARequestEndAtTheirBound() {
        int most = ResponseSender.MAX_HEAD_BYTES;
        for (int beyond = 0; beyond <= 1; beyond++) {
            int last = most / 2 + beyond;
            Conversation conversation = new Conversation(request -> {
                request.inform(ofBytes(most / 2));
                request.inform(ofBytes(last));
                return Response.text("done");
            });
            String both = conversation.send(get("/") + get("/")).sent();
            int expected = ok("done").length() + most / 2 + (beyond == 0 ? last : 0);
            assertEquals(2 * expected, both.length(), "the bound is each request's own");
        }
    }

    @Test
    void interimOfMoreThanTheBoundIsRefused() {
        RequestHead[] head = new RequestHead[1];
        new Conversation(request -> {
            head[0] = request;
            return Response.later(new CompletableFuture<>());
        }).send(get("/"));
        head[0].inform(ofBytes(ResponseSender.MAX_HEAD_BYTES));
        assertEquals("the informational response exceeds 16384 bytes",
                assertThrows(IllegalArgumentException.class, () -> head[0].inform(
                        ofBytes(ResponseSender.MAX_HEAD_BYTES + 1))).getMessage());
    }

    @Test
    void clientThatDoesNotReadGetsNoMoreThanTheSocketTook() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        RequestHead[] head = new RequestHead[1];
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return Response.later(later);
        });
        conversation.take(0).send(get("/"));
        head[0].inform(HINT);
        conversation.go();
        long kept = conversation.connection.keptBytes();
        for (int i = 0; i < 100; i++) {
            head[0].inform(HINT);
            conversation.go();
        }
        assertEquals(kept, conversation.connection.keptBytes());
        later.complete(Response.text("done"));
        assertEquals(HINTED + ok("done"), conversation.take(10_000).sent());
    }

    @Test
    void noMoreThanAFewInterimsWaitForTheWorker() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        RequestHead[] head = new RequestHead[1];
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return Response.later(later);
        }).send(get("/"));
        for (int i = 0; i < 17; i++) {
            head[0].inform(HINT);
        }
        assertEquals(HINTED.repeat(16), conversation.go().sent());
    }

    @Test
    void interimsOfAnotherThreadAreNotTakenForRoomInASink() {
        RequestHead[] head = new RequestHead[1];
        PacedSinkStub sink = new PacedSinkStub();
        Conversation conversation = new Conversation(request -> {
            head[0] = request;
            return new ExchangeStub(sink);
        }).send(put("hello"));
        Runnable asked = sink.callback();
        head[0].inform(HINT);
        head[0].inform(HINT);
        assertEquals(HINTED + HINTED, conversation.go().sent());
        assertSame(asked, sink.callback());
        sink.makeRoom(5);
        assertEquals(ok("taken"), conversation.go().sent());
    }

    @Test
    void deepPipelineOfInterimsOverflowsNoBuffer() {
        String hints = "x".repeat(8000);
        Conversation conversation = new Conversation(request -> {
            request.inform(Response.of(Status.EARLY_HINTS).with("A", hints));
            request.inform(Response.of(Status.EARLY_HINTS).with("A", hints));
            // Two of the short ones leave room for a head, and for no interim beside a long one.
            return Response.text("done").with("B",
                    "y".repeat(request.path().equals("/long") ? 16_000 : 3000));
        });
        String sent = conversation.send((get("/") + get("/") + get("/long")).repeat(20)).sent();
        assertEquals(60, sent.split("HTTP/1.1 200 OK", -1).length - 1);
        assertNull(conversation.closed);
    }

    // What is none.

    @Test
    void whatIsNoInformationalResponseIsRefused() {
        RequestHead[] head = new RequestHead[1];
        new Conversation(request -> {
            head[0] = request;
            return Response.later(new CompletableFuture<>());
        }).send(get("/"));
        for (Response wrong : List.of(Response.of(Status.OK), Response.text("x"),
                HINT.with(Body.of(new byte[1])), HINT.with("Connection", "close"),
                HINT.with("Upgrade", "x"), HINT.withTrailers(Headers::empty),
                Response.later(new CompletableFuture<>()))) {
            assertThrows(IllegalArgumentException.class, () -> head[0].inform(wrong),
                    wrong.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> HINT.with("A", "b\r\nc"));
    }

    @Test
    void informationalResponseIsNoFinalOne() throws Exception {
        for (Exchange final104 : List.of(HINT, Response.later(
                CompletableFuture.completedFuture(HINT)))) {
            try (Logged logged = new Logged(Connection.class)) {
                assertEquals(INTERNAL, new Conversation(request -> final104).send(get("/")).sent());
                assertEquals(List.of("the handler failed: GET / | "
                        + "java.lang.IllegalStateException: a response with status 104 Upload "
                        + "Resumption Supported can't be the final one: send it with "
                        + "RequestHead.inform"), logged.lines());
            }
        }
    }
}
