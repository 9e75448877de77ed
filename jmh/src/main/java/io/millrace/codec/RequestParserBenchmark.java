package io.millrace.codec;

import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
 * How long does it take to read a request head, by its size and the pieces in which it arrives?
 *
 * <p>An operation is one head, from a direct buffer as a worker has it, with its framing decided.
 * {@code small} has one field, {@code browser} 12, {@code many} 91.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class RequestParserBenchmark {

    private static final String SMALL = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String BROWSER = String.join("\r\n",
            "GET /photos/2026/summer/lake.jpg?size=large HTTP/1.1",
            "Host: www.example.com",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            "Accept-Language: en-GB,en;q=0.5",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Connection: keep-alive",
            "Referer: https://www.example.com/photos/2026/summer/",
            "Cookie: session=3f0c9a7d51e84b26a0d4c7be92f16508; theme=dark; consent=necessary",
            "Sec-Fetch-Dest: image",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Site: same-origin",
            "Priority: u=5, i",
            "", "");
    private static final int MANY_FIELDS = 90;

    @Param({"small", "browser", "many"})
    public String head;

    @Param({"whole", "halves", "bytes"})
    public String arrival;

    private final RequestParser parser =
            new RequestParser(new Limits(16 * 1024, 8192, 100, Long.MAX_VALUE, 256));

    private ByteBuffer in;
    /** Where each piece ends. */
    private int[] ends;

    @Setup
    public void prepare() throws HttpException {
        byte[] bytes = switch (head) {
            case "small" -> SMALL.getBytes(StandardCharsets.US_ASCII);
            case "browser" -> BROWSER.getBytes(StandardCharsets.US_ASCII);
            case "many" -> many().getBytes(StandardCharsets.US_ASCII);
            default -> throw new IllegalArgumentException("head: " + head);
        };
        in = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        ends = switch (arrival) {
            case "whole" -> new int[] {bytes.length};
            case "halves" -> new int[] {bytes.length / 2, bytes.length};
            case "bytes" -> IntStream.rangeClosed(1, bytes.length).toArray();
            default -> throw new IllegalArgumentException("arrival: " + arrival);
        };
        if (parse() == null || in.hasRemaining()) {
            throw new IllegalStateException("the head was not read to its end");
        }
    }

    /** Almost as many fields as are taken, none of which means anything to the framing. */
    private static String many() {
        return "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
                + IntStream.range(0, MANY_FIELDS)
                        .mapToObj(i -> "X-Field-" + i + ": value " + i + "\r\n")
                        .collect(Collectors.joining())
                + "\r\n";
    }

    @Benchmark
    public ParsedHead parse() throws HttpException {
        parser.reset();
        in.position(0);
        ParsedHead parsed = null;
        for (int end : ends) {
            in.limit(end);
            parsed = parser.parse(in);
        }
        return parsed;
    }
}
