package io.millrace;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a whole GET or PUT of an object in the store take, over one loopback connection?
 *
 * <p>An operation is one request with its response. A PUT replaces the same object again and again.
 * {@code disk} is the folder for temporary files; nothing is forced to its device, but ext4 for one
 * hurries to write a file that replaces another, so that {@code tmpfs} shows more of the server.
 * Client and server are in one JVM, and the client allocates nothing: with {@code -prof gc} the
 * figure {@code gc.alloc.rate.norm} is what the server allocates for a request.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class StoreLoopbackBenchmark {

    private static final Path TMPFS = Path.of("/dev/shm");

    @Param({"tmpfs", "disk"})
    public String place;

    @Param({"1024", "16777216"})
    public int bytes;

    private Path folder;
    private FolderStore store;
    private HttpServer server;
    private LoopbackClient putter;
    private LoopbackClient getter;

    @Setup
    public void start() throws IOException {
        folder = switch (place) {
            case "tmpfs" -> Files.createTempDirectory(TMPFS, "store-loopback");
            case "disk" -> Files.createTempDirectory("store-loopback");
            default -> throw new IllegalArgumentException("place: " + place);
        };
        store = FolderStore.open(folder, Contract.ARTICLE); // whose PUT is 200
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), store);
        byte[] head = ascii("PUT /put HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes
                + "\r\n\r\n");
        putter = new LoopbackClient(server.address(), Arrays.copyOf(head, head.length + bytes), 1,
                0);
        Files.write(folder.resolve("get"), new byte[bytes]);
        getter = new LoopbackClient(server.address(),
                ascii("GET /get HTTP/1.1\r\nHost: localhost\r\n\r\n"), 1, bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    public long put() throws IOException {
        return putter.exchange();
    }

    @Benchmark
    public long get() throws IOException {
        return getter.exchange();
    }

    @TearDown
    public void stop() throws IOException {
        putter.close();
        getter.close();
        server.close();
        store.close();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
