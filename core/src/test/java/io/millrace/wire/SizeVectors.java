package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireAnswer.took;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.CHUNKED;
import static io.millrace.wire.WireVectors.GET;
import static io.millrace.wire.WireVectors.POST;

import java.util.ArrayList;
import java.util.List;

/**
 * Messages at the default limits and far beyond them: at a limit all is well, a byte beyond it all
 * is refused (RFC 9110 s15.5.15, RFC 6585 s5).
 */
final class SizeVectors {

    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_TARGET_BYTES = 8192;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_CHUNK_LINE_BYTES = 256;
    private static final String TARGET = "RFC 9110 s15.5.15";
    private static final String HEAD = "RFC 6585 s5";
    private static final String END = " HTTP/1.1\r\nHost: h\r\n\r\n";

    private SizeVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        targets(vectors);
        heads(vectors);
        bodies(vectors);
        return vectors;
    }

    private static void targets(List<WireVector> to) {
        String path = "/" + "a".repeat(MAX_TARGET_BYTES - 1);
        to.add(served("targetOf8000BytesIsServed", "RFC 9112 s3",
                "GET " + path.substring(0, 8000) + END, ok("GET " + path.substring(0, 8000))));
        to.add(served("targetOfExactlyMaxBytesIsServed", TARGET, "GET " + path + END,
                ok("GET " + path)));
        to.add(refused("targetOfMaxBytesAndOneIsTooLong", TARGET, 414, "GET " + path + "a" + END));
        to.add(refused("targetOf100000BytesIsTooLong", TARGET, 414,
                "GET /" + "a".repeat(100_000) + END));
        to.add(refused("targetWithoutAnEndIsTooLong", TARGET, 414,
                "GET /" + "a".repeat(MAX_TARGET_BYTES)));
        String uri = "http://h/" + "a".repeat(MAX_TARGET_BYTES - 9);
        to.add(served("absoluteTargetOfExactlyMaxBytesIsServed", TARGET, "GET " + uri + END,
                ok("GET " + uri.substring("http://h".length()))));
        to.add(refused("absoluteTargetOfMaxBytesAndOneIsTooLong", TARGET, 414,
                "GET " + uri + "a" + END));
        to.add(refused("queryOfMaxBytesIsTooLong", TARGET, 414,
                "GET /?" + "a".repeat(MAX_TARGET_BYTES) + END));
    }

    private static void heads(List<WireVector> to) {
        String fill = "b".repeat(MAX_HEAD_BYTES - GET.length() - "X-A: \r\n\r\n".length());
        to.add(served("headOfExactlyMaxBytesIsServed", HEAD, GET + "X-A: " + fill + "\r\n\r\n",
                ok("GET /")));
        to.add(refused("headOfMaxBytesAndOneIsTooLarge", HEAD, 431,
                GET + "X-A: b" + fill + "\r\n\r\n"));
        to.add(served("emptyLineBeforeAHeadOfMaxBytesDoesNotCount", HEAD,
                "\r\n" + GET + "X-A: " + fill + "\r\n\r\n", ok("GET /")));
        to.add(refused("headWithoutAnEndIsTooLarge", HEAD, 431,
                GET + "X-A: " + "b".repeat(MAX_HEAD_BYTES)));
        to.add(refused("fieldNameOf100000BytesIsTooLarge", HEAD, 431,
                GET + "X".repeat(100_000) + ": b\r\n\r\n"));
        to.add(refused("fieldValueOf100000BytesIsTooLarge", HEAD, 431,
                GET + "X-A: " + "b".repeat(100_000) + "\r\n\r\n"));
        to.add(refused("spacesOf100000BytesAreTooLarge", HEAD, 431,
                GET + "X-A:" + " ".repeat(100_000) + "b\r\n\r\n"));
        to.add(refused("cookieOf65536BytesIsTooLarge", HEAD, 431,
                GET + "Cookie: big=" + "b".repeat(65_536) + "\r\n\r\n"));
        to.add(served("thousandRangesAreTheHandlersMatter", "RFC 9110 s14.2",
                GET + "Range: bytes=" + "0-,".repeat(1000) + "0-\r\n\r\n", ok("GET /")));
        to.add(served("cookieOfThousandPairsIsServed", HEAD,
                GET + "Cookie: " + "a=b; ".repeat(1000) + "a=b\r\n\r\n", ok("GET /")));
        to.add(served("headOfMaxFieldsIsServed", HEAD,
                GET + "X-A: b\r\n".repeat(MAX_FIELDS - 1) + "\r\n", ok("GET /")));
        to.add(refused("headOfMaxFieldsAndOneIsTooLarge", HEAD, 431,
                GET + "X-A: b\r\n".repeat(MAX_FIELDS) + "\r\n"));
        to.add(refused("headOf10000FieldsIsTooLarge", HEAD, 431,
                GET + "X-A: b\r\n".repeat(10_000) + "\r\n"));
        String method = "A".repeat(MAX_HEAD_BYTES - " /".length() - END.length());
        to.add(served("methodThatFillsTheHeadReachesTheHandler", "RFC 9110 s9.1",
                method + " /" + END, ok(method + " /")));
        // RFC 9112 s3 recommends 501 where no method is so long; here every token is the handler's.
        to.add(refused("methodOf100000BytesIsRefused", "RFC 9112 s3", 400,
                "A".repeat(100_000) + " /" + END));
        to.add(refused("methodOfMaxBytesAndOneIsRefused", "RFC 9112 s3", 400,
                "A".repeat(MAX_HEAD_BYTES + 1) + " /" + END));
        to.add(refused("targetThatTheHeadHasNoRoomForIsTooLong", TARGET, 414,
                "A".repeat(MAX_HEAD_BYTES - 10) + " /aaaaaaaaa" + END));
        to.add(refused("versionThatTheHeadHasNoRoomForIsTooLarge", HEAD, 431,
                "A".repeat(MAX_HEAD_BYTES - 10) + " /" + END));
    }

    private static void bodies(List<WireVector> to) {
        String size = "5;a=" + "b".repeat(MAX_CHUNK_LINE_BYTES - 4);
        to.add(served("chunkLineOfExactlyMaxBytesIsTaken", "RFC 9112 s7.1.1",
                CHUNKED + size + "\r\nhello\r\n0\r\n\r\n", took("POST /", "hello")));
        to.add(refused("chunkLineOfMaxBytesAndOneIsRefused", "RFC 9112 s7.1.1", 400,
                CHUNKED + size + "b\r\nhello\r\n0\r\n\r\n"));
        to.add(refused("extensionOf65536BytesIsRefused", "RFC 9112 s7.1.1", 400,
                CHUNKED + "5;a=" + "b".repeat(65_536) + "\r\nhello\r\n0\r\n\r\n"));
        to.add(refused("sizeOfMoreZerosThanAChunkLineHasIsRefused", "RFC 9112 s7.1", 400,
                CHUNKED + "0".repeat(MAX_CHUNK_LINE_BYTES) + "5\r\nhello\r\n0\r\n\r\n"));
        to.add(served("trailersOfMaxFieldsAreIgnored", "RFC 9112 s7.1.2",
                CHUNKED + "0\r\n" + "X-A: b\r\n".repeat(MAX_FIELDS) + "\r\n",
                took("POST /", "")));
        to.add(refused("trailersOfMaxFieldsAndOneAreTooLarge", "RFC 9112 s7.1.2", 431,
                CHUNKED + "0\r\n" + "X-A: b\r\n".repeat(MAX_FIELDS + 1) + "\r\n"));
        String trailer = "X-A: " + "b".repeat(MAX_HEAD_BYTES - "X-A: \r\n\r\n".length());
        to.add(served("trailersOfExactlyMaxBytesAreIgnored", "RFC 9112 s7.1.2",
                CHUNKED + "0\r\n" + trailer + "\r\n\r\n", took("POST /", "")));
        to.add(refused("trailersOfMaxBytesAndOneAreTooLarge", "RFC 9112 s7.1.2", 431,
                CHUNKED + "0\r\n" + trailer + "b\r\n\r\n"));
        String body = "0123456789abcdef".repeat(4096);
        to.add(served("bodyOf65536BytesIsTaken", "RFC 9112 s6.2",
                POST + "Content-Length: 65536\r\n\r\n" + body, took("POST /", body)));
        to.add(served("chunkOf65536BytesIsTaken", "RFC 9112 s7.1",
                CHUNKED + "10000\r\n" + body + "\r\n0\r\n\r\n", took("POST /", body)));
        to.add(served("fourThousandChunksAreTaken", "RFC 9112 s7.1",
                CHUNKED + "10\r\n0123456789abcdef\r\n".repeat(4096) + "0\r\n\r\n",
                took("POST /", body)));
        to.add(served("unwantedBodyOf65536BytesIsSkipped", "RFC 9112 s9.3",
                GET + "Content-Length: 65536\r\n\r\n" + body + WireVectors.NEXT,
                ok("GET /"), ok("GET /next")));
    }
}
