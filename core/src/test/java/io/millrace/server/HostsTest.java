package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which hosts a server has requests for, by its options. */
class HostsTest {

    private static final SocketAddress IPV4 = new InetSocketAddress("127.0.0.1", 0);
    private static final SocketAddress IPV6 = new InetSocketAddress("::1", 0);
    private static final SocketAddress EVERYWHERE = new InetSocketAddress("0.0.0.0", 0);
    private static final SocketAddress UNIX = UnixDomainSocketAddress.of("a.sock");
    private static final Handler HELLO = request -> Response.text("hello");
    private static final String PUBLIC = "files.example.org";

    private Logged log;

    @BeforeEach
    void captureLog() throws ReflectiveOperationException {
        log = new Logged(Connection.class);
    }

    @AfterEach
    void endLog() throws ReflectiveOperationException {
        log.close();
    }

    private static ServerOptions.Builder at(SocketAddress... addresses) {
        return ServerOptions.builder().addresses(addresses);
    }

    private static String response(ServerOptions.Builder options, Handler handler, String head) {
        byte[] bytes = (head + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] sent = new MemoryServer(options.build(), handler)
                .converse(bytes, new int[0], Integer.MAX_VALUE, false).sent();
        return new String(sent, StandardCharsets.ISO_8859_1);
    }

    private static int status(ServerOptions.Builder options, String host) {
        String response = response(options, HELLO, "GET / HTTP/1.1\r\nHost: " + host);
        return Integer.parseInt(response.substring(9, 12));
    }

    @Test
    void serverOnLoopbackServesOnlyNamesOfThisMachine() {
        for (ServerOptions.Builder options : List.of(ServerOptions.builder(), at(IPV4), at(IPV6),
                at(IPV4, IPV6), at(UNIX, IPV4))) {
            assertEquals(200, status(options, "localhost:8080"));
            assertEquals(200, status(options, "127.0.0.1:8080"));
            assertEquals(421, status(options, PUBLIC));
            assertEquals(421, status(options, "192.168.0.1"));
        }
    }

    @Test
    void serverOnAnotherAddressServesEveryHost() {
        for (ServerOptions.Builder options : List.of(at(EVERYWHERE), at(IPV4, EVERYWHERE),
                at(UNIX), at(new InetSocketAddress("::", 0)))) {
            assertEquals(200, status(options, PUBLIC));
            assertEquals(200, status(options, "[2001:db8::1]:80"));
        }
    }

    @Test
    void listedHostsAreTheOnlyOnesWhereverTheServerListens() {
        for (SocketAddress address : List.of(IPV4, EVERYWHERE, UNIX)) {
            ServerOptions.Builder options = at(address).hosts(PUBLIC, "*.example.net");
            assertEquals(200, status(options, "FILES.Example.ORG:8080"));
            assertEquals(200, status(options, "a.example.net"));
            assertEquals(421, status(options, "example.net"));
            assertEquals(421, status(options, "localhost"));
            assertEquals(421, status(options, "127.0.0.1"));
        }
        assertEquals(200, status(at(IPV4).hosts("*"), PUBLIC));
        assertEquals(421, status(at(IPV4).hosts(PUBLIC).hosts(), PUBLIC));
    }

    @Test
    void misdirectedRequestDoesNotReachTheHandlerAndIsToldWhatToDo() {
        String response = response(at(IPV4), request -> fail("handled"),
                "PUT /a HTTP/1.1\r\nHost: Files.Example.org:80\r\nContent-Length: 9999999999");
        assertTrue(response.startsWith("HTTP/1.1 421 Misdirected Request\r\n"), response);
        assertTrue(response.endsWith("\r\n\r\nthe host files.example.org is not served here; "
                + "to serve it, add it to --host (ServerOptions.hosts)\n"), response);
    }

    @Test
    void hostOf255CharactersIsShownWholeAndALongerOneIsCut() {
        String whole = "a.".repeat(127) + "b";
        for (String host : List.of(whole, whole + "c")) {
            String response = response(at(IPV4), HELLO, "GET / HTTP/1.1\r\nHost: " + host);
            assertTrue(response.contains("the host " + whole
                    + (host.equals(whole) ? " is" : "... is")), response);
        }
    }

    @Test
    void misdirectedRequestsAreLoggedOnceASecond() {
        String request = "GET / HTTP/1.1\r\nHost: " + PUBLIC + "\r\n\r\n";
        byte[] bytes = request.repeat(100).getBytes(StandardCharsets.ISO_8859_1);
        new MemoryServer(at(IPV4).build(), HELLO)
                .converse(bytes, new int[0], Integer.MAX_VALUE, false);
        assertTrue(log.lines().size() < 50, log.lines()::toString);
        assertEquals("request for the host " + PUBLIC + " refused with 421: it is not in "
                + "--host (ServerOptions.hosts)", log.lines().get(0));
    }

    @Test
    void whatIsNoHostIsRefusedByName() {
        for (String name : List.of("example.org:80", "", "a.*", "::1")) {
            ServerOptions.Builder builder = ServerOptions.builder().hosts("a", name);
            var e = assertThrows(IllegalArgumentException.class, builder::build);
            assertEquals("hosts must have names or addresses without ports, such as example.org, "
                    + "*.example.org or [::1]: [a, " + name + "]", e.getMessage());
        }
    }
}
