package io.millrace.server;

import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.ExchangeStub;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Informing clients and stopping their bodies, over sockets and between workers. */
class BodyControlServerTest {

    private static final Response HINT = Response.of(Status.UPLOAD_RESUMPTION_SUPPORTED)
            .with("Location", "/x?upload=1");
    private static final String HINTED =
            "HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /x?upload=1\r\n\r\n";

    /** An upload of which there can be one at a time: a newer one takes the older one's place. */
    private static final class Upload extends ExchangeStub {

        private final Object lock;
        private final RequestHead head;
        private boolean hasEnded;

        Upload(Object lock, RequestHead head) {
            this.lock = lock;
            this.head = head;
            onAbandon = Response.text("a newer upload").with(Status.CONFLICT);
        }

        void stop() {
            synchronized (lock) {
                if (!hasEnded) {
                    head.stopBody();
                }
            }
        }

        @Override
        public Response complete() throws Exception {
            end();
            return super.complete();
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            end();
            return super.abandon(why, cause);
        }

        private void end() {
            synchronized (lock) {
                hasEnded = true;
            }
        }
    }

    private final List<Upload> uploads = Collections.synchronizedList(new ArrayList<>());
    private final Object lock = new Object();

    private Upload newest(RequestHead request) {
        Upload newest = new Upload(lock, request);
        List<Upload> older = List.copyOf(uploads);
        uploads.add(newest);
        older.forEach(Upload::stop);
        request.inform(HINT);
        return newest;
    }

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(2).drainTimeout(Duration.ZERO);
    }

    @Test
    void newerUploadOnAnotherWorkerEndsAnOlderOneWhoseClientIsSilent() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), this::newest);
                RawClient older = new RawClient(server); RawClient newer = new RawClient(server)) {
            assertEquals(HINTED, older.send(put(100) + "hello").head());
            assertEquals(HINTED, newer.send(put("hello")).head());
            assertEquals(ok("taken"), newer.answer());
            assertEquals(closing("409 Conflict", "a newer upload"), older.rest());
            assertEquals(List.of(Abandonment.STOPPED), uploads.get(0).whys);
            assertEquals(List.of(), uploads.get(1).whys);
        }
    }

    @Test
    void clientsOfTlsAreInformedAndTheirBodiesStopped() throws Exception {
        try (HttpServer server = HttpServer.start(ServerOptions.builder()
                .endpoints(TestTls.endpoint()).workers(2).drainTimeout(Duration.ZERO).build(),
                this::newest);
                SSLSocket older = connect(server); SSLSocket newer = connect(server)) {
            send(older, put(100) + "hello");
            assertEquals(HINTED, read(older, HINTED.length()));
            send(newer, put("hello"));
            assertEquals(HINTED, read(newer, HINTED.length()));
            String rest = new String(older.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
            assertTrue(rest.startsWith("HTTP/1.1 409 ") && rest.endsWith("a newer upload"), rest);
        }
    }

    private static SSLSocket connect(HttpServer server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(60_000);
        socket.connect(server.address());
        return TestTls.over(socket, TestTls.clientContext());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** However the last byte and the stop meet, the exchange has one end and one response. */
    @Test
    void bodyThatIsStoppedWhileItsLastByteComesEndsOnce() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), request -> {
            Upload upload = new Upload(lock, request);
            uploads.add(upload);
            return upload;
        })) {
            for (int i = 0; i < 300; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(put(5) + "hell");
                    while (uploads.size() == i) {
                        Pause.briefly();
                    }
                    CompletableFuture<Void> stop =
                            CompletableFuture.runAsync(uploads.get(i)::stop,
                                    task -> new Thread(task).start());
                    client.send("o");
                    String answer = client.answer();
                    stop.get(60, TimeUnit.SECONDS);
                    boolean whole = answer.equals(ok("taken"));
                    assertTrue(whole || answer.equals(closing("409 Conflict", "a newer upload")),
                            answer);
                    assertEquals(1, uploads.get(i).ends().size());
                    assertEquals(whole ? List.of() : List.of(Abandonment.STOPPED),
                            uploads.get(i).whys);
                }
            }
        }
    }

    @Test
    void listenerHearsOfTheFinalResponseAlone() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> answered = new CompletableFuture<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                heard.add(exchange.method() + " " + status + " " + sentBytes + " "
                        + exchange.receivedBytes());
                answered.complete(null);
            }
        };
        try (HttpServer server = HttpServer.start(options().listener(listener).build(),
                this::newest);
                RawClient client = new RawClient(server)) {
            assertEquals(HINTED, client.send(put("hello")).head());
            assertEquals(ok("taken"), client.answer());
            answered.get(60, TimeUnit.SECONDS);
            assertEquals(List.of("PUT 200 OK 5 5"), heard);
        }
    }
}
