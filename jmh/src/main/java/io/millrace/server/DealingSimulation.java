package io.millrace.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * Plays a load on simulated workers, to which the server's own {@link Dealer} deals the
 * connections, or a hash as that of a reused port does.
 *
 * <p>Threads: one for each object.
 */
final class DealingSimulation {

    /** How connections come to workers. */
    enum Way {
        ROUND_ROBIN, LEAST_LOADED, REUSED_PORT,
        /** Any worker serves any request, which no dealing of connections can do better than. */
        SHARED
    }

    /** What a run had as its end. */
    record Result(double busiestToFair, double p99Slowdown, double seconds) {
    }

    private enum Step {
        ARRIVE, ADOPT, BEGIN
    }

    private record Event(double atUs, long order, Step step, SimulatedClient client) {
    }

    /** From the acceptor to the worker's first look, as HandoffBenchmark has it. */
    private static final double ADOPTION_US = 12;

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> a.atUs != b.atUs
            ? Double.compare(a.atUs, b.atUs) : Long.compare(a.order, b.order));
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<Double> slowdowns = new ArrayList<>();
    private final IntSupplier choice;
    private final Dealer dealer;
    private long order;
    private double nowUs;

    DealingSimulation(Way way, int count, SplittableRandom random) {
        for (int i = 0; i < (way == Way.SHARED ? 1 : count); i++) {
            workers.add(new SimulatedWorker(way == Way.SHARED ? count : 1));
        }
        dealer = Dealer.of(way == Way.LEAST_LOADED ? Dispatch.LEAST_LOADED : Dispatch.ROUND_ROBIN,
                workers);
        choice = way == Way.REUSED_PORT ? () -> random.nextInt(count) : dealer::choose;
    }

    Result run(List<SimulatedClient> clients) {
        for (SimulatedClient client : clients) {
            add(client.arrivesUs, Step.ARRIVE, client);
        }
        while (true) {
            SimulatedWorker first = workers.get(0);
            for (SimulatedWorker worker : workers) {
                first = worker.nextEndUs() < first.nextEndUs() ? worker : first;
            }
            if (events.isEmpty() && first.nextEndUs() == Double.POSITIVE_INFINITY) {
                return result();
            }
            if (!events.isEmpty() && events.peek().atUs <= first.nextEndUs()) {
                play(events.remove());
            } else {
                nowUs = first.nextEndUs();
                end(first.end(nowUs), first);
            }
        }
    }

    private void add(double atUs, Step step, SimulatedClient client) {
        events.add(new Event(atUs, order++, step, client));
    }

    private void play(Event event) {
        nowUs = event.atUs;
        SimulatedClient client = event.client;
        switch (event.step) {
            case ARRIVE -> {
                workers.forEach(worker -> worker.advance(nowUs)); // what the dealer sees is of now
                int chosen = choice.getAsInt();
                dealer.dealt(chosen);
                client.dealtTo(chosen);
                workers.get(chosen).offer();
                add(nowUs + ADOPTION_US, Step.ADOPT, client);
            }
            case ADOPT -> {
                workers.get(client.worker()).adopt();
                add(nowUs + client.pauseUs(), Step.BEGIN, client);
            }
            case BEGIN -> {
                client.begin(nowUs);
                workers.get(client.worker()).begin(client, nowUs);
            }
        }
    }

    private void end(SimulatedClient client, SimulatedWorker worker) {
        slowdowns.add(client.end(nowUs));
        if (client.hasMore()) {
            add(nowUs + client.pauseUs(), Step.BEGIN, client);
        } else {
            worker.close();
        }
    }

    private Result result() {
        double[] sorted = slowdowns.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        long[] bytes = workers.stream().mapToLong(SimulatedWorker::bytes).toArray();
        double fair = (double) Arrays.stream(bytes).sum() / bytes.length;
        return new Result(Arrays.stream(bytes).max().orElseThrow() / fair,
                sorted[(int) (0.99 * (sorted.length - 1))], nowUs / 1e6);
    }
}
