package io.millrace.server;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a whole GET of 13 bytes from memory take, over loopback and one connection?
 *
 * <p>An operation is one request with its response, sent alone or with 15 others at once. Client
 * and server are in one JVM, the client blocks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class LoopbackBenchmark {

    private static final int PIPELINED = 16;
    private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String BODY = "Hello, world!";

    private final ByteBuffer one = direct(REQUEST);
    private final ByteBuffer sixteen = direct(REQUEST.repeat(PIPELINED));
    private final ByteBuffer in = ByteBuffer.allocateDirect(PIPELINED * 1024);

    private HttpServer server;
    private SocketChannel client;
    /** The same for each response: a date's length never changes. */
    private int responseBytes;

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes);
    }

    @Setup
    public void start() throws IOException {
        Response hello = Response.of(Status.OK)
                .with("Content-Type", "text/plain")
                .with(Body.of(BODY.getBytes(StandardCharsets.US_ASCII)));
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                request -> hello);
        client = SocketChannel.open(server.address());
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        responseBytes = firstResponse().length();
    }

    private String firstResponse() throws IOException {
        client.write(one.rewind());
        in.clear();
        String text = "";
        while (!text.endsWith("\r\n\r\n" + BODY)) {
            if (client.read(in) < 0) {
                throw new EOFException("the server closed after: " + text);
            }
            text = StandardCharsets.US_ASCII.decode(in.duplicate().flip()).toString();
        }
        if (!text.startsWith("HTTP/1.1 200 OK\r\n")) {
            throw new IllegalStateException("not the answer that is to be measured: " + text);
        }
        return text;
    }

    @Benchmark
    public ByteBuffer alone() throws IOException {
        return exchange(one, 1);
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public ByteBuffer pipelined() throws IOException {
        return exchange(sixteen, PIPELINED);
    }

    private ByteBuffer exchange(ByteBuffer requests, int count) throws IOException {
        client.write(requests.rewind());
        in.clear().limit(count * responseBytes);
        while (in.hasRemaining()) {
            if (client.read(in) < 0) {
                throw new EOFException("the server closed");
            }
        }
        return in;
    }

    @TearDown
    public void stop() throws IOException {
        client.close();
        server.close();
    }
}
