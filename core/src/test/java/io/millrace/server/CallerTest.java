package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who is calling, as handlers and listeners of a server over sockets see it. */
class CallerTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";

    private static final Handler CALLER = request -> Response.text(
            request.connection().peerText() + (request.connection().isSecure() ? " secure" : ""));

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO);
    }

    private static String caller(HttpServer server, String fields) throws IOException {
        try (RawClient client = new RawClient(server)) {
            String answer = client.send(GET + fields + "\r\n").answer();
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @Test
    void requestTellsBothEndsOfItsConnectionAndWhenItWasTaken() throws Exception {
        List<ConnectionInfo> seen = new CopyOnWriteArrayList<>();
        Instant before = Instant.now().minusSeconds(1);
        try (HttpServer server = HttpServer.start(options().build(), request -> {
            seen.add(request.connection());
            return Response.text("");
        }); RawClient client = new RawClient(server)) {
            client.send(GET + "\r\n").answer();
            client.send(GET + "\r\n").answer();
            ConnectionInfo info = seen.get(0);
            assertEquals("127.0.0.1", info.peerText());
            assertEquals(server.address(), info.local());
            assertFalse(info.isSecure());
            assertTrue(info.acceptedAt().isAfter(before));
            assertFalse(info.acceptedAt().isAfter(Instant.now()));
            assertEquals(0, info.id());
            assertTrue(seen.get(1) == info, "one object for each connection");
        }
    }

    @Test
    void connectionIsKnownAfterItsClientHasLeft() throws Exception {
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (HttpServer server = HttpServer.start(options().build(), request -> {
            request.whenGone(() -> left.complete(true));
            CompletableFuture<String> late = left.thenApplyAsync(
                    gone -> request.connection().peerText(), executor);
            peers.add(late);
            return Response.later(late.thenApply(Response::text));
        })) {
            try (RawClient client = new RawClient(server)) {
                client.send(GET + "\r\n");
                while (peers.isEmpty()) {
                    Pause.briefly();
                }
                client.reset();
            }
            assertEquals("127.0.0.1", peers.get(0).get());
        } finally {
            executor.shutdown();
        }
    }

    private final List<Future<String>> peers = new CopyOnWriteArrayList<>();

    @Test
    void fieldsOfProxiesThatAreNotTrustedAreIgnored() throws Exception {
        for (ServerOptions options : List.of(options().build(),
                options().trustedProxies("10.0.0.0/8").build())) {
            try (HttpServer server = HttpServer.start(options, CALLER)) {
                assertEquals("127.0.0.1", caller(server, "X-Forwarded-For: 192.0.2.1\r\n"));
                assertEquals("127.0.0.1", caller(server, "Forwarded: for=\r\n"));
            }
        }
    }

    @Test
    void trustedProxyNamesTheClientOfEachRequest() throws Exception {
        try (HttpServer server = HttpServer.start(
                options().trustedProxies("10.0.0.0/8", "127.0.0.1").build(), CALLER);
                RawClient proxy = new RawClient(server)) {
            String first = proxy.send(GET + "X-Forwarded-For: 192.0.2.1\r\n\r\n").answer();
            String second = proxy.send(GET + "Forwarded: for=192.0.2.2;proto=https\r\n\r\n")
                    .answer();
            String third = proxy.send(GET + "\r\n").answer();
            assertTrue(first.endsWith("\r\n\r\n192.0.2.1"), first);
            assertTrue(second.endsWith("\r\n\r\n192.0.2.2 secure"), second);
            assertTrue(third.endsWith("\r\n\r\n127.0.0.1"), third);
        }
    }

    @Test
    void listenerSeesTheSameClientAsTheHandler() throws Exception {
        List<ConnectionInfo> told = new CopyOnWriteArrayList<>();
        CompletableFuture<ConnectionInfo> closed = new CompletableFuture<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                told.add(connection);
            }

            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                told.add(exchange.connection());
            }

            @Override
            public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
                closed.complete(connection);
            }
        };
        try (HttpServer server = HttpServer.start(
                options().listener(listener).trustedProxies("127.0.0.0/8").build(), CALLER)) {
            assertEquals("192.0.2.1", caller(server, "X-Forwarded-For: 192.0.2.1\r\n"));
            told.add(closed.get());
        }
        assertEquals(List.of("127.0.0.1", "192.0.2.1", "127.0.0.1"),
                told.stream().map(ConnectionInfo::peerText).toList());
        assertEquals(told.get(0), told.get(1));
        assertEquals(told.get(0), told.get(2));
        assertEquals(((InetSocketAddress) told.get(0).peer()).getPort(),
                ((InetSocketAddress) told.get(1).socketPeer()).getPort());
    }

    @Test
    void malformedFieldOfATrustedProxyIsRefusedAndLogged() throws Exception {
        try (Logged log = new Logged(Connection.class);
                HttpServer server = HttpServer.start(
                        options().trustedProxies("127.0.0.1").build(), CALLER);
                RawClient proxy = new RawClient(server)) {
            String answer = proxy.send(GET + "X-Forwarded-For: nonsense\r\n\r\n").answer();
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\nthe field X-Forwarded-For is malformed\n"), answer);
            assertEquals("", proxy.rest());
            assertEquals(List.of("request of the trusted proxy 127.0.0.1 refused with 400: "
                    + "the field X-Forwarded-For is malformed"), log.lines());
        }
    }

    @Test
    void limitForEachPeerDoesNotCountTrustedProxies() throws Exception {
        ServerOptions.Builder limited = options().maxConnectionsPerPeer(1);
        try (HttpServer server = HttpServer.start(
                limited.trustedProxies("127.0.0.1").build(), CALLER);
                RawClient first = new RawClient(server); RawClient second = new RawClient(server)) {
            first.send(GET + "\r\n").answer();
            second.send(GET + "\r\n").answer();
            assertEquals(0, server.stats().overPeerLimit());
        }
    }
}
