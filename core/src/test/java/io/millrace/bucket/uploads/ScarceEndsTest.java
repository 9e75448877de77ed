package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.engine.EngineState;
import io.millrace.work.DaemonPool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of requests that use an upload, where the system has fewer threads than are wanted. */
class ScarceEndsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void useEndsWhateverTheSystemHas(int threads) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(threads);
        DaemonPool pool = new DaemonPool("test-", 4, Integer.MAX_VALUE);
        pool.setThreadFactory(task -> {
            if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        EngineState state = new EngineState(null, null, null, null, System::nanoTime,
                ScarceEndsTest.class) { };
        try (BucketUploads uploads =
                new BucketUploads(state, null, System::currentTimeMillis, pool)) {
            CountDownLatch ended = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                uploads.end(ended::countDown);
            }
            assertTrue(ended.await(1, TimeUnit.MINUTES));
        }
    }
}
