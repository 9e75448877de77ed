package io.millrace.codec;

import io.millrace.http.HttpException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
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
 * How long does it take to get 1 MiB of data out of a chunked body, by the size of its chunks?
 *
 * <p>An operation is the whole body, between direct buffers as a worker has them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ChunkedDecoderBenchmark {

    private static final int DATA_BYTES = 1024 * 1024;
    private static final int PIECE_BYTES = 256 * 1024;

    @Param({"16", "256", "4096", "65536"})
    public int chunkBytes;

    private final Limits limits = new Limits(16 * 1024, 8192, 100, Long.MAX_VALUE, 256);
    private final ByteBuffer out = ByteBuffer.allocateDirect(PIECE_BYTES);

    private ByteBuffer in;

    @Setup
    public void prepare() throws HttpException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] size = ascii(Integer.toHexString(chunkBytes) + "\r\n");
        byte[] data = new byte[chunkBytes];
        for (int at = 0; at < DATA_BYTES; at += chunkBytes) {
            body.writeBytes(size);
            body.writeBytes(data);
            body.writeBytes(ascii("\r\n"));
        }
        body.writeBytes(ascii("0\r\n\r\n"));
        in = ByteBuffer.allocateDirect(body.size()).put(body.toByteArray());
        if (decode() != DATA_BYTES || in.hasRemaining()) {
            throw new IllegalStateException("the body was not read to its end");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    public int decode() throws HttpException {
        ChunkedDecoder decoder = new ChunkedDecoder(limits); // as for each body of the server
        in.rewind();
        int moved = 0;
        while (!decoder.isDone()) {
            out.clear();
            moved += decoder.decode(in, out);
        }
        return moved;
    }
}
