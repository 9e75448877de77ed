package io.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void fieldThatIsSetReplacesAllOfItsName() {
        Response twice = Response.text("{}").add("A", "1").add("a", "2").add("B", "3");
        for (Response set : List.of(twice.set("a", "4"), twice.with("a", "4"))) {
            assertEquals(List.of("4"), set.headers().all("A"));
            assertEquals("a", set.headers().name(1), "in the place of the first");
            assertEquals(3, set.headers().size());
        }
        assertEquals(List.of("application/json"),
                Response.text("{}").with("content-type", "application/json").headers()
                        .all("Content-Type"));
        assertEquals(List.of("1", "2"), twice.headers().all("A"));
    }

    @Test
    void fieldIsTakenAwayWithAllItsLines() {
        Response response = Response.of(Status.OK).add("A", "1").add("B", "2").add("a", "3")
                .set("Connection", "close");
        assertEquals("B", response.without("A").headers().name(0));
        assertEquals(1, response.without("A").headers().size());
        assertEquals(3, response.without("C").headers().size());
        assertTrue(response.without("A").closes());
        assertFalse(response.without("connection").closes());
    }

    @Test
    void textIsCountedInUtf8Bytes() {
        assertEquals(2, Response.text("\u00e9").body().length());
    }

    @Test
    void mediaTypeIsThatOfTheContent() throws IOException {
        assertMade("text/plain; charset=utf-8", "\u00e9<", Response.text("\u00e9<"));
        assertMade("text/html; charset=utf-8", "\u00e9<", Response.html("\u00e9<"));
        assertMade("application/json", "\"\u00e9\"", Response.json("\"\u00e9\""));
        assertMade("application/json", "[1]", Response.json("[1]".getBytes(UTF_8)));
    }

    private static void assertMade(String type, String content, Response response)
            throws IOException {
        assertEquals(Status.OK, response.status());
        assertEquals(List.of(type), response.headers().all("Content-Type"));
        assertEquals(1, response.headers().size());
        ByteBuffer bytes = ByteBuffer.allocate(100);
        response.body().read(0, bytes);
        assertEquals(content, UTF_8.decode(bytes.flip()).toString());
    }

    @Test
    void noContentIsAStatusOnly() {
        assertEquals("204 No Content []", Response.noContent().toString());
        assertEquals(0, Response.noContent().body().length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"/a /a", "./ ./", "'' ''", "https://a.example/?b=c#d "
            + "https://a.example/?b=c#d", "/%C3%A9/a%2fb /%C3%A9/a%2fb", "/\u00e9 /%C3%A9",
        "/\ud83d\ude00 /%F0%9F%98%80", "/\ud83d /%3F", "/\\a /%5Ca", "'/a b' /a%20b",
        "'/\t/a.example' /%09/a.example", // a browser leaves tabs out, and would go to a.example
        "<\"^`{|}> %3C%22%5E%60%7B%7C%7D%3E", "/[~]!$&()*+,;=:@ /[~]!$&()*+,;=:@"})
    void redirectLeadsToTheLocationAsAUri(String location, String sent) {
        Response redirect = Response.redirect(location);
        assertEquals(Status.SEE_OTHER, redirect.status());
        assertEquals(List.of(sent), redirect.headers().all("Location"));
        assertEquals(0, redirect.body().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\r\nSet-Cookie: b=c", "/a\n", "\r", "/\u0000", "/\u007f"})
    void locationWithAControlCharacterIsRefused(String location) {
        assertThrows(IllegalArgumentException.class, () -> Response.redirect(location));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "DATE", "Connection"})
    void fieldOfTheServersOwnIsRefused(String name) {
        Response response = Response.of(Status.OK);
        assertThrows(IllegalArgumentException.class, () -> response.with(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> response.set(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> response.add(name, "x"));
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
        assertSame(stage, Exchange.later(stage).stage());
    }

    @Test
    void responseThatIsNotKnownYetTellsNothingAndIsNotChanged() {
        Response later = Response.later(new CompletableFuture<>());
        List<Executable> uses = List.of(later::status, later::headers, later::body, later::closes,
                later::trailers, () -> later.with(Status.OK), () -> later.with("A", "b"),
                () -> later.add("A", "b"), () -> later.without("A"),
                () -> later.with("Connection", "close"), () -> later.with(Body.empty()),
                () -> later.withTrailers(Headers::empty));
        for (Executable use : uses) {
            assertEquals("the response is still pending; wait for its stage",
                    assertThrows(IllegalStateException.class, use).getMessage());
        }
        assertSame(later, later.complete());
    }

    @ParameterizedTest
    @ValueSource(strings = {"b\r\nC: d", "b\n", "b\r", "b\u0000", "b\u010a"})
    void lineIsNotSmuggledInByAValue(String value) {
        Response response = Response.of(Status.OK);
        assertThrows(IllegalArgumentException.class, () -> response.with("A", value));
        assertThrows(IllegalArgumentException.class, () -> response.with("A", "").set("A", value));
        assertThrows(IllegalArgumentException.class, () -> response.add("A", value));
        assertThrows(IllegalArgumentException.class, () -> response.with(value, "A"));
        assertThrows(IllegalArgumentException.class, () -> Status.of(200, value));
    }

    @Test
    void discardedResponseIsClosedNowOrWhenItIsKnown() {
        List<String> closed = new ArrayList<>();
        Body body = new OneByte(() -> closed.add("closed"));
        Response.of(Status.OK).with(body).discard();
        assertEquals(1, closed.size());
        CompletableFuture<Response> stage = new CompletableFuture<>();
        Response.later(stage).discard();
        stage.complete(Response.later(
                CompletableFuture.completedFuture(Response.of(Status.OK).with(body))));
        assertEquals(2, closed.size());
        Response.later(CompletableFuture.failedFuture(new IOException("meant"))).discard();
    }

    @Test
    void bodyThatCannotBeClosedIsDiscardedAllTheSame() {
        Response response = Response.of(Status.OK).with(new OneByte(() -> {
            throw new StackOverflowError("meant to be logged");
        }));
        assertDoesNotThrow(response::discard);
    }

    /** A byte, and what to do when it is closed. */
    private record OneByte(Runnable onClose) implements Body {

        @Override
        public long length() {
            return 1;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            target.put((byte) 'x');
            return 1;
        }

        @Override
        public void close() {
            onClose.run();
        }
    }

    @Test
    void trailersAreKeptThroughEveryChange() {
        Supplier<Headers> trailers = () -> Headers.of("A", "b");
        Response response = Response.of(Status.OK).withTrailers(trailers).with(Status.CREATED)
                .with("C", "d").with("Connection", "close").with(Body.of(new byte[1]));
        assertSame(trailers, response.trailers());
        assertNull(Response.of(Status.OK).trailers());
    }

    @Test
    void partsThatAreMissingAreRefusedWhereTheyAreGiven() {
        List<Executable> uses = List.of(
                () -> Exchange.discard(null), () -> Exchange.later(null),
                () -> Exchange.into((FileChannel) null, bytes -> null),
                () -> Exchange.into((Path) null, path -> null),
                () -> Exchange.into(Path.of("x"), null),
                () -> Exchange.publish(null, new CompletableFuture<>()),
                () -> Exchange.stream(null, in -> null),
                () -> Exchange.stream(Runnable::run, null),
                () -> Body.of(Runnable::run, null),
                () -> Body.of(null, InputStream.nullInputStream()),
                () -> Body.written(Runnable::run, null), () -> Body.written(null, out -> { }),
                () -> Body.of((Flow.Publisher<ByteBuffer>) null),
                () -> Response.later(null), () -> Response.of(Status.OK).withTrailers(null),
                () -> Handler.blocking(null), () -> Handler.blocking(null, request -> null),
                () -> Handler.blocking(Runnable::run, null));
        for (int i = 0; i < uses.size(); i++) {
            assertThrows(NullPointerException.class, uses.get(i), "use " + i);
        }
    }

    @Test
    void statusAtItsBoundsIsAcceptedAndOnePastIsNot() {
        assertEquals("200 ", Status.of(200, "").toString());
        assertEquals("599 x", Status.of(599, "x").toString());
        assertThrows(IllegalArgumentException.class, () -> Status.of(101, ""));
        assertThrows(IllegalArgumentException.class, () -> Status.of(600, ""));
        assertThrows(IllegalArgumentException.class, () -> Status.of(200, "a\r\nb"));
    }

    @Test
    void refusalIsItsStatusAndALineOfText() throws Exception {
        Response response = new HttpException(Status.CONFLICT, "not now").response();
        assertEquals(Status.CONFLICT, response.status());
        assertEquals("not now\n".length(), response.body().length());
    }
}
