package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.status;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.List;

/**
 * The field Expect (RFC 9110 s10.1.1), from clients that do not wait for the 100.
 * {@link WireConversationTest} has those that do.
 */
final class ExpectVectors {

    private static final String EXPECT = "RFC 9110 s10.1.1";

    private ExpectVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        for (String line : List.of("Expect: 100-continue", "expect: 100-CONTINUE",
                "Expect:\t100-Continue ", "Expect: 100-continue,", "Expect: ,100-continue",
                "Expect: , ,\t100-Continue , ", "Expect: 100-continue,100-continue",
                "Expect: 100-continue\r\nExpect: 100-continue",
                "Expect:\r\nExpect: 100-continue\r\nExpect: ,")) {
            vectors.add(served("line " + WireVectors.printable(line) + " is met", EXPECT,
                    POST + line + "\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                    took("POST /", "hello"), ok("GET /next")).continued());
        }
        vectors.add(served("expectedChunkedBodyIsTaken", EXPECT,
                POST + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n0\r\n\r\n" + NEXT, took("POST /", "hello"),
                ok("GET /next")).continued());
        for (String line : List.of("Expect:", "Expect: ", "Expect: ,", "Expect: , ,",
                "Expect:\r\nExpect:\t,")) {
            vectors.add(served("line " + WireVectors.printable(line) + " expects nothing",
                    "RFC 9110 s5.6.1.2", POST + line + "\r\nContent-Length: 5\r\n\r\nhello"
                            + GET + line + "\r\n\r\n" + NEXT,
                    took("POST /", "hello"), ok("GET /"), ok("GET /next")));
        }
        // Expected nothing, so the client sends it: it is there to be dropped.
        vectors.add(served("refusedBodyBesideAnEmptyExpectationIsSkipped", "RFC 9110 s5.6.1.2",
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nExpect: ,\r\nContent-Length: 5\r\n\r\nhello"
                        + NEXT, status(403), ok("GET /next")));
        vectors.add(served("expectationWithoutABodyGetsNoInterimAnswer", EXPECT,
                GET + "Expect: 100-continue\r\n\r\n" + NEXT, ok("GET /"), ok("GET /next")));
        vectors.add(served("expectationOfAnEmptyBodyGetsNoInterimAnswer", EXPECT,
                POST + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n" + NEXT,
                took("POST /", ""), ok("GET /next")));
        vectors.add(last("expectationInHttp10IsIgnored", EXPECT,
                "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
                took("POST /", "hello")));
        vectors.add(last("unknownExpectationInHttp10IsIgnored", EXPECT,
                "GET / HTTP/1.0\r\nExpect: 200-ok\r\n\r\n", ok("GET /")));
        for (String value : List.of("200-ok", "100", "100-continued", "continue", "x=y",
                "100-continue, 200-ok", "200-ok, 100-continue", "100-continue;a=b",
                "100-continue x", "\"100-continue\"", ", x", "x,", "100-continue,,x",
                "a=\"b,100-continue\"", "a=\"b, 100-continue ,c\"", ";", "=")) {
            vectors.add(refused("expectation " + WireVectors.printable(value) + " is not met",
                    EXPECT, 417, GET + "Expect: " + value + "\r\n\r\n"));
        }
        vectors.add(refused("unknownExpectationBesideAKnownOneIsNotMet", EXPECT, 417,
                POST + "Expect: 100-continue\r\nExpect: x\r\nContent-Length: 5\r\n\r\nhello"));
        vectors.add(refused("requestBehindAnUnknownExpectationIsNotServed", EXPECT, 417,
                POST + "Expect: x\r\nContent-Length: 5\r\n\r\nhello" + NEXT));
        vectors.add(refused("malformedLengthGetsNoInterimAnswer", EXPECT, 400,
                POST + "Expect: 100-continue\r\nContent-Length: +5\r\n\r\nhello"));
        vectors.add(refused("unknownCodingGetsNoInterimAnswer", EXPECT, 501,
                POST + "Expect: 100-continue\r\nTransfer-Encoding: gzip\r\n\r\nhello"));
        // Nobody knows whether that body will come, so nothing behind it can be found for certain.
        vectors.add(last("refusedBodyThatWasExpectedEndsTheConnection", EXPECT,
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 5\r\n\r\nhello" + NEXT,
                status(403).saying("close")));
        vectors.add(last("unwantedBodyThatWasExpectedEndsTheConnection", EXPECT,
                GET + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                ok("GET /").saying("close")));
        return vectors;
    }
}
