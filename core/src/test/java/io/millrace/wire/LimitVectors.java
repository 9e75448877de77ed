package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.cutOff;
import static io.millrace.wire.WireVector.last;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.CHUNKED;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.NEXT;
import static io.millrace.wire.WireVectors.POST;

import io.millrace.server.ServerOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages at the limits of a server whose limits are small, so that they can be cut at every byte;
 * for a server with the limits named here only.
 */
final class LimitVectors {

    private static final int MAX_HEAD_BYTES = 512;
    private static final int MAX_TARGET_BYTES = 64;
    private static final int MAX_FIELDS = 4;
    private static final int MAX_BODY_BYTES = 16;
    private static final int MAX_SKIP_BYTES = 15;
    private static final int MAX_CHUNK_LINE_BYTES = 16;

    private static final String HEAD = "RFC 6585 s5";
    private static final String BODY = "RFC 9110 s15.5.14";
    private static final String UNWANTED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String BYTES = "0123456789abcdef";

    private LimitVectors() {
    }

    /** The options of a server with these limits. */
    static ServerOptions.Builder options() {
        return ServerOptions.builder()
                .maxHeadBytes(MAX_HEAD_BYTES)
                .maxTargetBytes(MAX_TARGET_BYTES)
                .maxFields(MAX_FIELDS)
                .maxBodyBytes(MAX_BODY_BYTES)
                .maxSkipBytes(MAX_SKIP_BYTES)
                .maxChunkLineBytes(MAX_CHUNK_LINE_BYTES);
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        String path = "/" + "a".repeat(MAX_TARGET_BYTES - 1);
        String end = " HTTP/1.1\r\nHost: h\r\n\r\n";
        vectors.add(served("targetAtTheLimitIsServed", "RFC 9110 s15.5.15", "GET " + path + end,
                ok("GET " + path)));
        vectors.add(refused("targetBeyondTheLimitIsTooLong", "RFC 9110 s15.5.15", 414,
                "GET " + path + "a" + end));
        String value = "b".repeat(MAX_HEAD_BYTES - GET.length() - "X-A: \r\n\r\n".length());
        vectors.add(served("headAtTheLimitIsServed", HEAD, GET + "X-A: " + value + "\r\n\r\n",
                ok("GET /")));
        vectors.add(served("secondHeadAtTheLimitIsServed", HEAD,
                NEXT + GET + "X-A: " + value + "\r\n\r\n" + NEXT, ok("GET /next"), ok("GET /"),
                ok("GET /next")));
        vectors.add(refused("headBeyondTheLimitIsTooLarge", HEAD, 431,
                GET + "X-A: b" + value + "\r\n\r\n"));
        vectors.add(served("fieldsAtTheLimitAreServed", HEAD,
                GET + "A: b\r\nC: d\r\nE: f\r\n\r\n", ok("GET /")));
        vectors.add(refused("fieldsBeyondTheLimitAreTooLarge", HEAD, 431,
                GET + "A: b\r\nC: d\r\nE: f\r\nG: h\r\n\r\n"));
        vectors.add(served("bodyAtTheLimitIsTaken", BODY,
                POST + "Content-Length: 16\r\n\r\n" + BYTES + NEXT, took("POST /", BYTES),
                ok("GET /next")));
        vectors.add(refused("bodyBeyondTheLimitIsTooLarge", BODY, 413,
                POST + "Content-Length: 17\r\n\r\n" + BYTES + "0" + NEXT));
        vectors.add(served("unwantedBodyAtTheLimitIsSkipped", "RFC 9112 s9.3",
                GET + "Content-Length: 15\r\n\r\n0123456789abcde" + NEXT, ok("GET /"),
                ok("GET /next")));
        vectors.add(last("unwantedBodyBeyondTheLimitEndsTheConnection", "RFC 9112 s9.3",
                GET + "Content-Length: 16\r\n\r\n" + BYTES + NEXT, ok("GET /").saying("close")));
        vectors.add(served("unwantedChunksAtTheLimitAreSkipped", "RFC 9112 s9.3",
                GET + UNWANTED + "5\r\n01234\r\n0\r\n\r\n" + NEXT, ok("GET /"),
                ok("GET /next")));
        vectors.add(cutOff("unwantedChunksBeyondTheLimitEndTheConnection", "RFC 9112 s9.3",
                GET + UNWANTED + "6\r\n012345\r\n0\r\n\r\n" + NEXT, ok("GET /")));
        vectors.add(served("unwantedExtensionsAtTheLimitAreSkipped", "RFC 9112 s9.3",
                GET + UNWANTED + "1;a=b\r\n0\r\n0\r\n\r\n" + NEXT, ok("GET /"),
                ok("GET /next")));
        vectors.add(cutOff("unwantedExtensionsBeyondTheLimitEndTheConnection", "RFC 9112 s9.3",
                GET + UNWANTED + "1;a=bc\r\n0\r\n0\r\n\r\n" + NEXT, ok("GET /")));
        vectors.add(cutOff("unwantedTrailersBeyondTheLimitEndTheConnection", "RFC 9112 s9.3",
                GET + UNWANTED + "1\r\n0\r\n0\r\nA:b\r\n\r\n" + NEXT, ok("GET /")));
        vectors.add(refused("largestLengthIsTooLarge", BODY, 413,
                POST + "Content-Length: 9223372036854775807\r\n\r\n" + NEXT));
        vectors.add(refused("lengthThatWouldWrapIsTooLarge", BODY, 413,
                POST + "Content-Length: 4294967301\r\n\r\nhello" + NEXT));
        vectors.add(served("chunkAtTheLimitIsTaken", BODY,
                CHUNKED + "10\r\n" + BYTES + "\r\n0\r\n\r\n" + NEXT, took("POST /", BYTES),
                ok("GET /next")));
        vectors.add(served("chunksAtTheLimitAreTaken", BODY,
                CHUNKED + "8\r\n01234567\r\n8\r\n89abcdef\r\n0\r\n\r\n" + NEXT,
                took("POST /", BYTES), ok("GET /next")));
        vectors.add(refused("chunkBeyondTheLimitIsTooLarge", BODY, 413,
                CHUNKED + "11\r\n" + BYTES + "0\r\n0\r\n\r\n" + NEXT));
        vectors.add(refused("chunksBeyondTheLimitAreTooLarge", BODY, 413,
                CHUNKED + "8\r\n01234567\r\n9\r\n89abcdef0\r\n0\r\n\r\n" + NEXT));
        vectors.add(refused("chunkSizeThatWouldWrapIsTooLarge", BODY, 413,
                CHUNKED + "100000005\r\nhello\r\n0\r\n\r\n" + NEXT));
        vectors.add(served("chunkLineAtTheLimitIsTaken", "RFC 9112 s7.1.1",
                CHUNKED + "5;a=0123456789ab\r\nhello\r\n0\r\n\r\n", took("POST /", "hello")));
        vectors.add(refused("chunkLineBeyondTheLimitIsRefused", "RFC 9112 s7.1.1", 400,
                CHUNKED + "5;a=0123456789abc\r\nhello\r\n0\r\n\r\n"));
        vectors.add(served("trailersAtTheLimitAreIgnored", "RFC 9112 s7.1.2",
                CHUNKED + "0\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\n\r\n", took("POST /", "")));
        vectors.add(refused("trailersBeyondTheLimitAreTooLarge", "RFC 9112 s7.1.2", 431,
                CHUNKED + "0\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\nI: j\r\n\r\n"));
        String trailer = "X-A: " + "b".repeat(MAX_HEAD_BYTES - "X-A: \r\n\r\n".length());
        vectors.add(served("trailerBytesAtTheLimitAreIgnored", "RFC 9112 s7.1.2",
                CHUNKED + "0\r\n" + trailer + "\r\n\r\n", took("POST /", "")));
        vectors.add(refused("trailerBytesBeyondTheLimitAreTooLarge", "RFC 9112 s7.1.2", 431,
                CHUNKED + "0\r\n" + trailer + "b\r\n\r\n"));
        return vectors;
    }
}
