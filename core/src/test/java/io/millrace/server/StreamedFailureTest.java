package io.millrace.server;

import static io.millrace.server.Streamed.CHUNKED;
import static io.millrace.server.Streamed.HTTP10;
import static io.millrace.server.Streamed.LAST;
import static io.millrace.server.Streamed.assertInternalError;
import static io.millrace.server.Streamed.chunk;
import static io.millrace.server.Streamed.ok;
import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.ResponseSender;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that fail, or end before their end, are never taken for whole. */
class StreamedFailureTest {

    @Test
    void bodyThatFailsIsResetForHttp10() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        Conversation conversation = new Conversation(request -> ok(body)).send(HTTP10);
        body.then = null;
        body.callback.run();
        conversation.go();
        assertNotNull(conversation.closed);
        assertTrue(conversation.reset);
        assertEquals(1, body.closes);
    }

    @Test
    void bodyForHttp10ThatTheClientHasNotTakenIsReset() {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        body.then = -1;
        Conversation conversation = new Conversation(request -> ok(body));
        conversation.peer.room = 10;
        conversation.send(HTTP10).expire();
        assertNotNull(conversation.closed);
        assertTrue(conversation.reset, "an end would say that the body is whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP10})
    void bodyThatFailsBeforeAByteHasLeftIsLoggedAndNothingOfItIsSent(String request)
            throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
            body.then = null;
            Conversation conversation = new Conversation(head -> ok(body)).send(request);
            assertInternalError(conversation);
            assertEquals(1, body.closes);
            assertEquals(List.of("response body failed: GET / | java.io.IOException: meant"),
                    logged.lines());
        }
    }

    @Test
    void bodyThatEndsBeforeItsLengthIsNotTakenForWhole() throws Exception {
        for (Handler handler : new Handler[] {
            request -> ok(early()), request -> ok(early()).withTrailers(Headers::empty)}) {
            try (Logged logged = new Logged(Connection.class)) {
                Conversation conversation = new Conversation(handler).send(get("/"));
                assertInternalError(conversation);
                assertTrue(logged.lines().get(0).contains("the body ended after 5 of 10 bytes"),
                        logged.lines().toString());
            }
        }
    }

    private static StepwiseBody early() {
        StepwiseBody body = new StepwiseBody(10, "hello");
        body.then = -1;
        return body;
    }

    /** A long body that goes straight to the socket; each way fails as it is told. */
    private record Failing(Exception transfer, Exception read) implements Body {

        @Override
        public long length() {
            return 1_000_000;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return fail(read, target.remaining());
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return fail(transfer, 0);
        }

        private static int fail(Exception failure, int otherwise) throws IOException {
            if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure != null) {
                throw (IOException) failure;
            }
            return otherwise;
        }
    }

    private static List<String> linesAfter(Exception transfer, Exception read) throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            Conversation conversation =
                    new Conversation(request -> ok(new Failing(transfer, read))).send(get("/"));
            assertNotNull(conversation.closed);
            return logged.lines();
        }
    }

    @Test
    void failureOfTheFileIsToldFromThatOfTheSocketThoughOneCallMovesTheBytes() throws Exception {
        String line = "response body failed: GET / | java.";
        IOException disk = new IOException("Input/output error");
        assertEquals(List.of(line + "io.IOException: Input/output error"), linesAfter(disk, disk));
        assertEquals(List.of(), linesAfter(new IOException("Broken pipe"), null));
        assertEquals(List.of(line + "io.EOFException: shrunk"),
                linesAfter(new EOFException("shrunk"), null));
        assertEquals(List.of(line + "lang.IllegalStateException: meant"),
                linesAfter(new IllegalStateException("meant"), null));
    }

    @Test
    void fileThatIsCutWhileItIsSentIsLogged(@TempDir Path folder) throws Exception {
        Path path = Files.write(folder.resolve("a"), new byte[1_000_000]);
        try (Logged logged = new Logged(Connection.class);
                FileChannel file = FileChannel.open(path, StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Conversation conversation =
                    new Conversation(request -> ok(Body.of(file, 0, 1_000_000)));
            conversation.peer.room = 100_000;
            conversation.send(get("/"));
            file.truncate(50_000);
            conversation.take(Integer.MAX_VALUE);
            assertNotNull(conversation.closed);
            assertEquals(1, logged.lines().size());
            assertTrue(logged.lines().get(0).contains("the file was truncated"),
                    logged.lines().get(0));
        }
    }

    @Test
    void manyBodiesThatFailAtOnceAreOneLineASecond() throws Exception {
        Failing failing = new Failing(new EOFException("shrunk"), null);
        Conversation first = new Conversation(request -> ok(failing));
        try (Logged logged = new Logged(Connection.class)) {
            first.send(get("/1"));
            for (long ns : new long[] {0, 999_999_999, 1_000_000_000, 1_999_999_999}) {
                first.resources.nowNs = ns;
                MemoryChannel peer = new MemoryChannel().append(get("/" + ns));
                Connection next = new Connection(peer, Layer.NONE, first.resources);
                assertThrows(BodyContract.BodyException.class, next::visit);
            }
            String cause = " | java.io.EOFException: shrunk";
            assertEquals(List.of("response body failed: GET /1" + cause,
                    "response body failed: GET /1000000000 (and 2 more since the last such line)"
                            + cause), logged.lines());
        }
    }

    @Test
    void bodyThatStopsComingIsLoggedAndCut() throws Exception {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        Conversation conversation = new Conversation(request -> ok(body)).send(get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.expire();
            assertEquals(List.of("response body stalled: GET /"), logged.lines());
        }
        assertNotNull(conversation.closed);
        assertEquals(CHUNKED + chunk("hello"), conversation.sent());
        assertEquals(1, body.closes);
        body.callback.run();
        conversation.deliverLate();
    }

    @Test
    void bodyThatCannotTellWhenItHasMoreIsCut() throws Exception {
        StepwiseBody inner = new StepwiseBody(Body.UNKNOWN_LENGTH);
        Body mute = new Body() {
            @Override
            public long length() {
                return Body.UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) throws IOException {
                return inner.read(position, target);
            }
        };
        try (Logged logged = new Logged(Connection.class)) {
            assertNotNull(new Conversation(request -> ok(mute)).send(get("/")).closed);
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void bodyThatCannotBeClosedDoesNotHarmItsConnection() throws Exception {
        Body stuck = new Body() {
            @Override
            public long length() {
                return Body.UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return -1;
            }

            @Override
            public void close() {
                throw new IllegalStateException("meant");
            }
        };
        try (Logged logged = new Logged(ResponseSender.class)) {
            assertEquals(CHUNKED + LAST + CHUNKED + LAST, new Conversation(request -> ok(stuck))
                    .send(get("/") + get("/")).sent());
            assertEquals(2, logged.lines().size());
        }
    }
}
