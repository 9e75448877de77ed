package io.millrace.wire;

import java.util.List;
import java.util.stream.Stream;

/**
 * The table of wire vectors, by topic. All but {@link LimitVectors} hold for a server with default
 * limits; none of them counts on more than the test handler {@link EchoHandler}.
 */
final class WireVectors {

    /** A GET that lacks its last CRLF, so that field lines may follow. */
    static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n";
    /** A POST that lacks its last CRLF. */
    static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    /** A POST whose chunked body follows. */
    static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    /** A whole request to put behind others. */
    static final String NEXT = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

    /** A whole request that ends the connection. */
    static final String LAST = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    private WireVectors() {
    }

    /** Every vector that holds with default limits. */
    static List<WireVector> all() {
        return Stream.of(
                RequestLineVectors.all(),
                TargetVectors.all(),
                HostVectors.all(),
                FieldLineVectors.all(),
                ContentLengthVectors.all(),
                TransferEncodingVectors.all(),
                ChunkedVectors.all(),
                ConnectionVectors.all(),
                PipelineVectors.all(),
                ExpectVectors.all(),
                MethodVectors.all(),
                SizeVectors.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Two hexadecimal digits, for the name of a vector. */
    static String hex(int c) {
        return String.format("%02x", c);
    }

    /** Text in quotes for the name of a vector, with what can't be printed in hexadecimal. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder("'");
        for (char c : text.toCharArray()) {
            printable.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : "%" + hex(c));
        }
        return printable.append('\'').toString();
    }
}
