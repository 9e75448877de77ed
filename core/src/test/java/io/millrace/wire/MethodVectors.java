package io.millrace.wire;

import static io.millrace.wire.WireAnswer.head;
import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.status;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.refusedAfter;
import static io.millrace.wire.WireVector.served;

import java.util.ArrayList;
import java.util.List;

/** Methods and what is particular about each (RFC 9110 s9). */
final class MethodVectors {

    private static final String METHOD = "RFC 9110 s9.1";

    private MethodVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        for (String method : List.of("GET", "DELETE", "OPTIONS", "TRACE", "get", "Get", "FOOBAR",
                "M-SEARCH", "PROPFIND", "VERSION-CONTROL", "X", "0", "GETT", "GE", "ANNOUNCE",
                "!#$%&'*+-.^_`|~09azAZ", "A".repeat(200))) {
            vectors.add(served("method " + method + " reaches the handler", METHOD,
                    method + " /a HTTP/1.1\r\nHost: h\r\n\r\n", ok(method + " /a")));
        }
        for (char c : "\"(),/:;<=>?@[\\]{}".toCharArray()) {
            vectors.add(refused("delimiter " + c + " in the method is refused", METHOD, 400,
                    "G" + c + "T / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        for (int c = 0; c < 0x20; c++) {
            vectors.add(refused("control 0x" + WireVectors.hex(c) + " in the method is refused",
                    METHOD, 400, "G" + (char) c + "T / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        for (int c : new int[] {0x7f, 0x80, 0xa0, 0xff}) {
            vectors.add(refused("byte 0x" + WireVectors.hex(c) + " in the method is refused",
                    METHOD, 400, "G" + (char) c + "T / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        vectors.add(refused("methodOfManyDelimitersIsRefused", METHOD, 400,
                "G=\":<>(e),[T];?\" /get HTTP/1.1\r\nHost: h\r\n\r\n"));
        vectors.add(refused("methodGluedToTheTargetIsRefused", METHOD, 400,
                "MKCOL/ HTTP/1.1\r\nHost: h\r\n\r\n"));
        vectors.add(served("headHasTheFieldsOfGetAndNoBody", "RFC 9110 s9.3.2",
                "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", head("HEAD /a")));
        vectors.add(last("headInHttp10HasNoBody", "RFC 9110 s9.3.2",
                "HEAD /a HTTP/1.0\r\n\r\n", head("HEAD /a")));
        vectors.add(served("headOfAnAnswerWithoutABody", "RFC 9110 s15.3.5",
                "HEAD /none HTTP/1.1\r\nHost: h\r\n\r\nHEAD /same HTTP/1.1\r\nHost: h\r\n\r\n",
                status(204).toHead(), status(304).toHead()));
        vectors.add(refused("refusalOfHeadHasNoBody", "RFC 9110 s9.3.2", 400,
                "HEAD / HTTP/1.1\r\nX-A : b\r\nHost: h\r\n\r\n"));
        vectors.add(refused("refusalOfHeadWithoutAHostHasNoBody", "RFC 9110 s9.3.2", 400,
                "HEAD / HTTP/1.1\r\n\r\n"));
        vectors.add(refused("refusalOfHeadInItsTargetHasNoBody", "RFC 9110 s9.3.2", 400,
                "HEAD /\0 HTTP/1.1\r\nHost: h\r\n\r\n"));
        vectors.add(refused("refusalOfHeadInItsMethodHasABody", "RFC 9110 s9.3.2", 400,
                "HEAD\t/ HTTP/1.1\r\nHost: h\r\n\r\n"));
        vectors.add(refusedAfter("refusalBehindHeadHasABody", "RFC 9110 s9.3.2", 400,
                "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n\0", head("HEAD /a")));
        vectors.add(served("answer204HasNoBodyAndNoLength", "RFC 9110 s15.3.5",
                "GET /none HTTP/1.1\r\nHost: h\r\n\r\n", status(204)));
        vectors.add(served("answer304HasNoBody", "RFC 9110 s15.4.5",
                "GET /same HTTP/1.1\r\nHost: h\r\n\r\n", status(304)));
        vectors.add(served("traceDoesNotEchoFields", "RFC 9110 s9.3.8",
                "TRACE /a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer secret\r\n\r\n",
                ok("TRACE /a")));
        vectors.add(served("traceWithABodyDoesNotEchoIt", "RFC 9110 s9.3.8",
                "TRACE /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                ok("TRACE /a")));
        vectors.add(served("patchWithABodyReachesTheHandler", "RFC 5789 s2",
                "PATCH /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                took("PATCH /a", "hello")));
        vectors.add(served("rangeOfAPostIsIgnored", "RFC 9110 s14.2",
                "POST / HTTP/1.1\r\nHost: h\r\nRange: bytes=0-10\r\nContent-Length: 5\r\n\r\n"
                        + "hello", took("POST /", "hello")));
        return vectors;
    }
}
