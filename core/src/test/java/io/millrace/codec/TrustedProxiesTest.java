package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In 10.0.0.0/8 and fd00::/8, and behind Unix domain sockets, there are proxies. */
class TrustedProxiesTest {

    private static final TrustedProxies PROXIES =
            new TrustedProxies(Networks.of(List.of("10.0.0.0/8", "fd00::/8", "unix")));
    private static final ConnectionInfo SOCKET = from(new InetSocketAddress("10.0.0.1", 9));

    private static ConnectionInfo from(SocketAddress peer) {
        return ConnectionInfo.builder().peer(peer).local(new InetSocketAddress("10.0.0.2", 80))
                .build();
    }

    private static ConnectionInfo resolve(String... fields) throws HttpException {
        return PROXIES.resolve(Headers.of(fields), SOCKET);
    }

    /** The client's address and whether it is secure. */
    private static String client(String... fields) throws HttpException {
        ConnectionInfo info = resolve(fields);
        return info.peerText() + (info.isSecure() ? " secure" : "");
    }

    private static String refusal(String... fields) {
        HttpException refusal = assertThrows(HttpException.class, () -> resolve(fields),
                List.of(fields)::toString);
        assertEquals(Status.BAD_REQUEST, refusal.status());
        return refusal.getMessage();
    }

    @Test
    void fieldsOfOthersThanProxiesAreIgnoredEvenIfMalformed() throws Exception {
        ConnectionInfo stranger = from(new InetSocketAddress("192.0.2.66", 9));
        for (String value : List.of("for=198.51.100.1;proto=https", "\"", "")) {
            assertSame(stranger, PROXIES.resolve(Headers.of("Forwarded", value,
                    "X-Forwarded-For", value, "X-Forwarded-Proto", value), stranger));
        }
    }

    @Test
    void proxyThatSendsNoFieldIsTheClient() throws Exception {
        assertSame(SOCKET, resolve());
        assertSame(SOCKET, resolve("Forwarded", "", "X-Forwarded-For", " , ,",
                "X-Forwarded-Proto", ""));
        assertSame(SOCKET, resolve("X-Real-IP", "192.0.2.1", "Via", "1.1 proxy"));
    }

    @Test
    void socketsOwnAddressesStayAndTheServersIsUnknown() throws Exception {
        ConnectionInfo info = resolve("Forwarded", "for=\"192.0.2.1:4711\"");
        assertEquals(new InetSocketAddress("192.0.2.1", 4711), info.peer());
        assertEquals(SOCKET.peer(), info.socketPeer());
        assertEquals(SOCKET.local(), info.socketLocal());
        assertNull(info.local());
        assertEquals(SOCKET, info);
    }

    @Test
    void proxyBehindAUnixSocketMayBeTrusted() throws Exception {
        ConnectionInfo unix = from(UnixDomainSocketAddress.of(""));
        assertEquals("192.0.2.1", PROXIES.resolve(Headers.of("X-Forwarded-For", "192.0.2.1"), unix)
                .peerText());
    }

    // Forwarded.

    @Test
    void rightMostHopThatIsNotTrustedIsTheClient() throws Exception {
        assertEquals("192.0.2.1", client("Forwarded", "for=192.0.2.1"));
        assertEquals("192.0.2.1", client("Forwarded", "for=6.6.6.6, for=192.0.2.1"));
        assertEquals("192.0.2.1", client("Forwarded", "for=6.6.6.6, for=192.0.2.1, for=10.0.0.7"));
        assertEquals("192.0.2.1",
                client("Forwarded", "for=6.6.6.6", "Forwarded", "for=192.0.2.1,for=10.9.9.9"));
        assertEquals("10.0.0.8", client("Forwarded", "for=10.0.0.8, for=10.0.0.7"),
                "all are trusted, the first of them is the client");
    }

    @Test
    void nodesAreAddressesWithOrWithoutPort() throws Exception {
        assertEquals("2001:db8:0:0:0:0:0:1", client("Forwarded", "for=\"[2001:db8::1]\""));
        assertEquals("/[2001:db8:0:0:0:0:0:1]:4711",
                resolve("Forwarded", "For=\"[2001:db8::1]:4711\"").peer().toString());
        assertEquals("/192.0.2.1:0",
                resolve("Forwarded", "for=\"192.0.2.1:_port\"").peer().toString());
        assertEquals("192.0.2.1", client("Forwarded", "for=192.0.2.1, for=\"[fd00::1]\""));
    }

    @Test
    void hiddenClientHasANameAndNoAddress() throws Exception {
        ConnectionInfo info = resolve("Forwarded", "for=6.6.6.6, for=\"_h.i-d_den:_p\"");
        assertNull(info.peer());
        assertEquals("_h.i-d_den", info.peerText());
        assertEquals("_azAZ09._-", client("X-Forwarded-For", "_azAZ09._-"));
        assertEquals("unknown", client("Forwarded", "for=unknown"));
        assertEquals("Unknown", client("Forwarded", "for=Unknown"));
    }

    @Test
    void schemeIsThatOfTheClientsHop() throws Exception {
        assertEquals("192.0.2.1 secure", client("Forwarded", "for=192.0.2.1;proto=https"));
        assertEquals("192.0.2.1 secure", client("Forwarded",
                "for=6.6.6.6;proto=http, for=192.0.2.1;PROTO=HTTPS, for=10.0.0.7;proto=http"));
        assertEquals("192.0.2.1",
                client("Forwarded", "for=192.0.2.1;proto=http, for=10.0.0.7;proto=https"));
        assertEquals("192.0.2.1", client("Forwarded", "for=192.0.2.1, for=10.0.0.7;proto=https"),
                "the client's isn't told");
        assertEquals("192.0.2.1 secure", client("Forwarded", "for=192.0.2.1;proto=wss"));
        assertEquals("192.0.2.1", client("Forwarded", "for=192.0.2.1;proto=ws"));
        assertEquals("10.0.0.1 secure", client("Forwarded", "proto=https"));
        assertEquals("10.0.0.1 secure", client("Forwarded", "for=6.6.6.6, proto=https"));
    }

    @Test
    void secureSocketStaysSecureUnlessTheProxySaysOtherwise() throws Exception {
        ConnectionInfo secure = SOCKET.toBuilder().secure(true).build();
        assertTrue(PROXIES.resolve(Headers.of("Forwarded", "for=192.0.2.1"), secure).isSecure());
        assertFalse(PROXIES.resolve(Headers.of("Forwarded", "for=192.0.2.1;proto=http"), secure)
                .isSecure());
    }

    @Test
    void otherParametersEmptyPartsAndBlanksAreLetPass() throws Exception {
        assertEquals("192.0.2.1 secure", client("Forwarded",
                " ,, by=\"_x\" ; host=\"a,b;c\\\"\";secret=1;for=192.0.2.1 ;; proto=https;\t, "));
        assertEquals("192.0.2.1", client("Forwarded", "for=\"192.0.\\2.1\""));
    }

    @Test
    void malformedForwardedIsRefusedWhereverItStands() {
        for (String value : List.of("for", "for=", "for=\"\"", "=192.0.2.1", "for =192.0.2.1",
                "for= 192.0.2.1", "for=\"192.0.2.1", "for=\"192.0.2.1\\\"", "for=192.0.2.1 for=a",
                "for=\"a\\",
                "for=192.0.2.1;for=192.0.2.1", "for=192.0.2.1:80", "for=[::1]", "192.0.2.1",
                "for=\"192.0.2.1\"x", "f\u00fcr=x", "for=\"192.0.2.1")) {
            assertEquals("the field Forwarded is malformed", refusal("Forwarded", value), value);
            assertEquals("the field Forwarded is malformed",
                    refusal("Forwarded", value, "Forwarded", "for=192.0.2.1"), value);
        }
    }

    @Test
    void clientThatIsNoNodeIsRefused() {
        for (String node : List.of("localhost", "192.0.2", "192.0.2.1:", "192.0.2.1:65536",
                "192.0.2.1:x", "2001:db8::1", "[192.0.2.1]", "[2001:db8::1", "[]", "[", "_", "_a b",
                "_\u00fc", "_`", "_{", "_@", "_[", "_/", "192.0.2.1:_", ":80", "",
                "192.0.2.1:80:80", "[2001:db8::1]80")) {
            assertEquals("the field Forwarded is malformed",
                    refusal("Forwarded", "for=\"" + node + "\""), node);
        }
        assertEquals("the field Forwarded is malformed",
                refusal("Forwarded", "for=192.0.2.1;proto=ftp"));
    }

    @Test
    void whatTheClientHasSentItselfIsNotLookedAt() throws Exception {
        assertEquals("192.0.2.1", client("Forwarded", "for=nonsense;proto=no, for=192.0.2.1"));
        assertEquals("192.0.2.1", client("X-Forwarded-For", "<script>, 192.0.2.1"));
        assertEquals("192.0.2.1 secure", client("X-Forwarded-For", "6.6.6.6, 192.0.2.1",
                "X-Forwarded-Proto", "no, https"));
    }

    // X-Forwarded-For and -Proto.

    @Test
    void customFieldsTellTheSame() throws Exception {
        assertEquals("192.0.2.1", client("X-Forwarded-For", "192.0.2.1"));
        assertEquals("192.0.2.1", client("x-forwarded-for", "6.6.6.6, 192.0.2.1 ,10.0.0.7"));
        assertEquals("192.0.2.1", client("X-Forwarded-For", "6.6.6.6", "X-Forwarded-For",
                "192.0.2.1", "X-Forwarded-For", "fd00::1"));
        assertEquals("10.0.0.8", client("X-Forwarded-For", "10.0.0.8,10.0.0.7"));
        assertEquals("unknown", client("X-Forwarded-For", "unknown"));
        for (String address : List.of("2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80")) {
            assertEquals("2001:db8:0:0:0:0:0:1", client("X-Forwarded-For", address));
        }
        assertEquals("/192.0.2.1:4711",
                resolve("X-Forwarded-For", "192.0.2.1:4711").peer().toString());
        assertEquals("192.0.2.1", client("X-Forwarded-For", "::ffff:192.0.2.1"));
    }

    @Test
    void schemeStandsForItsHopOrForAll() throws Exception {
        assertEquals("10.0.0.1 secure", client("X-Forwarded-Proto", "https"));
        assertEquals("192.0.2.1 secure", client("X-Forwarded-For", "192.0.2.1, 10.0.0.7",
                "X-Forwarded-Proto", "https"));
        assertEquals("192.0.2.1 secure", client("X-Forwarded-For", "192.0.2.1, 10.0.0.7",
                "X-Forwarded-Proto", "https, http"));
        assertEquals("192.0.2.1", client("X-Forwarded-For", "192.0.2.1",
                "X-Forwarded-Proto", "https, http"));
    }

    @Test
    void malformedCustomFieldIsRefusedByItsName() {
        for (String value : List.of("x", "192.0.2.1 10.0.0.7", "192.0.2.1;", "\"192.0.2.1\"",
                "192.0.2.256", "6.6.6.6, x", "x, 10.0.0.7")) {
            assertEquals("the field X-Forwarded-For is malformed",
                    refusal("X-Forwarded-For", value), value);
        }
        for (String value : List.of("on", "https;", "http, x", "https://")) {
            assertEquals("the field X-Forwarded-Proto is malformed",
                    refusal("X-Forwarded-Proto", value), value);
        }
    }

    // Both.

    @Test
    void fieldsThatAgreeAreTakenAndThePortComesFromForwarded() throws Exception {
        ConnectionInfo info = resolve("Forwarded", "for=\"192.0.2.1:4711\";proto=https",
                "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https");
        assertEquals("/192.0.2.1:4711", info.peer().toString());
        assertTrue(info.isSecure());
        assertEquals("_a", client("Forwarded", "for=_a", "X-Forwarded-For", "_a"));
    }

    @Test
    void eachTellsWhatTheOtherDoesNot() throws Exception {
        assertEquals("192.0.2.1 secure",
                client("Forwarded", "for=192.0.2.1", "X-Forwarded-Proto", "https"));
        assertEquals("192.0.2.1 secure",
                client("Forwarded", "proto=https", "X-Forwarded-For", "192.0.2.1"));
    }

    @Test
    void fieldThatAClientHasSentThroughAProxyThatSetsTheOtherIsRefused() {
        String clients = "Forwarded and X-Forwarded-For name different clients";
        assertEquals(clients, refusal("Forwarded", "for=6.6.6.6", "X-Forwarded-For", "192.0.2.1"));
        assertEquals(clients, refusal("Forwarded", "for=unknown", "X-Forwarded-For", "192.0.2.1"));
        assertEquals(clients, refusal("Forwarded", "for=_a", "X-Forwarded-For", "_b"));
        assertEquals("Forwarded and X-Forwarded-Proto name different schemes",
                refusal("Forwarded", "proto=https", "X-Forwarded-Proto", "http"));
    }

    @Test
    void fieldThatEndsWithAProxyGivesWayToTheOneThatGoesOn() throws Exception {
        assertEquals("192.0.2.1 secure", client("Forwarded", "for=10.0.0.7;proto=http",
                "X-Forwarded-For", "192.0.2.1, 10.0.0.7", "X-Forwarded-Proto", "https"));
        assertEquals("192.0.2.1 secure", client("X-Forwarded-For", "10.0.0.7", "Forwarded",
                "for=192.0.2.1;proto=https, for=10.0.0.7", "X-Forwarded-Proto", "http"));
        assertEquals("10.0.0.7", client("Forwarded", "for=10.0.0.7", "X-Forwarded-For",
                "10.0.0.8, 10.0.0.7"));
        assertEquals("10.0.0.7", client("Forwarded", "for=10.0.0.7;proto=http",
                "X-Forwarded-Proto", "https"));
    }
}
