package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.Holds;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.bucket.write.BucketPut;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.s3.S3Double;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A server that does nothing but PUT into a double's bucket, with limits small enough to be met.
 */
final class PuttingStore implements Closeable {

    /** Bodies of up to 100 bytes are collected, up to 10,000 are one request, parts have 1,000. */
    static final PutLimits SMALL = new PutLimits(100, 10_000, 1_000, 4_000, 10, 4, 1);
    static final Holds ALL = new Holds(true, true, true, true, true, true, true);

    private static final Duration WAIT = Duration.ofSeconds(30);

    final S3Double engine;
    final BucketState state;
    final HttpServer server;

    PuttingStore(S3Double engine) throws IOException {
        this(engine, SMALL, 64 << 20, options -> { });
    }

    PuttingStore(S3Double engine, PutLimits limits, long bufferBytes,
            Consumer<BucketOptions.Builder> more) throws IOException {
        this.engine = engine;
        BucketOptions.Builder options = BucketOptions.builder(engine.url())
                .keys(BucketKeys.of(engine.id(), engine.secret(), null))
                .answerTimeout(Duration.ofSeconds(20));
        more.accept(options);
        BucketOptions built = options.build();
        state = new BucketState(built, built.keys(), System::nanoTime, new BucketWrites(
                new BucketBuffers(bufferBytes, limits.partBytes()), limits));
        state.holds(ALL);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), this::put);
    }

    Exchange put(RequestHead request) throws HttpException {
        return new BucketPut(state, KeyPath.of(request.path(), KeyLimits.DEFAULTS).key(), request)
                .begin();
    }

    PutClient client() throws IOException {
        return new PutClient(server.address());
    }

    /** Waits until a PUT has taken memory for its body. */
    void awaitMemoryTaken() {
        await(() -> state.buffers().takenBytes() > 0, "no memory is taken");
    }

    /** Waits until all memory for bodies is there again. */
    void awaitMemoryGivenBack() {
        await(() -> state.buffers().takenBytes() == 0, "memory is lost");
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        long deadlineNs = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, otherwise);
            Pause.briefly();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        state.close();
    }
}
