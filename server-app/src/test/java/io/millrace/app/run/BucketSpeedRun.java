package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a node over a bucket costs: PUT and GET of small and large objects through one and two nodes
 * beside the engine asked directly by the same clients, with an engine next door and with one that
 * is 5 and 50 ms away.
 *
 * <p>Times are those of clients that send one request after another. Processor time is that of the
 * nodes. Rounds of all the ways are interleaved, and the median of the rounds counts.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.BucketSpeedRun}, then {@code [rounds] [milliseconds of each]}; {@link
 * BucketPlace} says over which engine.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class BucketSpeedRun {

    private static final int SMALL_BYTES = 1024;
    private static final int LARGE_BYTES = 40_000_000;
    private static final int SMALL_CLIENTS = 16;
    private static final int LARGE_CLIENTS = 4;
    private static final int KEYS = 4;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int[] ROUND_TRIPS_MS = {0, 5, 50};

    /** What clients do. */
    private enum Work {
        PUT_SMALL("PUT 1 KiB", true, SMALL_BYTES),
        GET_SMALL("GET 1 KiB", false, SMALL_BYTES),
        PUT_LARGE("PUT 40 MB", true, LARGE_BYTES),
        GET_LARGE("GET 40 MB", false, LARGE_BYTES);

        private final String title;
        private final boolean puts;
        private final int bytes;

        Work(String title, boolean puts, int bytes) {
            this.title = title;
            this.puts = puts;
            this.bytes = bytes;
        }

        int clients() {
            return bytes == SMALL_BYTES ? SMALL_CLIENTS : LARGE_CLIENTS;
        }
    }

    /** Where clients send their requests. */
    private record Way(String title, List<String> urls, List<JarProcess> nodes) {

        Duration cpuTime() {
            return nodes.stream().map(JarProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
        }
    }

    /** @param cpuMs of the nodes, for each request */
    private record Figures(double perSecond, double medianMs, double worstMs, double cpuMs) {
    }

    private final Path folder;
    private final int rounds;
    private final long roundNs;
    private final BucketPlace place;
    private final List<String> faults = new ArrayList<>();

    private BucketSpeedRun(Path folder, int rounds, long roundMs, BucketPlace place) {
        this.folder = folder;
        this.rounds = rounds;
        roundNs = roundMs * 1_000_000;
        this.place = place;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        long roundMs = args.length > 1 ? Long.parseLong(args[1]) : 2000;
        Path folder = Files.createTempDirectory("millrace-bucket-speed-run");
        BucketSpeedRun run;
        try (BucketPlace place = BucketPlace.of(folder, 256 * 1024)) {
            run = new BucketSpeedRun(folder, rounds, roundMs, place);
            for (int roundTripMs : ROUND_TRIPS_MS) {
                run.measure(roundTripMs);
            }
        }
        RunFolder.end(folder, "", run.faults);
    }

    private void measure(int roundTripMs) throws Exception {
        try (DelayRelay relay = new DelayRelay(place.url(), roundTripMs)) {
            String url = roundTripMs == 0 ? place.url() : relay.url(place.url());
            try (JarProcess first = start(url); JarProcess second = start(url);
                    JarProcess cached = place.startNode(url, folder, List.of(), "--port", "0")) {
                List<Way> ways = List.of(
                        new Way("the engine", List.of(url), List.of()),
                        new Way("1 node", List.of(first.awaitUrl()), List.of(first)),
                        new Way("2 nodes", List.of(first.awaitedUrl(), second.awaitUrl()),
                                List.of(first, second)),
                        new Way("1 node, cache", List.of(cached.awaitUrl()), List.of(cached)));
                System.out.printf("%s, %d ms away; %d rounds of %.1f s%n%-10s %-14s "
                        + "%12s %10s %10s %10s %14s%n", place.name(), roundTripMs, rounds,
                        roundNs / 1e9, "", "", "requests/s", "MB/s", "median ms", "99 % ms",
                        "node CPU ms");
                for (Work work : Work.values()) {
                    measure(work, ways.subList(0, work == Work.GET_SMALL ? 4 : 3));
                }
                for (JarProcess node : List.of(first, second, cached)) {
                    if (!node.err().isEmpty()) {
                        faults.add("a node complained: " + node.err());
                    }
                }
            }
        }
    }

    private JarProcess start(String url) throws IOException {
        return place.startNode(url, folder, List.of(), "--port", "0", "--cache", "0");
    }

    private void measure(Work work, List<Way> ways) throws Exception {
        List<List<Figures>> all = new ArrayList<>();
        ways.forEach(way -> all.add(new ArrayList<>()));
        prepare(work, ways.get(ways.size() - 1).urls.get(0));
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                Figures figures = round(work, ways.get(i));
                if (round >= 0) {
                    all.get(i).add(figures);
                }
            }
        }
        for (int i = 0; i < ways.size(); i++) {
            Figures median = median(all.get(i));
            System.out.printf("%-10s %-14s %,12.1f %,10.1f %10.2f %10.2f %14.3f%n",
                    i == 0 ? work.title : "", ways.get(i).title, median.perSecond,
                    median.perSecond * work.bytes / 1e6, median.medianMs, median.worstMs,
                    median.cpuMs);
        }
    }

    private static Figures median(List<Figures> all) {
        return new Figures(median(all.stream().mapToDouble(Figures::perSecond).toArray()),
                median(all.stream().mapToDouble(Figures::medianMs).toArray()),
                median(all.stream().mapToDouble(Figures::worstMs).toArray()),
                median(all.stream().mapToDouble(Figures::cpuMs).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values.length == 0 ? 0 : values[values.length / 2];
    }

    private Figures round(Work work, Way way) throws Exception {
        List<Long> timesNs = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        Duration cpuBefore = way.cpuTime();
        long startNs = System.nanoTime();
        for (int i = 0; i < work.clients(); i++) {
            int client = i;
            threads.add(new Thread(() -> {
                List<Long> own = new ArrayList<>();
                try {
                    work(work, way, client, startNs, own);
                } catch (IOException e) {
                    fault(work.title + ", " + way.title + ": " + e);
                }
                synchronized (timesNs) {
                    timesNs.addAll(own);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double[] ms = timesNs.stream().mapToDouble(ns -> ns / 1e6).sorted().toArray();
        if (ms.length == 0) {
            return new Figures(0, 0, 0, 0);
        }
        double cpuMs = way.cpuTime().minus(cpuBefore).toNanos() / 1e6;
        return new Figures(ms.length / seconds, ms[ms.length / 2],
                ms[Math.min(ms.length - 1, ms.length * 99 / 100)], cpuMs / ms.length);
    }

    private static String key(Work work, int client, int number) {
        return "speed-" + work.bytes + "-" + client + "-" + number % KEYS;
    }

    /** Puts what is to be read. */
    private static void prepare(Work work, String url) throws IOException {
        try (ZeroClient connection = new ZeroClient(url)) {
            for (int client = 0; client < work.clients(); client++) {
                for (int i = 0; i < KEYS; i++) {
                    if (connection.put(key(work, client, i), work.bytes) / 100 != 2) {
                        throw new IOException(connection.head());
                    }
                }
            }
        }
    }

    private void work(Work work, Way way, int client, long startNs, List<Long> timesNs)
            throws IOException {
        String url = way.urls.get(client % way.urls.size());
        EngineKeys keys = way.nodes.isEmpty() ? place.keys() : null;
        try (ZeroClient connection = new ZeroClient(url, url, keys)) {
            for (int i = 0; System.nanoTime() - startNs < roundNs || i == 0; i++) {
                long beganNs = System.nanoTime();
                int status = work.puts ? connection.put(key(work, client, i), work.bytes)
                        : connection.get(key(work, client, i));
                timesNs.add(System.nanoTime() - beganNs);
                if (status / 100 != 2) {
                    throw new IOException(connection.head());
                }
            }
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add(line);
        }
    }
}
