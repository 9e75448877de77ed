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
import java.util.stream.Stream;

/**
 * Kills the program again and again in the middle of parallel PUTs, DELETEs and GETs, and while it
 * starts, and compares what it finds with what was acknowledged.
 *
 * <p>Two keys of three belong to one client, the others to all of them. Half of the keys are in
 * folders, which PUTs make and clients try to remove. Each client also makes and removes a folder
 * that no object is in. A key is there or not in about equal parts, so PUTs make and replace
 * objects. Whether a state may be, {@link KeyHistory} says.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.KillRun},
 * then {@code [kills] [durability] [seed]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class KillRun {

    private static final int CLIENTS = 6;
    private static final int OWN_KEYS = 8;
    private static final int SHARED_KEYS = 24;
    /** Kills while the program starts, one of so many. */
    private static final int START_KILLS = 4;
    private static final int MAX_ACTIVE_MS = 800;
    private static final int MAX_LEFTOVERS = 2000;
    private static final long MAX_START_NS = 30_000_000_000L;
    private static final String LOCK = ".millrace.lock";
    private static final String PARTS = ".millrace.parts";
    private static final String PART = ".millrace-";
    private static final long THERE = 1;

    private final Path folder;
    private final String durability;
    private final long seed;
    private final Random random;
    private final Map<String, KeyHistory> histories = new TreeMap<>();
    /** Of folders that no object is ever in; the version of one that is there is {@link #THERE}. */
    private final Map<String, KeyHistory> folders = new TreeMap<>();
    private final StoreAudit audit;
    private final AtomicLong moments = new AtomicLong();
    private final AtomicLong versions = new AtomicLong();

    private final AtomicLong puts = new AtomicLong();
    private final AtomicLong deletes = new AtomicLong();
    private final AtomicLong gets = new AtomicLong();
    private final AtomicLong folderChanges = new AtomicLong();
    private int kills;
    private int startKills;
    private int sweepKills;
    private long unanswered;
    private long happened;
    private long leftovers;
    private long states;
    private long startMs = 500;
    private final List<String> faults = new ArrayList<>();

    /** Once true, until the next start: a connection may break. */
    private volatile boolean killing;

    /**
     * A run.
     *
     * @param folder an empty one
     * @param durability as the program's flag takes it
     */
    KillRun(Path folder, String durability, long seed) {
        this.folder = folder;
        this.durability = durability;
        this.seed = seed;
        random = new Random(seed);
        audit = new StoreAudit(folder.resolve("data"), histories, this::fault);
        for (int key = 0; key < SHARED_KEYS; key++) {
            histories.put(sharedKey(key), new KeyHistory());
        }
        for (int client = 0; client < CLIENTS; client++) {
            folders.put(ownFolder(client), new KeyHistory());
            for (int key = 0; key < OWN_KEYS; key++) {
                histories.put(ownKey(client, key), new KeyHistory());
            }
        }
    }

    // Of each kind of key, every second one is in folders.

    private static String ownKey(int client, int key) {
        return (key % 2 == 0 ? "own-" : "o/d/" + client + "/own-") + client + "-" + key;
    }

    private static String sharedKey(int key) {
        return (key % 2 == 0 ? "shared-" : "s/" + key % 3 + "/shared-") + key;
    }

    private static String ownFolder(int client) {
        return "e/" + client + "/f/";
    }

    /** A folder that objects may be in. */
    private static String usedFolder(int client, Random random) {
        return random.nextBoolean() ? "o/d/" + client + "/" : "s/" + random.nextInt(3) + "/";
    }

    public static void main(String[] args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        String durability = args.length > 1 ? args[1] : "none";
        long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-kill-run");
        KillRun run = new KillRun(folder, durability, seed);
        run.kill(kills);
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** Kills so many times, and checks after each. */
    void kill(int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            if (i % START_KILLS == 0) {
                killInStart();
            } else {
                killInActivity();
            }
            kills++;
        }
        try (JarProcess server = start()) {
            check(server.awaitUrl());
            server.terminate();
            if (server.exitCode() != 0) {
                fault("the program ends badly: " + server.err());
            }
        }
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** Changes that were acknowledged. */
    long acknowledged() {
        return puts.get() + deletes.get();
    }

    /** The figures. */
    String report() {
        return String.format("""
                durability %s, seed %d
                  kills         %,d, %,d of them while the program started, %,d in its sweep
                  acknowledged  %,d PUT, %,d DELETE; %,d GET compared meanwhile
                  folders       %,d made or removed, acknowledged
                  unanswered    %,d changes at the kills, %,d of their objects were there
                  leftovers     %,d files of killed PUTs, and more that were planted, swept
                  states        %,d compared after kills, each as a file and over HTTP
                  losses        %,d
                """, durability, seed, kills, startKills, sweepKills, puts.get(), deletes.get(),
                gets.get(), folderChanges.get(), unanswered, happened, leftovers, states,
                faults.size());
    }

    private JarProcess start() throws IOException {
        killing = false;
        return JarProcess.startSmall(folder, "--port", "0", "--durability", durability);
    }

    /** Kills at any moment of the start, or when so much has been swept. */
    private void killInStart() throws Exception {
        int planted = 2 + random.nextInt(MAX_LEFTOVERS);
        for (int i = 0; i < planted; i++) {
            Files.writeString(audit.stagingFolder().resolve(PART + "planted-" + i), "left over");
        }
        long before = audit.stagingFiles();
        try (JarProcess server = start()) {
            boolean ended = false;
            if (random.nextBoolean()) {
                ended = server.endsWithin(random.nextLong(startMs * 5 / 4));
            } else {
                long left = 1 + random.nextLong(before);
                long beganNs = System.nanoTime();
                while (audit.stagingFiles() >= left && !ended) {
                    ended = server.endsWithin(1);
                    if (System.nanoTime() - beganNs > MAX_START_NS) {
                        fault("leftovers are not swept");
                        break;
                    }
                }
            }
            if (ended) {
                fault("the program ended by itself: " + server.err());
            }
            server.kill();
        }
        long after = audit.stagingFiles();
        startKills++;
        sweepKills += after > 0 && after < before ? 1 : 0;
    }

    private void killInActivity() throws Exception {
        long startedNs = System.nanoTime();
        try (JarProcess server = start()) {
            String url = server.awaitUrl();
            startMs = Math.max(1, (System.nanoTime() - startedNs) / 1_000_000);
            check(url);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                long clientSeed = random.nextLong();
                clients.add(new Thread(() -> work(url, client, new Random(clientSeed))));
            }
            clients.forEach(Thread::start);
            if (server.endsWithin(1 + random.nextInt(MAX_ACTIVE_MS))) {
                fault("the program ended by itself: " + server.err());
            }
            killing = true;
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
            if (!server.err().isEmpty()) {
                fault("the program complained: " + server.err());
            }
        }
        leftovers += audit.stagingFiles();
    }

    /** One client: works until the connection breaks. */
    private void work(String url, int client, Random random) {
        try (StoreClient connection = new StoreClient(url)) {
            while (true) {
                String key = random.nextInt(3) == 0 ? sharedKey(random.nextInt(SHARED_KEYS))
                        : ownKey(client, random.nextInt(OWN_KEYS));
                int choice = random.nextInt(10);
                if (choice < 4) {
                    put(connection, key, random);
                } else if (choice < 7) {
                    delete(connection, key);
                } else if (choice < 8) {
                    get(connection, key);
                } else if (choice < 9) {
                    changeFolder(connection, ownFolder(client), random.nextBoolean());
                } else {
                    removeFolder(connection, usedFolder(client, random));
                }
            }
        } catch (IOException e) {
            if (!killing) {
                fault("a connection broke: " + e);
            }
        } catch (RuntimeException | Error e) {
            fault("a client failed: " + e);
        }
    }

    private void put(StoreClient connection, String key, Random random) throws IOException {
        KeyHistory history = histories.get(key);
        StampedBody body = new StampedBody(key, versions.incrementAndGet(),
                StampedBody.LINE_BYTES + length(random));
        KeyHistory.Change change = history.begin(body.version(), moments.incrementAndGet());
        int status = connection.put(body, random.nextInt(4) == 0, null);
        history.acknowledge(change, moments.incrementAndGet());
        puts.incrementAndGet();
        if (status != 200) {
            fault("a PUT was answered with " + status);
        }
    }

    private static long length(Random random) {
        int choice = random.nextInt(10);
        return random.nextInt(choice < 6 ? 8_000 : choice < 9 ? 300_000 : 3_000_000);
    }

    private void delete(StoreClient connection, String key) throws IOException {
        KeyHistory history = histories.get(key);
        KeyHistory.Change change = history.begin(KeyHistory.NOTHING, moments.incrementAndGet());
        int status = connection.delete(key);
        // A 404 says as much: at some moment meanwhile there was nothing.
        history.acknowledge(change, moments.incrementAndGet());
        deletes.incrementAndGet();
        if (status != 200 && status != 404) {
            fault("a DELETE was answered with " + status);
        }
    }

    private void changeFolder(StoreClient connection, String name, boolean makes)
            throws IOException {
        KeyHistory history = folders.get(name);
        KeyHistory.Change change = history.begin(makes ? THERE : KeyHistory.NOTHING,
                moments.incrementAndGet());
        if (makes) {
            connection.send("PUT /" + name
                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            int status = connection.answer();
            if (status != 201 && status != 204) {
                fault("a PUT of a folder was answered with " + status);
            }
        } else {
            int status = connection.delete(name);
            if (status != 200 && status != 404) {
                fault("a DELETE of an empty folder was answered with " + status);
            }
        }
        history.acknowledge(change, moments.incrementAndGet());
        folderChanges.incrementAndGet();
    }

    /** Removes a folder if no object is in it: whether one was lost is seen as for any other. */
    private void removeFolder(StoreClient connection, String name) throws IOException {
        int status = connection.delete(name);
        folderChanges.addAndGet(status == 200 ? 1 : 0);
        if (status != 200 && status != 404 && status != 409) {
            fault("a DELETE of a folder was answered with " + status);
        }
    }

    private void get(StoreClient connection, String key) throws IOException {
        long from = moments.incrementAndGet();
        StoreClient.Got got = connection.get(key);
        audit.judge(key, got, from, moments.incrementAndGet(), "a GET");
        gets.incrementAndGet();
    }

    /** Compares every key's state, in the folder and over HTTP, and that nothing else is there. */
    private void check(String url) throws IOException {
        try (StoreClient connection = new StoreClient(url)) {
            for (Map.Entry<String, KeyHistory> entry : histories.entrySet()) {
                String key = entry.getKey();
                KeyHistory history = entry.getValue();
                long version = audit.compare(connection, key, moments.incrementAndGet());
                unanswered += history.unacknowledged();
                happened += version != KeyHistory.NOTHING && history.isUnacknowledged(version)
                        ? 1 : 0;
                history.startFrom(version);
                states++;
            }
        }
        Path data = data();
        checkFolders(data);
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = data.relativize(file).toString();
                if (!name.equals(LOCK) && !name.startsWith(PARTS)
                        && !histories.containsKey(name)) {
                    fault("left over: " + name);
                }
            }
        }
        if (audit.stagingFiles() > 0) {
            fault("parts are left over: " + audit.stagingFiles());
        }
    }

    private void checkFolders(Path data) {
        for (Map.Entry<String, KeyHistory> entry : folders.entrySet()) {
            KeyHistory history = entry.getValue();
            long now = moments.incrementAndGet();
            long version = Files.isDirectory(data.resolve(entry.getKey()))
                    ? THERE : KeyHistory.NOTHING;
            if (!history.allows(version, now, now)) {
                fault("the folder " + entry.getKey() + " is " + (version == THERE ? "" : "not ")
                        + "there");
            }
            unanswered += history.unacknowledged();
            history.startFrom(version);
            states++;
        }
    }

    private void fault(String line) {
        synchronized (faults) {
            faults.add("after " + kills + " kills: " + line);
        }
    }

    private Path data() throws IOException {
        return Files.createDirectories(folder.resolve("data"));
    }
}
