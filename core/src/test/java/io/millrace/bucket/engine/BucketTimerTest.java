package io.millrace.bucket.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of a store that run later, and what they throw. */
@Timeout(30)
class BucketTimerTest {

    private static final long PERIOD_NS = Duration.ofMillis(1).toNanos();
    private static final long NEVER_NS = Duration.ofHours(1).toNanos();

    @Test
    void taskThatThrowsIsLoggedAndRunsAgain() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        try (Logged log = new Logged(BucketTimerTest.class);
                BucketTimer timer = new BucketTimer(BucketTimerTest.class)) {
            Future<?> task = timer.every(PERIOD_NS, () -> {
                runs.countDown();
                if (runs.getCount() == 2) {
                    throw new AssertionError("an error");
                }
                throw new IllegalStateException("a fault");
            });
            assertTrue(runs.await(20, TimeUnit.SECONDS));
            task.cancel(false);
            List<String> lines = log.lines();
            assertEquals("a task of the store failed | java.lang.AssertionError: an error",
                    lines.get(0));
            assertEquals("a task of the store failed | java.lang.IllegalStateException: a fault",
                    lines.get(1));
        }
    }

    @Test
    void taskWhoseStoreIsBeingClosedIsNotLogged() throws Exception {
        try (Logged log = new Logged(BucketTimerTest.class);
                BucketTimer timer = new BucketTimer(BucketTimerTest.class)) {
            timer.after(0, () -> {
                throw new RejectedExecutionException();
            }).get(20, TimeUnit.SECONDS);
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void tasksRunOnADaemonThatHasAName() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (BucketTimer timer = new BucketTimer(BucketTimerTest.class)) {
            timer.after(0, () -> thread.complete(Thread.currentThread()));
            Thread ran = thread.get(20, TimeUnit.SECONDS);
            assertTrue(ran.isDaemon());
            assertEquals("millrace-bucket", ran.getName());
        }
    }

    @Test
    void pauseIsOverAfterItsTimeOrCancelledByTheClose() throws Exception {
        BucketTimer timer = new BucketTimer(BucketTimerTest.class);
        timer.pause(0).get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> pause = timer.pause(NEVER_NS);
        assertFalse(pause.isDone());
        timer.close();
        assertTrue(pause.isCancelled());
        assertTrue(timer.pause(0).isCancelled());
    }

    @Test
    void closedTimerEndsItsThreadWhateverWaitsAndTakesNoMore() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        BucketTimer timer = new BucketTimer(BucketTimerTest.class);
        timer.after(NEVER_NS, () -> { });
        timer.every(NEVER_NS, () -> { });
        timer.after(0, () -> thread.complete(Thread.currentThread()));
        Thread ran = thread.get(20, TimeUnit.SECONDS);
        timer.close();
        ran.join(20_000);
        assertFalse(ran.isAlive());
        assertThrows(RejectedExecutionException.class, () -> timer.after(0, () -> { }));
    }
}
