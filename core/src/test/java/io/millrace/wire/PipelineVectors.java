package io.millrace.wire;

import static io.millrace.wire.WireAnswer.head;
import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.status;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.brokenOff;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refusedAfter;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVector.waiting;
import static io.millrace.wire.WireVectors.CHUNKED;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Several requests without waiting for answers (RFC 9112 s9.3.2). */
final class PipelineVectors {

    private static final String PIPELINE = "RFC 9112 s9.3.2";
    private static final String HEAD = "HEAD /h HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String PUT =
            "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";

    private PipelineVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        vectors.add(served("twoRequestsAreAnsweredInOrder", PIPELINE, GET + "\r\n" + NEXT,
                ok("GET /"), ok("GET /next")));
        vectors.add(served("hundredRequestsAreAnsweredInOrder", PIPELINE, NEXT.repeat(100),
                Collections.nCopies(100, ok("GET /next")).toArray(WireAnswer[]::new)));
        vectors.add(served("bodiesOfEveryKindBetweenRequestsAreTaken", PIPELINE,
                PUT + NEXT + CHUNKED + "5\r\nhello\r\n0\r\n\r\n" + HEAD + PUT,
                took("PUT /p", "hello"), ok("GET /next"), took("POST /", "hello"), head("HEAD /h"),
                took("PUT /p", "hello")));
        vectors.add(served("answerToHeadDoesNotShiftTheNext", PIPELINE, HEAD + HEAD + NEXT,
                head("HEAD /h"), head("HEAD /h"), ok("GET /next")));
        vectors.add(served("answersWithoutABodyDoNotShiftTheNext", "RFC 9112 s6.3",
                "GET /none HTTP/1.1\r\nHost: h\r\n\r\nGET /same HTTP/1.1\r\nHost: h\r\n\r\n"
                        + NEXT, status(204), status(304), ok("GET /next")));
        vectors.add(served("refusalsOfTheHandlerDoNotEndThePipeline", PIPELINE,
                "GET /refuse HTTP/1.1\r\nHost: h\r\n\r\n" + NEXT
                        + "PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                        + NEXT, status(403), ok("GET /next"), status(403), ok("GET /next")));
        vectors.add(refusedAfter("nothingBehindAMalformedRequestIsServed", "RFC 9112 s2.2", 400,
                NEXT + "GET / HTTP/1.1\r\nHost : h\r\n\r\n" + NEXT, ok("GET /next")));
        vectors.add(refusedAfter("nothingBehindGarbageIsServed", "RFC 9112 s2.2", 400,
                NEXT + "\0\1\2\3\r\n\r\n" + NEXT, ok("GET /next")));
        vectors.add(refusedAfter("nothingBehindAMalformedChunkIsServed", "RFC 9112 s7.1", 400,
                NEXT + CHUNKED + "5\r\nhello\r\nX\r\n" + NEXT, ok("GET /next")));
        vectors.add(refusedAfter("nothingBehindBothLengthsIsServed", "RFC 9112 s6.3", 400,
                PUT + POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        + NEXT, took("PUT /p", "hello")));
        vectors.add(refusedAfter("nothingBehindAnUnsupportedVersionIsServed", "RFC 9110 s15.6.6",
                505, NEXT + "GET / HTTP/2.0\r\nHost: h\r\n\r\n" + NEXT, ok("GET /next")));
        vectors.add(last("nothingBehindCloseInAPipelineIsServed", "RFC 9112 s9.6",
                NEXT + GET + "Connection: close\r\n\r\n" + NEXT, ok("GET /next"),
                ok("GET /").saying("close")));
        vectors.add(served("emptyLineBehindABodyIsIgnored", "RFC 9112 s2.2",
                PUT + "\r\n" + NEXT, took("PUT /p", "hello"), ok("GET /next")));
        vectors.add(served("emptyLineBetweenRequestsIsIgnored", "RFC 9112 s2.2",
                NEXT + "\r\n" + NEXT + "\r\n" + NEXT, ok("GET /next"), ok("GET /next"),
                ok("GET /next")));
        vectors.add(served("twoEmptyLinesBehindABodyAreIgnored", "RFC 9112 s2.2",
                PUT + "\r\n\r\n" + NEXT, took("PUT /p", "hello"), ok("GET /next")));
        vectors.add(served("emptyLinesBehindAChunkedBodyAreIgnored", "RFC 9112 s2.2",
                CHUNKED + "5\r\nhello\r\n0\r\n\r\n\r\n\r\n" + NEXT,
                took("POST /", "hello"), ok("GET /next")));
        vectors.add(served("emptyLinesBehindABodyThatIsDroppedAreIgnored", "RFC 9112 s2.2",
                "PUT /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n" + NEXT,
                status(403), ok("GET /next")));
        vectors.add(served("sixteenEmptyLinesBeforeEachRequestAreIgnored", "RFC 9112 s2.2",
                NEXT + "\r\n".repeat(16) + NEXT + "\r\n".repeat(16) + NEXT, ok("GET /next"),
                ok("GET /next"), ok("GET /next")));
        vectors.add(refusedAfter("seventeenEmptyLinesBetweenRequestsAreRefused", "RFC 9112 s2.2",
                400, NEXT + "\r\n".repeat(17) + NEXT, ok("GET /next")));
        vectors.add(waiting("emptyLinesBehindTheLastRequestAreNotAnswered", "RFC 9112 s2.2",
                PUT + "\r\n\r\n", took("PUT /p", "hello")));
        vectors.add(refusedAfter("bareLfBetweenRequestsIsRefused", "RFC 9112 s2.2", 400,
                NEXT + "\n" + NEXT, ok("GET /next")));
        vectors.add(refusedAfter("nulBehindAChunkedBodyIsRefused", "RFC 9112 s2.2", 400,
                CHUNKED + "0\r\n\r\n\0" + NEXT, took("POST /", "")));
        vectors.add(brokenOff("headThatBreaksOffBehindARequestIsNotAnswered", "RFC 9112 s8",
                NEXT + "GET / HT", ok("GET /next")));
        vectors.add(brokenOff("bodyThatBreaksOffBehindARequestIsNotAnswered", "RFC 9112 s8",
                NEXT + POST + "Content-Length: 5\r\n\r\nhell", ok("GET /next")));
        vectors.add(served("requestsOfDifferentMinorVersionsAreServed", "RFC 9110 s2.5",
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + NEXT,
                ok("GET /").saying("keep-alive"), ok("GET /next")));
        return vectors;
    }
}
