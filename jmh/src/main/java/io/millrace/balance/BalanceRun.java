package io.millrace.balance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Compares how evenly servers share work out among their threads: the article's drafts and
 * Millrace, one after the other, round after round.
 *
 * <p>Threads: main.
 */
public final class BalanceRun { // decision 45

    private static final String USAGE = """
            java -cp jmh/target/benchmarks.jar io.millrace.balance.BalanceRun [FLAGS]

            Puts the same PUTs on the article's four drafts and on Millrace, in turn, and prints how
            evenly each shared them out among its threads. Everything runs in this process and over
            loopback; bodies are written to /dev/null.

              busiest share     of all bytes, the part of the thread that took the most
              last after first  how long the last client went on after the first was done, among
                                those that send the most
              x draft 1         requests/s, as a multiple of the first draft's in the same run

            equal: each client sends as much as any other, and all begin at once, connected.
            skewed: every eighth client sends 100 times more than the others; they come one by one,
            2 ms apart.

            Flags:
              --workers LIST   threads that serve, in turn (default 2,4,8)
              --clients N      connections, each with a thread (default 32)
              --megabytes N    that one run moves, of 10^6 bytes (default 3000)
              --rounds N       each server is run once a round (default 5)
              --seconds N      no round begins later than this (default 240)
              --csv FILE       write every round of every server there
              --help           show this and end
            """;

    /** Held here, or its level would be forgotten. */
    private static final Logger SERVERS = Logger.getLogger("io.millrace");

    private BalanceRun() {
    }

    /**
     * Runs the comparison.
     *
     * @param args flags, see {@code --help}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        Map<String, String> flags = new LinkedHashMap<>(Map.of("--workers", "2,4,8",
                "--clients", "32", "--megabytes", "3000", "--rounds", "5", "--seconds", "240",
                "--csv", ""));
        try {
            read(args, flags);
            int[] workers = Arrays.stream(flags.get("--workers").split(","))
                    .mapToInt(text -> number("--workers", text, 64)).toArray();
            int clients = number("--clients", flags.get("--clients"), 1024);
            long bytes = number("--megabytes", flags.get("--megabytes"), 1_000_000) * 1_000_000L;
            int rounds = number("--rounds", flags.get("--rounds"), 1000);
            int seconds = number("--seconds", flags.get("--seconds"), 86_400);
            report(run(workers, clients, bytes, rounds, seconds), flags.get("--csv"));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + ", see --help");
            System.exit(2);
        }
    }

    private static void read(String[] args, Map<String, String> flags) {
        for (int i = 0; i < args.length; i += 2) {
            if (!flags.containsKey(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("unknown flag or no value: " + args[i]);
            }
            flags.put(args[i], args[i + 1]);
        }
    }

    private static int number(String flag, String text, int max) {
        if (!text.matches("[1-9][0-9]{0,6}") || Integer.parseInt(text) > max) {
            throw new IllegalArgumentException(flag + " must be in [1, " + max + "]: " + text);
        }
        return Integer.parseInt(text);
    }

    private static List<Measurement> run(int[] workers, int clients, long bytes, int rounds,
            long seconds) throws IOException, InterruptedException {
        // A hundred servers start and stop here; only what goes wrong is worth a line.
        SERVERS.setLevel(Level.WARNING);
        long startNs = System.nanoTime();
        List<Measurement> measurements = new ArrayList<>();
        // Round 0 is for the compiler, and not counted.
        for (int round = 0; round <= rounds; round++) {
            long usedSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
            if (round > 1 && usedSeconds >= seconds) {
                System.err.println("the time is up after " + (round - 1) + " rounds");
                break;
            }
            for (int count : workers) {
                System.err.println("round " + round + " of " + rounds + ", " + count + " workers");
                for (Work.Load load : Work.Load.values()) {
                    Work work = Work.of(load, clients, bytes, round);
                    for (Subject subject : Subject.values()) {
                        Measurement taken =
                                Measurement.take(subject, count, load, round, work);
                        if (round > 0) {
                            measurements.add(taken);
                        }
                    }
                }
            }
        }
        return measurements;
    }

    private static void report(List<Measurement> measurements, String csvFile) throws IOException {
        BalanceReport report = new BalanceReport(measurements);
        System.out.printf(Locale.ROOT, "Java %s, %d processors%n%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        System.out.print(report.text());
        if (!csvFile.isEmpty()) {
            Files.writeString(Path.of(csvFile), report.csv());
        }
    }
}
