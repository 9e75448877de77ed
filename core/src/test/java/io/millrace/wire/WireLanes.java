package io.millrace.wire;

import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Has every vector's conversations on some lanes beside each other: each of them waits for its
 * server most of the time. A parameterized test gets what it awaits, one for each vector.
 */
final class WireLanes implements AutoCloseable {

    private static final int LANES = 4;

    /** Starts a lane. */
    interface Opening {
        WireLane open(ServerOptions.Builder options) throws IOException;
    }

    /** The conversations about a vector. */
    interface Conversations {
        void have(WireVector vector, WireLane lane) throws IOException;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(LANES);
    private final BlockingQueue<WireLane> standard = new ArrayBlockingQueue<>(LANES);
    private final BlockingQueue<WireLane> small = new ArrayBlockingQueue<>(LANES);

    WireLanes(Opening opening) throws IOException {
        for (int i = 0; i < LANES; i++) {
            standard.add(opening.open(ServerOptions.builder()));
            small.add(opening.open(LimitVectors.options()));
        }
    }

    /** Each vector, and what ends with its conversations: for {@link #await}. */
    Stream<Arguments> all(Conversations conversations) {
        List<Arguments> begun = new ArrayList<>();
        WireVectors.all().forEach(vector -> begun.add(begin(vector, standard, conversations)));
        LimitVectors.all().forEach(vector -> begun.add(begin(vector, small, conversations)));
        return begun.stream();
    }

    private Arguments begin(WireVector vector, BlockingQueue<WireLane> lanes,
            Conversations conversations) {
        return Arguments.of(vector, threads.submit(() -> {
            WireLane lane = lanes.take();
            try {
                conversations.have(vector, lane);
            } finally {
                lanes.add(lane);
            }
            return null;
        }));
    }

    static void await(Future<?> conversations) throws Exception {
        try {
            conversations.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        standard.forEach(WireLane::close);
        small.forEach(WireLane::close);
    }
}
