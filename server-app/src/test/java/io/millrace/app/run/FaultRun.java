package io.millrace.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes system calls of the program fail, one kind after the other, in the middle of parallel PUTs,
 * DELETEs and GETs, and compares what it finds with what the responses said: nothing acknowledged
 * is lost or mixed, nothing refused has happened, the program goes on, and it logs what the system
 * said.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.FaultRun},
 * then {@code [seconds] [durability] [seed]}. It needs Linux and gcc.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class FaultRun {

    private static final int CLIENTS = 6;
    private static final int KEYS = 8;
    private static final int REQUESTS_PER_CONNECTION = 20;
    /** Longer than the pause before a staging file's removal is tried again. */
    private static final int PATIENCE_MS = 30_000;
    private static final int LOOK_MS = 100;
    /** In that time each kind of failure that goes on has a line of log. */
    private static final int LOG_MS = 2000;

    /** A kind of fault: what fails, how often, what the system says, and whether it is true. */
    private record Fault(FaultLibrary.Call call, int error, String words, int every,
            boolean done) {

        @Override
        public String toString() {
            return call.name().toLowerCase() + (done ? ", done," : "") + " " + words;
        }
    }

    private static final int EIO = 5;
    private static final int EACCES = 13;
    private static final int EMFILE = 24;
    private static final int EFBIG = 27;
    private static final int ENOSPC = 28;
    private static final int EROFS = 30;
    private static final int ESTALE = 116;
    private static final int EDQUOT = 122;

    private static final List<Fault> FAULTS = List.of(
            new Fault(FaultLibrary.Call.UNLINK, EIO, "Input/output error", 2, false),
            new Fault(FaultLibrary.Call.UNLINK, EIO, "Input/output error", 2, true),
            new Fault(FaultLibrary.Call.OPEN, EMFILE, "Too many open files", 3, false),
            new Fault(FaultLibrary.Call.OPEN, ENOSPC, "No space left on device", 3, false),
            new Fault(FaultLibrary.Call.OPEN, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.WRITE, ENOSPC, "No space left on device", 3, false),
            new Fault(FaultLibrary.Call.WRITE, EDQUOT, "Disk quota exceeded", 3, false),
            new Fault(FaultLibrary.Call.WRITE, EFBIG, "File too large", 3, false),
            new Fault(FaultLibrary.Call.WRITE, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.FSYNC, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.FSYNC, ENOSPC, "No space left on device", 3, false),
            new Fault(FaultLibrary.Call.RENAME, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.RENAME, EROFS, "Read-only file system", 3, false),
            new Fault(FaultLibrary.Call.RENAME, ESTALE, "Stale file handle", 3, true),
            new Fault(FaultLibrary.Call.UNLINK, EACCES, "ermission denied", 3, false),
            new Fault(FaultLibrary.Call.CLOSE, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.READ, EIO, "Input/output error", 3, false),
            new Fault(FaultLibrary.Call.ACCEPT, EMFILE, "Too many open files", 3, false));

    private final Path folder;
    private final String durability;
    private final long seed;
    private final Random random;
    private final FaultLibrary library;
    private final Map<String, KeyHistory> histories = new TreeMap<>();
    private final StoreAudit audit;
    private final AtomicLong moments = new AtomicLong();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong said = new AtomicLong();
    private final AtomicLong gets = new AtomicLong();
    private final AtomicLong cuts = new AtomicLong();
    private final StringBuilder table = new StringBuilder();
    private long states;
    private final List<String> faults = new ArrayList<>();

    /** What fails now; null if nothing does. */
    private volatile Fault failing;
    private volatile boolean ended;

    /**
     * A run.
     *
     * @param folder an empty one
     * @param durability as the program's flag takes it
     */
    FaultRun(Path folder, String durability, long seed) throws IOException, InterruptedException {
        this.folder = folder;
        this.durability = durability;
        this.seed = seed;
        random = new Random(seed);
        audit = new StoreAudit(folder.resolve("data"), histories, this::fault);
        library = FaultLibrary.build(folder);
        for (int client = 0; client < CLIENTS; client++) {
            for (int key = 0; key < KEYS; key++) {
                histories.put(key(client, key), new KeyHistory());
            }
        }
    }

    private static String key(int client, int key) {
        return "own-" + client + "-" + key;
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 90;
        String durability = args.length > 1 ? args[1] : "full";
        long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
        String missing = FaultLibrary.missing();
        if (missing != null) {
            System.out.println(missing);
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("millrace-fault-run").toRealPath();
        FaultRun run = new FaultRun(folder, durability, seed);
        run.run(seconds * 1000L);
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** Lets each kind of fault happen for its share of the time, and checks after each. */
    void run(long timeMs) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (JarProcess server = JarProcess.startByShell(folder, library.line(data),
                List.of("-Xmx128m"), "--port", "0", "--durability", durability)) {
            String url = server.awaitUrl();
            for (Fault fault : FAULTS) {
                injectUnderLoad(server, url, fault, timeMs / FAULTS.size());
                check(url);
            }
            long waitedMs = 0;
            while (audit.stagingFiles() > 0 && waitedMs < PATIENCE_MS
                    && !server.endsWithin(LOOK_MS)) {
                waitedMs += LOOK_MS;
            }
            if (audit.stagingFiles() > 0) {
                fault("staging files are left over: " + audit.stagingFiles());
            }
            server.terminate();
            if (server.exitCode() != 0) {
                fault("the program ends badly: " + server.err());
            }
            if (server.err().contains("Exception in thread")) {
                fault("a thread ended: " + server.err());
            }
        }
    }

    private void injectUnderLoad(JarProcess server, String url, Fault fault, long timeMs)
            throws InterruptedException {
        int logged = server.err().length();
        ended = false;
        failing = fault;
        library.fail(fault.call(), fault.error(), fault.every(), fault.done());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            long clientSeed = random.nextLong();
            clients.add(new Thread(() -> work(url, client, new Random(clientSeed))));
        }
        clients.forEach(Thread::start);
        if (server.endsWithin(timeMs)) {
            fault("the program ended by itself: " + server.err());
        }
        ended = true;
        library.stop();
        for (Thread client : clients) {
            client.join();
        }
        String log = server.err().substring(logged);
        table.append(String.format("  %-38s %,7d failed calls, %,4d lines of log%n", fault,
                library.injected(), log.lines().count()));
        // A line a second for each kind: in less time, the last line may be the kind's before.
        String seen = timeMs < LOG_MS ? server.err() : log;
        if (library.injected() > 0 && !seen.contains(fault.words())) {
            fault("nothing of it in the log: " + log);
        }
        failing = null;
    }

    /** One client: works until the end, with a new connection now and then. */
    private void work(String url, int client, Random random) {
        while (!ended) {
            try (StoreClient connection = new StoreClient(url)) {
                for (int i = 0; i < REQUESTS_PER_CONNECTION && !ended; i++) {
                    request(connection, key(client, random.nextInt(KEYS)), random);
                }
            } catch (IOException e) {
                cuts.incrementAndGet(); // what it was about is unknown, and may be either way
            } catch (RuntimeException | Error e) {
                fault("a client failed: " + e);
            }
        }
    }

    private void request(StoreClient connection, String key, Random random) throws IOException {
        KeyHistory history = histories.get(key);
        int choice = random.nextInt(8);
        if (choice < 4) {
            StampedBody body = new StampedBody(key, versions.incrementAndGet(),
                    StampedBody.LINE_BYTES + random.nextInt(random.nextInt(4) > 0
                            ? 8_000 : 2_000_000));
            KeyHistory.Change change = history.begin(body.version(), moments.incrementAndGet());
            int status = connection.put(body, random.nextInt(4) == 0, null);
            settle(history, change, "PUT", status, connection.text(), status < 300);
        } else if (choice < 6) {
            KeyHistory.Change change =
                    history.begin(KeyHistory.NOTHING, moments.incrementAndGet());
            int status = connection.delete(key);
            settle(history, change, "DELETE", status, connection.text(),
                    status < 300 || status == 404);
        } else {
            long from = moments.incrementAndGet();
            StoreClient.Got got = connection.get(key);
            gets.incrementAndGet();
            if (got.status() < 400 || got.status() == 404) {
                audit.judge(key, got, from, moments.incrementAndGet(), "a GET");
            }
        }
    }

    /** Takes the response at its word. */
    private void settle(KeyHistory history, KeyHistory.Change change, String method, int status,
            String text, boolean isDone) {
        if (isDone) {
            history.acknowledge(change, moments.incrementAndGet());
            done.incrementAndGet();
        } else if (text.startsWith("the object is stored") // or deleted, but
                || text.startsWith("the object is deleted")) {
            history.acknowledge(change, moments.incrementAndGet());
            said.incrementAndGet();
        } else if (status == 403 || status >= 500) {
            history.refuse(change);
            refused.incrementAndGet();
        } else {
            fault("a " + method + " was answered with " + status + " " + text);
        }
    }

    /** Compares every key's state, in the folder and over HTTP: nothing fails any more. */
    private void check(String url) throws IOException {
        try (StoreClient connection = new StoreClient(url)) {
            for (Map.Entry<String, KeyHistory> entry : histories.entrySet()) {
                long version = audit.compare(connection, entry.getKey(),
                        moments.incrementAndGet());
                entry.getValue().startFrom(version);
                states++;
            }
            StampedBody body = new StampedBody("after", versions.incrementAndGet(), 1000);
            if (connection.put(body, false, null) >= 300 || connection.delete("after") >= 300) {
                fault("a PUT and a DELETE fail after the faults: " + connection.text());
            }
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add((failing == null ? "" : failing + ": ") + line);
        }
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** Changes that were acknowledged. */
    long acknowledged() {
        return done.get();
    }

    /** The figures. */
    String report() {
        return table + String.format("""
                durability %s, seed %d
                  acknowledged  %,d PUT and DELETE; %,d more were said to be done by a 500
                  refused       %,d, of which none may have happened
                  meanwhile     %,d GET; %,d connections were cut
                  states        %,d compared after the faults, each as a file and over HTTP
                  wrong         %,d
                """, durability, seed, done.get(), said.get(), refused.get(), gets.get(),
                cuts.get(), states, faults.size());
    }
}
