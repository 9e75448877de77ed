package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.net.Listener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a server listens, and what becomes of it when it can't. */
@DisabledOnOs(OS.WINDOWS)
class ListeningTest {

    private static final Handler HELLO = request -> Response.text("hello");
    private static final InetSocketAddress IPV4 = new InetSocketAddress("127.0.0.1", 0);

    /** Short: the path of a socket may have about a hundred bytes. */
    @TempDir
    private Path folder;

    private static ServerOptions.Builder options(SocketAddress... addresses) {
        return ServerOptions.builder().addresses(addresses).workers(1);
    }

    private UnixDomainSocketAddress unix() {
        return UnixDomainSocketAddress.of(folder.resolve("a.sock"));
    }

    private static HttpServer start(SocketAddress... addresses) throws IOException {
        return HttpServer.start(options(addresses).build(), HELLO);
    }

    private static void assertAnswers(SocketAddress address) throws IOException {
        try (SocketChannel client = SocketChannel.open(address)) {
            client.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(client).readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
        }
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static String permissions(UnixDomainSocketAddress address) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(address.getPath()));
    }

    @Test
    void severalAddressesAreServedAndTheFirstOfTcpIsTheAddress() throws Exception {
        try (HttpServer server = start(unix(), IPV4, IPV4)) {
            List<SocketAddress> addresses = server.addresses();
            assertEquals(3, addresses.size());
            assertEquals(unix(), addresses.get(0));
            assertEquals(addresses.get(1), server.address());
            for (SocketAddress address : addresses) {
                assertAnswers(address);
                assertAnswers(address);
            }
            assertEquals(6, server.stats().accepted());
        }
    }

    @Test
    void ipv6IsServed() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        try (ServerSocket probe = new ServerSocket(0, 1, loopback)) {
            assertTrue(probe.isBound());
        } catch (IOException noIpv6) {
            Assumptions.abort("no IPv6 here");
        }
        try (HttpServer server = start(new InetSocketAddress(loopback, 0), IPV4)) {
            assertEquals(loopback, server.address().getAddress());
            for (SocketAddress address : server.addresses()) {
                assertAnswers(address);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void addressThatCannotBeListenedOnLeavesNoDescriptor() throws Exception {
        Files.writeString(folder.resolve("a.sock"), "no socket");
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            assertThrows(IOException.class, () -> start(unix()));
        }
        assertTrue(descriptors() - before < 50, "others may be opened meanwhile");
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void unixSocketAloneIsServed() throws Exception {
        try (HttpServer server = start(unix())) {
            assertAnswers(unix());
            assertThrows(IllegalStateException.class, server::address);
        }
    }

    @Test
    void largeFilePassesThroughAUnixSocket() throws Exception {
        byte[] body = new byte[3_000_000];
        Path file = Files.write(folder.resolve("large"), body);
        Handler handler = request -> Response.of(Status.OK).with(
                Body.of(FileChannel.open(file, StandardOpenOption.READ), 0, body.length));
        try (HttpServer server = HttpServer.start(options(unix()).build(), handler);
                SocketChannel client = SocketChannel.open(unix())) {
            client.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            byte[] answer = Channels.newInputStream(client).readAllBytes();
            assertTrue(answer.length > body.length);
            assertEquals(answer.length, server.stats().bytesOut());
        }
    }

    @Test
    void socketFileIsTheOwnersAloneUnlessSaidOtherwiseAndGoneAtStop() throws Exception {
        try (HttpServer server = start(unix())) {
            assertEquals(List.of(unix()), server.addresses());
            assertEquals("rw-------", permissions(unix()));
            assertEquals(Set.of("a.sock"), files());
        }
        assertEquals(Set.of(), files());
        ServerOptions group = options(unix())
                .socketPermissions(PosixFilePermissions.fromString("rw-rw----")).build();
        try (HttpServer server = HttpServer.start(group, HELLO)) {
            assertEquals("rw-rw----", permissions(unix()));
            assertAnswers(server.addresses().get(0));
        }
    }

    @Test
    void permissionsCanBeLeftToTheSystem() throws Exception {
        for (int i = 0; i < 2; i++) {
            makeStaleFile();
            ServerOptions options = options(unix()).socketPermissions(Set.of()).build();
            try (HttpServer server = HttpServer.start(options, HELLO)) {
                assertAnswers(server.addresses().get(0));
            }
            assertEquals(Set.of(), files());
        }
    }

    private void makeStaleFile() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(unix());
        }
        assertEquals(Set.of("a.sock"), files());
    }

    @Test
    void socketFileOfADeadServerIsReplaced() throws Exception {
        makeStaleFile();
        try (HttpServer server = start(unix())) {
            assertAnswers(server.addresses().get(0));
        }
        assertEquals(Set.of(), files());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", ""})
    void socketFileOfALiveServerIsAnErrorAndItsServerGoesOn(String permissions) throws Exception {
        try (HttpServer live = start(unix())) {
            ServerOptions second = options(IPV4, unix()).name("second").socketPermissions(
                    permissions.isEmpty() ? Set.of() : PosixFilePermissions.fromString(permissions))
                    .build();
            BindException e =
                    assertThrows(BindException.class, () -> HttpServer.start(second, HELLO));
            assertEquals("can't listen on unix:" + unix() + ": another server is listening on it",
                    e.getMessage());
            assertAnswers(live.addresses().get(0));
        }
        assertEquals(Set.of(), files());
    }

    @Test
    void serverThatLivesButDoesNotAcceptIsNotTakenForDead() throws Exception {
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel one = SocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel two = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(unix(), 1);
            one.configureBlocking(false);
            one.connect(unix());
            two.configureBlocking(false);
            two.connect(unix());
            assertThrows(BindException.class, () -> start(unix()));
            assertTrue(busy.isOpen());
            assertEquals(Set.of("a.sock"), files());
        }
    }

    @Test
    void anyOtherFileIsAnErrorAndIsKept() throws Exception {
        Files.writeString(unix().getPath(), "precious");
        BindException e = assertThrows(BindException.class, () -> start(unix()));
        assertEquals("can't listen on unix:" + unix() + ": the file exists and is not a socket",
                e.getMessage());
        assertEquals("precious", Files.readString(unix().getPath()));

        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, folder.resolve("nowhere"));
        assertThrows(BindException.class, () -> start(UnixDomainSocketAddress.of(link)));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void fileThatAnotherServerHasPutInItsPlaceIsKept() throws Exception {
        HttpServer first = start(unix());
        Files.delete(unix().getPath());
        try (HttpServer second = start(unix())) {
            first.close();
            assertAnswers(second.addresses().get(0));
        }
        assertFalse(Files.exists(unix().getPath(), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void stopIsCalmIfTheFileIsGone() throws Exception {
        HttpServer server = start(unix());
        Files.delete(unix().getPath());
        assertEquals(0, server.stop(Duration.ZERO));
    }

    @Test
    void missingFolderOrTooLongPathIsAnErrorThatNamesIt() throws Exception {
        assertRefused("missing/a.sock", "its folder does not exist");
        assertRefused("a".repeat(200), "Unix domain path too long");
    }

    private void assertRefused(String name, String why) throws IOException {
        SocketAddress address = UnixDomainSocketAddress.of(folder.resolve(name));
        IOException e = assertThrows(IOException.class, () -> start(address));
        assertEquals("can't listen on unix:" + address + ": " + why, e.getMessage());
        assertEquals(Set.of(), files());
    }

    @Test
    void usedPortAmongSeveralAddressesLeavesNothing() throws Exception {
        SocketAddress free = freeAddress();
        try (HttpServer other = start(IPV4)) {
            ServerOptions unlucky =
                    options(unix(), free, other.address()).name("unlucky").build();
            BindException e =
                    assertThrows(BindException.class, () -> HttpServer.start(unlucky, HELLO));
            assertEquals("can't listen on 127.0.0.1:" + other.address().getPort()
                    + ": Address already in use", e.getMessage());
            assertEquals(Set.of(), files());
            assertThrows(IOException.class, () -> SocketChannel.open(free).close());
            assertTrue(Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("unlucky-")));
        }
    }

    private static SocketAddress freeAddress() throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            return probe.bind(IPV4).getLocalAddress();
        }
    }

    @Test
    void portIsSharedIfBothServersSaySo() throws Exception {
        Assumptions.assumeTrue(isReusePortSupported());
        ServerOptions.Builder options = options(IPV4).reusePort(true);
        try (HttpServer first = HttpServer.start(options.build(), HELLO)) {
            options.address(first.address());
            try (HttpServer second = HttpServer.start(options.build(), HELLO)) {
                assertEquals(first.address(), second.address());
            }
            assertAnswers(first.address());
            assertThrows(BindException.class, () -> start(first.address()));
        }
    }

    private static boolean isReusePortSupported() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open()) {
            return socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", ""})
    void reusePortTakesAUnixSocketOverFromALiveServer(String permissions) throws Exception {
        ServerOptions options = options(unix()).reusePort(true).socketPermissions(
                permissions.isEmpty() ? Set.of() : PosixFilePermissions.fromString(permissions))
                .build();
        Handler first = request -> Response.text("first");
        HttpServer old = HttpServer.start(options, first);
        try (SocketChannel waiting = SocketChannel.open(unix());
                HttpServer next = HttpServer.start(options, HELLO)) {
            assertEquals(Set.of("a.sock"), files());
            assertAnswers(next.addresses().get(0));
            assertTrue(waiting.isConnected());
            old.close();
            assertAnswers(next.addresses().get(0));
        }
        assertEquals(Set.of(), files());
    }

    @Test
    void reusePortTakesNoOtherFileOver() throws Exception {
        Files.writeString(unix().getPath(), "precious");
        ServerOptions options = options(unix()).reusePort(true).build();
        assertThrows(BindException.class, () -> HttpServer.start(options, HELLO));
        assertEquals("precious", Files.readString(unix().getPath()));
    }

    @Test
    void acceptedConnectionHasTheOptionsOfItsKind() throws Exception {
        ServerOptions options =
                options(IPV4).receiveBufferBytes(50_000).sendBufferBytes(60_000).build();
        SocketChannel tcp = accept(IPV4, options);
        SocketChannel unix = accept(unix(), options);
        try (tcp; unix) {
            assertFalse(tcp.isBlocking());
            assertFalse(unix.isBlocking());
            assertEquals(true, tcp.getOption(StandardSocketOptions.TCP_NODELAY));
            // Linux doubles what it is told.
            assertTrue(Set.of(50_000, 100_000)
                    .contains(tcp.getOption(StandardSocketOptions.SO_RCVBUF)));
            for (SocketChannel channel : List.of(tcp, unix)) {
                assertTrue(Set.of(60_000, 120_000)
                        .contains(channel.getOption(StandardSocketOptions.SO_SNDBUF)));
            }
        }
    }

    private static SocketChannel accept(SocketAddress address, ServerOptions options)
            throws IOException {
        Listener listener = Listener.open(address, Acceptor.listening(options));
        try (SocketChannel client = SocketChannel.open(listener.address())) {
            assertTrue(client.isConnected());
            SocketChannel accepted = listener.accept();
            while (accepted == null) { // the client's end may be connected first
                accepted = listener.accept();
            }
            listener.prepare(accepted);
            return accepted;
        } finally {
            listener.close();
        }
    }

    @Test
    void addressesAreWrittenAsPeopleWriteThem() throws Exception {
        assertEquals("127.0.0.1:80", Listener.text(new InetSocketAddress("127.0.0.1", 80)));
        assertEquals("[0:0:0:0:0:0:0:1]:80", Listener.text(new InetSocketAddress("::1", 80)));
        assertEquals("unix:/run/a.sock",
                Listener.text(UnixDomainSocketAddress.of("/run/a.sock")));
    }
}
