package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import io.millrace.transfer.BodyReceiver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stages and sinks that fail where a server has to rely on them. */
class BrokenPromiseTest {

    /** A stage that takes no one who waits for it. */
    private static final class Unwilling<T> extends CompletableFuture<T> {

        @Override
        public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
            throw new IllegalStateException("meant");
        }
    }

    private Logged logged;

    @BeforeEach
    void listen() throws Exception {
        logged = new Logged(Connection.class);
    }

    @AfterEach
    void leave() throws Exception {
        logged.close();
    }

    private static String sent(Exchange exchange, String request) {
        return new Conversation(head -> head.path().equals("/next") ? Response.text("next")
                : exchange).send(request + get("/next")).sent();
    }

    @Test
    void stageThatCannotBeWaitedForGets500() {
        assertEquals(INTERNAL + ok("next"), sent(Response.later(new Unwilling<>()), get("/")));
        assertEquals(INTERNAL + ok("next"), sent(Exchange.later(new Unwilling<>()), get("/")));
    }

    @Test
    void earlyResponseThatCannotBeWaitedForGets500() {
        ExchangeStub early = new ExchangeStub() {
            @Override
            public CompletionStage<Response> earlyResponse() {
                return new Unwilling<>();
            }
        };
        assertEquals(INTERNAL + ok("next"), sent(early, put("hello")));
        assertEquals(List.of(Abandonment.SINK_FAILED), early.whys);
    }

    @Test
    void earlyResponseThatCannotBePromisedGets500AndItsExchangeIsAbandoned() {
        ExchangeStub early = new ExchangeStub() {
            @Override
            public CompletionStage<Response> earlyResponse() {
                throw new IllegalStateException("meant");
            }
        };
        assertEquals(INTERNAL + ok("next"), sent(early, put("hello")));
        assertEquals("", early.bytes.toString());
        assertEquals(List.of(Abandonment.SINK_FAILED), early.whys);
    }

    @Test
    void refusalThatMadeASinkFailIsTheResponse() {
        ExchangeStub refusing = new ExchangeStub((SinkStub) source -> {
            throw new IOException(new HttpException(Status.CONFLICT, "no"));
        });
        assertEquals(text("409 Conflict", "no\n") + ok("next"), sent(refusing, put("hello")));
    }

    @Test
    void exchangeThatFailsAsItIsAbandonedKeepsNoClientFromTheResponse() throws Exception {
        Conversation conversation = new Conversation(head -> new ExchangeStub() {
            @Override
            public Response abandon(Abandonment why, Throwable cause) {
                throw new IllegalStateException("meant");
            }
        });
        try (Logged abandoned = new Logged(BodyReceiver.class)) {
            conversation.send(put(10) + "hello").expire();
            assertEquals("Exchange.abandon failed | java.lang.IllegalStateException: meant",
                    abandoned.lines().get(0));
        }
        assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                conversation.sent());
    }
}
