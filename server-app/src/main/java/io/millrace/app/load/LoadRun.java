package io.millrace.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of a load: starts the clients, waits for them and adds up what they have counted.
 *
 * <p>Threads: main, but for {@link #stop}.
 */
final class LoadRun {

    /** Moved by one call; with less the client needs more of the processor for the same bytes. */
    private static final int PIECE_BYTES = 2 << 20;
    /** Shared out among the clients, so that a thousand of them run in a small heap as well. */
    private static final int READ_BYTES_IN_ALL = 16 << 20;
    private static final int MIN_READ_BYTES = 8 << 10;
    private static final int MAX_READ_BYTES = 256 << 10;
    private static final int STACK_BYTES = 256 << 10;

    private static final long TICK_MS = 200;
    /** Without a byte for so long a request may be stuck before a response. */
    private static final long STUCK_NS = 500_000_000;

    private final LoadPlan plan;
    private final List<LoadClient> clients = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch ended;
    private volatile boolean stopped;

    /** A run against an address; {@link #start} begins it. */
    LoadRun(LoadPlan plan, InetSocketAddress address) {
        this.plan = plan;
        int count = (int) Math.min(plan.connections(), plan.requests());
        ended = new CountDownLatch(count);
        ByteBuffer body = ByteBuffer.allocateDirect(
                (int) Math.min(PIECE_BYTES, Math.max(1, plan.sizeBytes()))).asReadOnlyBuffer();
        int readBytes = Math.max(MIN_READ_BYTES,
                Math.min(MAX_READ_BYTES, READ_BYTES_IN_ALL / count));
        // Each client's first request is the one of its own number.
        AtomicLong nextRequest = new AtomicLong(count);
        for (int number = 0; number < count; number++) {
            clients.add(new LoadClient(plan, number, address, nextRequest, body, readBytes));
        }
    }

    /**
     * Runs to the end, or until it is stopped.
     *
     * @throws IOException if the server can't be reached at all
     */
    LoadResult run(ProgressBar bar) throws IOException, InterruptedException {
        clients.get(0).connect();
        for (int number = 0; number < clients.size(); number++) {
            start(clients.get(number), "millrace-load-" + number);
        }
        long startNs = System.nanoTime();
        gate.countDown();
        while (!ended.await(TICK_MS, TimeUnit.MILLISECONDS)) {
            long nowNs = System.nanoTime();
            for (LoadClient client : clients) {
                client.watch(nowNs - STUCK_NS, nowNs - plan.timeout().toNanos());
            }
            bar.draw(doneShare(), doneRequests(), movedBytes(), nowNs - startNs);
        }
        bar.clear();
        return LoadResult.of(plan, clients, startNs, stopped);
    }

    private void start(LoadClient client, String name) {
        Thread thread = new Thread(null, () -> {
            try {
                gate.await();
                client.run();
            } catch (InterruptedException e) {
                throw new AssertionError("clients are never interrupted", e);
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
        return clients.stream().mapToLong(client -> client.gauge().doneRequests()).sum();
    }

    private long movedBytes() {
        return clients.stream().mapToLong(client -> client.gauge().movedBytes()).sum();
    }

    /** From 0 to 1, with the requests that are partly sent. */
    private double doneShare() {
        double requests = doneRequests();
        if (plan.sizeBytes() > 0) {
            long sentBytes = clients.stream().mapToLong(c -> c.gauge().sentBytes()).sum();
            requests += (double) sentBytes / plan.sizeBytes();
        }
        return Math.min(1, requests / plan.requests());
    }
}
