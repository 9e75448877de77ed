package io.millrace.server;

import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server of one worker on a free port, requests of it, and what its tests wait for. */
final class OneWorker {

    static final String HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    static final String PUT_CHUNKED =
            "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    static final Handler TARGET = request -> Response.text(request.target());

    private OneWorker() {
    }

    static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO);
    }

    static HttpServer start(Handler handler) throws IOException {
        return HttpServer.start(options().build(), handler);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
