package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.List;

/** Which connections persist (RFC 9112 s9.3, s9.6), and offers to leave HTTP/1.1. */
final class ConnectionVectors {

    private static final String PERSISTENCE = "RFC 9112 s9.3";
    private static final String CLOSE = "RFC 9112 s9.6";
    private static final String UPGRADE = "RFC 9110 s7.8";

    private ConnectionVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        for (String value : List.of("close", "Close", "CLOSE", "\tclose ", "close, keep-alive",
                "keep-alive, close", "foo,close", "foo ,\tclose , bar", ", close", "close,",
                "upgrade, close", "close, close")) {
            vectors.add(last("connection " + WireVectors.printable(value) + " ends it", CLOSE,
                    GET + "Connection: " + value + "\r\n\r\n", ok("GET /").saying("close")));
        }
        for (String value : List.of("keep-alive", "Keep-Alive", "foo, keep-alive")) {
            vectors.add(served("connection " + WireVectors.printable(value) + " is told so",
                    PERSISTENCE, GET + "Connection: " + value + "\r\n\r\n",
                    ok("GET /").saying("keep-alive")));
        }
        for (String value : List.of("", ",", "foo", "closed", "clos",
                "x-close", "close-not", "no close", "\"close\"", "close;a", "foo, bar",
                "host, te", "\351")) {
            vectors.add(served("connection " + WireVectors.printable(value) + " keeps it",
                    PERSISTENCE, GET + "Connection: " + value + "\r\n\r\n", ok("GET /")));
        }
        vectors.add(last("closeOnASecondLineEndsIt", CLOSE,
                GET + "Connection: keep-alive\r\nConnection: close\r\n\r\n", ok("GET /")));
        vectors.add(last("nameOfConnectionComparesWithoutCase", CLOSE,
                GET + "cOnNeCtIoN: close\r\n\r\n", ok("GET /")));
        vectors.add(last("nothingBehindCloseIsServed", CLOSE,
                GET + "Connection: close\r\n\r\n" + NEXT, ok("GET /").saying("close")));
        vectors.add(last("garbageBehindCloseIsNotAnswered", CLOSE,
                GET + "Connection: close\r\n\r\nInvalid\r\n\r\n", ok("GET /").saying("close")));
        vectors.add(last("bodyBeforeCloseIsTaken", CLOSE,
                POST + "Connection: close\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                took("POST /", "hello").saying("close")));
        vectors.add(last("chunkedBodyBeforeCloseIsTaken", CLOSE,
                POST + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n0\r\n\r\n", took("POST /", "hello").saying("close")));
        vectors.add(last("unwantedBodyBeforeCloseIsSkipped", CLOSE,
                GET + "Connection: close\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                ok("GET /").saying("close")));
        vectors.add(last("http10EndsByDefault", PERSISTENCE,
                "GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n", ok("GET /").saying("close")));
        vectors.add(served("http10WithKeepAlivePersists", PERSISTENCE,
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                ok("GET /").saying("keep-alive")));
        vectors.add(served("http10WithKeepAliveInAListPersists", PERSISTENCE,
                "GET / HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n\r\n",
                ok("GET /").saying("keep-alive")));
        vectors.add(served("http10WithKeepAliveTakesABody", PERSISTENCE,
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
                took("POST /", "hello").saying("keep-alive")));
        vectors.add(last("closeWinsOverKeepAliveInHttp10", PERSISTENCE,
                "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
                ok("GET /").saying("close")));
        vectors.add(last("keepAliveFieldAloneDoesNotPersistHttp10", PERSISTENCE,
                "GET / HTTP/1.0\r\nKeep-Alive: timeout=5\r\n\r\n", ok("GET /")));
        vectors.add(last("proxyConnectionDoesNotPersistHttp10", "RFC 9112 C.2.2",
                "GET / HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n", ok("GET /")));
        vectors.add(served("proxyConnectionDoesNotEndIt", "RFC 9112 C.2.2",
                GET + "Proxy-Connection: close\r\n\r\n", ok("GET /")));
        vectors.add(last("http10BehindHttp11EndsIt", PERSISTENCE,
                GET + "\r\n" + "GET / HTTP/1.0\r\n\r\n" + NEXT, ok("GET /"), ok("GET /")));
        upgrades(vectors);
        return vectors;
    }

    private static void upgrades(List<WireVector> to) {
        to.add(served("upgradeToWebSocketIsIgnored", UPGRADE,
                GET + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n", ok("GET /")));
        to.add(served("upgradeWithoutConnectionIsIgnored", UPGRADE,
                GET + "Upgrade: websocket\r\n\r\n", ok("GET /")));
        to.add(served("upgradeToHttp2IsIgnored", UPGRADE,
                GET + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABk\r\n\r\n", ok("GET /")));
        to.add(served("upgradeToTlsIsIgnored", UPGRADE,
                "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0\r\n\r\n",
                ok("OPTIONS *")));
        to.add(served("upgradeToTheUnknownIsIgnored", UPGRADE,
                GET + "Connection: Upgrade\r\nUpgrade: totally-made-up/1.0\r\n\r\n",
                ok("GET /")));
        to.add(served("upgradeOfAPostWithABodyIsIgnored", UPGRADE,
                POST + "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\n"
                        + "hello", took("POST /", "hello")));
        to.add(last("upgradeInHttp10IsIgnored", UPGRADE,
                "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                ok("GET /")));
    }
}
