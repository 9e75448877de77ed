package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.store.Durability;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several requests on one upload: the newest one wins, at a clean offset. */
class TwoClientsTest {

    @TempDir
    Path folder;

    private UploadServer server;
    private Tus tus;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.start(folder,
                StoreOptions.builder().durability(Durability.DATA).build(), builder -> builder);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Sends a piece but for its last byte, and waits until the server is at work on it. */
    private UploadClient beginPiece(String name, long offset, String body) throws IOException {
        UploadClient client = server.connect();
        String piece = Tus.patch(name, offset, body, "Expect: 100-continue");
        int head = piece.length() - body.length();
        assertEquals("HTTP/1.1 100 Continue\n\n",
                client.send(piece.substring(0, head)).answer());
        client.sendRaw(body.substring(0, body.length() - 1));
        return client;
    }

    @Test
    void newerPieceGoesOnWhereTheOlderOneWasStopped() throws IOException {
        String name = tus.begin(11);
        try (UploadClient older = beginPiece(name, 0, "hello ")) {
            long offset = tus.offset(name);
            assertTrue(offset >= 0 && offset <= 5, "offset " + offset);
            assertEquals("204", Tus.status(server.ask(
                    Tus.patch(name, offset, "hello world".substring((int) offset)))));
            String answer = older.answer();
            assertEquals("409", Tus.status(answer), answer);
            assertTrue(older.rest().isEmpty());
        }
        assertEquals("hello world", server.object("a.txt"));
    }

    @Test
    void pieceOfAClientThatSaysNothingIsStopped() throws IOException {
        String name = tus.begin(11);
        try (UploadClient silent = beginPiece(name, 0, "hello ")) {
            String end = server.ask(Tus.tus("DELETE /a.txt?upload=" + name));
            assertEquals("204", Tus.status(end), end);
            assertEquals("404", Tus.status(tus.head(name)));
            assertEquals("409", Tus.status(silent.answer()));
        }
        assertNull(server.object("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void manyClientsLeaveOneWhole(int clients) throws IOException {
        String name = tus.begin(11);
        List<UploadClient> older = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            older.add(beginPiece(name, tus.offset(name), "hello world".substring(
                    (int) tus.offset(name))));
            tus.offset(name);
        }
        long offset = tus.offset(name);
        server.ask(Tus.patch(name, offset, "hello world".substring((int) offset)));
        assertEquals("hello world", server.object("a.txt"));
        for (UploadClient client : older) {
            assertEquals("409", Tus.status(client.answer()));
            client.close();
        }
    }

    @Test
    void creationOfTheDraftIsStoppedByItsClientThatComesAgain() throws IOException {
        try (UploadClient older = server.connect()) {
            older.send(Tus.request("PUT /b.txt", "Content-Length: 5", "Upload-Complete: ?1",
                    "Upload-Draft-Interop-Version: 8") + "hell");
            assertEquals("104", Tus.status(older.answer()));
            String url = " /b.txt?upload=" + older.name();
            long offset = Long.parseLong(Tus.field(
                    server.ask(Tus.request("HEAD" + url)), "Upload-Offset"));
            String last = server.ask(Tus.request("PATCH" + url, "Upload-Complete: ?1",
                    "Content-Type: application/partial-upload", "Upload-Offset: " + offset,
                    "Content-Length: " + (5 - offset)) + "hello".substring((int) offset));
            assertEquals("201", Tus.status(last), last);
            String answer = older.answer();
            assertEquals("409", Tus.status(answer));
            assertEquals("?0", Tus.field(answer, "Upload-Complete"));
        }
        assertEquals("hello", server.object("b.txt"));
    }

    @Test
    void headOfTusThatHasToBeRepeatedIsLocked() {
        assertEquals(423, TusDialect.dress(Replies.SUPERSEDED, "HEAD").status().code());
        assertEquals(423, TusDialect.dress(Replies.BUSY, "HEAD").status().code());
        assertEquals(404, TusDialect.dress(Replies.UNKNOWN, "HEAD").status().code());
        assertEquals(409, TusDialect.dress(Replies.SUPERSEDED, "PATCH").status().code());
    }

    // The turns themselves.

    /** A request whose body somebody stops. */
    private static final class Stopped implements RequestHead {

        private int stops;

        @Override
        public void stopBody() {
            stops++;
        }

        @Override
        public void inform(Response response) {
            throw new AssertionError();
        }

        @Override
        public String method() {
            return "PATCH";
        }

        @Override
        public String target() {
            return "/a";
        }

        @Override
        public String path() {
            return "/a";
        }

        @Override
        public String query() {
            return null;
        }

        @Override
        public String authority() {
            return null;
        }

        @Override
        public boolean isHttp11() {
            return true;
        }

        @Override
        public Headers headers() {
            return Headers.empty();
        }

        @Override
        public long bodyLength() {
            return 1;
        }
    }

    private static final class Claimed implements Turns.Claim {

        private final List<String> told = new ArrayList<>();
        private Turns.Turn turn;

        @Override
        public void granted(Turns.Turn granted) {
            turn = granted;
            told.add("granted");
        }

        @Override
        public void superseded() {
            told.add("superseded");
        }
    }

    @Test
    void secondWaitsForTheFirstAndTheThirdTakesItsPlace() {
        Turns turns = new Turns();
        Stopped request = new Stopped();
        Claimed first = new Claimed();
        Claimed second = new Claimed();
        Claimed third = new Claimed();
        turns.take("x", request, first);
        turns.take("x", Request.of("HEAD", "/"), second);
        assertEquals(List.of("granted"), first.told);
        assertEquals(1, request.stops);
        assertEquals(List.of(), second.told);
        turns.take("x", Request.of("HEAD", "/"), third);
        assertEquals(List.of("superseded"), second.told);
        assertEquals(List.of(), third.told);
        first.turn.end();
        first.turn.end();
        assertEquals(List.of("granted"), third.told);
        assertTrue(turns.isTaken("x"));
        third.turn.end();
        assertEquals(false, turns.isTaken("x"));
    }

    @Test
    void bodyThatHasEndedIsNotStopped() {
        Turns turns = new Turns();
        Stopped request = new Stopped();
        Claimed first = new Claimed();
        turns.take("x", request, first);
        first.turn.bodyEnded();
        turns.take("x", Request.of("HEAD", "/"), new Claimed());
        assertEquals(0, request.stops);
    }

    @Test
    void requestWhoseBodyIsWholeEndsBeforeTheNextOne() throws Exception {
        String name = tus.begin(5);
        Uploads uploads = new Uploads(server.store().unfinished(),
                new Uploads.Bounds(1000, 1, Long.MAX_VALUE, Long.MAX_VALUE),
                System::currentTimeMillis);
        Stopped request = new Stopped();
        Claimed first = new Claimed();
        Claimed second = new Claimed();
        uploads.turns().take(name, request, first);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Append append = new Append(uploads, first.turn, uploads.new Found(
                server.store().unfinished().find(name), UploadNote.parse(
                        server.store().unfinished().find(name).note())), request, null,
                new Ending(mayEnd));
        Response pending = append.complete();
        uploads.turns().take(name, Request.of("HEAD", "/"), second);
        assertEquals(0, request.stops);
        assertEquals(List.of(), second.told);
        mayEnd.countDown();
        assertEquals(204, pending.stage().toCompletableFuture().get(1, TimeUnit.MINUTES)
                .status().code());
        assertEquals(List.of("granted"), second.told);
        second.turn.end();
        uploads.close();
    }

    /** What is said at the end of a body, when that may come. */
    private record Ending(CountDownLatch mayEnd) implements Append.Dialogue {

        @Override
        public boolean completes(long offset) {
            return true;
        }

        @Override
        public Response whole(long offset) throws IOException {
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return Response.of(Status.NO_CONTENT);
        }

        @Override
        public Response mismatch(String field) {
            throw new AssertionError(field);
        }

        @Override
        public Response overrun() {
            throw new AssertionError();
        }

        @Override
        public Response stopped() {
            throw new AssertionError();
        }

        @Override
        public void lost() {
            throw new AssertionError();
        }

        @Override
        public Response of(Response response) {
            return response;
        }
    }

    @Test
    void uploadsDoNotWaitForEachOther() {
        Turns turns = new Turns();
        Claimed first = new Claimed();
        Claimed other = new Claimed();
        turns.take("x", Request.of("HEAD", "/"), first);
        turns.take("y", Request.of("HEAD", "/"), other);
        assertEquals(List.of("granted"), other.told);
        assertNull(turns.tryTake("x"));
        first.turn.end();
        turns.tryTake("x").end();
    }
}
