package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ProxyHeaders;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.layer.ProxyLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server at an address for proxies that begin each connection with a PROXY header. */
class ProxiedServerTest {

    private static final String LINE = "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final Handler CALLER = request -> {
        ConnectionInfo info = request.connection();
        return Response.text(info.peerText() + " to " + info.local());
    };
    private static final String FROM_CLIENT = "\r\n\r\n192.0.2.1 to /192.0.2.2:80";

    @TempDir
    Path folder;

    private static ServerOptions.Builder options(String... networks) {
        return ServerOptions.builder().workers(1).drainTimeout(Duration.ZERO)
                .endpoints(Endpoint.of(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), 0)).proxies(networks));
    }

    private static HttpServer start(ServerOptions.Builder options) throws IOException {
        return HttpServer.start(options.build(), CALLER);
    }

    private static byte[] bytes(byte[] header, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static String talk(HttpServer server, byte[] bytes) throws IOException {
        try (RawClient client = new RawClient(server)) {
            return client.send(bytes).rest();
        }
    }

    @Test
    void requestsBehindTheHeaderAreOfTheClientThatItNames() throws Exception {
        try (HttpServer server = start(options("127.0.0.0/8"));
                RawClient proxy = new RawClient(server)) {
            assertTrue(proxy.send(LINE + GET).answer().endsWith(FROM_CLIENT));
            assertTrue(proxy.send(LAST).answer().endsWith(FROM_CLIENT));
        }
    }

    @Test
    void headerAndRequestsMayBeCutAnywhere() {
        MemoryServer server = new MemoryServer(options("127.0.0.1").build(), CALLER,
                channel -> new ProxyLayer(channel, null));
        for (byte[] header : List.of(LINE.getBytes(StandardCharsets.US_ASCII),
                ProxyHeaders.inet().tlv(0x02, "a.example").withChecksum())) {
            byte[] bytes = bytes(header, GET + LAST);
            int[] each = new int[bytes.length - 1];
            for (int cut = 1; cut < bytes.length; cut++) {
                each[cut - 1] = cut;
                assertServesTwice(server, bytes, cut);
            }
            assertServesTwice(server, bytes);
            assertServesTwice(server, bytes, each);
        }
    }

    private static void assertServesTwice(MemoryServer server, byte[] bytes, int... cuts) {
        String sent = new String(server.converse(bytes, cuts, Integer.MAX_VALUE, false).sent(),
                StandardCharsets.ISO_8859_1);
        assertEquals(2, (sent.length() - sent.replace(FROM_CLIENT, "").length())
                / FROM_CLIENT.length(), sent);
    }

    @Test
    void bodyBehindTheHeaderIsWhole() throws Exception {
        Handler counting = request -> Exchange.collect(request, 1 << 20,
                bytes -> Response.text("" + bytes.length));
        try (HttpServer server = HttpServer.start(options("127.0.0.1").build(), counting)) {
            String head = "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Content-Length: 1000000\r\n\r\n";
            String answer = talk(server, bytes(ProxyHeaders.inet().bytes(),
                    head + "x".repeat(1_000_000)));
            assertTrue(answer.endsWith("\r\n\r\n1000000"), answer);
        }
    }

    @Test
    void healthCheckOfTheProxyIsServed() throws Exception {
        try (HttpServer server = start(options("127.0.0.1"))) {
            String answer = talk(server, bytes(ProxyHeaders.of(0x20, 0).bytes(), LAST));
            assertTrue(answer.endsWith("\r\n\r\n127.0.0.1 to " + server.address()), answer);
        }
    }

    @Test
    void connectionWithoutAHeaderIsClosedAndLogged() throws Exception {
        try (Logged log = new Logged(Connection.class);
                HttpServer server = start(options("127.0.0.1"))) {
            try (RawClient client = new RawClient(server)) {
                assertEquals("", restOrReset(client.send(GET)));
            }
            assertEquals(List.of("connection of 127.0.0.1 ended before its first request: "
                    + "it does not begin with a PROXY header"), log.lines());
        }
    }

    /** What was sent with the first byte that is wrong may make the system reset the connection. */
    private static String restOrReset(RawClient client) {
        try {
            return client.rest();
        } catch (IOException reset) {
            return "";
        }
    }

    @Test
    void peerThatIsNoProxyIsClosedAndLogged() throws Exception {
        try (Logged log = new Logged(Acceptor.class);
                HttpServer server = start(options("10.0.0.0/8", "unix"))) {
            try (RawClient client = new RawClient(server)) {
                assertEquals("", restOrReset(client));
            }
            assertTrue(log.lines().get(0).matches("connection closed: its address "
                    + "/127\\.0\\.0\\.1:\\d+ is not among the proxies \\(--proxy-protocol, "
                    + "Endpoint\\.proxies\\) that .*127\\.0\\.0\\.1:0 is for"),
                    log.lines().toString());
            assertEquals(1, server.stats().turnedAway());
            assertEquals(0, server.stats().openConnections());
        }
    }

    @Test
    void proxyBehindAUnixDomainSocketMayBeNamed() throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("p.sock"));
        try (HttpServer server = HttpServer.start(ServerOptions.builder()
                .endpoints(Endpoint.of(path).proxies("unix")).build(), CALLER);
                SocketChannel proxy = SocketChannel.open(path)) {
            proxy.write(ByteBuffer.wrap((LINE + LAST).getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(proxy).readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith(FROM_CLIENT), answer);
            assertEquals(1, server.stats().accepted());
        }
    }

    @Test
    void addressForProxiesStandsBesideOneForClients() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (HttpServer server = HttpServer.start(ServerOptions.builder().endpoints(
                Endpoint.of(any), Endpoint.of(any).proxies("127.0.0.1")).build(), CALLER)) {
            try (RawClient client = new RawClient(server)) {
                assertTrue(client.send(LAST).rest().endsWith(
                        "\r\n\r\n127.0.0.1 to " + server.address()));
            }
            try (SocketChannel proxy = SocketChannel.open(server.addresses().get(1))) {
                proxy.write(ByteBuffer.wrap((LINE + LAST).getBytes(StandardCharsets.US_ASCII)));
                assertTrue(new String(Channels.newInputStream(proxy).readAllBytes(),
                        StandardCharsets.US_ASCII).endsWith(FROM_CLIENT));
            }
        }
    }

    @Test
    void tlsBehindTheHeaderIsTheClients() throws Exception {
        try (HttpServer server = HttpServer.start(ServerOptions.builder().endpoints(
                TestTls.endpoint().proxies("127.0.0.1")).build(), request -> Response.text(
                        request.connection().peerText() + " "
                                + request.connection().tlsSession().getProtocol()
                                + (request.connection().isSecure() ? " secure" : "")));
                Socket proxy = new Socket("127.0.0.1", server.address().getPort())) {
            proxy.getOutputStream().write(LINE.getBytes(StandardCharsets.US_ASCII));
            Socket client = TestTls.clientContext().getSocketFactory()
                    .createSocket(proxy, "localhost", server.address().getPort(), true);
            client.getOutputStream().write(LAST.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith("\r\n\r\n192.0.2.1 TLSv1.3 secure"), answer);
        }
    }

    @Test
    void plainRequestBehindTheHeaderIsToldThatTheAddressNeedsTls() throws Exception {
        List<String> refused = new CopyOnWriteArrayList<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
                refused.add(exchange.connection().peerText() + " " + status.code());
            }
        };
        try (Logged log = new Logged(Connection.class);
                HttpServer server = HttpServer.start(ServerOptions.builder().endpoints(
                        TestTls.endpoint().proxies("127.0.0.1")).listener(listener).build(),
                        CALLER)) {
            String answer = talk(server, (LINE + GET).getBytes(StandardCharsets.US_ASCII));
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
            assertEquals(List.of(), log.lines(), "it is the client's fault");
            assertEquals(List.of("192.0.2.1 400"), refused);
        }
    }

    @Test
    void missingHeaderBeforeTlsIsClosedAndLogged() throws Exception {
        try (Logged log = new Logged(Connection.class);
                HttpServer server = HttpServer.start(ServerOptions.builder().endpoints(
                        TestTls.endpoint().proxies("127.0.0.1")).build(), CALLER);
                RawClient client = new RawClient(server)) {
            assertEquals("", restOrReset(client.send("\u0016\u0003\u0001")));
            assertEquals(List.of("connection of 127.0.0.1 ended before its first request: "
                    + "it does not begin with a PROXY header"), log.lines());
        }
    }

    @Test
    void headerThatStallsIsCutByTheTimeForHeads() throws Exception {
        try (HttpServer server = start(options("127.0.0.1")
                .headTimeout(Duration.ofMillis(50)));
                RawClient proxy = new RawClient(server)) {
            assertEquals("", proxy.send("PROXY TCP4").rest());
            assertEquals(1, server.stats().workers().get(0).timedOut());
        }
    }

    @Test
    void silenceInsteadOfAHeaderIsCutByTheTimeForTheFirstByte() throws Exception {
        try (HttpServer server = start(options("127.0.0.1")
                .firstByteTimeout(Duration.ofMillis(50)));
                RawClient proxy = new RawClient(server)) {
            assertEquals("", proxy.rest());
        }
    }

    @Test
    void clientsOfTheProxyHaveTheLimitAndTheProxyHasNone() throws Exception {
        try (Logged log = new Logged(Connection.class);
                HttpServer server = start(options("127.0.0.1").maxConnectionsPerPeer(1));
                RawClient first = new RawClient(server); RawClient second = new RawClient(server);
                RawClient third = new RawClient(server)) {
            assertTrue(first.send(LINE + GET).answer().endsWith(FROM_CLIENT));
            assertTrue(second.send(LINE.replace("192.0.2.1", "192.0.2.7") + GET).answer()
                    .contains("192.0.2.7 to "));
            assertEquals("", restOrReset(third.send(LINE + GET)));
            assertEquals(1, server.stats().overPeerLimit());
            assertEquals(List.of("connection of 127.0.0.1 ended before its first request: "
                    + "its client 192.0.2.1 has 1 open"), log.lines());
        }
    }

    @Test
    void proxyOfTheProxyNamesTheClient() throws Exception {
        try (HttpServer server = start(options("127.0.0.1").trustedProxies("192.0.2.1"));
                RawClient proxy = new RawClient(server)) {
            assertTrue(proxy.send(LINE + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "X-Forwarded-For: 198.51.100.1\r\n\r\n").rest()
                    .endsWith("\r\n\r\n198.51.100.1 to null"));
        }
    }

    @Test
    void listenerIsToldOfTheClientAtTheEndOfItsConnection() throws Exception {
        CompletableFuture<ConnectionInfo> accepted = new CompletableFuture<>();
        CompletableFuture<ConnectionInfo> closed = new CompletableFuture<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                accepted.complete(connection);
            }

            @Override
            public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
                closed.complete(connection);
            }
        };
        try (HttpServer server = start(options("127.0.0.1").listener(listener))) {
            talk(server, bytes(ProxyHeaders.inet().bytes(), LAST));
            assertEquals("127.0.0.1", accepted.get().peerText());
            assertEquals("192.0.2.1", closed.get().peerText());
            assertEquals(accepted.get(), closed.get());
        }
    }

    @Test
    void endpointsAreEqualByAddressAndProxies() {
        Endpoint endpoint = Endpoint.of(new InetSocketAddress("127.0.0.1", 80));
        Endpoint proxied = endpoint.proxies("10.0.0.0/8");
        assertEquals(Endpoint.of(new InetSocketAddress("127.0.0.1", 80)), endpoint);
        assertEquals(endpoint.proxies("10.0.0.0/8"), proxied);
        assertEquals(endpoint.proxies("10.0.0.0/8").hashCode(), proxied.hashCode());
        assertNotEquals(endpoint, proxied);
        assertNotEquals(endpoint.proxies("unix"), proxied);
        assertNotEquals(Endpoint.of(new InetSocketAddress("127.0.0.1", 81)), endpoint);
    }

    @Test
    void networksOfProxiesAreChecked() {
        Endpoint endpoint = Endpoint.of(new InetSocketAddress("127.0.0.1", 80));
        assertEquals("proxies must have at least one network: ", assertThrows(
                IllegalArgumentException.class, () -> endpoint.proxies()).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> endpoint.proxies("10.1.1.1/8")).getMessage().startsWith("proxies must have"));
        assertEquals(List.of("unix"), endpoint.proxies("unix").proxyNetworks());
        assertEquals("/127.0.0.1:80 behind proxies in [10.0.0.0/8, unix]",
                endpoint.proxies("10.0.0.0/8", "unix").toString());
    }
}
