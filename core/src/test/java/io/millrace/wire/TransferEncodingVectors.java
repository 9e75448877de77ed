package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.List;

/** The field Transfer-Encoding, alone and beside a Content-Length (RFC 9112 s6.1, s6.3, s7). */
final class TransferEncodingVectors {

    private static final String CODING = "RFC 9112 s6.1";
    private static final String FRAMING = "RFC 9112 s6.3";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

    private TransferEncodingVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        values(vectors);
        several(vectors);
        versions(vectors);
        withLength(vectors);
        return vectors;
    }

    private static void values(List<WireVector> to) {
        for (String line : List.of("Transfer-Encoding: chunked", "transfer-encoding: chunked",
                "TRANSFER-ENCODING: chunked", "Transfer-Encoding: Chunked",
                "Transfer-Encoding: CHUNKED", "Transfer-Encoding:chunked",
                "Transfer-Encoding: chunked ", "Transfer-Encoding:\tchunked\t",
                "Transfer-Encoding:   chunked")) {
            to.add(served("field " + WireVectors.printable(line) + " is taken", CODING,
                    POST + line + "\r\n\r\n" + CHUNKS, took("POST /", "hello")));
        }
        // RFC 9112 s6.1: a server that does not know a coding should answer 501.
        for (String value : List.of("gzip", "identity", "xchunked", "chunkedx", "x-chunked",
                "chunke", "cow", "nonsense", "gzip, chunked", "gzip;q=1, chunked", "gzip, br",
                "identity, chunked", "deflate, gzip, chunked", "chunked1", "chunked-x")) {
            to.add(refused("coding " + value + " is not implemented", CODING, 501,
                    POST + "Transfer-Encoding: " + value + "\r\n\r\n" + CHUNKS));
        }
        for (String value : List.of("", ",", " ,", "chunked,", ", chunked", ",chunked",
                "chunked,,", "chunked, gzip", "chunked,identity", "chunked, chunked",
                "chunked,chunked", "gzip, chunked, gzip", "chunked, gzip, chunked", "chunked;",
                "chunked;a=b", "chunked ; a", "chunked chunked", "chunked gzip", "\"chunked\"",
                "chunked\"", "chunked\0", "\0chunked", "\13chunked", "chunked\f",
                "chun\0ked", "\240chunked", "chunked\205", "\377chunked\377", "chunked\177",
                "chunked:", "=chunked", "chunked/1.0", "(chunked)", "[chunked]", "chunked\rx",
                "{}", ";", "@")) {
            to.add(refused("coding " + WireVectors.printable(value) + " is refused", CODING, 400,
                    POST + "Transfer-Encoding: " + value + "\r\n\r\n" + CHUNKS));
        }
        to.add(refused("foldedCodingIsRefused", "RFC 9112 s5.2", 400,
                POST + "Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingFoldedInTheMiddleIsRefused", "RFC 9112 s5.2", 400,
                POST + "Transfer-Encoding: gzip,\r\n chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingWithASpaceBeforeTheColonIsRefused", "RFC 9112 s5.1", 400,
                POST + "Transfer-Encoding : chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingWithATabBeforeTheColonIsRefused", "RFC 9112 s5.1", 400,
                POST + "Transfer-Encoding\t: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingWithoutAColonIsRefused", "RFC 9112 s5", 400,
                POST + "Transfer-Encoding chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingBehindABareCrIsRefused", "RFC 9112 s2.2", 400,
                POST + "X-A: b\rTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("codingBehindABareLfIsRefused", "RFC 9112 s2.2", 400,
                POST + "X-A: b\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("requestBehindAnUnknownCodingIsNotServed", FRAMING, 501,
                POST + "Transfer-Encoding: xchunked\r\n\r\n" + NEXT));
        to.add(refused("unknownCodingOfAGetIsNotImplemented", CODING, 501,
                GET + "Transfer-Encoding: gzip\r\n\r\n"));
        to.add(served("getWithAChunkedBodyIsServed", "RFC 9110 s9.3.1",
                GET + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + NEXT,
                ok("GET /"), ok("GET /next")));
    }

    private static void several(List<WireVector> to) {
        to.add(refused("chunkedOnTwoLinesIsRefused", CODING, 400,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + CHUNKS));
        to.add(refused("chunkedAndThenIdentityIsRefused", CODING, 400,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
                        + CHUNKS));
        to.add(refused("chunkedAndThenAnEmptyLineOfCodingsIsRefused", CODING, 400,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n" + CHUNKS));
        to.add(refused("emptyLineOfCodingsAndThenChunkedIsRefused", CODING, 400,
                POST + "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("unknownCodingAndThenChunkedIsNotImplemented", CODING, 501,
                POST + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + CHUNKS));
        to.add(refused("twoCodingsInDifferentCaseAreRefused", CODING, 400,
                POST + "Transfer-Encoding: chunked\r\nX-A: b\r\ntransfer-encoding: Chunked\r\n\r\n"
                        + CHUNKS));
    }

    private static void versions(List<WireVector> to) {
        to.add(refused("chunkedInHttp10IsRefused", CODING, 400,
                "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("chunkedInHttp10WithKeepAliveIsRefused", CODING, 400,
                "POST / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + NEXT));
        to.add(refused("chunkedAndLengthInHttp10AreRefused", CODING, 400,
                "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                        + "Content-Length: 5\r\n\r\nhello"));
        to.add(refused("unknownCodingInHttp10IsRefused", CODING, 400,
                "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nhello"));
        to.add(served("chunkedInHttp12IsTaken", CODING,
                "POST / HTTP/1.2\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
                took("POST /", "hello")));
    }

    private static void withLength(List<WireVector> to) {
        for (String coding : List.of("chunked", "Chunked", "chunked ", "\tchunked", "xchunked",
                "identity", "gzip, chunked", "chunked, chunked", "chunked, gzip", ", chunked",
                ",chunked", "chunked,", "chunked;a=b", "", "\13chunked", "\fchunked",
                "chunked\0")) {
            String name = "coding " + WireVectors.printable(coding);
            to.add(refused(name + " beside a length is refused", FRAMING, 400,
                    POST + "Transfer-Encoding: " + coding
                            + "\r\nContent-Length: 5\r\n\r\nhello"));
            to.add(refused(name + " behind a length is refused", FRAMING, 400,
                    POST + "Content-Length: 5\r\nTransfer-Encoding: " + coding
                            + "\r\n\r\nhello"));
        }
        to.add(refused("lengthOfZeroBesideChunkedIsRefused", FRAMING, 400,
                POST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("rightLengthBesideChunkedIsRefused", FRAMING, 400,
                POST + "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("requestBehindBothLengthsIsNotServed", FRAMING, 400,
                POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX" + NEXT));
        to.add(refused("requestWithinALengthBesideChunkedIsNotServed", FRAMING, 400,
                POST + "Content-Length: " + (5 + NEXT.length())
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT));
        to.add(refused("requestBehindALengthBesideChunkedIsNotServed", FRAMING, 400,
                POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
                        + Integer.toHexString(NEXT.length()) + "\r\n" + NEXT + "\r\n0\r\n\r\n"));
        to.add(refused("headWithinALengthBesideChunkedIsNotServed", FRAMING, 400,
                POST + "Content-Length: 37\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        + "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("malformedLengthBesideChunkedIsRefused", FRAMING, 400,
                POST + "Content-Length: +5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("emptyLengthBesideChunkedIsRefused", FRAMING, 400,
                POST + "Content-Length:\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("bothLengthsOfAGetAreRefused", FRAMING, 400,
                GET + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
        to.add(refused("bothLengthsWithCloseAreRefused", FRAMING, 400,
                POST + "Connection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                        + "\r\n" + CHUNKS));
        to.add(refused("foldedCodingBesideALengthOfOptionsIsRefused", "RFC 9112 s5.2", 400,
                "OPTIONS / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n"
                        + "Content-Length: 5\r\n\r\nhello" + NEXT));
        to.add(refused("twoCodingsAndALengthAreRefused", FRAMING, 400,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
                        + "Content-Length: 5\r\n\r\n0\r\n\r\n" + NEXT));
        to.add(served("lengthBesideACodingWithAnUnderscoreCounts", "RFC 9110 s5.1",
                POST + "Transfer_Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
                took("POST /", "hello")));
        to.add(served("lengthBesideTeCounts", "RFC 9110 s10.1.4",
                POST + "TE: chunked\r\nContent-Length: 5\r\n\r\nhello",
                took("POST /", "hello")));
        to.add(served("lengthBesideAContentEncodingCounts", "RFC 9110 s8.4",
                POST + "Content-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
                took("POST /", "hello")));
    }
}
