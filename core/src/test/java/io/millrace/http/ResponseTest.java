package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {

    @Test
    void withLeavesTheOriginalAsItWas() {
        Response first = Response.of(Status.OK);
        Response second = first.with("A", "b").with(Status.CREATED).with(Body.of(new byte[3]));
        assertEquals(0, first.headers().size());
        assertEquals(Status.OK, first.status());
        assertEquals(0, first.body().length());
        assertEquals("b", second.headers().first("a"));
        assertEquals(Status.CREATED, second.status());
        assertEquals(3, second.body().length());
        assertSame(first, first.complete());
        assertNull(first.stage());
    }

    @Test
    void textIsCountedInUtf8Bytes() {
        assertEquals(2, Response.text("\u00e9").body().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "DATE", "Connection"})
    void fieldOfTheServersOwnIsRefused(String name) {
        Response response = Response.of(Status.OK);
        assertThrows(IllegalArgumentException.class, () -> response.with(name, "x"));
    }

    @Test
    void connectionCloseIsAWishAndNoField() {
        Response response = Response.of(Status.OK).with("connection", "Close").with("A", "b")
                .with(Status.CREATED).with(Body.empty());
        assertTrue(response.closes());
        assertEquals(1, response.headers().size());
        assertFalse(Response.of(Status.OK).closes());
    }

    @Test
    void laterKeepsItsStage() {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        assertSame(stage, Response.later(stage).stage());
    }

    @Test
    void statusAtItsBoundsIsAcceptedAndOnePastIsNot() {
        assertEquals("200 ", new Status(200, "").toString());
        assertEquals("599 x", new Status(599, "x").toString());
        assertThrows(IllegalArgumentException.class, () -> new Status(199, ""));
        assertThrows(IllegalArgumentException.class, () -> new Status(600, ""));
        assertThrows(IllegalArgumentException.class, () -> new Status(200, "a\r\nb"));
    }

    @Test
    void refusalIsItsStatusAndALineOfText() throws Exception {
        Response response = new HttpException(Status.CONFLICT, "not now").response();
        assertEquals(Status.CONFLICT, response.status());
        assertEquals("not now\n".length(), response.body().length());
    }
}
