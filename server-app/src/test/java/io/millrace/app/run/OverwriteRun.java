package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Replaces a few large objects, half of them in folders, again and again while others read them:
 * each is compared by SHA-256 right after its PUT, and no reader may ever see a mixture, or a
 * version that was no more or not yet.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.OverwriteRun},
 * then {@code [puts] [bytes] [keys]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class OverwriteRun {

    private static final int MOST_WRITERS = 8;
    private static final int READERS = 8;

    private final int putsToDo;
    private final long sizeBytes;
    /** A key has one writer only. */
    private final int writers;
    private final List<KeyHistory> histories;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong moments = new AtomicLong();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong overtaken = new AtomicLong();
    private final List<String> faults = new ArrayList<>();
    private volatile boolean done;

    /** So many PUTs of so many bytes, over so many keys. */
    OverwriteRun(int puts, long sizeBytes, int keys) {
        this.putsToDo = puts;
        this.sizeBytes = sizeBytes;
        writers = Math.min(MOST_WRITERS, keys);
        histories = IntStream.range(0, keys).mapToObj(key -> new KeyHistory()).toList();
    }

    public static void main(String[] args) throws Exception {
        int puts = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        long sizeBytes = args.length > 1 ? Long.parseLong(args[1]) : 40_000_000;
        int keys = args.length > 2 ? Integer.parseInt(args[2]) : 32;
        Path folder = Files.createTempDirectory("millrace-overwrite-run");
        OverwriteRun run = new OverwriteRun(puts, sizeBytes, keys);
        long startNs = System.nanoTime();
        try (JarProcess server = JarProcess.startSmall(folder, "--port", "0")) {
            run.run(server.awaitUrl());
            server.terminate();
            System.out.printf("exit code %d, %,d s%n", server.exitCode(),
                    (System.nanoTime() - startNs) / 1_000_000_000);
        } finally {
            RunFolder.delete(folder);
        }
        System.out.print(run.report());
        run.faults().forEach(System.out::println);
        System.exit(run.faults().isEmpty() ? 0 : 1);
    }

    /** Does it all to the server at a URL. */
    void run(String url) throws InterruptedException {
        List<Thread> writing = new ArrayList<>();
        List<Thread> reading = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            int writer = i;
            writing.add(new Thread(() -> guarded(url, client -> write(client, writer))));
        }
        for (int i = 0; i < READERS; i++) {
            int reader = i;
            reading.add(new Thread(() -> guarded(url, client -> read(client, reader))));
        }
        writing.forEach(Thread::start);
        reading.forEach(Thread::start);
        for (Thread writer : writing) {
            writer.join();
        }
        done = true;
        for (Thread reader : reading) {
            reader.join();
        }
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** The figures. */
    String report() {
        return String.format("""
                %,d PUT of %,d bytes over %,d keys from %d connections
                  right after   %,d compared by SHA-256
                  meanwhile     %,d GET from %d connections compared byte by byte
                  overtaken     %,d of these got a version that was replaced before their end
                  mixtures, wrong or stale bytes: %,d
                """, putsToDo, sizeBytes, histories.size(), writers, compared.get(), reads.get(),
                READERS, overtaken.get(), faults.size());
    }

    private interface Work {
        void with(StoreClient client) throws IOException;
    }

    private void guarded(String url, Work work) {
        try (StoreClient client = new StoreClient(url)) {
            work.with(client);
        } catch (IOException | RuntimeException | Error e) {
            fault("a client failed: " + e);
        }
    }

    /** Each key has one writer, so what it finds right after is what it wrote. */
    private void write(StoreClient client, int writer) throws IOException {
        Random random = new Random(writer);
        while (begun.incrementAndGet() <= putsToDo) {
            int keysOfIt = (histories.size() - writer - 1) / writers + 1;
            int key = writer + writers * random.nextInt(keysOfIt);
            String name = name(key);
            KeyHistory history = histories.get(key);
            StampedBody body = new StampedBody(name, versions.incrementAndGet(), sizeBytes);
            MessageDigest digest = StoreClient.sha256();
            KeyHistory.Change change = history.begin(body.version(), moments.incrementAndGet());
            int status = client.put(body, false, digest);
            history.acknowledge(change, moments.incrementAndGet());
            if (status != 200) {
                fault("a PUT was answered with " + status);
            }
            StoreClient.Got got = client.get(name);
            if (got.status() != 200 || !Arrays.equals(digest.digest(), got.sha256())) {
                fault(name + " is not what was stored: " + got);
            }
            compared.incrementAndGet();
        }
    }

    private void read(StoreClient client, int reader) throws IOException {
        Random random = new Random(-1 - reader);
        while (!done) {
            int key = random.nextInt(histories.size());
            KeyHistory history = histories.get(key);
            long from = moments.incrementAndGet();
            StoreClient.Got got = client.get(name(key));
            long to = moments.incrementAndGet();
            long version = got.body() == null ? KeyHistory.NOTHING : got.body().version();
            if (got.fault() != null || got.status() != 200 && got.status() != 404
                    || !history.allows(version, from, to)) {
                fault("a GET of " + name(key) + " got " + got);
            }
            if (got.status() == 200) {
                reads.incrementAndGet();
                overtaken.addAndGet(history.allows(version, to, to) ? 0 : 1);
            }
        }
    }

    private static String name(int key) {
        return (key % 2 == 0 ? "large-" : "l/f/" + key % 3 + "/large-") + key;
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add(line);
        }
    }
}
