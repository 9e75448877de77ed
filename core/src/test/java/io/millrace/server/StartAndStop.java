package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts and stops a server again and again, with clients that come, go and are cut, and looks
 * whether a thread, descriptor or direct buffer is left. From the root of the project:
 *
 * <pre>{@code
 * mvn -q -pl core test-compile
 * java -cp core/target/classes:core/target/test-classes io.millrace.server.StartAndStop 1000
 * }</pre>
 *
 * <p>The figures go to stdout, the servers' log to stderr. Exit code 1 if something is left.
 */
final class StartAndStop {

    private static final int WARM_UP = 5;
    private static final int GC_TRIES = 100;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HALF_A_PUT =
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n";

    private final Path folder;
    /** Kept on purpose: a stopped server has nothing that the collector couldn't take. */
    private final List<HttpServer> stopped = new ArrayList<>();
    private long cut;

    private StartAndStop(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        int times = Integer.parseInt(args[0]);
        Path folder = Files.createTempDirectory("start-and-stop");
        StartAndStop run = new StartAndStop(folder);
        run.repeat(WARM_UP);
        Left before = Left.now(folder, null);
        long startNs = System.nanoTime();
        run.repeat(times);
        long elapsedMs = (System.nanoTime() - startNs) / 1_000_000;
        Left after = Left.now(folder, before);
        System.out.println(times + " times started, served and stopped in " + elapsedMs + " ms, "
                + run.cut + " exchanges cut\nbefore " + before + "\nafter  " + after);
        Files.delete(folder);
        System.exit(after.isAtMost(before) ? 0 : 1);
    }

    /**
     * What there is in this process, and in the folder of the sockets.
     *
     * @param descriptors 0 where the system has no /proc
     */
    private record Left(int threads, long descriptors, long directBuffers, long directBytes,
            long files) {

        /** Gives the collector a few chances to come down to {@code goal}. */
        static Left now(Path folder, Left goal) throws IOException {
            Left left = null;
            for (int i = 0; i < GC_TRIES && (goal == null || left == null || !left.isAtMost(goal));
                    i++) {
                System.gc();
                BufferPoolMXBean direct = ManagementFactory
                        .getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();
                left = new Left(Thread.getAllStackTraces().size(), openDescriptors(),
                        direct.getCount(), direct.getMemoryUsed(), count(folder));
            }
            return left;
        }

        private static long openDescriptors() throws IOException {
            Path own = Path.of("/proc/self/fd");
            return Files.exists(own) ? count(own) : 0;
        }

        private static long count(Path folder) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.count();
            }
        }

        boolean isAtMost(Left other) {
            return threads <= other.threads && descriptors <= other.descriptors
                    && directBuffers <= other.directBuffers && directBytes <= other.directBytes
                    && files <= other.files;
        }
    }

    /** Takes a body, whose end never comes. */
    private static final class Endless implements Exchange {

        @Override
        public WritableByteChannel sink() {
            return Channels.newChannel(OutputStream.nullOutputStream());
        }

        @Override
        public Response complete() {
            return Response.text("whole");
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            return null;
        }
    }

    private void repeat(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            once();
        }
    }

    private void once() throws IOException {
        UnixDomainSocketAddress unix = UnixDomainSocketAddress.of(folder.resolve("a.sock"));
        ServerOptions options = ServerOptions.builder().workers(2).addresses(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), unix).build();
        HttpServer server = HttpServer.start(options, request ->
                request.method().equals("PUT") ? new Endless() : Response.text("hello"));
        stopped.add(server);
        SocketAddress tcp = server.address();
        try (SocketChannel answered = SocketChannel.open(tcp);
                SocketChannel alsoAnswered = SocketChannel.open(unix);
                SocketChannel idle = SocketChannel.open(tcp);
                SocketChannel endless = SocketChannel.open(unix)) {
            ask(answered, GET);
            ask(alsoAnswered, GET);
            ask(endless, HALF_A_PUT);
            if (!idle.isConnected()) {
                throw new IOException("not connected");
            }
            try {
                HttpServer.start(ServerOptions.builder().addresses(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tcp).build(),
                        request -> Response.text("never"));
                throw new IllegalStateException("two servers on one port");
            } catch (IOException expected) {
                cut += server.stop(Duration.ZERO);
            }
        }
    }

    private static void ask(SocketChannel client, String request) throws IOException {
        client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        if (client.read(ByteBuffer.allocate(1000)) <= 0) {
            throw new IOException("no answer");
        }
    }
}
