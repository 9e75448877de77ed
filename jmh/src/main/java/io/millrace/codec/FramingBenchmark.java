package io.millrace.codec;

import io.millrace.http.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to decide, from a head's fields, how its body is delimited?
 *
 * <p>An operation is one decision about a head that has been read, with the fields that a client
 * without a browser sends. It is a part of what {@link RequestParserBenchmark} measures.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class FramingBenchmark {

    private static final String COMMON =
            " /key HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n";

    @Param({"plain", "length", "chunked"})
    public String body;

    private final RequestParser parser =
            new RequestParser(new Limits(16 * 1024, 8192, 100, Long.MAX_VALUE, 256));

    private ParsedHead head;

    @Setup
    public void prepare() throws HttpException {
        String text = switch (body) {
            case "plain" -> "GET" + COMMON + "\r\n";
            case "length" -> "PUT" + COMMON + "Content-Length: 40000000\r\n\r\n";
            case "chunked" -> "PUT" + COMMON + "Transfer-Encoding: chunked\r\n\r\n";
            default -> throw new IllegalArgumentException("body: " + body);
        };
        head = parser.parse(StandardCharsets.US_ASCII.encode(text));
        if (head.framing().isChunked() != body.equals("chunked")) {
            throw new IllegalStateException("not the framing that is to be measured");
        }
    }

    /** Returns what holds the decision, so that no part of it can be left out. */
    @Benchmark
    public Framing decide() throws HttpException {
        Framing framing = head.framing();
        framing.decide(head);
        return framing;
    }
}
