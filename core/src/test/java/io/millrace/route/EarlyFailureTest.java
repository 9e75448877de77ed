package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What filters see of a refusal that comes before the body is whole. */
class EarlyFailureTest {

    private final HttpException refusal = new HttpException(Status.CONFLICT, "the name is taken");
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdown();
    }

    private Handler refusing(boolean isLater) {
        return isLater ? request -> new Early(CompletableFuture.completedFuture(
                Response.later(CompletableFuture.failedFuture(refusal))))
                : request -> Exchange.transform(executor, Response.of(Status.OK), (in, out) -> {
                    throw refusal;
                });
    }

    /** Has its response before it has its body. */
    private record Early(CompletionStage<Response> earlyResponse) implements Exchange {

        @Override
        public WritableByteChannel sink() {
            return Channels.newChannel(OutputStream.nullOutputStream());
        }

        @Override
        public Response complete() {
            return Response.later(earlyResponse);
        }
    }

    /** What comes back for a body that doesn't end. */
    private static String ask(Handler handler) throws IOException {
        return ask(handler, "Content-Length: 10\r\n\r\nbegun");
    }

    private static String ask(Handler handler, String lengthAndBody) throws IOException {
        ServerOptions options = ServerOptions.builder().port(0).workers(1)
                .drainTimeout(Duration.ZERO).build();
        try (HttpServer server = HttpServer.start(options, handler);
                Socket socket = new Socket("127.0.0.1",
                        server.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST / HTTP/1.1\r\nHost: localhost\r\n"
                    + "Connection: close\r\n" + lengthAndBody)
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalIsChangedOnce(boolean isLater) throws IOException {
        String response = ask(Filter.answers(known -> known.add("Mark", "1"))
                .around(refusing(isLater)));
        assertTrue(response.startsWith("HTTP/1.1 409 "), response);
        assertEquals(2, response.split("Mark: 1").length, response);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalThatIsPassedOnIsSeenOnce(boolean isLater) throws IOException {
        List<Throwable> seen = new CopyOnWriteArrayList<>();
        String response = ask(Filter.failures((request, failure) -> {
            seen.add(failure);
            return null;
        }).around(refusing(isLater)));
        assertTrue(response.startsWith("HTTP/1.1 409 "), response);
        assertEquals(List.of(refusal), seen);
    }

    @Test
    void bodyBeyondALimitIsTooLarge() throws IOException {
        Handler copying = request -> Exchange.transform(executor, Response.of(Status.OK),
                InputStream::transferTo);
        String response = ask(Filter.maxBodyBytes(10).around(copying),
                "Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n");
        assertTrue(response.startsWith("HTTP/1.1 413 "), response);
    }
}
