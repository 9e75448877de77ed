package io.millrace.app.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Puts links that lead out of the store in place of its folders and objects and takes them away
 * again, at each of three depths, while clients PUT, GET, DELETE and list what is below. What the
 * links lead to has the same names: nothing of it may be opened, changed, or told to a client.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.LinkRun},
 * then {@code [swaps] [seed]}.
 *
 * <p>Threads: one at a time; its clients are its own.
 */
final class LinkRun {

    private static final int CLIENTS = 4;
    private static final int NAMES = 4;
    private static final String TEXT = "outside\n".repeat(1111);
    private static final Instant TIME = Instant.parse("1999-09-09T09:09:09Z");
    /** 409 and 404 say that the way is blocked or gone, 412 that a condition met neither. */
    private static final Set<Integer> EXPECTED =
            Set.of(200, 201, 204, 206, 304, 308, 404, 409, 412);

    /** A way to run. */
    private enum Variant {
        /** As it is by default. */
        CACHE,
        /** Each GET opens its file. */
        NO_CACHE("--cache", "0"),
        /** Folders are opened to force them. */
        FULL("--durability", "full");

        private final String[] flags;

        Variant(String... flags) {
            this.flags = flags;
        }
    }

    private final Path folder;
    private final int swaps;
    private final long seed;
    private final Random random;
    /** What a response that tells of the outside would contain. */
    private final List<String> marks;
    private final StringBuilder table = new StringBuilder();
    /** By request method and status code. Guarded by this. */
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private volatile boolean ended;

    /** @param folder an empty one, by its real path */
    LinkRun(Path folder, int swaps, long seed) {
        this.folder = folder;
        this.swaps = swaps;
        this.seed = seed;
        random = new Random(seed);
        marks = List.of("outside", " 1999 ", "1999-09-09", "[" + TEXT.length() + "]",
                "/" + TEXT.length() + "]", digest());
    }

    private static String digest() {
        MessageDigest sha256 = StoreClient.sha256();
        return Base64.getEncoder().encodeToString(
                sha256.digest(TEXT.getBytes(StandardCharsets.US_ASCII)));
    }

    public static void main(String[] args) throws Exception {
        int swaps = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        if (LinkSwapper.missing() != null) {
            System.out.println(LinkSwapper.missing());
            System.exit(1);
        }
        Path folder = Files.createTempDirectory("millrace-link-run").toRealPath();
        LinkRun run = new LinkRun(folder, swaps, seed);
        run.run();
        RunFolder.end(folder, run.report(), run.faults());
    }

    /** Swaps so many times in each variant. */
    void run() throws Exception {
        LinkSwapper swapper = LinkSwapper.build(folder);
        for (Variant variant : Variant.values()) {
            run(swapper, variant);
        }
    }

    private void run(LinkSwapper swapper, Variant variant) throws Exception {
        Path own = Files.createDirectory(folder.resolve("" + variant));
        Path data = fill(own.resolve("data"), "inside\n", Instant.now());
        Path outside = fill(own.resolve("outside"), TEXT, TIME);
        Path trash = Files.createDirectory(own.resolve("trash"));
        String before = inventory(outside);
        List<String> flags = new ArrayList<>(List.of("--port", "0"));
        flags.addAll(List.of(variant.flags));
        List<String> seen;
        ended = false;
        long beganNs = System.nanoTime();
        try (JarProcess server = JarProcess.startSmall(own, flags.toArray(new String[0]))) {
            String url = server.awaitUrl() + "/";
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                long clientSeed = random.nextLong();
                clients.add(new Thread(() -> work(url, new Random(clientSeed))));
            }
            clients.forEach(Thread::start);
            try {
                seen = swapper.swap(data, outside, trash, swaps, random.nextInt());
            } finally {
                ended = true;
                for (Thread client : clients) {
                    client.join();
                }
            }
            server.terminate();
            if (server.exitCode() != 0 || !server.err().isEmpty()) {
                fault(variant + ": the program complained: " + server.err());
            }
        }
        judge(variant, seen, before, inventory(outside));
        checkNothingWasTaken(data, trash);
        table.append(String.format("%-9s %s, in %,d s: %s%n", variant,
                String.join(", ", seen.subList(0, 5)),
                (System.nanoTime() - beganNs) / 1_000_000_000, takeStatuses()));
    }

    /** Three folders, one in the other, with the objects that clients ask for. */
    private static Path fill(Path root, String text, Instant time) throws IOException {
        Path deepest = Files.createDirectories(root.resolve("a/b/c"));
        Files.createDirectory(deepest.resolve("d"));
        List<Path> files = new ArrayList<>(List.of(root.resolve("t"), deepest.resolve("t"),
                deepest.resolve("kept"), deepest.resolve("d/kept")));
        for (int i = 0; i < NAMES; i++) {
            files.add(deepest.resolve("o" + i));
        }
        if (text == TEXT) {
            files.add(deepest.resolve("000-outside"));
            files.add(root.resolve("a/000-outside"));
        }
        for (Path file : files) {
            Files.writeString(file, text);
            Files.setLastModifiedTime(file, FileTime.from(time));
        }
        return root;
    }

    /** All names below a folder, with what a change of them would change. */
    private static String inventory(Path root) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted().toList()) {
                all.append(path).append(' ')
                        .append(Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
                        .append(Files.isDirectory(path) ? "" : Files.readString(path)).append('\n');
            }
        }
        return all.toString();
    }

    private void judge(Variant variant, List<String> seen, String before, String after) {
        for (String line : seen) {
            if (!line.startsWith("swapped ")) {
                fault(variant + ": outside, " + line);
            }
        }
        if (!before.equals(after)) {
            fault(variant + ": what is outside has changed from\n" + before + "to\n" + after);
        }
    }

    private void checkNothingWasTaken(Path... roots) throws IOException {
        for (Path root : roots) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.toList()) {
                    if (path.getFileName().toString().contains("000-outside")
                            || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            && Files.readString(path).contains("outside")) {
                        fault(path + " is from outside");
                    }
                }
            }
        }
    }

    /** One client: works until all is swapped. */
    private void work(String url, Random random) {
        HttpClient client = HttpClient.newHttpClient();
        try {
            while (!ended) {
                request(client, url, random);
            }
        } catch (IOException | RuntimeException | Error e) {
            fault("a client failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault("a client was interrupted");
        }
    }

    private void request(HttpClient client, String url, Random random)
            throws IOException, InterruptedException {
        String object = random.nextInt(4) == 0 ? "t" : "a/b/c/" + name(random);
        HttpRequest.Builder request = HttpRequest.newBuilder().uri(URI.create(url + object));
        switch (random.nextInt(10)) {
            case 0, 1 -> request.GET();
            case 2 -> request.GET().header("Want-Repr-Digest", "sha-256=1");
            case 3 -> request.GET().header("Range", "bytes=2-4");
            case 4 -> request.method("HEAD", HttpRequest.BodyPublishers.noBody());
            case 5, 6 -> request.PUT(HttpRequest.BodyPublishers.ofString(
                    "inside\n".repeat(1 + random.nextInt(500))));
            case 7 -> request.DELETE();
            case 8 -> request.uri(URI.create(url + folderName(random))).GET();
            default -> changeFolder(request.uri(URI.create(url + "a/b/c/d" + (random.nextBoolean()
                    ? "/" : random.nextInt(NAMES) + "/"))), random);
        }
        HttpRequest sent = request.build();
        HttpResponse<byte[]> got = client.send(sent, HttpResponse.BodyHandlers.ofByteArray());
        judge(sent.method(), sent.uri() + "", got);
    }

    private static String name(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "t";
            case 1 -> "d/n" + random.nextInt(NAMES);
            case 2 -> "d" + random.nextInt(NAMES) + "/n";
            default -> "o" + random.nextInt(NAMES);
        };
    }

    private static String folderName(Random random) {
        return "a/b/c/".substring(0, 2 * random.nextInt(1, 4))
                + (random.nextBoolean() ? "" : "?format=json");
    }

    private static void changeFolder(HttpRequest.Builder request, Random random) {
        if (random.nextBoolean()) {
            request.PUT(HttpRequest.BodyPublishers.noBody());
        } else {
            request.DELETE();
        }
    }

    private void judge(String method, String url, HttpResponse<byte[]> got) {
        String all = got.headers().map() + new String(got.body(), StandardCharsets.UTF_8);
        for (String mark : marks) {
            if (all.contains(mark)) {
                fault(method + " " + url + " tells of the outside: " + all);
            }
        }
        if (!EXPECTED.contains(got.statusCode())) {
            fault(method + " " + url + " was answered with " + got.statusCode() + ": " + all);
        }
        synchronized (this) {
            statuses.merge(method + ' ' + got.statusCode(), 1, Integer::sum);
        }
    }

    private synchronized String takeStatuses() {
        String all = statuses.toString();
        statuses.clear();
        return all;
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
        return String.format("""
                seed %d, %,d swaps each; a, a/b, a/b/c, a/b/c/t and t were
                %sbytes of the outside read, written or told, and other faults: %,d
                """, seed, swaps, table, faults.size());
    }
}
