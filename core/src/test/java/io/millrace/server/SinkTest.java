package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.CountingBody;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Responder;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a body goes without a thread of the application's: nowhere, memory, a channel, a file. */
class SinkTest {

    /** More than a buffer of any kind. */
    private static final String LONG = letters(600_000);
    private static final String EXPECT = "Expect: 100-continue\r\n";

    @TempDir
    private Path folder;

    /** Each kind, so that its answer is the body, or the body's length if that is all it knows. */
    private enum Kind {
        DISCARD, COLLECT, CHANNEL, PATH;

        Exchange exchange(Path file, RequestHead request) throws IOException {
            return switch (this) {
                case DISCARD -> Exchange.discard(bytes -> Response.text("" + bytes));
                case COLLECT -> Exchange.collect(request, 2_000_000,
                        bytes -> Response.text("" + bytes.length).with(Body.of(bytes)));
                case CHANNEL -> Exchange.into(open(file), bytes -> {
                    assertEquals(Files.size(file), bytes);
                    return Response.text("").with(Body.of(Files.readAllBytes(file)));
                });
                case PATH -> Exchange.into(file,
                        path -> Response.text("").with(Body.of(Files.readAllBytes(path))));
            };
        }

        private static FileChannel open(Path file) throws IOException {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        }

        String answer(String body) {
            return ok(this == DISCARD ? "" + body.length() : body);
        }
    }

    private Conversation conversation(Kind kind) {
        return new Conversation(request -> kind.exchange(folder.resolve("x"), request));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyIsBroughtWhole(Kind kind) {
        for (String body : new String[] {"x", "hello world", LONG}) {
            assertEquals(kind.answer(body), conversation(kind).send(put(body)).sent());
            assertEquals(kind.answer(body), conversation(kind).send(chunked(body)).sent());
            assertEquals(kind.answer(body + "y" + body),
                    conversation(kind).send(chunked(body, "y", body)).sent());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyIsBroughtWholeWhereverItIsCut(Kind kind) {
        String request = put("hello world") + chunked("hello", " w", "orld") + get("/");
        String expected = kind.answer("hello world") + kind.answer("hello world")
                + kind.answer("");
        for (int cut = 0; cut <= request.length(); cut++) {
            Conversation conversation = conversation(kind);
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            assertEquals(expected, conversation.sent(), "cut at " + cut);
        }
        Conversation conversation = conversation(kind);
        conversation.peer.bytesPerRead = 1;
        assertEquals(expected, conversation.send(request).sent(), "byte by byte");
    }

    @Test
    void collectedBodyThatIsTooLongInItsSecondPieceIsRefused() {
        for (int count : new int[] {3, 4}) {
            Conversation conversation = new Conversation(request ->
                    Exchange.collect(request, 8, bytes -> Response.text("" + bytes.length)));
            String[] chunks = {"hello", Wire.letters(count)};
            String request = chunked(chunks);
            int cut = request.indexOf("\r\n" + count + "\r\n");
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            assertEquals(count == 3 ? ok("8") : text("413 Content Too Large",
                    "the body is longer than 8 bytes\n"), conversation.sent());
            assertEquals(ok("0"), conversation.send(get("/")).sent());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noBodyIsAnEmptyOne(Kind kind) {
        Conversation conversation = conversation(kind);
        assertEquals(kind.answer(""), conversation.send(get("/")).sent());
        assertEquals(kind.answer(""), conversation.send(put("")).sent());
        assertEquals(kind.answer(""), conversation.send(chunked()).sent());
    }

    @ParameterizedTest
    @EnumSource
    void expectationIsMetForASink(Kind kind) {
        Conversation conversation = conversation(kind);
        assertEquals(CONTINUE, conversation.send(put(5, EXPECT)).sent());
        assertEquals(kind.answer("hello"), conversation.send("hello").sent());
    }

    /** RFC 9110 section 10.1.1: it need not be. */
    @ParameterizedTest
    @EnumSource
    void clientThatDoesNotWaitToBeAskedIsNotAsked(Kind kind) {
        assertEquals(kind.answer("hello"), conversation(kind).send(put("hello", EXPECT)).sent());
    }

    private static final String TOO_LONG = "the body is longer than 5 bytes\n";

    private static Handler collectingFive() {
        return request -> Exchange.collect(request, 5, bytes -> Response.text(new String(bytes)));
    }

    @Test
    void collectedBodyOfExactlyTheBoundIsTaken() {
        assertEquals(ok("12345") + ok("12345") + ok("12345"), new Conversation(collectingFive())
                .send(put("12345") + chunked("12345") + chunked("1", "234", "5")).sent());
    }

    @Test
    void collectedBodyOnePastTheBoundIsRefusedBeforeItIsAskedFor() {
        Conversation conversation = new Conversation(collectingFive());
        assertEquals(closing("413 Content Too Large", TOO_LONG),
                conversation.send(put(6, EXPECT)).sent());
        conversation = new Conversation(collectingFive());
        assertEquals(text("413 Content Too Large", TOO_LONG) + ok("12345"),
                conversation.send(put("123456") + put("12345")).sent());
    }

    @Test
    void collectedChunkedBodyOnePastTheBoundIsRefusedInItsMiddle() {
        Conversation conversation = new Conversation(collectingFive());
        assertEquals(text("413 Content Too Large", TOO_LONG) + ok("12345"),
                conversation.send(chunked("123", "456") + put("12345")).sent());
    }

    @Test
    void nothingIsCollectedUpToABoundOfZero() {
        Conversation conversation = new Conversation(request -> Exchange.collect(request, 0,
                bytes -> Response.text("" + bytes.length)));
        assertEquals(ok("0") + ok("0") + text("413 Content Too Large",
                "the body is longer than 0 bytes\n"),
                conversation.send(put("") + chunked() + chunked("1")).sent());
    }

    @Test
    void earlierFileStandsAndNothingIsLeftWhenABodyIsCut() throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "earlier");
        for (String cut : new String[] {put(11) + "hello",
            chunked("hello").replace("\r\n0\r\n\r\n", ""),
            chunked("hello").replace("0\r\n", "X")}) {
            Conversation conversation = conversation(Kind.PATH).send(cut).end();
            assertTrue(conversation.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
            assertEquals("earlier", Files.readString(file));
            assertEquals(List.of(file), files());
        }
        Conversation conversation = conversation(Kind.PATH).send(put(11) + "hello");
        assertEquals(2, files().size());
        conversation.close(new EOFException("the peer left"));
        assertEquals("earlier", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void bodiesForOneFileAtTheSameTimeAreEachWholeAndTheLastOneStays() throws Exception {
        Path file = folder.resolve("x");
        Conversation first = conversation(Kind.PATH).send(put(10) + "first");
        Conversation second = conversation(Kind.PATH).send(put(10) + "other");
        assertEquals(ok("otherother"), second.send("other").sent());
        assertEquals("otherother", Files.readString(file));
        assertEquals(ok("firstfirst"), first.send("first").sent());
        assertEquals("firstfirst", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void fileThatCannotTakeItsPlaceLeavesNothing() throws Exception {
        Files.createDirectories(folder.resolve("x/y"));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, conversation(Kind.PATH).send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(List.of(folder.resolve("x")), files());
    }

    @Test
    void channelIsClosedWhateverBecomesOfTheBody() throws Exception {
        for (String request : new String[] {put("hello"), get("/"), put(11) + "hello",
            put(6) + "hello"}) {
            FileChannel channel = Kind.open(folder.resolve("x"));
            Conversation conversation = new Conversation(
                    ServerOptions.builder().port(0),
                    ignored -> Exchange.into(channel, bytes -> {
                        assertFalse(channel.isOpen());
                        return Response.text("" + bytes);
                    }));
            conversation.send(request).end();
            assertFalse(channel.isOpen(), request);
        }
    }

    @Test
    void channelThatMayNotBeWrittenIsAnsweredWith500() throws Exception {
        FileChannel channel = FileChannel.open(Files.writeString(folder.resolve("x"), "earlier"));
        Conversation conversation = new Conversation(
                request -> Exchange.into(channel, bytes -> Response.text("" + bytes)));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, conversation.send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
        assertFalse(channel.isOpen());
        assertEquals(null, conversation.closed);
    }

    // Sinks of the application's own.

    @Test
    void progressIsToldAfterEachVisitAndWithTheWholeBeforeTheAnswer() {
        ExchangeStub noting = new ExchangeStub();
        Conversation conversation = new Conversation(request -> noting);
        conversation.send(put(11)).send("hel").send("lo ").send("world");
        assertEquals(List.of("sink", "progress 3", "progress 6", "progress 11", "complete"),
                noting.calls);
        noting.calls.clear();
        conversation.send(chunked("hello").replace("0\r\n\r\n", "")).send("0\r\n").send("\r\n");
        assertEquals(List.of("sink", "progress 5", "complete"), noting.calls);
        noting.calls.clear();
        conversation.send(get("/"));
        assertEquals(List.of("complete"), noting.calls);
    }

    private static int fail(Throwable thrown) throws IOException {
        if (thrown instanceof IOException e) {
            throw e;
        } else if (thrown instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) thrown;
    }

    @Test
    void sinkThatThrowsIsAbandonedOnceAndAnsweredWith500() throws Exception {
        for (Throwable thrown : new Throwable[] {new IOException("meant"),
            new IllegalStateException("meant"), new StackOverflowError("meant")}) {
            ExchangeStub noting = new ExchangeStub((SinkStub) source -> fail(thrown));
            Conversation conversation = new Conversation(request ->
                    request.method().equals("PUT") ? noting : Response.text("next"));
            try (Logged logged = new Logged(Connection.class)) {
                assertEquals(INTERNAL + ok("next"),
                        conversation.send(put("hello") + get("/")).sent());
                assertEquals(List.of("the handler failed: PUT /x | " + thrown),
                        logged.lines());
            }
            assertEquals(List.of("sink", "abandon meant"), noting.calls);
            assertEquals(List.of(thrown), noting.causes);
        }
    }

    @Test
    void exchangeIsToldWhetherItsBodyIsTooLargeOrMalformed() {
        for (String last : new String[] {"3\r\ndef\r\n", "x\r\n"}) {
            ExchangeStub exchange = new ExchangeStub();
            new Conversation(ServerOptions.builder().port(0).maxBodyBytes(5), request -> exchange)
                    .send(chunked("abc").replace("0\r\n\r\n", last));
            assertEquals(List.of(last.startsWith("x")
                    ? Abandonment.MALFORMED : Abandonment.TOO_LARGE), exchange.whys);
        }
    }

    @Test
    void progressThatThrowsAbandonsTheExchange() throws Exception {
        ExchangeStub exchange = new ExchangeStub();
        exchange.atProgress = new IllegalStateException("meant");
        exchange.onAbandon = Response.text("own");
        assertEquals(ok("own"), new Conversation(request -> exchange).send(put("hello")).sent());
        assertEquals(List.of("sink", "progress 5", "abandon meant"), exchange.calls);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answerThatFailsIsAnsweredLikeAHandlerThatDoes(boolean refused) throws Exception {
        Exception failure = refused ? new HttpException(Status.CONFLICT, "not now")
                : new IllegalStateException("meant");
        String expected = refused ? text("409 Conflict", "not now\n") : INTERNAL;
        Responder<Object> answer = brought -> {
            throw failure;
        };
        Path file = folder.resolve("x");
        for (Handler handler : new Handler[] {
            request -> Exchange.discard(answer::respond),
            request -> Exchange.collect(request, 5, answer::respond),
            request -> Exchange.into(Kind.open(file), answer::respond),
            request -> Exchange.into(file, answer::respond)}) {
            try (Logged logged = new Logged(Connection.class)) {
                assertEquals(expected + expected,
                        new Conversation(handler).send(put("hello") + chunked("hello")).sent());
                // The second within a second is only counted.
                assertEquals(refused ? 0 : 1, logged.lines().size());
            }
            Files.deleteIfExists(file);
            assertEquals(List.of(), files());
        }
    }

    @Test
    void answerThatIsNullIsAnsweredWith500() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, new Conversation(request -> Exchange.discard(bytes -> null))
                    .send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void responseOfAnExchangeThatIsAbandonedAtTheEndIsClosed() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        ExchangeStub exchange = new ExchangeStub();
        exchange.onAbandon = Response.of(Status.CONFLICT).with(body);
        new Conversation(request -> exchange).send(put(5)).close(new EOFException("left"));
        assertEquals(1, body.closes);
    }
}
