package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.s3.S3Request.Traits;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long an engine has for each step of a request, and what ends with one. */
@Timeout(60)
class AttemptTest {

    /** So long that no test takes it; the time is passed in. */
    private static final S3Settings LIMITS = S3Settings.DEFAULTS
            .connectTimeout(Duration.ofMinutes(1)).answerTimeout(Duration.ofMinutes(100))
            .continueTimeout(Duration.ofMinutes(10)).progressTimeout(Duration.ofMinutes(5));
    private static final Duration MARGIN = Duration.ofSeconds(59);

    /** Sends nothing, and shows what it was given. */
    private static final class HeldClient extends AsyncHttpClient {

        private HttpRequest request;
        private HttpResponse.BodyHandler<?> handler;
        private CompletableFuture<?> sent;
        /** As one whose thread has died: it hears of nothing any more. */
        private boolean isDead;
        /** What it throws, as one that gets no thread; null if it sends. */
        private Error refusal;

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest given,
                HttpResponse.BodyHandler<T> givenHandler) {
            if (refusal != null) {
                throw refusal;
            }
            CompletableFuture<HttpResponse<T>> begun = new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean mayInterrupt) {
                    return !isDead && super.cancel(mayInterrupt);
                }
            };
            request = given;
            handler = givenHandler;
            sent = begun;
            return begun;
        }

        /** The head of a response is there; what takes its body. */
        HttpResponse.BodySubscriber<?> answer(int status) {
            HttpResponse.BodySubscriber<?> body = handler.apply(new Head(status,
                    HttpHeaders.of(Map.of(), (name, value) -> true), Version.HTTP_1_1));
            body.onSubscribe(new Subscribed());
            return body;
        }
    }

    private record Head(int statusCode, HttpHeaders headers, HttpClient.Version version)
            implements HttpResponse.ResponseInfo {
    }

    /** A subscription, or what waits for a payload, without a wish of its own. */
    private static final class Subscribed
            implements Flow.Subscription, Flow.Subscriber<ByteBuffer> {

        @Override
        public void request(long count) {
        }

        @Override
        public void cancel() {
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
        }

        @Override
        public void onNext(ByteBuffer piece) {
        }

        @Override
        public void onError(Throwable failure) {
        }

        @Override
        public void onComplete() {
        }
    }

    private final HeldClient http = new HeldClient();
    private final Transport transport = new Transport(
            S3Place.of("http://engine.example/bucket/", null, false),
            () -> new S3Keys("ID", "secret", null), LIMITS, InstantSource.system(), null,
            () -> http);
    private final SubmissionPublisher<ByteBuffer> publisher =
            new SubmissionPublisher<>(Runnable::run, 16);
    private Attempt attempt;
    private CompletableFuture<Reply> result;

    @AfterEach
    void stop() {
        transport.close();
        publisher.close();
    }

    private void start(S3Payload payload, Traits traits, boolean isExpecting) {
        attempt = new Attempt(transport, new S3Request("Test", "PUT", "a", S3Request.params(),
                Map.of(), payload, traits), transport.keys(), transport.place(), () -> { });
        result = attempt.start(isExpecting);
    }

    private void startStreaming() {
        start(S3Payload.streamed(1_000, publisher), Traits.CHANGE, false);
        http.request.bodyPublisher().orElseThrow().subscribe(new Subscribed());
        assertTrue(publisher.hasSubscribers());
    }

    private void assertHas(Duration limit, String told) {
        long nowNs = System.nanoTime();
        attempt.expire(nowNs + limit.minus(MARGIN).toNanos());
        assertFalse(result.isDone());
        attempt.expire(nowNs + limit.toNanos() + 1);
        assertTrue(result.isCompletedExceptionally());
        S3Exception failure = attempt.failure(new Throwable());
        assertEquals(Kind.TIMEOUT, failure.kind());
        assertTrue(failure.getMessage().contains(told + " for " + limit.toMillis() + " ms"),
                failure.getMessage());
        assertTrue(http.sent.isCancelled(), "so that the connection is closed");
    }

    // Time.

    @Test
    void responseHasTheTimeOfAConnectionAndItsOwn() {
        start(S3Payload.none(), Traits.READ, false);
        assertHas(Duration.ofMinutes(101), "sent no response");
    }

    @Test
    void endOfAnUploadHasFourTimesAsLong() {
        start(S3Payload.none(), Traits.COMPLETE, false);
        assertHas(Duration.ofMinutes(401), "sent no response");
    }

    @Test
    void expectationHasATimeOfItsOwn() {
        start(S3Payload.streamed(1_000, publisher), Traits.CHANGE, true);
        assertFalse(attempt.isContinueMissing());
        assertHas(Duration.ofMinutes(10), "left Expect: 100-continue without an answer");
        assertTrue(attempt.isContinueMissing());
    }

    @Test
    void pieceOfAPayloadHasToBeTakenInTime() {
        startStreaming();
        attempt.onHandedOver(10);
        assertHas(Duration.ofMinutes(5), "took nothing more of the payload");
        assertFalse(attempt.isUnsure());
    }

    @Test
    void publisherHasAllTheTimeOfTheWorld() {
        startStreaming();
        attempt.onAsked();
        attempt.expire(System.nanoTime() + Duration.ofDays(1).toNanos());
        assertFalse(result.isDone());
    }

    @Test
    void responseHasItsTimeFromTheLastByteOn() {
        startStreaming();
        attempt.onSent(10);
        assertHas(Duration.ofMinutes(100), "sent no response");
    }

    @Test
    void bodyInMemoryHasItsTimeFromItsHeadOn() {
        start(S3Payload.none(), Traits.READ, false);
        http.answer(404);
        assertHas(Duration.ofMinutes(5), "sent nothing more of its response");
    }

    @Test
    void eachPieceOfABodyInMemoryHasItsTime() {
        start(S3Payload.none(), Traits.READ, false);
        HttpResponse.BodySubscriber<?> body = http.answer(404);
        long beforeNs = System.nanoTime();
        while (System.nanoTime() == beforeNs) {
            Thread.onSpinWait();
        }
        body.onNext(List.of(ByteBuffer.allocate(1)));
        attempt.expire(beforeNs + Duration.ofMinutes(5).toNanos() + 1);
        assertFalse(result.isDone());
        assertHas(Duration.ofMinutes(5), "sent nothing more of its response");
    }

    // What ends with it.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void payloadEndsWithTheTime(boolean isDead) {
        http.isDead = isDead;
        startStreaming();
        attempt.expire(System.nanoTime() + Duration.ofDays(1).toNanos());
        assertFalse(publisher.hasSubscribers());
        assertTrue(result.isCompletedExceptionally());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void payloadEndsWithTheRequestThatIsGivenUp(boolean isDead) {
        http.isDead = isDead;
        startStreaming();
        attempt.abort();
        assertFalse(publisher.hasSubscribers());
        assertEquals(Kind.CLOSED, attempt.failure(result.handle((reply, why) -> why).join())
                .kind());
    }

    @Test
    void requestThatHasEndedIsNotWatchedAnyMore() {
        start(S3Payload.none(), Traits.READ, false);
        assertTrue(transport.isWatching());
        http.sent.completeExceptionally(new IOException("reset"));
        assertFalse(transport.isWatching());
    }

    @Test
    void requestThatTheClientRefusesIsNotWatched() {
        http.refusal = new OutOfMemoryError("unable to create native thread");
        assertSame(http.refusal, assertThrows(OutOfMemoryError.class,
                () -> start(S3Payload.none(), Traits.READ, false)));
        assertFalse(transport.isWatching(), "it would be so for good, and its payload kept");
    }

    @Test
    void requestThatIsSentWhenAllIsClosedIsGivenUp() {
        transport.close();
        start(S3Payload.none(), Traits.READ, false);
        assertTrue(result.isCompletedExceptionally());
        assertTrue(http.sent.isCancelled());
    }

    @Test
    void payloadEndsWithTheResponse() {
        startStreaming();
        http.sent.completeExceptionally(new IOException("reset"));
        assertFalse(publisher.hasSubscribers());
    }

    @Test
    void bodyEndsWithTheRequestThatIsGivenUp() {
        start(S3Payload.none(), Traits.STREAM, false);
        StreamedBody body = ((ReplyBody) http.answer(200).getBody().toCompletableFuture().join())
                .stream();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        body.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer piece) {
            }

            @Override
            public void onError(Throwable failure) {
                failed.complete(failure);
            }

            @Override
            public void onComplete() {
            }
        });
        attempt.abort();
        assertTrue(failed.isDone());
    }
}
