package io.millrace.app.run;

import io.millrace.app.cli.FlagType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of connections that hardly move, and a normal client beside them: what each costs in
 * memory, what all cost in processor time, and how long the normal client waits.
 *
 * <p>A command of its own: {@code java -Dmillrace.jar=... -cp ... io.millrace.app.run.SlowClients
 * [connections] [seconds]}.
 *
 * <p>Threads: one, and one that sends the slow bytes.
 */
final class SlowClients {

    private static final int LARGE_BYTES = 64 << 20;

    /** What a slow client does. */
    enum FlagType {
        /** A byte of a head each second. */
        HEADS("GET /small HTTP/1.1\r\nHost: h\r\nX-A: ", true),
        /** A byte of a body each second. */
        BODIES("PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n", true),
        /** Asks for a large object and reads nothing. */
        READERS("GET /large HTTP/1.1\r\nHost: h\r\n\r\n", false),
        /** A whole request, and then nothing. */
        IDLE("GET /small HTTP/1.1\r\nHost: h\r\n\r\n", false);

        private final String start;
        private final boolean trickles;

        FlagType(String start, boolean trickles) {
            this.start = start;
            this.trickles = trickles;
        }
    }

    /**
     * What was measured.
     *
     * @param heapBytes live heap for each slow connection
     * @param cpu processor time of the server for each second
     * @param latenciesNs of the normal client's requests, ascending
     */
    record Result(long heapBytes, Duration cpu, long[] latenciesNs) {

        Duration latency(double share) {
            int last = latenciesNs.length - 1;
            return Duration.ofNanos(latenciesNs[(int) Math.round(share * last)]);
        }
    }

    private SlowClients() {
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int connections = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        Path folder = Files.createTempDirectory("slow");
        try {
            for (FlagType kind : FlagType.values()) {
                Result result = run(Files.createDirectory(folder.resolve("" + kind)), kind,
                        connections, seconds);
                System.out.printf("%-8s %d connections: %d bytes of heap each; server %.1f %% of a "
                        + "processor; normal client p50 %.2f ms, p99 %.2f ms, max %.2f ms (%d)%n",
                        kind, connections, result.heapBytes,
                        result.cpu.toNanos() / 1e7,
                        result.latency(0.5).toNanos() / 1e6, result.latency(0.99).toNanos() / 1e6,
                        result.latency(1).toNanos() / 1e6, result.latenciesNs.length);
            }
        } finally {
            RunFolder.delete(folder);
        }
    }

    /** Measures a server of its own. */
    static Result run(Path folder, FlagType kind, int connections, int seconds)
            throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("data/small"), new byte[1000]);
        Files.write(folder.resolve("data/large"), new byte[LARGE_BYTES]);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        List<SocketChannel> slow = new ArrayList<>();
        // Longer times than the run, so that nobody is cut in it.
        try (JarProcess server = JarProcess.startSmall(folder, "--port", "0", "--head-timeout",
                "1h", "--progress-timeout", "1h", "--idle-timeout", "1h")) {
            URI uri = URI.create(server.awaitUrl());
            InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
            request(address, Duration.ofSeconds(2));
            long heapBefore = server.liveHeapBytes();
            ByteBuffer start = ByteBuffer.wrap(kind.start.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(address);
                slow.add(channel);
                channel.write(start.rewind());
            }
            if (kind.trickles) {
                clock.scheduleAtFixedRate(() -> trickle(slow), 0, 1, TimeUnit.SECONDS);
            }
            request(address, Duration.ofSeconds(2));
            Duration cpuBefore = server.cpuTime();
            long[] latenciesNs = request(address, Duration.ofSeconds(seconds));
            Duration cpu = server.cpuTime().minus(cpuBefore).dividedBy(seconds);
            return new Result((server.liveHeapBytes() - heapBefore) / connections, cpu,
                    latenciesNs);
        } finally {
            clock.shutdownNow();
            clock.awaitTermination(10, TimeUnit.SECONDS);
            for (SocketChannel channel : slow) {
                channel.close();
            }
        }
    }

    private static void trickle(List<SocketChannel> slow) {
        try {
            for (SocketChannel channel : slow) {
                channel.write(ByteBuffer.wrap(new byte[] {'b'}));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a slow client was cut", e);
        }
    }

    /** A normal client's requests, a hundred a second, every tenth on a new connection. */
    private static long[] request(InetSocketAddress address, Duration time)
            throws IOException, InterruptedException {
        byte[] request =
                "GET /small HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        long[] latenciesNs = new long[(int) (time.toMillis() / 10)];
        long startNs = System.nanoTime();
        for (int i = 0; i < latenciesNs.length;) {
            long connectNs = System.nanoTime();
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setTcpNoDelay(true);
                for (int on = 0; on < 10 && i < latenciesNs.length; on++, i++) {
                    long beforeNs = on == 0 ? connectNs : System.nanoTime();
                    socket.getOutputStream().write(request);
                    readAnswer(socket);
                    latenciesNs[i] = System.nanoTime() - beforeNs;
                    TimeUnit.NANOSECONDS.sleep(startNs + i * 10_000_000L - System.nanoTime());
                }
            }
        }
        Arrays.sort(latenciesNs);
        return latenciesNs;
    }

    private static void readAnswer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new SocketException("the server left after " + head);
            }
            head.append((char) b);
        }
        if (!head.toString().startsWith("HTTP/1.1 200 ")
                || socket.getInputStream().readNBytes(1000).length != 1000) {
            throw new SocketException("another answer: " + head);
        }
    }
}
