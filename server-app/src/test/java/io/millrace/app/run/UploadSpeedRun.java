package io.millrace.app.run;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How much processor time and time a byte takes that is uploaded by tus, or by the draft, beside
 * one of a PUT: one client, one connection, each way in turn.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.UploadSpeedRun}, then {@code [rounds] [uploads a round] [bytes]}. It exits
 * with 1 if the median of a way's rounds takes more than 5 % more of the processor than PUT's.
 *
 * <p>Threads: one.
 */
final class UploadSpeedRun {

    private enum Way {
        PUT, TUS, DRAFT
    }

    /** What a round took, a GB (10^9 bytes). */
    private record Round(double serverCpu, double clientCpu, double seconds) {
    }

    private static final double MOST_RATIO = 1.05;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int KEYS = 8;

    private final long bytes;
    private final int uploads;
    private final JarProcess server;
    private final SocketChannel socket;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final ByteBuffer in = ByteBuffer.allocate(1 << 14);
    private final Map<Way, List<Round>> rounds = new EnumMap<>(Way.class);
    private int number;

    private UploadSpeedRun(JarProcess server, int uploads, long bytes) throws IOException {
        this.server = server;
        this.uploads = uploads;
        this.bytes = bytes;
        URI url = URI.create(server.awaitUrl());
        socket = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        for (Way way : Way.values()) {
            rounds.put(way, new ArrayList<>());
        }
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        int uploads = args.length > 1 ? Integer.parseInt(args[1]) : 50;
        long bytes = args.length > 2 ? Long.parseLong(args[2]) : 40_000_000;
        Path folder = Files.createTempDirectory("millrace-upload-speed");
        List<String> faults;
        String report;
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--workers", "1")) {
            UploadSpeedRun run = new UploadSpeedRun(server, uploads, bytes);
            run.measure(1); // warms up
            run.rounds.values().forEach(List::clear);
            run.measure(count);
            run.socket.close();
            report = run.report();
            faults = run.faults();
            server.terminate();
            server.exitCode();
        }
        RunFolder.end(folder, report, faults);
    }

    private void measure(int count) throws IOException {
        for (int round = 0; round < count; round++) {
            for (Way way : Way.values()) {
                Duration serverBefore = server.cpuTime();
                long clientBefore = clientCpuNs();
                long beganNs = System.nanoTime();
                for (int i = 0; i < uploads; i++) {
                    upload(way);
                }
                double gigabytes = uploads * bytes / 1e9;
                rounds.get(way).add(new Round(
                        server.cpuTime().minus(serverBefore).toNanos() / 1e9 / gigabytes,
                        (clientCpuNs() - clientBefore) / 1e9 / gigabytes,
                        (System.nanoTime() - beganNs) / 1e9 / gigabytes));
            }
        }
    }

    /** Of the one thread that sends. */
    private static long clientCpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void upload(Way way) throws IOException {
        String key = "/key" + number++ % KEYS;
        switch (way) {
            case PUT -> send("PUT " + key + " HTTP/1.1\r\nHost: x\r\n", bytes);
            case TUS -> {
                String created = send("POST / HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\n"
                        + "Upload-Length: " + bytes + "\r\nUpload-Metadata: filename "
                        + base64(key.substring(1)) + "\r\n", 0);
                send("PATCH " + location(created) + " HTTP/1.1\r\nHost: x\r\n"
                        + "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                        + "Content-Type: application/offset+octet-stream\r\n", bytes);
            }
            case DRAFT -> send("PUT " + key + " HTTP/1.1\r\nHost: x\r\n"
                    + "Upload-Draft-Interop-Version: 8\r\nUpload-Complete: ?1\r\n", bytes);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(
                text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String location(String head) {
        int start = head.indexOf("Location: ") + "Location: ".length();
        return head.substring(start, head.indexOf('\r', start));
    }

    /** Sends a request; the head of its final response, which is a success. */
    private String send(String head, long length) throws IOException {
        write(ByteBuffer.wrap((head + "Content-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        for (long left = length; left > 0; left -= piece.position()) {
            piece.clear().limit((int) Math.min(piece.capacity(), left));
            write(piece);
        }
        String response = "HTTP/1.1 1";
        while (response.startsWith("HTTP/1.1 1")) {
            response = receive();
        }
        if (!response.startsWith("HTTP/1.1 2")) {
            throw new IOException(head + "was answered with " + response);
        }
        return response;
    }

    private void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            socket.write(source);
        }
    }

    /** One head; what the server sends here has no body. */
    private String receive() throws IOException {
        while (true) {
            String there = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            int end = there.indexOf("\r\n\r\n") + 4;
            if (end > 3) {
                in.flip().position(end);
                in.compact();
                return there.substring(0, end);
            }
            if (socket.read(in) < 0) {
                throw new EOFException("the server left");
            }
        }
    }

    private static double median(List<Round> rounds,
            ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Of each round its own ratio to PUT, which was measured beside it. */
    private double ratio(Way way, ToDoubleFunction<Round> figure) {
        double[] ratios = new double[rounds.get(way).size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(rounds.get(way).get(i))
                    / figure.applyAsDouble(rounds.get(Way.PUT).get(i));
        }
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }

    private static double cpu(Round round) {
        return round.serverCpu() + round.clientCpu();
    }

    private String report() {
        StringBuilder text = new StringBuilder(String.format("Java %s, %d rounds of %d uploads of "
                + "%,d bytes each; medians, a GB%n        server CPU s  client CPU s  both  "
                + "to PUT's  seconds  to PUT's%n", System.getProperty("java.version"),
                rounds.get(Way.PUT).size(), uploads, bytes));
        rounds.forEach((way, all) -> text.append(String.format(
                "  %-5s %12.3f  %12.3f %5.3f  %8.3f  %7.3f  %8.3f%n", way,
                median(all, Round::serverCpu), median(all, Round::clientCpu),
                median(all, UploadSpeedRun::cpu), ratio(way, UploadSpeedRun::cpu),
                median(all, Round::seconds), ratio(way, Round::seconds))));
        return text.toString();
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Way way : Way.values()) {
            if (ratio(way, UploadSpeedRun::cpu) > MOST_RATIO) {
                faults.add(way + " takes more than 5 % more of the processor than PUT");
            }
        }
        return faults;
    }
}
