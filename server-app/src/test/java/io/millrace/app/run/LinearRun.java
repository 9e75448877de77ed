package io.millrace.app.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fifty clients PUT, GET and DELETE eight keys at the same time, with conditions and without, and
 * note when each request began and ended: {@link RegisterJudge} says whether each key was one
 * register. So with and without the cache, and so with connections that are cut in the middle of a
 * request, too.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.LinearRun},
 * then {@code [seconds] [seed]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class LinearRun {

    private static final int CLIENTS = 50;
    private static final int KEYS = 8;
    private static final int MOST_REQUESTS_PER_CONNECTION = 40;
    /** One of so many cut connections has sent its whole request. */
    private static final int WHOLE = 8;
    private static final int SMALL_BYTES = 4_000;
    /** More than the cache keeps of one object. */
    private static final int LARGE_BYTES = 60_000;

    /** A way to run. */
    private enum Variant {
        /** As it is by default. */
        CACHE(false),
        /** Each GET reads its file. */
        NO_CACHE(false, "--cache", "0"),
        /** Half of the connections are cut in the middle of a request. */
        CACHE_CUT(true),
        /** Both. */
        NO_CACHE_CUT(true, "--cache", "0");

        private final boolean cuts;
        private final String[] flags;

        Variant(boolean cuts, String... flags) {
            this.cuts = cuts;
            this.flags = flags;
        }
    }

    /** A version that a client knows, and its entity tag. */
    private record Tagged(String tag, long version) {
    }

    private final Path folder;
    private final long seed;
    private final Random random;
    private final Map<String, List<RegisterOperation>> histories = new HashMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong gets = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong cuts = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final StringBuilder table = new StringBuilder(String.format(
            "%-12s %9s %9s %12s %9s %11s %9s %8s%n", "", "GET", "changes", "refused", "cut",
            "unanswered", "judged in", "wrong"));
    private final List<String> faults = new ArrayList<>();
    private long startNs;
    private Variant variant;

    /** Once true, until the next variant: no client begins another request. */
    private volatile boolean ended;

    /** @param folder an empty one */
    LinearRun(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
        random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-linear-run");
        LinearRun run = new LinearRun(folder, seed);
        run.run(seconds * 1000L);
        System.out.print(run.report());
        run.faults().forEach(System.out::println);
        RunFolder.delete(folder);
        System.exit(run.faults().isEmpty() ? 0 : 1);
    }

    /** Gives each variant its share of the time. */
    void run(long timeMs) throws Exception {
        for (Variant each : Variant.values()) {
            variant = each;
            runVariant(timeMs / Variant.values().length);
        }
    }

    private void runVariant(long timeMs) throws Exception {
        Path own = Files.createDirectory(folder.resolve("" + variant));
        List<String> args = new ArrayList<>(List.of("--port", "0"));
        args.addAll(List.of(variant.flags));
        histories.clear();
        for (int key = 0; key < KEYS; key++) {
            histories.put(key(key), new ArrayList<>());
        }
        List.of(gets, changes, refused, cuts, unanswered).forEach(figure -> figure.set(0));
        int before = faults.size();
        ended = false;
        startNs = System.nanoTime();
        try (JarProcess server = JarProcess.startSmall(own, args.toArray(new String[0]))) {
            String url = server.awaitUrl();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random its = new Random(random.nextLong());
                clients.add(new Thread(() -> work(url, its)));
            }
            clients.forEach(Thread::start);
            if (server.endsWithin(timeMs)) {
                fault("the program ended by itself: " + server.err());
            }
            ended = true;
            for (Thread client : clients) {
                client.join();
            }
            server.terminate();
            if (server.exitCode() != 0 || !server.err().isEmpty()) {
                fault("the program complained: " + server.err());
            }
        }
        long judgedNs = System.nanoTime();
        histories.forEach((key, history) -> {
            String fault = RegisterJudge.fault(history);
            if (fault != null) {
                fault(key + " is no register: " + fault);
            }
        });
        table.append(String.format("%-12s %,9d %,9d %,12d %,9d %,11d %7.1f s %8d%n",
                variant.name().toLowerCase(), gets.get(), changes.get(), refused.get(),
                cuts.get(), unanswered.get(), (System.nanoTime() - judgedNs) / 1e9,
                faults.size() - before));
    }

    private static String key(int key) {
        return "key-" + key;
    }

    /** One client: works until the end, with a new connection now and then. */
    private void work(String url, Random random) {
        while (!ended) {
            boolean isCut = variant.cuts && random.nextBoolean();
            try (StoreClient connection = new StoreClient(url)) {
                int requests = random.nextInt(MOST_REQUESTS_PER_CONNECTION);
                for (int i = 0; i < requests && !ended; i++) {
                    request(connection, key(random.nextInt(KEYS)), random);
                }
                if (isCut) {
                    cut(connection, key(random.nextInt(KEYS)), random);
                }
            } catch (IOException e) {
                fault("a connection broke: " + e);
            } catch (RuntimeException | Error e) {
                fault("a client failed: " + e);
            }
        }
    }

    private void request(StoreClient connection, String key, Random random) throws IOException {
        int choice = random.nextInt(12);
        if (choice < 5) {
            get(connection, key);
        } else if (choice < 7) {
            change(connection, key, put(key, "", random), null);
        } else if (choice < 9) {
            change(connection, key, put(key, "If-None-Match: *\r\n", random), null);
        } else if (choice < 10) {
            change(connection, key, new Change(delete(key), RegisterOperation.ABSENT), null);
        } else {
            Tagged known = get(connection, key);
            if (known != null) {
                String condition = "If-Match: " + known.tag + "\r\n";
                change(connection, key, put(key, condition, random), known);
            }
        }
    }

    /** A request's bytes, all of ASCII, and the version that it writes. */
    private record Change(String bytes, long version) {
    }

    private Change put(String key, String condition, Random random) {
        StampedBody body = new StampedBody(key, versions.incrementAndGet(), StampedBody.LINE_BYTES
                + random.nextInt(random.nextInt(8) > 0 ? SMALL_BYTES : LARGE_BYTES));
        byte[] bytes = new byte[(int) body.lengthBytes()];
        body.fill(0, bytes);
        return new Change("PUT /" + key + " HTTP/1.1\r\nHost: x\r\n" + condition
                + "Content-Length: " + bytes.length + "\r\n\r\n"
                + new String(bytes, StandardCharsets.US_ASCII), body.version());
    }

    private static String delete(String key) {
        return "DELETE /" + key + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    /** Gets an object; null if there is none. */
    private Tagged get(StoreClient connection, String key) throws IOException {
        long fromNs = now();
        StoreClient.Got got = connection.get(key);
        long toNs = now();
        gets.incrementAndGet();
        if (got.fault() != null || got.status() != 200 && got.status() != 404) {
            fault("a GET of " + key + ": " + got.status() + " " + got.fault());
            return null;
        }
        if (got.status() == 404) {
            note(key, RegisterOperation.read(fromNs, toNs, RegisterOperation.ABSENT));
            return null;
        }
        note(key, RegisterOperation.read(fromNs, toNs, got.body().version()));
        return new Tagged(connection.field("ETag"), got.body().version());
    }

    /** @param condition of an If-Match, or null */
    private void change(StoreClient connection, String key, Change change, Tagged condition)
            throws IOException {
        long fromNs = now();
        connection.send(change.bytes);
        int status = connection.answer();
        long toNs = now();
        (status == 412 || status == 404 ? refused : changes).incrementAndGet();
        long other = condition == null ? RegisterOperation.ABSENT : condition.version;
        switch (status) {
            case 201 -> note(key, RegisterOperation.replace(fromNs, toNs,
                    RegisterOperation.ABSENT, change.version));
            case 204 -> note(key, condition == null
                    ? RegisterOperation.replaceOther(fromNs, toNs, RegisterOperation.ABSENT,
                            change.version)
                    : RegisterOperation.replace(fromNs, toNs, other, change.version));
            case 404 -> note(key, RegisterOperation.read(fromNs, toNs, RegisterOperation.ABSENT));
            case 412 -> note(key, RegisterOperation.other(fromNs, toNs, other));
            default -> fault("a change of " + key + " was answered with " + status + " "
                    + connection.text());
        }
    }

    /**
     * Sends a part of a request and leaves: what has not come as a whole never happens, and so is
     * in no history. Of one that has come it is unknown.
     */
    private void cut(StoreClient connection, String key, Random random) throws IOException {
        boolean creates = random.nextBoolean();
        Change change = random.nextInt(4) == 0
                ? new Change(delete(key), RegisterOperation.ABSENT)
                : put(key, creates ? "If-None-Match: *\r\n" : "", random);
        int length = change.bytes.length();
        boolean isWhole = random.nextInt(WHOLE) == 0;
        if (isWhole) {
            note(key, creates && change.version != RegisterOperation.ABSENT
                    ? RegisterOperation.replace(now(), RegisterOperation.UNKNOWN,
                            RegisterOperation.ABSENT, change.version)
                    : RegisterOperation.write(now(), RegisterOperation.UNKNOWN, change.version));
        }
        connection.send(change.bytes.substring(0, isWhole ? length : random.nextInt(length)));
        (isWhole ? unanswered : cuts).incrementAndGet();
    }

    private long now() {
        return System.nanoTime() - startNs;
    }

    private void note(String key, RegisterOperation operation) {
        List<RegisterOperation> history = histories.get(key);
        synchronized (history) {
            history.add(operation);
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add(variant + ": " + line);
        }
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** The figures. */
    String report() {
        return table + String.format("%,d versions of %d keys by %d clients, seed %d%n",
                versions.get(), KEYS, CLIENTS, seed);
    }
}
