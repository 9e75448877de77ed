package io.millrace.app.run;

import io.millrace.app.run.FrontPrograms.Front;
import io.millrace.app.run.FrontPrograms.NodePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Three nodes over one bucket behind HAProxy, then behind nginx, of which one after another is
 * killed, told to stop or followed by a new process, while clients PUT, GET and DELETE a few keys,
 * with conditions and without. {@link RegisterJudge} says whether each key was one register for all
 * of them; nothing that was acknowledged may be lost. How many requests failed for a client, and
 * for how long none was served, is counted for each way to end a node.
 *
 * <p>A command of its own for Linux with {@code haproxy} and {@code nginx}, run in {@code
 * server-app/target}: {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.BucketFrontRun}, then {@code [ends of each kind] [seed] [front]}; {@link
 * BucketPlace} says over which engine.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class BucketFrontRun {

    private static final int NODES = 3;
    private static final int CLIENTS = 16;
    private static final int KEYS = 8;
    private static final int KEPT_BYTES = 16 << 20;
    private static final int BETWEEN_MS = 1500;
    private static final int DEAD_MS = 700;

    /** How a node ends, and the next one begins. */
    private enum End {
        /** SIGKILL; it is started again after a while. */
        KILL("killed"),
        /** SIGTERM; it is started again when it has ended. */
        STOP("stopped"),
        /** The next one is started at the same port, and then comes SIGTERM. */
        FOLLOW("followed"),
        /** Nothing: what happens to clients without it. */
        NONE("left alone");

        private final String title;

        End(String title) {
            this.title = title;
        }
    }

    private final Path folder;
    private final BucketPlace place;
    private final int ends;
    private final Random random;
    private final Map<String, List<RegisterOperation>> histories = new HashMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final Map<Long, String> refusals = new ConcurrentHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private List<NodePorts> ports;
    private JarProcess[] nodes;

    /** Once true, until the next front: no client begins another request. */
    private volatile boolean ended;

    // Of the end in progress; guarded by this.
    private final Map<String, Integer> failures = new TreeMap<>();
    private long served;
    private long longestNs;
    private long lastServedNs;
    private long longestGapNs;

    private BucketFrontRun(Path folder, BucketPlace place, int ends, long seed) {
        this.folder = folder;
        this.place = place;
        this.ends = ends;
        random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        int ends = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-bucket-front-run").toRealPath();
        BucketFrontRun run;
        try (BucketPlace place = BucketPlace.of(folder, KEPT_BYTES)) {
            run = new BucketFrontRun(folder, place, ends, seed);
            run.print(String.format("%d nodes over %s, %d clients, %d keys, seed %d%n",
                    NODES, place.name(), CLIENTS, KEYS, seed));
            String only = args.length > 2 ? args[2] : "";
            for (Front front : Front.values()) {
                if (!front.name().toLowerCase().contains(only)) {
                    continue;
                }
                if (front.isThere()) {
                    run.behind(front);
                } else {
                    run.fault(front + " isn't installed");
                }
            }
        }
        RunFolder.end(folder, "", run.faults);
    }

    private void behind(Front front) throws Exception {
        ended = false;
        histories.clear();
        String prefix = String.format("%04x-", random.nextInt(1 << 16));
        for (int key = 0; key < KEYS; key++) {
            histories.put(prefix + key, new ArrayList<>());
        }
        ports = new ArrayList<>();
        nodes = new JarProcess[NODES];
        Process proxy = null;
        try {
            for (int i = 0; i < NODES; i++) {
                ports.add(NodePorts.free());
                nodes[i] = start(i);
            }
            for (JarProcess node : nodes) {
                node.awaitUrl();
            }
            int port = FrontPrograms.freePort();
            proxy = FrontPrograms.start(front, folder, port, ports);
            under(front, "http://127.0.0.1:" + port);
        } finally {
            ended = true;
            for (JarProcess node : nodes) {
                if (node != null) {
                    node.close();
                }
            }
            if (proxy != null) {
                proxy.destroy();
                proxy.onExit().join();
            }
        }
    }

    private JarProcess start(int number) throws IOException {
        NodePorts at = ports.get(number);
        return place.startNode(folder, List.of("-Xmx64m"), "--port", "" + at.plain(),
                "--proxy-listen", "127.0.0.1:" + at.proxied(), "--proxy-protocol", "127.0.0.1",
                "--trust-proxy", "127.0.0.1", "--admin", "127.0.0.1:" + at.admin(),
                "--reuse-port", "--cache", "0");
    }

    private void under(Front front, String url) throws Exception {
        print(String.format("%n%-10s %-11s %6s %10s %11s %11s %s%n",
                front.name().toLowerCase(), "a node is", "times", "served", "longest gap",
                "longest one", "failed"));
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(client(url)));
        }
        clients.forEach(Thread::start);
        nodes[0].endsWithin(BETWEEN_MS); // until all have warmed up
        for (End end : new End[] {End.NONE, End.KILL, End.STOP, End.FOLLOW}) {
            begin();
            for (int i = 0; i < ends; i++) {
                end(end, random.nextInt(NODES));
            }
            synchronized (this) {
                print(String.format("%-10s %-11s %,6d %,10d %,8d ms %,8d ms %s%n", "",
                        end.title, end == End.NONE ? 0 : ends, served, longestGapNs / 1_000_000,
                        longestNs / 1_000_000, failures));
            }
        }
        ended = true;
        for (Thread client : clients) {
            client.join();
        }
        client(url).readAll();
        for (int i = 0; i < NODES; i++) {
            stop(i, nodes[i]);
        }
        judge();
    }

    private FrontClient client(String url) {
        return new FrontClient(url, histories, new Watching(), () -> ended, versions,
                new Random(random.nextLong()));
    }

    private void judge() {
        int wrong = 0;
        long operations = 0;
        long unknown = 0;
        for (Map.Entry<String, List<RegisterOperation>> entry : histories.entrySet()) {
            String fault = RegisterJudge.fault(entry.getValue());
            operations += entry.getValue().size();
            unknown += entry.getValue().stream().filter(RegisterOperation::isUnknown).count();
            if (fault != null) {
                wrong++;
                fault(entry.getKey() + " is no register: " + fault + refusedThough(fault));
            }
        }
        print(String.format("%-10s %,d operations judged, %,d of them with an unknown end; "
                + "%d of %d keys wrong or lost%n", "", operations, unknown, wrong, KEYS));
    }

    /** What was answered to the change that was found although it was said not to have happened. */
    private String refusedThough(String fault) {
        String version = fault.substring(fault.lastIndexOf(' ') + 1);
        String response = version.matches("[0-9]+") ? refusals.get(Long.parseLong(version)) : null;
        return response == null ? "" : "; its response was " + response;
    }

    private synchronized void begin() {
        failures.clear();
        served = 0;
        longestNs = 0;
        longestGapNs = 0;
        lastServedNs = System.nanoTime();
    }

    private void end(End end, int number) throws Exception {
        JarProcess node = nodes[number];
        switch (end) {
            case KILL -> {
                node.kill();
                node.close();
                node.endsWithin(0);
                nodes[(number + 1) % NODES].endsWithin(DEAD_MS);
                nodes[number] = start(number);
                nodes[number].awaitUrl();
            }
            case STOP -> {
                stop(number, node);
                nodes[number] = start(number);
                nodes[number].awaitUrl();
            }
            case FOLLOW -> {
                nodes[number] = start(number);
                try {
                    nodes[number].awaitUrl();
                } finally {
                    stop(number, node);
                }
            }
            case NONE -> {
                // All go on.
            }
        }
        if (nodes[number].endsWithin(BETWEEN_MS)) {
            fault("a node ended by itself: " + nodes[number].err());
        }
    }

    private void stop(int number, JarProcess node) throws IOException, InterruptedException {
        node.terminate();
        int code = node.exitCode();
        List<String> wrong = Arrays.stream(node.err().split("\n")).filter(line -> !line.isEmpty())
                .toList();
        if (code != 0 || !wrong.isEmpty() || !node.out().contains(" 0 cut at the end")) {
            fault("node " + number + " ended with " + code + ": " + wrong + node.out());
        }
        node.close();
    }

    /** Prints a row at once: the run takes minutes. */
    private void print(String row) {
        System.out.print(row);
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add(line);
        }
    }

    /** What the clients tell. */
    private final class Watching implements FrontClient.Watch {

        @Override
        public void served(String method, long timeNs) {
            synchronized (BucketFrontRun.this) {
                long nowNs = System.nanoTime();
                served++;
                longestNs = Math.max(longestNs, timeNs);
                longestGapNs = Math.max(longestGapNs, nowNs - lastServedNs);
                lastServedNs = nowNs;
            }
        }

        @Override
        public void failed(String how) {
            synchronized (BucketFrontRun.this) {
                failures.merge(how, 1, Integer::sum);
            }
        }

        @Override
        public void refused(long version, String response) {
            refusals.put(version, response);
        }

        @Override
        public void fault(String line) {
            BucketFrontRun.this.fault(line);
        }
    }
}
