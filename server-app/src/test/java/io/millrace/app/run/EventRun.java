package io.millrace.app.run;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thousands of streams of events: what each costs in memory, how soon the last of them has an event
 * that is sent to all, whether quiet ones are kept, and what is left when all have gone.
 *
 * <p>A command of its own, run in {@code server-app/target}: {@code java
 * -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.EventRun}, then the
 * number of streams, 10,000 without. Each takes a descriptor of this process and one of the
 * server's: {@code ulimit -n} has to allow that many and 1,000 more.
 *
 * <p>Threads: one.
 */
final class EventRun {

    private static final int HEARTBEAT_SECONDS = 8;
    private static final int SPARE_CONNECTIONS = 100;
    private static final int WARM_STREAMS = 1000;
    private static final int WARM_EVENTS = 100;
    private static final int EVENTS = 40;
    /** Bytes of the server's resident memory that a stream may take. */
    private static final long MOST_BYTES_PER_STREAM = 10 * 1024;
    private static final long MOST_LATENCY_NS = 1_000_000_000L;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final String EVENT = "{\"price\": 17, \"at\": \"2026-11-29T12:00:00Z\"}";

    private final Process server;
    private final int port;
    private final List<String> faults = new ArrayList<>();

    private EventRun(int streams) throws IOException {
        server = JarProcess.plain(List.of(JarProcess.JAVA.toString(), "-Xmx128m", "-cp",
                JarProcess.JAR + File.pathSeparator + System.getProperty("java.class.path"),
                EventServer.class.getName(), "" + (streams + SPARE_CONNECTIONS),
                "" + HEARTBEAT_SECONDS)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new BufferedReader(new InputStreamReader(server.getInputStream(),
                StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the server ended at its start");
        }
        port = Integer.parseInt(line);
    }

    public static void main(String[] args) throws Exception {
        int streams = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        EventRun run = new EventRun(streams);
        try {
            run.run(streams);
        } finally {
            run.server.destroyForcibly().waitFor();
        }
        run.faults.forEach(System.out::println);
        System.exit(run.faults.isEmpty() ? 0 : 1);
    }

    private void run(int streams) throws IOException {
        try (EventClients clients = new EventClients()) {
            clients.open(port, WARM_STREAMS);
            broadcast(clients, WARM_EVENTS);
        }
        awaitCount(0);
        long heapBefore = liveHeapBytes();
        long residentBefore = residentBytes();

        EventClients clients = new EventClients();
        long startNs = System.nanoTime();
        clients.open(port, streams);
        System.out.printf("opened: %d streams in %.1f s%n", streams, seconds(startNs));
        expect("streams that are open", streams, count());
        long heap = liveHeapBytes() - heapBefore;
        long resident = residentBytes() - residentBefore;
        System.out.printf("memory: %d bytes a stream of live heap, %d of resident memory%n",
                heap / streams, resident / streams);
        atMost("resident bytes a stream", MOST_BYTES_PER_STREAM, resident / streams);

        long[] latenciesNs = broadcast(clients, EVENTS);
        System.out.printf("broadcast: %d events to all; p50 %.0f ms, p99 %.0f ms, max %.0f ms%n",
                EVENTS, ms(latenciesNs, 0.5), ms(latenciesNs, 0.99), ms(latenciesNs, 1));
        atMost("longest way of an event, ns", MOST_LATENCY_NS, latenciesNs[latenciesNs.length - 1]);
        long residentAfter = residentBytes() - residentBefore;
        System.out.printf("memory: %d bytes a stream of resident memory after that%n",
                residentAfter / streams);
        atMost("resident bytes a stream after events", MOST_BYTES_PER_STREAM,
                residentAfter / streams);

        long quietNs = System.nanoTime();
        clients.awaitOne(PATIENCE_NS);
        System.out.printf("heartbeat: every stream has one after %.1f s%n", seconds(quietNs));

        long leftNs = System.nanoTime();
        clients.close();
        awaitCount(0);
        System.out.printf("left: none is open %.2f s after all have gone%n", seconds(leftNs));
        long left = liveHeapBytes() - heapBefore;
        System.out.printf("left: %d bytes of live heap more than before the first%n", left);
        atMost("bytes of live heap that are left", 1 << 20, left);
    }

    /** Sends events, each when all have the last one; how long each took to each client. */
    private long[] broadcast(EventClients clients, int events) throws IOException {
        List<long[]> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            long sentNs = System.nanoTime();
            request("POST", "/events", EVENT);
            all.add(Arrays.stream(clients.awaitOne(PATIENCE_NS)).map(ns -> ns - sentNs).toArray());
        }
        return all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private int count() throws IOException {
        return Integer.parseInt(request("GET", "/count", ""));
    }

    private void awaitCount(int wanted) throws IOException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        int count = count();
        while (count != wanted && deadlineNs - System.nanoTime() > 0) {
            count = count();
        }
        expect("streams that are open", wanted, count);
    }

    private String request(String method, String target, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(
                "http://127.0.0.1:" + port + target).toURL().openConnection();
        connection.setRequestMethod(method);
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Collects garbage, too. */
    private long liveHeapBytes() throws IOException {
        Process jcmd = JarProcess.plain(List.of(JarProcess.JAVA.resolveSibling("jcmd").toString(),
                "" + server.pid(), "GC.class_histogram")).start();
        String out = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = Pattern.compile("Total +[0-9]+ +([0-9]+)").matcher(out);
        if (!total.find()) {
            throw new IOException("no histogram: " + out);
        }
        return Long.parseLong(total.group(1));
    }

    private long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }

    private void expect(String what, long wanted, long found) {
        if (wanted != found) {
            faults.add("FAULT: " + what + ": " + found + " instead of " + wanted);
        }
    }

    private void atMost(String what, long most, long found) {
        if (found > most) {
            faults.add("FAULT: " + what + ": " + found + ", more than " + most);
        }
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    private static double ms(long[] ascendingNs, double share) {
        return ascendingNs[(int) Math.round(share * (ascendingNs.length - 1))] / 1e6;
    }
}
