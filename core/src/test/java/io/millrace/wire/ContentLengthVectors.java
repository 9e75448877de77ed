package io.millrace.wire;

import static io.millrace.wire.WireAnswer.head;
import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.status;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.brokenOff;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVector.waiting;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.List;

/** Bodies with a Content-Length (RFC 9110 s8.6, RFC 9112 s6.2, s6.3). */
final class ContentLengthVectors {

    private static final String LENGTH = "RFC 9110 s8.6";
    private static final String BODY = "RFC 9112 s6.2";
    private static final String FRAMING = "RFC 9112 s6.3";

    private static final String HTTP10 = "RFC 1945 s7.2.2";

    private ContentLengthVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        bodies(vectors);
        values(vectors);
        several(vectors);
        return vectors;
    }

    private static WireVector takes(String name, String lengthLine) {
        return served(name, LENGTH, POST + lengthLine + "\r\n\r\nhello",
                took("POST /", "hello"));
    }

    private static WireVector refuses(String name, String section, String lines) {
        return refused(name, section, 400, POST + lines + "\r\n\r\nhello");
    }

    private static void bodies(List<WireVector> to) {
        to.add(takes("bodyOfTheLengthIsTaken", "Content-Length: 5"));
        to.add(served("bodyOfLengthZeroIsTaken", BODY, POST + "Content-Length: 0\r\n\r\n",
                took("POST /", "")));
        to.add(served("postWithoutALengthHasNoBody", FRAMING, POST + "\r\n",
                took("POST /", "")));
        to.add(served("putWithoutALengthHasNoBody", FRAMING,
                "PUT / HTTP/1.1\r\nHost: h\r\n\r\n", took("PUT /", "")));
        to.add(served("bodyOfBinaryBytesIsTaken", BODY,
                "PUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\n\0\r\n\r\n\n\377\177",
                took("PUT /b", "\0\r\n\r\n\n\377\177")));
        to.add(served("bodyThatLooksLikeARequestIsABody", BODY,
                POST + "Content-Length: " + NEXT.length() + "\r\n\r\n" + NEXT,
                took("POST /", NEXT)));
        to.add(served("bodyThatLooksChunkedIsABody", BODY,
                POST + "Content-Length: 15\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                took("POST /", "5\r\nhello\r\n0\r\n\r\n")));
        to.add(served("getWithABodyIsServed", "RFC 9110 s9.3.1",
                GET + "Content-Length: 5\r\n\r\nhello", ok("GET /")));
        to.add(served("bodyOfAGetIsNotTheNextRequest", "RFC 9110 s9.3.1",
                GET + "Content-Length: 5\r\n\r\nhello" + NEXT, ok("GET /"), ok("GET /next")));
        to.add(served("requestInTheBodyOfAGetIsNotServed", "RFC 9110 s9.3.1",
                GET + "Content-Length: " + NEXT.length() + "\r\n\r\n" + NEXT, ok("GET /")));
        to.add(served("startOfARequestInTheBodyOfAGetIsNotServed", "RFC 9110 s9.3.1",
                GET + "Content-Length: 5\r\n\r\nGET /" + NEXT, ok("GET /"), ok("GET /next")));
        to.add(served("headWithABodyIsServed", "RFC 9110 s9.3.2",
                "HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                head("HEAD /"), ok("GET /next")));
        to.add(served("deleteWithABodyIsServed", "RFC 9110 s9.3.5",
                "DELETE /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                ok("DELETE /a"), ok("GET /next")));
        to.add(served("optionsWithABodyIsServed", "RFC 9110 s9.3.7",
                "OPTIONS / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                ok("OPTIONS /"), ok("GET /next")));
        to.add(served("bodyThatTheHandlerRefusesIsSkipped", FRAMING,
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
                status(403), ok("GET /next")));
        to.add(served("byteBehindABodyBeginsTheNextRequest", FRAMING,
                POST + "Content-Length: 0\r\n\r\nX" + NEXT,
                took("POST /", ""), ok("XGET /next")));
        to.add(served("byteBehindALongerBodyBeginsTheNextRequest", FRAMING,
                POST + "Content-Length: 5\r\n\r\nhelloX" + NEXT,
                took("POST /", "hello"), ok("XGET /next")));
        to.add(last("bodyOfAnHttp10RequestIsTaken", BODY,
                "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", took("POST /", "hello")));
        for (String method : List.of("POST", "PUT", "PATCH")) {
            to.add(refused("http10 " + method + " without a length is refused", HTTP10, 411,
                    method + " / HTTP/1.0\r\n\r\n"));
            to.add(refused("http10 " + method + " whose length is its end is refused", HTTP10, 411,
                    method + " / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nhello" + NEXT));
            to.add(last("http10 " + method + " of length 0 is served", HTTP10,
                    method + " / HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
                    took(method + " /", "")));
            to.add(served("http11 " + method + " without a length has no body", FRAMING,
                    method + " / HTTP/1.1\r\nHost: h\r\n\r\n" + NEXT,
                    took(method + " /", ""), ok("GET /next")));
        }
        for (String method : List.of("GET", "DELETE", "OPTIONS", "BREW", "put")) {
            to.add(last("http10 " + method + " without a length has no body", HTTP10,
                    method + " / HTTP/1.0\r\n\r\n", ok(method + " /")));
        }
        to.add(waiting("unwantedBodyThatBreaksOffIsNotAnsweredTwice", "RFC 9112 s8",
                NEXT + GET + "Content-Length: 5\r\n\r\nhel", ok("GET /next"), ok("GET /")));
        to.add(waiting("unwantedBodyThatDoesNotBeginIsNotAnsweredTwice", "RFC 9112 s8",
                NEXT + GET + "Content-Length: 5\r\n\r\n", ok("GET /next"), ok("GET /")));
        to.add(brokenOff("bodyThatBreaksOffIsNotAnswered", "RFC 9112 s8",
                POST + "Content-Length: 10\r\n\r\nhello"));
        to.add(brokenOff("bodyThatDoesNotBeginIsNotAnswered", "RFC 9112 s8",
                POST + "Content-Length: 999999999\r\n\r\n"));
        to.add(brokenOff("bodyOfTheLargestLengthIsWaitedFor", LENGTH,
                POST + "Content-Length: 9223372036854775807\r\n\r\nhello"));
        to.add(brokenOff("lengthBeyond32BitsIsNotCutShort", LENGTH,
                POST + "Content-Length: 4294967301\r\n\r\nhello" + NEXT));
    }

    private static void values(List<WireVector> to) {
        to.add(takes("nameOfTheLengthInLowerCaseIsKnown", "content-length: 5"));
        to.add(takes("nameOfTheLengthInUpperCaseIsKnown", "CONTENT-LENGTH: 5"));
        to.add(takes("lengthWithoutASpaceIsTaken", "Content-Length:5"));
        to.add(takes("lengthWithSpacesBeforeItIsTaken", "Content-Length:   5"));
        to.add(takes("lengthWithASpaceBehindItIsTaken", "Content-Length: 5 "));
        to.add(takes("lengthWithTabsAroundItIsTaken", "Content-Length:\t5\t"));
        to.add(takes("lengthWithLeadingZerosIsDecimal", "Content-Length: 005"));
        to.add(takes("lengthWithManyLeadingZerosIsTaken",
                "Content-Length: 0000000000000000000000000000000000000005"));
        to.add(served("lengthOfTwoZerosIsZero", LENGTH, POST + "Content-Length: 00\r\n\r\n",
                took("POST /", "")));
        to.add(served("lengthIsNeverOctal", LENGTH,
                POST + "Content-Length: 010\r\n\r\n0123456789", took("POST /", "0123456789")));
        for (String value : List.of("", "+5", "-5", "-1", "-0", "+0", "5.0", "5,", ",5", "5,5",
                "5, 5", "5, 5, 5", "5, 10", "5 5", "1 0", "5;", "5;a=b", "5a", "a5", "abc", "0x5",
                "0X5", "5h", "0o5", "0b1", "1_0", "1e1", "5\"", "\"5\"", "5\t5", "\0", "5\0",
                "\2615", "\2405", "5\240", "\2055", "+1_0", "1Z", "\1775", "5\13", "\f5", "%35",
                "five", "infinity", "NaN", "null", "(5)", "5 ; 5", "9223372036854775808",
                "18446744073709551616", "18446744073709551621", "99999999999999999999",
                "-9223372036854775809", "-18446744073709551611",
                "340282366920938463463374607431768211461",
                "100000000000000000000000000000000000000000000000000000000000000005")) {
            to.add(refuses("length " + WireVectors.printable(value) + " is refused", LENGTH,
                    "Content-Length: " + value));
        }
        to.add(refused("malformedLengthOfAGetIsRefused", LENGTH, 400,
                GET + "Content-Length: abc\r\n\r\n"));
        to.add(refused("emptyLengthOfAGetIsRefused", LENGTH, 400,
                GET + "Content-Length: \r\n\r\n" + NEXT));
        to.add(refused("negativeLengthOfAGetIsRefused", LENGTH, 400,
                GET + "Content-Length: -48\r\n\r\n"));
        to.add(refused("malformedLengthInHttp10IsRefused", LENGTH, 400,
                "POST / HTTP/1.0\r\nContent-Length: +5\r\n\r\nhello"));
        to.add(refused("foldedLengthIsRefused", "RFC 9112 s5.2", 400,
                POST + "Content-Length:\r\n 5\r\n\r\nhello"));
        to.add(refused("lengthWithASpaceBeforeTheColonIsRefused", "RFC 9112 s5.1", 400,
                POST + "Content-Length : 5\r\n\r\nhello"));
        to.add(refused("requestBehindAMalformedLengthIsNotServed", FRAMING, 400,
                POST + "Content-Length: 5x\r\n\r\nhello" + NEXT));
    }

    private static void several(List<WireVector> to) {
        to.add(refuses("twoDifferentLengthsAreRefused", FRAMING,
                "Content-Length: 5\r\nContent-Length: 10"));
        to.add(refuses("twoEqualLengthsAreRefused", FRAMING,
                "Content-Length: 5\r\nContent-Length: 5"));
        to.add(refuses("twoLengthsInDifferentCaseAreRefused", FRAMING,
                "Content-Length: 5\r\nX-A: b\r\ncontent-length: 5"));
        to.add(refuses("emptyLengthBeforeALengthIsRefused", FRAMING,
                "Content-Length:\r\nContent-Length: 5"));
        to.add(refuses("emptyLengthBehindALengthIsRefused", FRAMING,
                "Content-Length: 5\r\nContent-Length:"));
        to.add(refuses("twoLengthsOfZeroAreRefused", FRAMING,
                "Content-Length: 0\r\nContent-Length: 0"));
        to.add(refused("requestHiddenBetweenTwoLengthsIsNotServed", FRAMING, 400,
                POST + "Content-Length: 4\r\nContent-Length: " + (4 + NEXT.length())
                        + "\r\n\r\nPING" + NEXT));
        to.add(refused("lengthBesideOneWithASpaceBeforeTheColonIsRefused", "RFC 9112 s5.1", 400,
                POST + "Content-Length: 11\r\nContent-Length : 5\r\n\r\nhello world"));
        to.add(refused("lengthBesideOneWithATabInItsNameIsRefused", "RFC 9110 s5.1", 400,
                POST + "Content-Length: 11\r\nContent\tLength: 99\r\n\r\nhello world"));
        to.add(served("lengthBesideOneWithAnUnderscoreCounts", "RFC 9110 s5.1",
                POST + "Content-Length: 5\r\nContent_Length: 99\r\n\r\nhello",
                took("POST /", "hello")));
    }
}
