package io.millrace.app.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the program hold more for its clients than its heap has: heads that don't end, responses
 * that are not read. A normal client beside them tells what others feel of it; and when the
 * attackers have left, the program must be as before, and end when it is told to. At last nothing
 * bounds what it holds, and it must end although its heap is full.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.HeapRun},
 * then the heaps in MB, 24, 128 and 256 without.
 *
 * <p>Threads: one at a time; its attackers have one of their own.
 */
final class HeapRun {

    /** For opening all attackers, however slow it is. */
    private static final long MOST_OPENING_NS = 25_000_000_000L;
    /** For which all attackers stay. */
    private static final long HOLD_NS = 8_000_000_000L;
    private static final long RECOVERY_NS = 10_000_000_000L;
    private static final int LOOK_MS = 10;
    private static final int REQUESTS_AFTERWARDS = 100;
    private static final int REQUESTS_BEFORE = 200;
    /** The default of {@code --drain}, and what a stop may take longer. */
    private static final int STOP_MS = 35_000;
    private static final int STOP_DRAIN_SECONDS = 2;
    /** One a second; {@code --drain}, 5 s for what holds it, and as many again. */
    private static final int MOST_SIGNALS = 2 * (STOP_DRAIN_SECONDS + 5);
    /** Descriptors that the program may open meanwhile for itself: jars, a pipe of a worker. */
    private static final int MORE_DESCRIPTORS = 20;
    /** Descriptors for all else that a process has, its objects among them. */
    private static final int SPARE_DESCRIPTORS = 1000;
    private static final int MOST_OPEN = 16_000;
    private static final String READ_KEY = "read";
    private static final int READ_BYTES = 30_000;
    private static final int MOST_LOG_CHARS = 4000;

    private final Path folder;
    private final List<String> faults = new ArrayList<>();
    private final StringBuilder table = new StringBuilder(String.format(
            "%4s %-7s %11s %6s %8s %6s %8s %8s %9s %8s %11s %7s %4s%n", "heap", "attack",
            "connections", "cut", "requests", "failed", "p50 ms", "p99 ms", "max ms", "RSS MB",
            "descriptors", "again s", "exit"));

    /** Once true until the next attack: the attackers leave. */
    private volatile boolean over;
    /** When all attackers were there; 0 before. */
    private volatile long completeNs;

    /** @param folder an empty one */
    HeapRun(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        int[] heapsMb = args.length > 0 ? Arrays.stream(args).mapToInt(Integer::parseInt).toArray()
                : new int[] {24, 128, 256};
        Path folder = Files.createTempDirectory("millrace-heap-run");
        HeapRun run = new HeapRun(folder);
        for (int heapMb : heapsMb) {
            run.attack(heapMb, Attack.heads(READ_KEY, (long) heapMb << 20));
            run.attack(heapMb, Attack.readers(READ_KEY, (long) heapMb << 20));
            run.stopWhenFull(heapMb);
        }
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** One attack on a program of its own. */
    void attack(int heapMb, Attack attack) throws Exception {
        String name = heapMb + " MB, " + attack.name();
        Path own = Files.createDirectory(folder.resolve(heapMb + "-" + attack.name()));
        try (JarProcess server = JarProcess.startByShell(own, "exec \"$@\"",
                List.of("-Xmx" + heapMb + "m"), "--port", "0")) {
            String url = server.awaitUrl();
            URI uri = URI.create(url);
            putObject(url);
            int before = descriptors(server);
            Attackers clients = new Attackers(
                    new InetSocketAddress(uri.getHost(), uri.getPort()), attack, mostOpen());
            Thread attackers = new Thread(() -> work(clients, name));
            over = false;
            completeNs = 0;
            try (NormalClient victim = new NormalClient(url)) {
                long startNs = System.nanoTime();
                attackers.start();
                while (isOn(startNs) && !server.endsWithin(LOOK_MS)) {
                    victim.request();
                }
                over = true;
                attackers.join();
                victim.leave();
                String again = recovery(server, url, before, name);
                String line = String.format("%4d %-7s %,11d %,6d %,8d %6d %8.1f %8.1f %9.1f %8d "
                        + "%5d %5d %7s", heapMb, attack.name(), clients.opened(),
                        clients.cut(), victim.requests(), victim.failures().size(),
                        victim.latencyMs(0.5), victim.latencyMs(0.99), victim.latencyMs(1),
                        residentMb(server), before, descriptors(server), again);
                table.append(String.format("%s %4s%n", line, end(server, name)));
                Set<String> failures = new TreeSet<>(victim.failures());
                if (!failures.isEmpty()) {
                    table.append("     failed: ").append(failures).append('\n');
                }
            }
        }
    }

    /**
     * Lets heads fill the heap, as nothing bounds what is kept for them, and stops the program in
     * that state: it has to end, though the JVM needs memory to hear of a signal.
     */
    void stopWhenFull(int heapMb) throws Exception {
        String name = heapMb + " MB, full";
        Path own = Files.createDirectory(folder.resolve(heapMb + "-full"));
        try (JarProcess server = JarProcess.startByShell(own, "exec \"$@\"",
                List.of("-Xmx" + heapMb + "m"), "--port", "0", "--max-kept", "unlimited",
                "--drain", STOP_DRAIN_SECONDS + "s")) {
            URI uri = URI.create(server.awaitUrl());
            Attackers clients = new Attackers(new InetSocketAddress(uri.getHost(), uri.getPort()),
                    Attack.heads(READ_KEY, (long) heapMb << 20), mostOpen());
            Thread attackers = new Thread(() -> work(clients, name));
            over = false;
            completeNs = 0;
            long startNs = System.nanoTime();
            attackers.start();
            boolean ended = false;
            while (!ended && completeNs == 0 && System.nanoTime() - startNs < MOST_OPENING_NS) {
                ended = server.endsWithin(LOOK_MS);
            }
            boolean wasFull = server.err().contains("the heap is nearly full")
                    || server.err().contains("OutOfMemoryError");
            if (ended || !wasFull) {
                fault(name + ": it " + (ended ? "ended by itself: " : "was never full: ")
                        + log(server));
            }
            long stopNs = System.nanoTime();
            int signals = 0;
            while (!ended && signals < MOST_SIGNALS) {
                server.terminate();
                signals++;
                ended = server.endsWithin(1000);
            }
            over = true;
            attackers.join();
            if (!ended) {
                fault(name + ": SIGTERM doesn't end it: " + log(server));
                return;
            }
            table.append(String.format("%4d full    %,11d heads, then SIGTERM, %d times: it ends "
                    + "after %.1f s with %d%n", heapMb, clients.opened(), signals,
                    (System.nanoTime() - stopNs) / 1e9, server.exitCode()));
        }
    }

    /** An object that takes several visits to send, beside requests that warm the program up. */
    private static void putObject(String url) throws IOException {
        try (NormalClient client = new NormalClient(url);
                StoreClient connection = new StoreClient(url)) {
            if (connection.put(new StampedBody(READ_KEY, 1, READ_BYTES), false, null) != 200) {
                throw new IOException("no PUT: " + connection.text());
            }
            for (int i = 0; i < REQUESTS_BEFORE; i++) {
                client.request();
            }
        }
    }

    private boolean isOn(long startNs) {
        long nowNs = System.nanoTime();
        return completeNs == 0 ? nowNs - startNs < MOST_OPENING_NS : nowNs - completeNs < HOLD_NS;
    }

    private void work(Attackers clients, String name) {
        try (clients) {
            while (!over) {
                clients.turn();
                if (completeNs == 0 && clients.isComplete()) {
                    completeNs = System.nanoTime();
                }
            }
        } catch (IOException | RuntimeException e) {
            fault(name + ": the attackers failed: " + e);
        }
    }

    /**
     * Waits until a hundred requests in a row succeed and the descriptors are given back.
     *
     * @return in how many seconds after the attackers had left
     */
    private String recovery(JarProcess server, String url, int before, String name)
            throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        int succeeded = 0;
        boolean isBack = false;
        try (NormalClient client = new NormalClient(url)) {
            while (System.nanoTime() - startNs < RECOVERY_NS && !server.endsWithin(1)) {
                succeeded = client.request() ? succeeded + 1 : 0;
                isBack = succeeded >= REQUESTS_AFTERWARDS
                        && descriptors(server) <= before + MORE_DESCRIPTORS;
                if (isBack) {
                    return String.format("%.1f", (System.nanoTime() - startNs) / 1e9);
                }
            }
            fault(name + ": not as before after 10 s: the last " + succeeded
                    + " requests succeeded, failures " + new TreeSet<>(client.failures()) + ", "
                    + descriptors(server) + " descriptors after " + before);
        }
        return "never";
    }

    /** Ends the program; returns its exit code. */
    private String end(JarProcess server, String name) throws IOException, InterruptedException {
        if (server.endsWithin(0)) {
            fault(name + ": the program ended by itself with " + server.exitCode() + ": "
                    + log(server));
            return "-";
        }
        server.terminate();
        if (!server.endsWithin(STOP_MS)) {
            fault(name + ": SIGTERM doesn't end it: " + log(server));
            return "-";
        }
        int exitCode = server.exitCode();
        if (exitCode != 0) {
            fault(name + ": it ends with " + exitCode + ": " + log(server));
        }
        if (server.err().contains("Exception in thread") || server.err().contains("Error: ")
                || server.err().contains("OutOfMemoryError")) {
            fault(name + ": the heap was full: " + log(server));
        }
        return "" + exitCode;
    }

    private static String log(JarProcess server) {
        String log = server.err();
        return log.length() <= MOST_LOG_CHARS ? log : log.substring(0, MOST_LOG_CHARS) + "...";
    }

    private static int descriptors(JarProcess server) throws IOException {
        Path descriptors = Path.of("/proc", "" + server.pid(), "fd");
        if (!Files.exists(descriptors)) {
            return 0; // it has ended
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return (int) open.count();
        }
    }

    private static int mostOpen() throws IOException {
        long most = number(Path.of("/proc/self/limits"), "Max open files +[0-9]+ +([0-9]+)");
        return (int) Math.min(MOST_OPEN, most - SPARE_DESCRIPTORS);
    }

    /** The most memory that it ever had. */
    private static long residentMb(JarProcess server) throws IOException {
        Path status = Path.of("/proc", "" + server.pid(), "status");
        return Files.exists(status) ? number(status, "VmHWM:\\s+([0-9]+) kB") >> 10 : 0;
    }

    private static long number(Path file, String pattern) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            Matcher number = Pattern.compile(pattern).matcher(lines.collect(
                    Collectors.joining("\n")));
            if (!number.find()) {
                throw new IOException("no " + pattern + " in " + file);
            }
            return Long.parseLong(number.group(1));
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add(line);
        }
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** The figures. */
    String report() {
        return table.toString();
    }
}
