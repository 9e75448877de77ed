package io.millrace;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a whole GET from memory take, over loopback and one connection?
 *
 * <p>An operation is one request with its response, sent alone or with 15 others at once. Client
 * and server are in one JVM, and the client allocates nothing: with {@code -prof gc} the figure
 * {@code gc.alloc.rate.norm} is what the server allocates for a request.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class HelloLoopbackBenchmark {

    private static final int PIPELINED = 16;
    private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /** More than 32 KiB leave in a write of their own, behind their head. */
    @Param("13")
    public int bodyBytes;

    private HttpServer server;
    private LoopbackClient one;
    private LoopbackClient sixteen;

    @Setup
    public void start() throws IOException {
        Response hello = Response.of(Status.OK)
                .with("Content-Type", "text/plain")
                .with(Body.of(new byte[bodyBytes]));
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                request -> hello);
        one = client(1);
        sixteen = client(PIPELINED);
    }

    private LoopbackClient client(int requests) throws IOException {
        byte[] bytes = REQUEST.repeat(requests).getBytes(StandardCharsets.US_ASCII);
        return new LoopbackClient(server.address(), bytes, requests, bodyBytes);
    }

    @Benchmark
    public long alone() throws IOException {
        return one.exchange();
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public long pipelined() throws IOException {
        return sixteen.exchange();
    }

    @TearDown
    public void stop() throws IOException {
        one.close();
        sixteen.close();
        server.close();
    }
}
