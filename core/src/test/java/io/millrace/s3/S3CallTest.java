package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose response comes before the thread that sent the request goes on, or too late. */
@Timeout(30)
class S3CallTest {

    private static final byte[] BODY = {1, 2, 3, 4, 5};

    private static Transport over(HttpClient client) {
        return new Transport(S3Place.of("http://engine.example/bucket/", null, false),
                () -> new S3Keys("ID", "secret", null), S3Settings.DEFAULTS,
                InstantSource.system(), null, () -> client);
    }

    private static S3Call<S3Answer> get(Transport transport, Runnable onEnd) {
        return get(transport, (answer, body) -> answer, onEnd);
    }

    private static S3Call<S3Answer> get(Transport transport, S3Call.Reader<S3Answer> reader,
            Runnable onEnd) {
        return new S3Call<>(transport, new S3Request("GetObject", "GET", "a", S3Request.params(),
                Map.of(), S3Payload.none(), S3Request.Traits.STREAM), reader, onEnd);
    }

    @Test
    void bodyOfAResponseThatComesAtOnceIsRead() throws Exception {
        Transport transport = over(new PromptClient());
        try {
            S3Answer answer = get(transport, () -> { }).start().get(10, TimeUnit.SECONDS);
            assertArrayEquals(BODY, S3ClientTest.read(answer));
        } finally {
            transport.close();
        }
    }

    @Test
    void callThatIsCancelledJustBeforeItsResponseComesEndsOnce() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        LateClient late = new LateClient();
        Transport transport = over(late);
        try {
            get(transport, ends::incrementAndGet).start().cancel(true);
            late.response.run();
            assertEquals(1, ends.get());
        } finally {
            transport.close();
        }
    }

    @Test
    void callForWhoseResponseThereIsNoMemoryFailsAndEnds() {
        AtomicInteger ends = new AtomicInteger();
        Transport transport = over(new PromptClient());
        try {
            S3Call<S3Answer> call = get(transport, (answer, body) -> {
                throw new OutOfMemoryError("as a test says");
            }, ends::incrementAndGet);
            Throwable failure = assertThrows(ExecutionException.class,
                    () -> call.start().get(10, TimeUnit.SECONDS)).getCause();
            assertInstanceOf(OutOfMemoryError.class, failure);
            assertEquals(1, ends.get());
        } finally {
            transport.close();
        }
    }

    /** Has the head of each response when the request is sent, and its body when it is read. */
    private static final class PromptClient extends AsyncHttpClient {

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request,
                HttpResponse.BodyHandler<T> handler) {
            return CompletableFuture.completedFuture(respond(request, handler));
        }

        static <T> HttpResponse<T> respond(HttpRequest request,
                HttpResponse.BodyHandler<T> handler) {
            PromptResponse<T> response = new PromptResponse<>(request);
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(response);
            response.body = subscriber.getBody().toCompletableFuture().join();
            subscriber.onSubscribe(new Flow.Subscription() {

                private boolean isSent;

                @Override
                public void request(long count) {
                    if (!isSent) {
                        isSent = true;
                        subscriber.onNext(List.of(ByteBuffer.wrap(BODY)));
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    isSent = true;
                }
            });
            return response;
        }
    }

    /** Has the response when a test says so, whatever has become of the request. */
    private static final class LateClient extends AsyncHttpClient {

        private Runnable response;

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request,
                HttpResponse.BodyHandler<T> handler) {
            response = () -> PromptClient.respond(request, handler);
            return new CompletableFuture<>();
        }
    }

    private static final class PromptResponse<T>
            implements HttpResponse<T>, HttpResponse.ResponseInfo {

        private final HttpRequest request;
        private T body;

        PromptResponse(HttpRequest request) {
            this.request = request;
        }

        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of("Content-Length",
                    List.of(Integer.toString(BODY.length))), (name, value) -> true);
        }

        @Override
        public T body() {
            return body;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
