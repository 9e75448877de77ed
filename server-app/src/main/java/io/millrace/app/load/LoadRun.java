package io.millrace.app.load;

import io.millrace.app.load.stats.Timeline;
import io.millrace.app.load.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One run of a load: starts the clients, waits for them and adds up what they have counted.
 *
 * <p>Threads: main, but for {@link #stop}.
 */
final class LoadRun {

    private static final int STACK_BYTES = 256 << 10;
    private static final long TICK_MS = 200;
    /** Without a byte for so long a request may be stuck before a response. */
    private static final long STUCK_NS = 500_000_000;

    private final LoadPlan plan;
    private final List<LoadClient> clients = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch ended;
    private volatile boolean stopped;
    /** Whether a client ended by itself, with requests that nobody took over. */
    private volatile boolean broken;

    /** Set before the gate opens. */
    private List<LoadPhase> phases;
    private Timeline timeline;

    /**
     * A run; {@link #run} begins it.
     *
     * @param bufferBytes that a client reads at once
     */
    LoadRun(LoadPlan plan, Wire.Connector connector, int bufferBytes) {
        this.plan = plan;
        BodyPattern pattern = new BodyPattern(plan.mix().seed());
        int count = (int) Math.min(plan.connections(), plan.requests());
        ended = new CountDownLatch(count);
        for (int number = 0; number < count; number++) {
            clients.add(new LoadClient(plan, number, connector, pattern, LoadClock.SYSTEM,
                    bufferBytes));
        }
    }

    /**
     * Runs to the end, or until it is stopped.
     *
     * @throws IOException if the server can't be reached at all
     */
    LoadResult run(Progress shown) throws IOException, InterruptedException {
        clients.get(0).connect();
        for (int number = 0; number < clients.size(); number++) {
            start(clients.get(number), "millrace-load-" + number);
        }
        begin(System.nanoTime());
        gate.countDown();
        LoadPhase measured = phases.get(phases.size() - 1);
        while (!ended.await(TICK_MS, TimeUnit.MILLISECONDS)) {
            long nowNs = System.nanoTime();
            for (LoadClient client : clients) {
                client.watch(nowNs - STUCK_NS, nowNs - plan.timeout().toNanos());
            }
            shown.draw(nowNs - measured.startNs(),
                    Math.max(measured.share(nowNs), doneShare()), doneRequests(), movedBytes());
        }
        shown.clear();
        return LoadResult.of(plan, clients, measured, timeline, stopped || broken);
    }

    private void begin(long nowNs) {
        phases = new ArrayList<>();
        long warmupNs = plan.warmup().toNanos();
        if (warmupNs > 0) {
            phases.add(new LoadPhase(nowNs, warmupNs, plan.rate(), Long.MAX_VALUE,
                    clients.size()));
        }
        phases.add(new LoadPhase(nowNs + warmupNs, plan.duration().toNanos(), plan.rate(),
                plan.requests(), clients.size()));
        timeline = new Timeline(nowNs + warmupNs);
    }

    private void start(LoadClient client, String name) {
        Thread thread = new Thread(null, () -> {
            try {
                gate.await();
                client.run(phases, timeline);
            } catch (InterruptedException e) {
                throw new AssertionError("clients are never interrupted", e);
            } catch (RuntimeException | Error e) {
                broken = true;
                throw e; // the JVM prints it
            } finally {
                ended.countDown();
            }
        }, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all clients soon; any thread. */
    void stop() throws IOException {
        stopped = true;
        for (LoadClient client : clients) {
            client.stop();
        }
    }

    private long doneRequests() {
        return clients.stream().mapToLong(client -> client.progress().doneRequests()).sum();
    }

    private long movedBytes() {
        return clients.stream().mapToLong(client -> client.progress().movedBytes()).sum();
    }

    /** From 0 to 1, with the requests that are partly sent; 0 if only the time ends the run. */
    private double doneShare() {
        if (plan.requests() == Long.MAX_VALUE || !plan.warmup().isZero()) {
            return 0;
        }
        double requests = doneRequests();
        SizeRange size = plan.mix().kinds().get(0).size();
        if (plan.mix().kinds().size() == 1 && size != null && size.maxBytes() > 0) {
            long sentBytes = clients.stream().mapToLong(c -> c.progress().sentBytes()).sum();
            requests += (double) sentBytes / size.maxBytes();
        }
        return Math.min(1, requests / plan.requests());
    }
}
