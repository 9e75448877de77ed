package io.millrace.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Kills the program again and again in the middle of many resumable uploads of both dialects, which
 * go on where it is when it is back. Each has to end, and its object to be byte-identical; nothing
 * may be seen of it before, what a client was told to be there has to be there after each kill, and
 * nothing may be left at the end.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.ResumeRun},
 * then {@code [kills] [uploads at a time] [durability] [seed]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class ResumeRun {

    private static final int MAX_ACTIVE_MS = 1000;
    private static final long MAX_SILENCE_NS = TimeUnit.SECONDS.toNanos(10);
    /** For so many uploads there may be memory, whatever becomes of their clients. */
    private static final int MAX_UPLOADS = 100_000;
    private static final long MAX_NS_PER_KILL = TimeUnit.SECONDS.toNanos(3);
    private static final long MAX_END_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST_SERVED_BYTES = 3_000_000;
    private static final int PIECE_BYTES = 1024 * StampedBody.LINE_BYTES;
    private static final String LOCK = ".millrace.lock";
    private static final List<String> RESERVED = List.of(".millrace.parts", ".millrace.uploads");

    private final Path folder;
    private final Path data;
    private final int clients;
    private final String durability;
    private final long seed;
    private final Random random;
    /** By their keys: those that have not ended, and whose objects are not deleted. */
    private final Map<String, ResumedUpload> uploads = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicLong begunAgain = new AtomicLong();
    /** Guarded by itself. */
    private final Map<ResumedUpload.Way, Integer> ways = new EnumMap<>(ResumedUpload.Way.class);
    /** Guarded by itself. */
    private final List<String> faults = new ArrayList<>();
    private int kills;
    private long underWay;
    private long leftUnknown;
    private long swept;

    /** One process of the program, and the clients that have heard from it. */
    private record Server(String url, Set<Integer> heard) {
    }

    /** Null while none is there. Guarded by this. */
    private Server there;
    /** Once true this is always true: uploads go on to their ends, and no more are begun. */
    private volatile boolean ending;

    /** @param folder an empty one */
    ResumeRun(Path folder, int clients, String durability, long seed) {
        this.folder = folder;
        this.clients = clients;
        this.durability = durability;
        this.seed = seed;
        data = folder.resolve("data");
        random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int clients = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        String durability = args.length > 2 ? args[2] : "none";
        long seed = args.length > 3 ? Long.parseLong(args[3]) : System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-resume-run");
        ResumeRun run = new ResumeRun(folder, clients, durability, seed);
        run.kill(kills);
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        synchronized (faults) {
            return List.copyOf(faults);
        }
    }

    /** Uploads that have ended, and were compared. */
    long ended() {
        return ended.get();
    }

    /** The figures. */
    String report() {
        return String.format("""
                durability %s, seed %d
                  kills         %,d, on average in the middle of %.1f uploads
                  ended         %,d uploads of %,d bytes, each compared: %s
                  resumed       %,d times
                  begun again   %,d times, as the kill came before their URL
                  left          %,d uploads whose clients never got their URL; %,d files swept
                  faults        %,d
                """, durability, seed, kills, kills == 0 ? 0 : (double) underWay / kills,
                ended.get(), bytes.get(), ways, resumed.get(), begunAgain.get(), leftUnknown,
                swept, faults().size());
    }

    /** Kills so many times, lets all uploads end, and looks at what is left. */
    void kill(int count) throws Exception {
        long deadlineNs = System.nanoTime() + Math.max(MAX_END_NS, count * MAX_NS_PER_KILL);
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int number = client;
            long clientSeed = random.nextLong();
            threads.add(new Thread(() -> work(number, new Random(clientSeed)), "client-" + client));
        }
        threads.forEach(Thread::start);
        while (kills < count && System.nanoTime() - deadlineNs < 0) {
            try (JarProcess server = start()) {
                awaitClients(server);
                if (server.endsWithin(random.nextInt(MAX_ACTIVE_MS))) {
                    fault("the program ended by itself: " + server.err());
                }
                underWay += uploads.values().stream().filter(ResumedUpload::isUnderWay).count();
                end(server);
                kills++;
                if (!server.err().isEmpty()) {
                    fault("the program complained: " + server.err());
                }
            }
            checkObjects();
        }
        if (kills < count) {
            fault("the time was up after " + kills + " of " + count + " kills");
        }
        endUploads(threads);
        checkLeftovers();
    }

    private JarProcess start() throws IOException {
        JarProcess server = JarProcess.startSmall(folder, "--port", "0", "--durability",
                durability, "--max-uploads", "" + MAX_UPLOADS);
        String started = server.awaitUrl();
        synchronized (this) {
            there = new Server(started, ConcurrentHashMap.newKeySet());
            notifyAll();
        }
        return server;
    }

    /** Waits until all have gone on, which takes time on a busy machine. */
    private void awaitClients(JarProcess server) throws InterruptedException {
        Set<Integer> heard = awaitServer().heard();
        long deadlineNs = System.nanoTime() + MAX_SILENCE_NS;
        while (heard.size() < clients && System.nanoTime() - deadlineNs < 0) {
            if (server.endsWithin(5)) {
                return;
            }
        }
    }

    /** Kills the program. What its clients see from here on is no fault. */
    private void end(JarProcess server) throws InterruptedException {
        synchronized (this) {
            there = null;
        }
        server.kill();
    }

    private void endUploads(List<Thread> threads) throws Exception {
        ending = true;
        try (JarProcess server = start()) {
            long deadlineNs = System.nanoTime() + MAX_END_NS;
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(
                        deadlineNs - System.nanoTime())));
                if (thread.isAlive()) {
                    fault(thread.getName() + " doesn't end: "
                            + Arrays.toString(thread.getStackTrace()));
                }
            }
            server.terminate();
            if (server.exitCode() != 0 || !server.err().isEmpty()) {
                fault("the program ends badly: " + server.err());
            }
        }
    }

    /** What no client knows of goes when its time is up; nothing else is left. */
    private void checkLeftovers() throws Exception {
        leftUnknown = begunAgain.get();
        swept = files(RESERVED);
        try (JarProcess server = JarProcess.startSmall(folder, "--port", "0", "--upload-expiry",
                "1s")) {
            server.awaitUrl();
            long deadlineNs = System.nanoTime() + MAX_END_NS + MAX_END_NS / 2;
            while (files(RESERVED) > 0 && System.nanoTime() - deadlineNs < 0) {
                server.endsWithin(100);
            }
            server.terminate();
            server.exitCode();
        }
        try (Stream<Path> files = Files.walk(data)) {
            List<String> left = files.filter(Files::isRegularFile)
                    .map(file -> data.relativize(file).toString())
                    .filter(name -> !name.equals(LOCK)).toList();
            if (!left.isEmpty()) {
                fault(left.size() + " files are left: " + left);
            }
        }
    }

    private long files(List<String> folders) throws IOException {
        long count = 0;
        for (String name : folders) {
            Path path = data.resolve(name);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    count += files.filter(Files::isRegularFile).count();
                }
            }
        }
        return count;
    }

    /** Compares each object that is there while no server is. */
    private void checkObjects() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = data.relativize(file).toString();
                if (!key.startsWith(".millrace.")) {
                    checkObject(key, file);
                }
            }
        }
    }

    private void checkObject(String key, Path file) throws IOException {
        ResumedUpload upload = uploads.get(key);
        if (upload == null || !upload.mayBeWhole()) {
            fault("there is an object before its last byte was sent: " + upload + ", " + key);
            return;
        }
        byte[] read = new byte[PIECE_BYTES];
        byte[] right = new byte[PIECE_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (long position = 0; position < upload.body.lengthBytes();) {
                int count = upload.body.fill(position, right);
                int there = in.readNBytes(read, 0, count);
                if (there < count || !Arrays.equals(read, 0, count, right, 0, count)) {
                    fault("the object is not what was sent, from " + position + " on: " + upload);
                    return;
                }
                position += count;
            }
            if (in.read() >= 0) {
                fault("the object is longer than what was sent: " + upload);
            }
        }
    }

    // The clients.

    private void work(int client, Random random) {
        try {
            for (int number = 0; !ending; number++) {
                String key = (number % 2 == 0 ? "" : "d/") + client + "-" + number;
                ResumedUpload.Way[] all = ResumedUpload.Way.values();
                ResumedUpload upload = new ResumedUpload(
                        new StampedBody(key, versions.incrementAndGet(),
                                StampedBody.LINE_BYTES + length(random)),
                        all[random.nextInt(all.length)], random);
                uploads.put(key, upload);
                try {
                    upload(client, upload);
                } catch (ResumedUpload.BrokenPromise e) {
                    fault(e.getMessage());
                }
                begunAgain.addAndGet(upload.begun() - 1);
                resumed.addAndGet(upload.resumed());
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            fault("a client failed: " + e);
        }
    }

    /** Most are small; most of the time goes into those that are large. */
    private static int length(Random random) {
        int choice = random.nextInt(10);
        return random.nextInt(choice < 2 ? 8_000 : choice < 4 ? 300_000
                : choice < 6 ? 3_000_000 : 32_000_000);
    }

    /** Goes on with an upload on one connection after another, then compares its object. */
    private void upload(int client, ResumedUpload upload)
            throws InterruptedException {
        for (boolean done = false; !done;) {
            Server server = awaitServer();
            try (UploadConnection connection = new UploadConnection(server.url())) {
                upload.goOn(connection, () -> server.heard().add(client));
                compare(server.url(), upload);
                done = true;
            } catch (IOException e) {
                if (isThere(server)) {
                    fault("a connection broke: " + e + ", " + upload);
                    return;
                }
            }
        }
        ended.incrementAndGet();
        bytes.addAndGet(upload.body.lengthBytes());
        synchronized (ways) {
            ways.merge(upload.way, 1, Integer::sum);
        }
    }

    /**
     * Compares the object and deletes it, so that the run takes little room. A large one is read as
     * a file: few would be served whole between two kills.
     */
    private void compare(String url, ResumedUpload upload) throws IOException {
        String key = upload.body.key();
        Path file = data.resolve(key);
        if (!upload.isDeleted) {
            if (!Files.exists(file)) {
                fault("the upload has ended, and there is no object: " + upload);
            } else {
                checkObject(key, file);
            }
        }
        try (StoreClient connection = new StoreClient(url)) {
            if (!upload.isDeleted && upload.body.lengthBytes() <= MOST_SERVED_BYTES) {
                StoreClient.Got got = connection.get(key);
                if (got.status() != 200 || got.fault() != null
                        || got.body().version() != upload.body.version()) {
                    fault("the upload has ended, and is served as " + got + ": " + upload);
                }
            }
            int status = connection.delete(key);
            if (status != 200 && !(status == 404 && upload.isDeleted)) {
                fault("DELETE was answered with " + status + ": " + upload);
            }
            uploads.remove(key);
        } finally {
            upload.isDeleted = true; // perhaps
        }
    }

    private synchronized Server awaitServer() throws InterruptedException {
        while (there == null) {
            wait();
        }
        return there;
    }

    private synchronized boolean isThere(Server server) {
        return server == there;
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add("after " + kills + " kills: " + line);
        }
    }
}
