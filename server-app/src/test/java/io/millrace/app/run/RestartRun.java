package io.millrace.app.run;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets one process of the program follow another again and again, at one port and in one folder,
 * while clients PUT, GET and DELETE: on connections that they keep, on new ones, and slowly. No
 * connection may be refused, no request may fail twice, and nothing that was acknowledged may be
 * lost.
 *
 * <p>Each client has keys of its own, and tries once more on a new connection what had no response,
 * as any client may with these methods (RFC 9110 section 9.2.2).
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.RestartRun},
 * then {@code [restarts] [seed]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class RestartRun {

    /** Half of them keep their connections. */
    private static final int CLIENTS = 8;
    private static final int KEYS = 6;
    private static final int MOST_TRIES = 2;
    private static final int MAX_BYTES = 30_000;
    private static final int BETWEEN_MS = 300;
    private static final String LARGE = "large";
    private static final long LARGE_BYTES = 40_000_000;
    private static final String SLOW = "slow";
    private static final int SLOW_PIECES = 10;
    private static final int PAUSE_MS = 40;

    private final Path folder;
    private final long seed;
    private final Random random;
    private final Map<String, KeyHistory> histories = new TreeMap<>();
    private final StoreAudit audit;
    private final AtomicLong moments = new AtomicLong();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong gets = new AtomicLong();
    private final AtomicLong slowPuts = new AtomicLong();
    private final AtomicLong slowGets = new AtomicLong();
    private final LongestRequest reads = new LongestRequest();
    private final LongestRequest writes = new LongestRequest();
    /** What was tried once more, by the reason. Guarded by itself. */
    private final Map<String, Integer> retries = new TreeMap<>();
    /** Guarded by itself. */
    private final List<String> faults = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private String url;
    private int restarts;

    /** @param folder an empty one */
    RestartRun(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
        random = new Random(seed);
        audit = new StoreAudit(folder.resolve("data"), histories, this::fault);
        histories.put(LARGE, new KeyHistory());
        histories.put(SLOW, new KeyHistory());
        for (int client = 0; client < CLIENTS; client++) {
            for (int key = 0; key < KEYS; key++) {
                histories.put(key(client, key), new KeyHistory());
            }
        }
    }

    private static String key(int client, int key) {
        return (key % 2 == 0 ? "own-" : "d/") + client + "-" + key;
    }

    public static void main(String[] args) throws Exception {
        int restarts = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-restart-run");
        RestartRun run = new RestartRun(folder, seed);
        run.restart(restarts);
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** Requests that were answered. */
    long requests() {
        return changes.get() + gets.get();
    }

    /** The figures. */
    String report() {
        return String.format("""
                %d restarts, seed %d
                  requests      %,d PUT and DELETE, %,d GET; %,d slow PUT, %,d slow GET of %,d bytes
                  tried again   %s
                  longest GET   %s
                  longest other %s
                  faults        %,d
                """, restarts, seed, changes.get(), gets.get(), slowPuts.get(), slowGets.get(),
                LARGE_BYTES, retries, reads, writes, faults.size());
    }

    /** Restarts so many times under load, then compares all. */
    void restart(int count) throws Exception {
        JarProcess server = JarProcess.startSmall(folder, "--port", "0", "--reuse-port",
                "--wait-for-folder", "60s");
        try {
            url = server.awaitUrl();
            storeLarge();
            List<Thread> clients = clients();
            clients.forEach(Thread::start);
            for (int i = 0; i < count; i++) {
                if (server.endsWithin(BETWEEN_MS)) {
                    fault("the program ended by itself: " + server.err());
                }
                reads.restartBegins();
                writes.restartBegins();
                server = restart(server);
                reads.restartHasEnded();
                writes.restartHasEnded();
            }
            server.endsWithin(BETWEEN_MS);
            ended.countDown();
            for (Thread client : clients) {
                client.join();
            }
            compareAll();
            server.terminate();
            end(server);
        } finally {
            server.close();
        }
    }

    private void storeLarge() throws IOException {
        try (StoreClient client = new StoreClient(url)) {
            StampedBody body = new StampedBody(LARGE, versions.incrementAndGet(), LARGE_BYTES);
            KeyHistory.Change change =
                    histories.get(LARGE).begin(body.version(), moments.incrementAndGet());
            client.put(body, false, null);
            histories.get(LARGE).acknowledge(change, moments.incrementAndGet());
        }
    }

    private List<Thread> clients() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(i, i % 2 == 0, new Random(random.nextLong()));
            threads.add(new Thread(client, "client-" + i));
        }
        threads.add(new Thread(() -> goOn(this::putSlowly, slowPuts), "slow-put"));
        threads.add(new Thread(() -> goOn(this::getSlowly, slowGets), "slow-get"));
        return threads;
    }

    /** Starts a process beside the old one, stops that one, and returns the new one. */
    private JarProcess restart(JarProcess old) throws Exception {
        String port = url.substring(url.lastIndexOf(':') + 1).replace("/", "");
        JarProcess next = JarProcess.startSmall(folder, "--port", port, "--reuse-port",
                "--wait-for-folder", "60s");
        boolean follows = false;
        try {
            while (!next.err().contains("waiting for the process")) {
                if (next.endsWithin(1)) {
                    throw new IOException("the next process has ended: " + next.err());
                }
            }
            old.terminate();
            next.awaitUrl();
            end(old);
            follows = true;
        } finally {
            old.close();
            if (!follows) {
                next.close();
            }
        }
        next.endsWithin(BETWEEN_MS); // until requests that have waited have ended
        restarts++;
        return next;
    }

    /** Waits for the end of a process that was told to stop, and looks at what it says. */
    private void end(JarProcess server) throws IOException, InterruptedException {
        int exitCode = server.exitCode();
        List<String> wrong = Arrays.stream(server.err().split("\n"))
                .filter(line -> !line.isEmpty() && !line.contains("waiting for the process")
                        && !line.contains("took over the folder")).toList();
        if (exitCode != 0 || !wrong.isEmpty() || !server.out().contains(" 0 cut at the end")) {
            fault("a process has ended with " + exitCode + ": " + wrong + server.out());
        }
    }

    private void compareAll() throws IOException {
        try (StoreClient connection = new StoreClient(url)) {
            for (String key : histories.keySet()) {
                audit.compare(connection, key, moments.incrementAndGet());
            }
        }
        if (audit.stagingFiles() > 0) {
            fault("parts are left over: " + audit.stagingFiles());
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add("after " + restarts + " restarts: " + line);
        }
    }

    /** A request, which may be sent more than once. */
    private interface Attempt {

        /** The status. */
        int on(StoreClient connection) throws IOException;
    }

    /** Sends requests of its own keys. */
    private final class Client implements Runnable {

        private final int number;
        private final boolean keepsConnection;
        private final Random random;
        /** Null if there is none. */
        private StoreClient connection;

        Client(int number, boolean keepsConnection, Random random) {
            this.number = number;
            this.keepsConnection = keepsConnection;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                while (ended.getCount() > 0) {
                    String key = key(number, random.nextInt(KEYS));
                    int choice = random.nextInt(10);
                    if (choice < 5) {
                        complete("GET", connection -> get(connection, key));
                        gets.incrementAndGet();
                    } else {
                        complete(choice < 8 ? "PUT" : "DELETE", change(key, choice < 8));
                        changes.incrementAndGet();
                    }
                }
                drop();
            } catch (IOException | RuntimeException | Error e) {
                fault("a client failed: " + e);
            }
        }

        private void complete(String method, Attempt attempt) throws IOException {
            long beganNs = System.nanoTime();
            String failure = failure(attempt);
            for (int tries = 1; failure != null && tries < MOST_TRIES; tries++) {
                synchronized (retries) {
                    retries.merge(failure, 1, Integer::sum);
                }
                failure = failure(attempt);
            }
            if (failure != null) {
                fault("a " + method + " has failed " + MOST_TRIES + " times: " + failure);
            }
            (method.equals("GET") ? reads : writes).took(System.nanoTime() - beganNs);
        }

        /** Why there was no response, or one to be tried again; null if it is a good one. */
        private String failure(Attempt attempt) throws IOException {
            boolean isNew = connection == null;
            try {
                if (isNew) {
                    connection = new StoreClient(url);
                }
                int status = attempt.on(connection);
                if (!keepsConnection || "close".equals(connection.field("Connection"))) {
                    drop();
                }
                return status == 200 || status == 404 ? null : "status " + status;
            } catch (ConnectException e) {
                fault("a connection was refused: " + e.getMessage());
                return "refused";
            } catch (IOException e) {
                drop();
                return (isNew ? "new" : "used") + " connection: " + e.getMessage();
            }
        }

        private void drop() throws IOException {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        private int get(StoreClient connection, String key) throws IOException {
            long from = moments.incrementAndGet();
            StoreClient.Got got = connection.get(key);
            audit.judge(key, got, from, moments.incrementAndGet(), "a GET");
            return got.status();
        }

        private Attempt change(String key, boolean puts) {
            KeyHistory history = histories.get(key);
            StampedBody body = new StampedBody(key, versions.incrementAndGet(),
                    StampedBody.LINE_BYTES + random.nextInt(MAX_BYTES));
            long version = puts ? body.version() : KeyHistory.NOTHING;
            return connection -> {
                KeyHistory.Change change = history.begin(version, moments.incrementAndGet());
                int status = puts ? connection.put(body, false, null) : connection.delete(key);
                if (status == 200 || status == 404) {
                    history.acknowledge(change, moments.incrementAndGet());
                } else {
                    history.refuse(change);
                }
                return status;
            };
        }
    }

    private interface SlowRequest {
        void send() throws IOException, InterruptedException;
    }

    private void goOn(SlowRequest request, AtomicLong count) {
        while (ended.getCount() > 0) {
            try {
                request.send();
                count.incrementAndGet();
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                fault(Thread.currentThread().getName() + " failed: " + e);
            }
        }
    }

    /** A body that comes in pieces, over the start of a stop. */
    private void putSlowly() throws IOException, InterruptedException {
        StampedBody body = new StampedBody(SLOW, versions.incrementAndGet(),
                SLOW_PIECES * StampedBody.LINE_BYTES);
        KeyHistory history = histories.get(SLOW);
        try (StoreClient client = new StoreClient(url)) {
            KeyHistory.Change change = history.begin(body.version(), moments.incrementAndGet());
            client.send("PUT /" + SLOW + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
                    + body.lengthBytes() + "\r\n\r\n");
            byte[] line = new byte[StampedBody.LINE_BYTES];
            for (int i = 0; i < SLOW_PIECES; i++) {
                pause();
                body.fill(i * StampedBody.LINE_BYTES, line);
                client.send(new String(line, StandardCharsets.US_ASCII));
            }
            int status = client.answer();
            if (status != 201 && status != 204) {
                throw new IOException("status " + status);
            }
            history.acknowledge(change, moments.incrementAndGet());
        }
    }

    /** A response that is read only after a stop has begun, perhaps. */
    private void getSlowly() throws IOException, InterruptedException {
        try (StoreClient client = new StoreClient(url)) {
            client.send("GET /" + LARGE + " HTTP/1.1\r\nHost: x\r\n\r\n");
            for (int i = 0; i < 2 * SLOW_PIECES; i++) {
                pause();
            }
            if (client.answer() != 200) {
                throw new IOException("status of a slow GET");
            }
        }
    }

    private void pause() throws InterruptedException {
        ended.await(PAUSE_MS, TimeUnit.MILLISECONDS);
    }
}
