package io.millrace.codec;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
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
 * How long does it take to write a response head, by the number of the application's fields?
 *
 * <p>An operation is one head, into a direct buffer as a worker has it. All heads are of the same
 * second, so the date is copied and not made.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ResponseEncoderBenchmark {

    private static final String[][] FIELDS = {
        {"Content-Type", "image/jpeg"},
        {"ETag", "\"18f2c4a90b3-2d41f0\""},
        {"Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"},
        {"Cache-Control", "public, max-age=86400"},
        {"Accept-Ranges", "bytes"},
        {"Content-Disposition", "inline; filename=\"lake.jpg\""},
        {"Vary", "Accept-Encoding"},
        {"X-Content-Type-Options", "nosniff"},
    };
    private static final int BODY_BYTES = 13;

    @Param({"0", "1", "8"})
    public int fields;

    private final ResponseEncoder encoder = new ResponseEncoder(75);
    private final long nowMillis = System.currentTimeMillis();

    private Response response;
    private ByteBuffer out;

    @Setup
    public void prepare() {
        response = Response.of(Status.OK).with(Body.of(new byte[BODY_BYTES]));
        for (int i = 0; i < fields; i++) {
            response = response.with(FIELDS[i][0], FIELDS[i][1]);
        }
        out = ByteBuffer.allocateDirect(encoder.maxBytes(response));
    }

    @Benchmark
    public ByteBuffer encode() {
        out.clear();
        encoder.encode(response, response.body().length(), false, true, false, nowMillis, out);
        return out;
    }
}
