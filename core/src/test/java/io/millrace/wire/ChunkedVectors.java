package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.status;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.brokenOff;
import static io.millrace.wire.WireVector.cutOff;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVector.waiting;
import static io.millrace.wire.WireVectors.CHUNKED;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;

import java.util.ArrayList;
import java.util.List;

/** Chunked bodies: sizes, extensions, data, the last chunk and trailers (RFC 9112 s7.1). */
final class ChunkedVectors {

    private static final String CHUNK = "RFC 9112 s7.1";
    private static final String EXTENSION = "RFC 9112 s7.1.1";
    private static final String TRAILER = "RFC 9112 s7.1.2";
    private static final String PARSING = "RFC 9112 s2.2";

    private ChunkedVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        bodies(vectors);
        sizes(vectors);
        extensions(vectors);
        data(vectors);
        unwanted(vectors);
        ends(vectors);
        trailers(vectors);
        return vectors;
    }

    /** A chunked POST that is taken. */
    private static WireVector takes(String name, String section, String chunks, String body) {
        return served(name, section, CHUNKED + chunks, took("POST /", body));
    }

    private static WireVector refuses(String name, String section, String chunks) {
        return refused(name, section, 400, CHUNKED + chunks);
    }

    private static void bodies(List<WireVector> to) {
        to.add(takes("bodyOfOneChunkIsTaken", CHUNK, "5\r\nhello\r\n0\r\n\r\n", "hello"));
        to.add(takes("bodyOfTwoChunksIsTaken", CHUNK,
                "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"));
        to.add(takes("bodyOfChunksOfOneByteIsTaken", CHUNK,
                "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n", "abc"));
        to.add(takes("bodyWithoutAChunkIsTaken", CHUNK, "0\r\n\r\n", ""));
        to.add(takes("chunkOfLineEndsIsTaken", CHUNK, "4\r\n\r\n\r\n\r\n0\r\n\r\n",
                "\r\n\r\n"));
        to.add(takes("chunkThatLooksLikeTheLastOneIsTaken", CHUNK,
                "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n"));
        to.add(takes("chunkThatLooksLikeARequestIsTaken", CHUNK,
                Integer.toHexString(NEXT.length()) + "\r\n" + NEXT + "\r\n0\r\n\r\n", NEXT));
        to.add(takes("chunkOfBinaryBytesIsTaken", CHUNK, "4\r\n\0\377\200\n\r\n0\r\n\r\n",
                "\0\377\200\n"));
        to.add(served("requestBehindAChunkedBodyIsServed", CHUNK,
                CHUNKED + "5\r\nhello\r\n0\r\n\r\n" + NEXT, took("POST /", "hello"),
                ok("GET /next")));
        to.add(served("chunkedBodyThatTheHandlerRefusesIsSkipped", CHUNK,
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n0\r\n\r\n" + NEXT, status(403), ok("GET /next")));
        to.add(served("byteBehindTheLastChunkBeginsTheNextRequest", CHUNK,
                CHUNKED + "0\r\n\r\nX" + NEXT, took("POST /", ""), ok("XGET /next")));
    }

    private static void sizes(List<WireVector> to) {
        to.add(takes("sizeInLowerCaseIsTaken", CHUNK, "a\r\n0123456789\r\n0\r\n\r\n",
                "0123456789"));
        to.add(takes("sizeInUpperCaseIsTaken", CHUNK, "A\r\n0123456789\r\n0\r\n\r\n",
                "0123456789"));
        to.add(takes("sizeIsHexadecimal", CHUNK, "10\r\n0123456789abcdef\r\n0\r\n\r\n",
                "0123456789abcdef"));
        to.add(takes("sizeWithLeadingZerosIsTaken", CHUNK, "0005\r\nhello\r\n0\r\n\r\n",
                "hello"));
        to.add(takes("sizeWithManyLeadingZerosIsTaken", CHUNK,
                "00000000000000000000000000000005\r\nhello\r\n0\r\n\r\n", "hello"));
        to.add(takes("lastChunkOfManyZerosIsTaken", CHUNK, "5\r\nhello\r\n0000000000\r\n\r\n",
                "hello"));
        for (String size : List.of("", " 5", "\t5", "5 ", "5\t", "5 \t ", "+5", "-5", "-1", "-0",
                "+0", "0x5", "0X5", "x5", "5h", "5x", "Z", "g", "G", "5.0", "5,", "5_", "_5",
                "1_0", "0_2e", "5 5", "\"5\"", "5:", "\0", "5\0", "\0005", "5\13", "\f5", "5\177",
                "\2405", "5\205", "\2615", "%35", "@", "`", "/", "five", "five5", "{5}",
                "8000000000000000", "FFFFFFFFFFFFFFFF", "10000000000000000",
                "10000000000000005", "FFFFFFFFFFFFFFFF0", "100000000000000000000000000000005",
                "fffffffffffffffffffffffffffffffffffffffffffffffb")) {
            to.add(refuses("size " + WireVectors.printable(size) + " is refused", CHUNK,
                    size + "\r\nhello\r\n0\r\n\r\n"));
        }
        to.add(refuses("spacesBeforeTheLastSizeAreRefused", CHUNK,
                "5\r\nhello\r\n      0\r\n\r\n"));
        to.add(refuses("malformedSizeOfASecondChunkIsRefused", CHUNK,
                "5\r\nhello\r\n+5\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("emptySizeOfASecondChunkIsRefused", CHUNK,
                "5\r\nhello\r\n\r\n0\r\n\r\n"));
        to.add(refuses("wordsInPlaceOfASizeAreRefused", CHUNK, "INVALID!!!\r\n" + NEXT));
        to.add(refuses("signedLastSizeIsRefused", CHUNK, "+0\r\n\r\nX" + NEXT));
        to.add(refuses("requestInPlaceOfAChunkIsRefused", CHUNK, NEXT));
        to.add(brokenOff("sizeBeyond32BitsIsNotCutShort", CHUNK,
                CHUNKED + "100000005\r\nhello\r\n0\r\n\r\n"));
        to.add(brokenOff("largestSizeIsWaitedFor", CHUNK,
                CHUNKED + "7fffffffffffffff\r\nhello\r\n0\r\n\r\n"));
    }

    private static void extensions(List<WireVector> to) {
        for (String extension : List.of(";a", ";a=b", ";a=b;c=d", ";a;b;c", ";a=\"b\"",
                ";a=\"\"", ";a=\"b;c,d=e\"", ";a=\"b\\\"c\"", ";a=\"\\\\\"", ";a=\"b\tc\"",
                ";a=\"\351\"", ";a=\"b\";c", ";!#$%&'*+-.^_`|~09azAZ=1", ";5", ";a=5",
                " ;a", ";\ta", ";a =b", ";a= b", ";a ;b", "\t;\ta\t=\tb")) {
            to.add(takes("extension " + WireVectors.printable(extension) + " is ignored",
                    EXTENSION, "5" + extension + "\r\nhello\r\n0\r\n\r\n", "hello"));
        }
        to.add(takes("extensionOfTheLastChunkIsIgnored", EXTENSION,
                "5\r\nhello\r\n0;a=b\r\n\r\n", "hello"));
        for (String extension : List.of(";", ";;", ";a;", ";=b", ";a=", ";a==b", ";a=b=c",
                ";a=;b", ";a b", ";a=b c", ";a=\"b", ";a=\"b\\\"", ";a=\"b\"c", ";a=\"b\" c",
                ";a=b\"c\"", ";bad[=x", ";a=[b]", ";(a)", ";a=b,c=d", ";a=\"\1\"", ";a=\"\\\1\"",
                ";a\0", ";\0a", ";a=\0", ";a=\"\0\"", ";a\13", ";a\f=b", ";a\177", ";\351",
                ";a=\351", ";a ", ";a=b ", ";a=\"b\" ", " ;", ",a=b", " a=b", "=b", ";a:b",
                ";a=\"b\177\"")) {
            to.add(refuses("extension " + WireVectors.printable(extension) + " is refused",
                    EXTENSION, "5" + extension + "\r\nhello\r\n0\r\n\r\n"));
        }
        to.add(refuses("bareCrInAnExtensionIsRefused", PARSING,
                "5;a\rX\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareCrBeforeAnExtensionIsRefused", PARSING,
                "5\r\r;a\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareCrInAQuotedExtensionIsRefused", PARSING,
                "5;a=\"\rX\"\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareLfInAnExtensionIsRefused", PARSING,
                "5;\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareLfBehindAnExtensionIsRefused", PARSING,
                "5;a=b\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareLfInAQuotedExtensionIsRefused", PARSING,
                "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("lineEndInAQuotedExtensionIsRefused", PARSING,
                "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("requestBehindABareLfInAnExtensionIsNotServed", PARSING,
                "2;\nxx\r\n" + Integer.toHexString(NEXT.length()) + "\r\n0\r\n\r\n" + NEXT
                        + "\r\n0\r\n\r\n"));
        to.add(refuses("malformedExtensionOfTheLastChunkIsRefused", EXTENSION,
                "5\r\nhello\r\n0;\r\n\r\n"));
    }

    private static void data(List<WireVector> to) {
        to.add(refuses("bareLfBehindASizeIsRefused", PARSING, "5\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareCrBehindASizeIsRefused", PARSING, "5\rhello\r\n0\r\n\r\n"));
        to.add(refuses("crAndAnotherByteBehindASizeAreRefused", PARSING,
                "5\rXhello\r\n0\r\n\r\n"));
        to.add(refuses("twoCrBehindASizeAreRefused", PARSING, "5\r\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("bareLfBehindTheDataIsRefused", PARSING, "5\r\nhello\n0\r\n\r\n"));
        to.add(refuses("bareCrBehindTheDataIsRefused", PARSING, "5\r\nhello\r0\r\n\r\n"));
        to.add(refuses("lfBeforeCrBehindTheDataIsRefused", PARSING, "5\r\nhello\n\r0\r\n\r\n"));
        to.add(refuses("twoCrBehindTheDataAreRefused", PARSING, "5\r\nhello\r\r\n0\r\n\r\n"));
        to.add(refuses("noLineEndBehindTheDataIsRefused", CHUNK, "5\r\nhello0\r\n\r\n"));
        to.add(refuses("dataLongerThanItsSizeIsRefused", CHUNK, "5\r\nhello!!\r\n0\r\n\r\n"));
        to.add(refuses("dataShorterThanItsSizeIsRefused", CHUNK, "6\r\nhello\r\n0\r\n\r\n"));
        to.add(refuses("anyTwoBytesBehindTheDataAreRefused", CHUNK, "5\r\nhelloXX0\r\n\r\n"));
        to.add(refuses("bareLfEverywhereInChunksIsRefused", PARSING, "5\nhello\n0\n\n"));
        to.add(brokenOff("bodyWithoutALastChunkIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhello\r\n"));
        to.add(brokenOff("bodyThatBreaksOffInAChunkIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhel"));
        to.add(brokenOff("bodyThatBreaksOffInASizeIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhello\r\n1"));
        to.add(brokenOff("bodyThatBreaksOffBehindTheLastSizeIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhello\r\n0\r\n"));
        to.add(brokenOff("bodyThatBreaksOffInTheLastCrLfIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhello\r\n0\r\n\r"));
        to.add(brokenOff("bodyThatBreaksOffInTheTrailersIsNotAnswered", "RFC 9112 s8",
                CHUNKED + "5\r\nhello\r\n0\r\nX-A: b\r\n"));
        to.add(brokenOff("chunkedBodyThatDoesNotBeginIsNotAnswered", "RFC 9112 s8", CHUNKED));
    }

    private static void unwanted(List<WireVector> to) {
        String get = GET + "Transfer-Encoding: chunked\r\n\r\n";
        to.add(served("unwantedChunkedBodyIsSkipped", CHUNK,
                get + "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n" + NEXT, ok("GET /"),
                ok("GET /next")));
        to.add(waiting("unwantedChunkedBodyThatDoesNotBeginIsNotAnsweredTwice", "RFC 9112 s8",
                NEXT + get, ok("GET /next"), ok("GET /")));
        to.add(waiting("unwantedChunkedBodyThatBreaksOffIsNotAnsweredTwice", "RFC 9112 s8",
                NEXT + get + "5\r\nhel", ok("GET /next"), ok("GET /")));
        // The answer is out before the body is looked at, so there is none left for its fault.
        to.add(cutOff("nothingBehindAnUnwantedMalformedChunkIsServed", CHUNK,
                get + "5\r\nhello\r\nX\r\n" + NEXT, ok("GET /")));
        to.add(cutOff("nothingBehindAnUnwantedChunkWithoutASizeIsServed", CHUNK,
                NEXT + get + NEXT, ok("GET /next"), ok("GET /")));
        to.add(cutOff("nothingBehindARefusedMalformedChunkIsServed", CHUNK,
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0x5\r\nhello\r\n0\r\n\r\n" + NEXT, status(403)));
    }

    private static void ends(List<WireVector> to) {
        to.add(refuses("bareLfBehindTheLastSizeIsRefused", PARSING, "5\r\nhello\r\n0\n\r\n"));
        to.add(refuses("bareCrBehindTheLastSizeIsRefused", PARSING, "5\r\nhello\r\n0\r\r\n"));
        to.add(refuses("bareLfAsTheLastLineIsRefused", PARSING, "5\r\nhello\r\n0\r\n\n"));
        to.add(refuses("bareCrAsTheLastLineIsRefused", PARSING, "5\r\nhello\r\n0\r\n\rX"));
        to.add(refuses("bareLfTwiceBehindTheLastSizeIsRefused", PARSING, "0\n\n"));
        to.add(refuses("anyTwoBytesAsTheLastLineAreRefused", CHUNK,
                "0\r\nX:POST / HTTP/1.1\r\n\0\r\n\r\n"));
        to.add(refuses("emptyLineBeforeTheLastChunkIsRefused", CHUNK,
                "2\r\nab\r\n\r\n0\r\n\r\n"));
        to.add(refuses("requestBehindTheLastSizeIsNoTrailer", TRAILER,
                "0\r\n" + NEXT));
    }

    private static void trailers(List<WireVector> to) {
        for (String trailer : List.of("X-A: b\r\n", "X-A:b\r\nX-B:\r\n", "X-A: \t b \t\r\n",
                "X-A: \351\r\n", "X-A: b\r\nX-A: c\r\n", "Content-Length: 50\r\n",
                "Content-Length: abc\r\n", "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip\r\n", "Host: other\r\n", "Host: a b\r\n",
                "Authorization: Basic eA==\r\n", "Content-Type: text/plain\r\n",
                "Connection: close\r\n", "Expect: x\r\n", "Trailer: X\r\n")) {
            to.add(served("trailer " + WireVectors.printable(trailer) + " is ignored",
                    "RFC 9110 s6.5.1", CHUNKED + "5\r\nhello\r\n0\r\n" + trailer + "\r\n" + NEXT,
                    took("POST /", "hello"), ok("GET /next")));
        }
        for (String trailer : List.of("X-A\r\n", ": b\r\n", "X-A : b\r\n", "X-A\t: b\r\n",
                " X-A: b\r\n", "\tX-A: b\r\n", "X A: b\r\n", "X-A: b\r\n c\r\n",
                "X-A: b\0\r\n", "X-A: \1\r\n", "X-A: b\177\r\n", "X\0A: b\r\n", "X-\351: b\r\n",
                "X[A]: b\r\n", "X-A: b\n", "X-A: b\rX-B: c\r\n", "X-A: b\r\r\n", "\n", "\0",
                "X-A: b\n\r\r\n")) {
            to.add(refuses("trailer " + WireVectors.printable(trailer) + " is refused", TRAILER,
                    "5\r\nhello\r\n0\r\n" + trailer + "\r\n"));
        }
    }
}
