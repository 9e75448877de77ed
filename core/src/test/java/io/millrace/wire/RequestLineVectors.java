package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireVector.brokenOff;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVector.waiting;

import java.util.ArrayList;
import java.util.List;

/** The request line as a whole, its version, and what may stand before it (RFC 9112 s2, s3). */
final class RequestLineVectors {

    private static final String LINE = "RFC 9112 s3";
    private static final String VERSION = "RFC 9112 s2.3";
    private static final String PARSING = "RFC 9112 s2.2";
    private static final String HOST = "Host: h\r\n\r\n";

    private RequestLineVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        line(vectors);
        version(vectors);
        before(vectors);
        unfinished(vectors);
        return vectors;
    }

    private static void line(List<WireVector> to) {
        to.add(served("plainGetIsServed", LINE, "GET / HTTP/1.1\r\n" + HOST, ok("GET /")));
        to.add(refused("twoSpacesBeforeTheTargetAreRefused", LINE, 400,
                "GET  / HTTP/1.1\r\n" + HOST));
        to.add(refused("twoSpacesBeforeTheVersionAreRefused", LINE, 400,
                "GET /  HTTP/1.1\r\n" + HOST));
        to.add(refused("tabBeforeTheTargetIsRefused", LINE, 400, "GET\t/ HTTP/1.1\r\n" + HOST));
        to.add(refused("tabBeforeTheVersionIsRefused", LINE, 400, "GET /\tHTTP/1.1\r\n" + HOST));
        to.add(refused("verticalTabBeforeTheTargetIsRefused", LINE, 400,
                "GET\13/ HTTP/1.1\r\n" + HOST));
        to.add(refused("formFeedBeforeTheVersionIsRefused", LINE, 400,
                "GET /\fHTTP/1.1\r\n" + HOST));
        to.add(refused("carriageReturnBeforeTheTargetIsRefused", LINE, 400,
                "GET\r/ HTTP/1.1\r\n" + HOST));
        to.add(refused("lineFeedBeforeTheVersionIsRefused", LINE, 400,
                "GET /\nHTTP/1.1\r\n" + HOST));
        to.add(refused("spaceBeforeTheMethodIsRefused", LINE, 400, " GET / HTTP/1.1\r\n" + HOST));
        to.add(refused("tabBeforeTheMethodIsRefused", LINE, 400, "\tGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("spaceAfterTheVersionIsRefused", LINE, 400, "GET / HTTP/1.1 \r\n" + HOST));
        to.add(refused("tabAfterTheVersionIsRefused", LINE, 400, "GET / HTTP/1.1\t\r\n" + HOST));
        to.add(refused("wordAfterTheVersionIsRefused", LINE, 400,
                "GET / HTTP/1.1 x\r\n" + HOST));
        to.add(refused("spaceInTheTargetIsRefused", LINE, 400, "GET /a b HTTP/1.1\r\n" + HOST));
        to.add(refused("requestLineWithoutTargetIsRefused", LINE, 400,
                "GET HTTP/1.1\r\n" + HOST));
        to.add(refused("requestLineWithEmptyTargetIsRefused", LINE, 400,
                "GET  HTTP/1.1\r\n" + HOST));
        to.add(refused("requestLineOfHttp09IsRefused", VERSION, 400, "GET /\r\n"));
        to.add(refused("requestLineWithoutVersionIsRefused", VERSION, 400,
                "GET /\r\n" + HOST));
        to.add(refused("requestLineWithEmptyVersionIsRefused", VERSION, 400,
                "GET / \r\n" + HOST));
        to.add(refused("methodAloneIsRefused", LINE, 400, "GET\r\n" + HOST));
        to.add(refused("lineOfSpacesIsRefused", LINE, 400, "   \r\n\r\n"));
        to.add(refused("fieldLineInPlaceOfTheRequestLineIsRefused", LINE, 400, HOST));
        to.add(refused("statusLineInPlaceOfTheRequestLineIsRefused", LINE, 400,
                "HTTP/1.1 200 OK\r\n" + HOST));
        to.add(refused("bareLfAfterTheRequestLineIsRefused", PARSING, 400,
                "GET / HTTP/1.1\n" + HOST));
        to.add(refused("bareCrAfterTheRequestLineIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r" + HOST));
        to.add(refused("twoCrAfterTheRequestLineAreRefused", PARSING, 400,
                "GET / HTTP/1.1\r\r\n" + HOST));
        to.add(refused("bareLfEverywhereIsRefused", PARSING, 400,
                "GET / HTTP/1.1\nHost: h\n\n"));
        to.add(refused("bareCrEverywhereIsRefused", PARSING, 400,
                "GET / HTTP/1.1\rHost: h\r\r"));
        to.add(refused("lfBeforeCrIsRefused", PARSING, 400, "GET / HTTP/1.1\n\r" + HOST));
        to.add(refused("binaryGarbageIsRefused", LINE, 400,
                "\1\2\377\376\0\26\3\1\2\0\1\0\r\n\r\n"));
        to.add(refused("tlsHelloIsRefused", LINE, 400,
                "\26\3\1\0\5\1\0\0\1\3\r\n\r\n"));
        to.add(refused("socksGreetingIsRefused", LINE, 400, "\5\1\0"));
        to.add(refused("nonAsciiLetterInTheMethodIsRefused", LINE, 400,
                "G\311T / HTTP/1.1\r\n" + HOST));
        to.add(refused("utf8ByteOrderMarkIsRefused", LINE, 400,
                "\357\273\277GET / HTTP/1.1\r\n" + HOST));
    }

    private static void version(List<WireVector> to) {
        to.add(last("http10WithoutHostIsServed", "RFC 9112 s3.2", "GET / HTTP/1.0\r\n\r\n",
                ok("GET /")));
        to.add(last("http10WithHostIsServed", VERSION, "GET / HTTP/1.0\r\n" + HOST,
                ok("GET /")));
        to.add(served("http12IsServedAsHttp11", "RFC 9110 s2.5", "GET / HTTP/1.2\r\n" + HOST,
                ok("GET /")));
        to.add(served("http19IsServedAsHttp11", "RFC 9110 s2.5", "GET / HTTP/1.9\r\n" + HOST,
                ok("GET /")));
        to.add(refused("http12WithoutHostIsRefused", "RFC 9110 s2.5", 400,
                "GET / HTTP/1.2\r\n\r\n"));
        for (String version : List.of("0.9", "0.0", "2.0", "3.0", "9.9", "5.6")) {
            to.add(refused("http" + version.replace(".", "") + "IsNotSupported",
                    "RFC 9110 s15.6.6", 505, "GET / HTTP/" + version + "\r\n" + HOST));
        }
        to.add(refused("http2PrefaceIsNotSupported", "RFC 9110 s15.6.6", 505,
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        for (String version : List.of("http/1.1", "Http/1.1", "HTTp/1.1", "HTTP/1", "HTTP/1.",
                "HTTP/.1", "HTTP/", "HTTP", "HTTP1.1", "HTTP 1.1", "HTTP/ 1.1", "HTTP /1.1",
                "HTTP/1 .1", "HTTP/1. 1", "HTTP/1,1", "HTTP/11", "HTTP/1.10", "HTTP/1.32",
                "HTTP/10.1", "HTTP/01.1", "HTTP/1.01", "HTTP/01.01", "HTTP/1.1.1", "HTTP/1.x",
                "HTTP/x.1", "HTTP/+1.1", "HTTP/-1.1", "HTTP/1.-1", "HTTP/4294967297.1",
                "HTTP//1.1", "HTTP\\1.1", "HTTPS/1.1", "XHTTP/1.1", "ICE/1.0", "RTSP/1.0",
                "HTTP/1.1\0", "HTTP/\r\r1.1", "HTTP/1.1\13", "HTTP/1.1HTTP/1.1",
                "HTTP/\2611.1")) {
            to.add(refused("version " + WireVectors.printable(version) + " is refused", VERSION,
                    400, "GET / " + version + "\r\n" + HOST));
        }
    }

    private static void before(List<WireVector> to) {
        to.add(served("oneEmptyLineBeforeTheRequestIsIgnored", PARSING,
                "\r\nGET / HTTP/1.1\r\n" + HOST, ok("GET /")));
        to.add(served("twoEmptyLinesBeforeTheRequestAreIgnored", PARSING,
                "\r\n\r\nGET / HTTP/1.1\r\n" + HOST, ok("GET /")));
        to.add(served("sixteenEmptyLinesBeforeTheRequestAreIgnored", PARSING,
                "\r\n".repeat(16) + "GET / HTTP/1.1\r\n" + HOST, ok("GET /")));
        to.add(refused("seventeenEmptyLinesBeforeTheRequestAreRefused", PARSING, 400,
                "\r\n".repeat(17) + "GET / HTTP/1.1\r\n" + HOST));
        to.add(refused("emptyLinesWithoutARequestAreRefused", PARSING, 400,
                "\r\n".repeat(17)));
        to.add(refused("bareLfBehindAnEmptyLineIsRefused", PARSING, 400,
                "\r\n\nGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("bareLfBeforeTheRequestIsRefused", PARSING, 400,
                "\nGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("bareCrBeforeTheRequestIsRefused", PARSING, 400,
                "\rGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("emptyLineOfTwoCrBeforeTheRequestIsRefused", PARSING, 400,
                "\r\r\nGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("lineOfASpaceBeforeTheRequestIsRefused", PARSING, 400,
                " \r\nGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("wordBeforeTheMethodIsRefused", LINE, 400,
                "Extra lineGET / HTTP/1.1\r\n" + HOST));
        to.add(refused("nulBeforeTheRequestIsRefused", LINE, 400,
                "\0GET / HTTP/1.1\r\n" + HOST));
    }

    private static void unfinished(List<WireVector> to) {
        to.add(waiting("noByteAtAllIsNotAnswered", "RFC 9112 s8", ""));
        to.add(brokenOff("crAloneWaitsForTheRest", PARSING, "\r"));
        to.add(waiting("emptyLineAloneWaitsForTheRest", PARSING, "\r\n"));
        to.add(waiting("sixteenEmptyLinesWaitForTheRest", PARSING, "\r\n".repeat(16)));
        to.add(brokenOff("crBehindAnEmptyLineWaitsForTheRest", PARSING, "\r\n\r"));
        to.add(brokenOff("startOfNoVersionWaitsForTheRestOfTheLine", LINE, "GET /a b"));
        for (String start : List.of("G", "GET", "GET ", "GET /", "GET / ",
                "GET / HTTP", "GET / HTTP/1.", "GET / HTTP/1.1", "GET / HTTP/1.1\r",
                "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost",
                "GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: ",
                "GET / HTTP/1.1\r\nHost: h", "GET / HTTP/1.1\r\nHost: h\r",
                "GET / HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r")) {
            to.add(brokenOff("head of " + start.length() + " bytes waits for the rest",
                    "RFC 9112 s8", start));
        }
    }
}
