package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory a node over a bucket takes for uploads and downloads, with 64 MB of heap: many
 * large ones at once, behind a slow engine, with slow clients, and of unknown length. Each response
 * has to be a success, but for what the node's buffers have no room for; that has to be a 503 with
 * {@code Retry-After}, which the client obeys.
 *
 * <p>A command of its own for Linux, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.BucketMemoryRun}, then {@code [uploads] [megabytes of each] [a
 * part of the names of the rows]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class BucketMemoryRun {

    private static final long MB = 1_000_000;
    private static final int HEAP_MB = 64;
    private static final int TIMEOUT_MS = 120_000;
    private static final long SLOW_BYTES_PER_SECOND = 512 * 1024;
    private static final long SLOW_BYTES = 6 * MB;
    private static final long CHUNKED_BYTES = 20 * MB;
    private static final int MOST_TRIES = 200;
    private static final int MOST_FAULTS = 20;
    private static final Pattern PAUSE = Pattern.compile("([0-9]+)M->([0-9]+)M\\(");

    private final Path folder;
    private final int uploads;
    private final long bytes;
    private final String only;
    private final List<String> faults = new ArrayList<>();
    /** Of the variant. Guarded by itself. */
    private final Map<String, Integer> responses = new TreeMap<>();

    private BucketMemoryRun(Path folder, int uploads, long bytes, String only) {
        this.folder = folder;
        this.only = only;
        this.uploads = uploads;
        this.bytes = bytes;
    }

    public static void main(String[] args) throws Exception {
        int uploads = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        long megabytes = args.length > 1 ? Long.parseLong(args[1]) : 1000;
        Path folder = Files.createTempDirectory("millrace-bucket-memory-run");
        BucketMemoryRun run = new BucketMemoryRun(folder, uploads, megabytes * MB,
                args.length > 2 ? args[2] : "");
        run.run();
        RunFolder.end(folder, "", run.faults);
    }

    /** One client; counts down {@code held} where it waits for {@code go}. */
    private interface Client {

        /** The bytes that it has moved. */
        long run(String url, int number, CountDownLatch held, CountDownLatch go) throws Exception;
    }

    private void run() throws Exception {
        System.out.printf("%-32s %8s %7s %9s %10s %10s %10s %s%n", "", "seconds", "MB/s",
                "RSS, most", "heap, most", "after a GC", "in use", "responses");
        variant(uploads + " PUTs of " + bytes / MB + " MB", 0, uploads, false,
                (url, number, held, go) -> put(url, number, bytes, null, null));
        variant(uploads + " GETs of " + bytes / MB + " MB", 0, uploads, false,
                (url, number, held, go) -> get(url, number % 2, null, null));
        variant(uploads + " PUTs into a slow engine", SLOW_BYTES_PER_SECOND, uploads, true,
                (url, number, held, go) -> {
                    held.countDown();
                    return put(url, number, SLOW_BYTES, null, null);
                });
        for (int clients : new int[] {uploads, 4 * uploads}) {
            variant(clients + " PUTs by slow clients", 0, clients, true,
                    (url, number, held, go) -> put(url, number, SLOW_BYTES, held, go));
            variant(clients + " GETs by slow clients", 0, clients, true,
                    (url, number, held, go) -> get(url, number % 2, held, go));
        }
        variant(uploads + " PUTs of " + CHUNKED_BYTES / MB + " MB, chunked", 0, uploads, false,
                (url, number, held, go) -> putChunked(url, number));
    }

    /**
     * Lets clients work on a node of its own.
     *
     * @param isHeld whether to look at the heap while the clients wait
     */
    private void variant(String name, long engineRate, int clients, boolean isHeld, Client client)
            throws Exception {
        if (!name.contains(only)) {
            return;
        }
        Path log = folder.resolve("gc-" + name.replaceAll("[^A-Za-z0-9]+", "-") + ".log");
        try (BucketPlace place = BucketPlace.inMemory(folder, engineRate, 256 * 1024);
                JarProcess node = place.startNode(folder, List.of("-Xmx" + HEAP_MB + "m",
                        "-Xlog:gc:file=" + log, "-XX:+HeapDumpOnOutOfMemoryError",
                        "-XX:HeapDumpPath=" + folder), "--port", "0")) {
            String url = node.awaitUrl();
            if (name.contains("GET")) {
                put(place.url(), 0, name.contains("slow") ? 200 * MB : bytes, null, null);
                put(place.url(), 1, name.contains("slow") ? 200 * MB : bytes, null, null);
            }
            synchronized (responses) {
                responses.clear();
            }
            long idleBytes = isHeld ? node.liveHeapBytes() : 0;
            long startNs = System.nanoTime();
            CountDownLatch held = new CountDownLatch(clients);
            CountDownLatch go = new CountDownLatch(1);
            long[] moved = new long[clients];
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                threads.add(new Thread(() -> {
                    try {
                        moved[number] = client.run(url, number, held, go);
                    } catch (Exception | Error e) {
                        fault(name + ": client " + number + ": " + e);
                    } finally {
                        held.countDown();
                    }
                }));
            }
            threads.forEach(Thread::start);
            String inUse = "";
            if (isHeld) {
                if (!held.await(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        || node.endsWithin(2000)) {
                    fault(name + ": the clients don't get so far: " + node.err());
                }
                long each = (node.liveHeapBytes() - idleBytes) / clients;
                inUse = String.format("%,d KiB", each / 1024);
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            long total = 0;
            for (long one : moved) {
                total += one;
            }
            String residentMb = String.format("%,d MB", node.residentBytes(true) / MB);
            node.terminate();
            if (node.exitCode() != 0 || !node.err().isEmpty()) {
                fault(name + ": the node complained: " + node.err());
            }
            long[] heap = heap(log);
            System.out.printf("%-32s %8.1f %7.0f %9s %10s %10s %10s %s%n", name, seconds,
                    total / seconds / MB, residentMb, heap[0] + " MiB", heap[1] + " MiB", inUse,
                    responses);
        }
    }

    /** The most that the heap had before a collection and after one, in MiB. */
    private static long[] heap(Path log) throws IOException {
        long before = 0;
        long after = 0;
        Matcher pauses = PAUSE.matcher(Files.readString(log));
        while (pauses.find()) {
            before = Math.max(before, Long.parseLong(pauses.group(1)));
            after = Math.max(after, Long.parseLong(pauses.group(2)));
        }
        return new long[] {before, after};
    }

    // Clients.

    private static String key(int number) {
        return "object-" + number;
    }

    /** Puts zeros of a known length; with {@code held}, waits after a sixth of it. */
    private long put(String url, int number, long length, CountDownLatch held, CountDownLatch go)
            throws Exception {
        try (ZeroClient client = new ZeroClient(url)) {
            client.send("PUT", key(number), "Content-Length: " + length);
            long first = held == null ? 0 : length / 6;
            client.zeros(first);
            if (held != null) {
                held.countDown();
                go.await();
            }
            client.zeros(length - first);
            int status = client.status();
            if (status == 503 && client.field("Retry-After") != null) {
                count(status, client, 503); // no room for so many at once, which it says
                return 0;
            }
            count(status, client, 200, 201, 204);
            return length;
        }
    }

    /** Puts zeros of a length that it doesn't tell, as often as it is told to try again. */
    private long putChunked(String url, int number) throws Exception {
        for (int i = 0; i < MOST_TRIES; i++) {
            String after;
            try (ZeroClient client = new ZeroClient(url)) {
                client.send("PUT", key(number),
                        "Transfer-Encoding: chunked\r\nExpect: 100-continue");
                int status = client.status();
                if (status == 100) {
                    client.chunks(CHUNKED_BYTES);
                    status = client.status();
                    if (status != 503) {
                        count(status, client, 200, 201, 204);
                        return CHUNKED_BYTES;
                    }
                }
                count(status, client, 503);
                after = client.field("Retry-After");
            }
            if (after == null) {
                throw new IOException("no Retry-After");
            }
            new CountDownLatch(1).await(Long.parseLong(after), TimeUnit.SECONDS);
        }
        throw new IOException("tried " + MOST_TRIES + " times in vain");
    }

    /** Gets an object; with {@code held}, reads the head, waits, and reads no further. */
    private long get(String url, int number, CountDownLatch held, CountDownLatch go)
            throws Exception {
        try (ZeroClient client = new ZeroClient(url)) {
            client.send("GET", key(number), "Accept: */*");
            int status = client.status();
            if (held != null && status == 503 && client.field("Retry-After") != null) {
                count(status, client, 503);
                return 0;
            }
            count(status, client, 200);
            if (held != null) {
                held.countDown();
                go.await();
                return 0;
            }
            return client.content();
        }
    }

    private void count(int status, ZeroClient client, Integer... expected) throws IOException {
        synchronized (responses) {
            responses.merge("" + status, 1, Integer::sum);
        }
        if (!List.of(expected).contains(status)) {
            client.content();
            throw new IOException(client.head());
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            if (faults.size() < MOST_FAULTS) {
                faults.add(line);
            }
        }
    }
}
