package io.millrace;

import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.site.StaticSite;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
 * How long does a GET of a site's file take beside that of a store's object, over one loopback
 * connection?
 *
 * <p>{@code uncached} is a site without memory, which opens the file for each request. Client and
 * server are in one JVM, and the client allocates nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class SiteLoopbackBenchmark {

    private static final FileTime OLD = FileTime.from(784_111_777, TimeUnit.SECONDS);

    @Param({"store", "site", "uncached"})
    public String subject;

    @Param({"1024", "1048576"})
    public int bytes;

    private Path folder;
    private FolderStore store;
    private HttpServer server;
    private LoopbackClient getter;

    @Setup
    public void start() throws IOException {
        folder = Files.createTempDirectory("site-loopback");
        Path file = Files.write(folder.resolve("get"), new byte[bytes]);
        Files.setLastModifiedTime(file, OLD);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), subject());
        getter = new LoopbackClient(server.address(), "GET /get HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII), 1, bytes);
    }

    private Handler subject() throws IOException {
        switch (subject) {
            case "store":
                store = FolderStore.open(folder);
                return store;
            case "site":
                return StaticSite.of(folder);
            case "uncached":
                return StaticSite.builder(folder).memoryBytes(0).build();
            default:
                throw new IllegalArgumentException("subject: " + subject);
        }
    }

    @Benchmark
    public long get() throws IOException {
        return getter.exchange();
    }

    @TearDown
    public void stop() throws IOException {
        getter.close();
        server.close();
        if (store != null) {
            store.close();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
