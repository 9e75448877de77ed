package io.millrace.server;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How evenly do connections come to up to 64 workers, and what does unevenness cost, by round
 * robin, by least load and by the hash of a reused port? Simulated, with the server's own {@link
 * Dealer}.
 *
 * <p>Threads: main.
 */
public final class DealingRun { // decision 496

    private static final int MOST_WORKERS = 64;

    private DealingRun() {
    }

    /**
     * Prints a line of CSV for each load, number of workers, way and seed; the same each time.
     *
     * @param args the number of seeds (10 unless given)
     */
    public static void main(String[] args) {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        System.out.println("load,workers,way,seed,busiest_to_fair,p99_slowdown,seconds");
        for (SimulatedLoad load : SimulatedLoad.values()) {
            for (int workers = 1; workers <= MOST_WORKERS; workers *= 2) {
                for (DealingSimulation.Way way : DealingSimulation.Way.values()) {
                    for (int seed = 0; seed < seeds; seed++) {
                        DealingSimulation.Result result =
                                new DealingSimulation(way, workers, new SplittableRandom(~seed))
                                        .run(load.clients(workers, new SplittableRandom(seed)));
                        System.out.printf(Locale.ROOT, "%s,%d,%s,%d,%.4f,%.3f,%.4f%n", load,
                                workers, way, seed, result.busiestToFair(),
                                result.p99Slowdown(), result.seconds());
                    }
                }
            }
        }
    }
}
