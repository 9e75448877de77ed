package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that a client sends and gets. */
class TestClientBodyTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    @TempDir
    Path folder;

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    static Exchange echo(RequestHead request) {
        return Exchange.collect(request, 1 << 20, bytes -> Response.of(Status.OK)
                .with(Body.of(bytes)));
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    @Test
    void bodyArrivesWholeAndInPieces() {
        byte[] body = bytes(100_000);
        TestClient client = TestClient.of(TestClientBodyTest::echo);
        TestRequest request = TestRequest.put("/").body(body);
        assertArrayEquals(body, client.send(request).bytes());
        assertArrayEquals(body, client.send(request.chunked()).bytes());
        assertArrayEquals(body, client.send(request.pieces(1)).bytes());
        assertArrayEquals(body, client.send(request.chunked().pieces(999)).bytes());
    }

    @Test
    void stepsOfAnExchangeComeInOrder() {
        ExchangeStub exchange = new ExchangeStub();
        assertEquals("taken", TestClient.of(request -> exchange)
                .send(TestRequest.put("/").body("abcde").pieces(2)).text());
        assertEquals(List.of("sink", "progress 2", "progress 4", "progress 5", "complete"),
                exchange.calls);
        assertEquals("abcde", exchange.bytes.toString());
    }

    /** A body of zeros, of a length that is not known before. */
    private static Handler zeros(int count) {
        return request -> Response.of(Status.OK).with(new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                int bytes = (int) Math.min(target.remaining(), count - position);
                target.position(target.position() + bytes);
                return bytes == 0 ? -1 : bytes;
            }
        });
    }

    @Test
    void bodyOfTheMostBytesIsReadAndOneMoreIsNot() {
        assertEquals(TestStream.MOST_BYTES,
                TestClient.of(zeros(TestStream.MOST_BYTES)).get("/").bytes().length);
        assertEquals("the body has more than 33554432 bytes, or never ends; read it in pieces:"
                + " TestClient.open", assertThrows(AssertionError.class, () ->
                        TestClient.of(zeros(TestStream.MOST_BYTES + 1)).get("/")).getMessage());
    }

    @Test
    void sinkIsNotAskedForWithoutABody() {
        ExchangeStub exchange = new ExchangeStub();
        TestClient.of(request -> exchange).get("/").assertStatus(200);
        assertEquals(List.of("complete"), exchange.calls);
    }

    @Test
    void refusedBodyIsNotSent() {
        ExchangeStub exchange = new ExchangeStub(null);
        TestClient.of(request -> exchange).put("/", "abc").assertStatus(200);
        assertEquals(List.of("sink", "complete"), exchange.calls);
    }

    @Test
    void fileIsWrittenFromItsPosition() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "0123456789");
        TestClient.of(request -> new PositionedUpload(file, 4))
                .send(TestRequest.put("/").body("abc").pieces(2)).assertStatus(200);
        assertEquals("0123abc789", Files.readString(file));
        TestClient.of(request -> Exchange.into(file, path -> Response.text("kept")))
                .put("/", "new").assertStatus(200);
        assertEquals("new", Files.readString(file));
    }

    @Test
    void streamsAndPublishersGetTheBody() {
        byte[] body = bytes(200_000); // more than a pipe holds
        TestRequest request = TestRequest.put("/").body(body);
        assertArrayEquals(body, TestClient.of(head -> Exchange.stream(threads,
                in -> Response.of(Status.OK).with(Body.of(in.readAllBytes()))))
                .send(request).bytes());
        TestClient publishing = TestClient.of(head -> {
            CollectingSubscriber subscriber = new CollectingSubscriber();
            return Exchange.publish(subscriber, subscriber.response);
        });
        assertArrayEquals(body, publishing.send(request).bytes());
        assertArrayEquals(bytes(50), publishing.send(
                TestRequest.put("/").body(bytes(50)).pieces(1)).bytes());
    }

    @Test
    void transformedBodyIsTheResponses() {
        byte[] body = bytes(60_000); // no more than is held of it while it is sent
        TestClient client = TestClient.of(request -> Exchange.transform(threads,
                Response.of(Status.OK), (in, out) -> in.transferTo(out)));
        assertArrayEquals(body, client.send(TestRequest.put("/").body(body)).bytes());
        assertArrayEquals(body, client.send(TestRequest.put("/").body(body).pieces(9)).bytes());
        assertEquals(0, client.get("/").assertStatus(200).bytes().length);
        assertEquals("0", TestClient.of(request -> Exchange.transform(threads,
                Response.of(Status.OK), (in, out) -> out.write('0')))
                .send(TestRequest.put("/").body(body).pieces(9)).text());
        assertFalse(client.send(TestRequest.put("/").body("abc").leavesAfter(2)).hasResponse());
    }

    @Test
    void laterExchangesAndResponsesAreAwaited() {
        TestClient client = TestClient.of(request -> Exchange.later(CompletableFuture.supplyAsync(
                () -> Exchange.collect(request, 10, bytes -> Response.later(
                        CompletableFuture.supplyAsync(() -> Response.text(
                                new String(bytes, StandardCharsets.UTF_8)), threads))),
                threads)));
        assertEquals("abc", client.put("/", "abc").text());
        assertEquals("abc", TestClient.of(Handler.blocking(threads, TestClientBodyTest::echo))
                .put("/", "abc").text());
    }

    @Test
    void bodiesOfEveryKindAreRead() throws IOException {
        byte[] body = bytes(100_000);
        Path file = Files.write(folder.resolve("file"), body);
        List<Handler> handlers = List.of(
                request -> Response.of(Status.OK).with(Body.of(body)),
                request -> Response.of(Status.OK).with(Body.of(file)),
                request -> Response.of(Status.OK).with(
                        Body.of(threads, new ByteArrayInputStream(body))),
                request -> Response.of(Status.OK).with(
                        Body.of(threads, new ByteArrayInputStream(body), body.length)),
                request -> Response.of(Status.OK).with(
                        Body.written(threads, out -> out.write(body))),
                request -> Response.of(Status.OK).with(Body.of(published(body))),
                request -> Response.of(Status.OK).with(Body.of(published(body), body.length)));
        for (Handler handler : handlers) {
            assertArrayEquals(body, TestClient.of(handler).get("/").bytes());
            assertArrayEquals(body, TestClient.of(handler)
                    .send(TestRequest.get("/").pieces(7)).bytes());
        }
    }

    private SubmissionPublisher<ByteBuffer> published(byte[] body) {
        return new SubmissionPublisher<>(threads, 4) {
            @Override
            public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
                super.subscribe(to);
                submit(ByteBuffer.wrap(body, 0, 10));
                submit(ByteBuffer.wrap(body, 10, body.length - 10));
                close();
            }
        };
    }

    /** Writes a body into a file from a position. */
    private static final class PositionedUpload implements Exchange {

        private final FileChannel file;
        private final long position;

        PositionedUpload(Path file, long position) throws IOException {
            this.file = FileChannel.open(file, StandardOpenOption.WRITE);
            this.position = position;
        }

        @Override
        public WritableByteChannel sink() {
            return file;
        }

        @Override
        public long sinkPosition() {
            return position;
        }

        @Override
        public Response complete() throws IOException {
            file.close();
            return Response.text("written");
        }
    }

    /** Responds with what it is given. */
    private static final class CollectingSubscriber implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<Response> response = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            byte[] taken = new byte[piece.remaining()];
            piece.get(taken);
            bytes.writeBytes(taken);
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            response.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            response.complete(Response.of(Status.OK).with(Body.of(bytes.toByteArray())));
        }
    }
}
