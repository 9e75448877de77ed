package io.millrace.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Who comes when in a simulation, and what is asked for.
 *
 * <p>Threads: any.
 */
enum SimulatedLoad {

    /** Eight clients a worker come at once and send 40 requests of 4 MB each. */
    EQUAL {
        @Override
        List<SimulatedClient> clients(int workers, SplittableRandom random) {
            List<SimulatedClient> clients = new ArrayList<>();
            for (int i = 0; i < EACH * workers; i++) {
                clients.add(client(0, 40, () -> 4_000_000L, () -> 0));
            }
            return clients;
        }
    },

    /** They come 2 ms apart, and an eighth of them, at random, sends bodies 100 times larger. */
    SKEWED {
        @Override
        List<SimulatedClient> clients(int workers, SplittableRandom random) {
            int count = EACH * workers;
            boolean[] large = new boolean[count];
            for (int left = count / 8; left > 0; ) {
                int chosen = random.nextInt(count);
                left -= large[chosen] ? 0 : 1;
                large[chosen] = true;
            }
            List<SimulatedClient> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long size = large[i] ? 40_000_000L : 400_000L;
                clients.add(client(2000.0 * i / workers, 20, () -> size, () -> 0));
            }
            return clients;
        }
    },

    /**
     * Connections come at random, and live for ten requests on average with pauses of 10 ms; sizes
     * are Pareto's from 10 kB to 1 GB. Workers are busy for 60 % of the time.
     */
    WEB {
        @Override
        List<SimulatedClient> clients(int workers, SplittableRandom random) {
            double meanUs = 10 * PARETO_MEAN / SimulatedWorker.BYTES_PER_US;
            double apartUs = meanUs / (0.6 * workers);
            double arrivesUs = 0;
            List<SimulatedClient> clients = new ArrayList<>();
            for (int i = 0; i < 400 * workers; i++) {
                arrivesUs += exponential(random, apartUs);
                int requests = 1 + (int) exponential(random, 9.5);
                clients.add(client(arrivesUs, requests, () -> pareto(random),
                        () -> exponential(random, 10_000)));
            }
            return clients;
        }
    };

    private static final int EACH = 8;
    private static final double PARETO = 1.2;
    private static final double LEAST = 1e4;
    private static final double MOST = 1e9;
    private static final double PARETO_MEAN = Math.pow(LEAST, PARETO)
            / (1 - Math.pow(LEAST / MOST, PARETO)) * PARETO / (PARETO - 1)
            * (Math.pow(LEAST, 1 - PARETO) - Math.pow(MOST, 1 - PARETO));

    abstract List<SimulatedClient> clients(int workers, SplittableRandom random);

    private static SimulatedClient client(double arrivesUs, int requests, LongSupplier size,
            DoubleSupplier pauseUs) {
        long[] sizes = new long[requests];
        double[] pausesUs = new double[requests];
        for (int i = 0; i < requests; i++) {
            sizes[i] = size.getAsLong();
            pausesUs[i] = pauseUs.getAsDouble();
        }
        return new SimulatedClient(arrivesUs, sizes, pausesUs);
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private static long pareto(SplittableRandom random) {
        double part = random.nextDouble() * (1 - Math.pow(LEAST / MOST, PARETO));
        return (long) (LEAST / Math.pow(1 - part, 1 / PARETO));
    }
}
