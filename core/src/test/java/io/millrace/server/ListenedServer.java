package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server whose listener writes down what it is told. */
abstract class ListenedServer {

    static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    static final String PUT =
            "PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    final Journal journal = new Journal();

    /** Writes down what it hears, in order. */
    static final class Journal implements ServerListener {

        final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private long lastNs = Long.MIN_VALUE;

        private void add(String line, long ns) {
            assertTrue(lastNs == Long.MIN_VALUE || ns - lastNs >= 0, "time goes on: " + line);
            lastNs = ns;
            lines.add(line);
        }

        private static String name(ExchangeInfo exchange) {
            return exchange.connection().id() + " " + (exchange.method() == null
                    ? exchange.requestLine() : exchange.method() + " " + exchange.target());
        }

        @Override
        public void onAccepted(ConnectionInfo connection) {
            assertTrue(connection.peer().toString().startsWith("/127.0.0.1:"));
            add("accepted " + connection.id(), connection.acceptedNs());
        }

        @Override
        public void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
            assertNull(exchange.method());
            assertSame(status, exchange.status());
            add("refused " + exchange.connection().id() + " " + exchange.requestLine() + " "
                    + status.code(), nowNs);
        }

        @Override
        public void onHead(ExchangeInfo exchange) {
            add("head " + name(exchange), exchange.headNs());
        }

        @Override
        public void onProgress(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            add("progress " + name(exchange) + " " + receivedBytes, nowNs);
        }

        @Override
        public void onBody(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            add("body " + name(exchange) + " " + receivedBytes, nowNs);
        }

        @Override
        public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
            add("answered " + name(exchange) + " " + status.code() + " " + sentBytes, nowNs);
        }

        @Override
        public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
            add("cut " + name(exchange), nowNs);
        }

        @Override
        public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
            assertTrue(cause != null);
            add("closed " + connection.id(), nowNs);
        }

        String next() throws InterruptedException {
            return String.valueOf(lines.poll(60, TimeUnit.SECONDS));
        }
    }

    static HttpServer start(ServerListener listener, Handler handler) throws Exception {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1).listener(listener)
                .flightRecorder(listener == null)
                .lingerTimeout(Duration.ofMillis(50)).build(), handler);
    }

    static Exchange answer(String method) {
        return method.equals("PUT") ? Exchange.discard(bytes -> Response.text("got " + bytes))
                : Response.text("one");
    }

    /** What the exchanges were when they ended. */
    static LinkedBlockingQueue<ExchangeInfo> ended(ServerOptions.Builder options) {
        LinkedBlockingQueue<ExchangeInfo> ended = new LinkedBlockingQueue<>();
        options.listener(new ServerListener() {
            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                ended.add(exchange);
            }

            @Override
            public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
                ended.add(exchange);
            }
        });
        return ended;
    }

    static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1);
    }
}
