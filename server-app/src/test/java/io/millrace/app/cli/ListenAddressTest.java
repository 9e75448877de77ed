package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @Test
    void listHasAddressesOfEachKind() {
        assertEquals(List.of(new ListenAddress("127.0.0.1", 80, null),
                new ListenAddress("::1", 0, null),
                new ListenAddress("example.org", 65_535, null),
                new ListenAddress(null, 0, "/run/a:b.sock")),
                ListenAddress.list("127.0.0.1:80,[::1]:0,example.org:65535,unix:/run/a:b.sock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", ":80", "host", "host:", "host:65536", "host:-1", "host:1x",
        "::1:80", "[::1]", "[::1]80", "unix:", "a:1,", ",a:1", "a:1,,b:2", "a:1, b:2"})
    void whatIsNoListIsRefused(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> ListenAddress.list(text));
        assertEquals(ListenAddress.PLACES, e.getMessage());
    }

    @Test
    void hostMayBeInBracketsOrASocketsPath() {
        assertEquals(new ListenAddress("::1", 5, null), ListenAddress.of("[::1]", 5));
        assertEquals(new ListenAddress("::1", 5, null), ListenAddress.of("::1", 5));
        assertEquals(new ListenAddress(null, 0, "a.sock"), ListenAddress.of("unix:a.sock", 5));
    }

    @Test
    void urlHasTheBoundPortAndThePathIsShownAsItIs() throws Exception {
        InetSocketAddress bound = new InetSocketAddress("127.0.0.1", 4711);
        assertEquals("http://localhost:4711", ListenAddress.of("localhost", 0).url(bound, false));
        assertEquals("https://localhost:4711",
                ListenAddress.of("localhost", 0).url(bound, true));
        assertEquals("http://[fe80::1%25eth0]:4711",
                ListenAddress.of("fe80::1%eth0", 0).url(bound, false));
        ListenAddress unix = ListenAddress.of("unix:/run/a.sock", 0);
        assertEquals(UnixDomainSocketAddress.of("/run/a.sock"), unix.address());
        assertEquals("unix:/run/a.sock", unix.url(unix.address(), false));
    }

    @Test
    void bothOfTwoListsCount() throws Exception {
        Flag<List<ListenAddress>> places =
                Flag.of("--listen", ListenAddress.LIST, List.of(), "where");
        Flags flags = new Flags("run", "").with("All", places);
        assertEquals(List.of(), flags.parse(List.of()).of(places));
        assertEquals(ListenAddress.list("a:1,b:2,c:3"),
                flags.parse(List.of("--listen", "a:1,b:2", "--listen=c:3")).of(places));
    }
}
