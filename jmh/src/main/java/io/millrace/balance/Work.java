package io.millrace.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What each client of a run sends.
 *
 * <p>Threads: any.
 *
 * @param bodyBytes of each of a client's requests, by client
 * @param requests of each client
 * @param gapNs from the start of one client to that of the next; 0 if all start together, when all
 *     are connected
 */
record Work(long[] bodyBytes, int requests, long gapNs) {

    /** The two kinds of load. */
    enum Load {
        /** Everybody sends the same, and begins when everybody is connected. */
        EQUAL,
        /**
         * One client of {@value Work#SKEWED_ONE_IN} sends {@value Work#SKEWED_TIMES} times more.
         * The clients come one after the other, while those before them are already sending.
         */
        SKEWED
    }

    private static final int EQUAL_REQUESTS = 8;
    private static final int SKEWED_REQUESTS = 4;
    private static final int SKEWED_ONE_IN = 8;
    private static final int SKEWED_TIMES = 100;
    private static final long SKEWED_GAP_NS = 2_000_000;

    /**
     * The work of a round.
     *
     * @param totalBytes of all clients together, within a rounding
     * @param round decides who sends more: the same clients in each server's round, others in the
     *     next round
     */
    static Work of(Load load, int clients, long totalBytes, int round) {
        long[] weights = new long[clients];
        Arrays.fill(weights, 1);
        if (load == Load.SKEWED) {
            List<Integer> order = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                order.add(client);
            }
            Collections.shuffle(order, new Random(round));
            for (int client : order.subList(0, Math.max(1, clients / SKEWED_ONE_IN))) {
                weights[client] = SKEWED_TIMES;
            }
        }
        int requests = load == Load.SKEWED ? SKEWED_REQUESTS : EQUAL_REQUESTS;
        long unit = Math.max(1, totalBytes / (Arrays.stream(weights).sum() * requests));
        return new Work(Arrays.stream(weights).map(weight -> weight * unit).toArray(), requests,
                load == Load.SKEWED ? SKEWED_GAP_NS : 0);
    }

    int clients() {
        return bodyBytes.length;
    }

    /** Whether nobody sends more than this client. */
    boolean sendsMost(int client) {
        return bodyBytes[client] == Arrays.stream(bodyBytes).max().orElseThrow();
    }
}
