package io.millrace.app.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Counts how often each stock client sees why its upload was refused, for every {@link Refusal}.
 *
 * <p>A command of its own, with {@code curl} and {@code python3} on the path: {@code java
 * -Dmillrace.jar=... -cp ... io.millrace.app.run.RefusalsArrive [times] [bytes] [refusal ...]}. It
 * ends with 1 if any client missed any.
 *
 * <p>Threads: one.
 */
final class RefusalsArrive {

    private RefusalsArrive() {
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int times = args.length > 0 ? Integer.parseInt(args[0]) : 30;
        long size = args.length > 1 ? Long.parseLong(args[1]) : 1_000_000_000;
        Path folder = Files.createTempDirectory("refusals");
        boolean allSeen = true;
        try {
            Path file = folder.resolve("zeros");
            try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
                zeros.setLength(size);
            }
            for (Refusal refusal : args.length > 2 ? named(args) : List.of(Refusal.values())) {
                allSeen &= allSeen(refusal, Files.createDirectory(folder.resolve("" + refusal)),
                        file, size, times);
            }
        } finally {
            delete(folder);
        }
        System.exit(allSeen ? 0 : 1);
    }

    private static List<Refusal> named(String[] args) {
        return Arrays.stream(args).skip(2).map(Refusal::valueOf).toList();
    }

    private static boolean allSeen(Refusal refusal, Path folder, Path file, long size, int times)
            throws IOException, InterruptedException {
        boolean allSeen = true;
        try (JarProcess server = refusal.start(folder)) {
            String url = server.awaitUrl();
            for (RefusedClient client : RefusedClient.values()) {
                List<Boolean> waits =
                        client.knowsExpectations() ? List.of(false, true) : List.of(false);
                for (boolean expects : waits) {
                    long startNs = System.nanoTime();
                    TreeMap<String, Integer> seen = new TreeMap<>();
                    for (int i = 0; i < times; i++) {
                        seen.merge(seen(refusal, url, client, file, size, expects), 1,
                                Integer::sum);
                    }
                    System.out.printf("%-16s %-19s %-12s %s, %.2f s each%n", refusal, client,
                            expects ? "100-continue" : "", seen,
                            (System.nanoTime() - startNs) / 1e9 / times);
                    allSeen &= seen.getOrDefault("" + refusal.status, 0) == times;
                }
            }
        }
        return allSeen;
    }

    private static String seen(Refusal refusal, String url, RefusedClient client, Path file,
            long size, boolean expects) throws InterruptedException {
        try {
            return "" + refusal.provoke(url, client, file, size, expects);
        } catch (IOException e) {
            return "nothing: " + e.getMessage();
        }
    }

    private static void delete(Path folder) throws IOException {
        RunFolder.delete(folder);
    }
}
