package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SideThreadTest {

    private static CompletableFuture<Thread> run(SideThread side) {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        side.run(() -> ran.complete(Thread.currentThread()));
        return ran;
    }

    @Test
    void workIsDoneByOneDaemonThread() throws Exception {
        SideThread side = new SideThread("side");
        Thread first = run(side).get();
        assertNotSame(Thread.currentThread(), first);
        assertEquals("side", first.getName());
        assertTrue(first.isDaemon(), "or it would keep a JVM from ending");
        assertSame(first, run(side).get());
        side.close();
        first.join();
    }

    @Test
    void workThatIsQueuedJustWhenTheThreadEndsAndNoneFollowsIsDoneOnce() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        AtomicBoolean isStarved = new AtomicBoolean();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>() {
                    @Override
                    public boolean offer(Runnable work) {
                        queued.countDown();
                        join(threads.get(0));
                        return super.offer(work);
                    }
                }, work -> {
                    if (isStarved.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    threads.add(new Thread(work));
                    return threads.get(threads.size() - 1);
                });
        executor.allowCoreThreadTimeOut(true);
        SideThread side = new SideThread(executor);
        side.run(() -> assertDoesNotThrow(() -> queued.await()));
        isStarved.set(true);
        AtomicInteger done = new AtomicInteger();
        try (Logged logged = new Logged(SideThread.class)) {
            side.run(done::incrementAndGet);
            assertEquals(1, logged.lines().size());
        }
        isStarved.set(false);
        run(side).get();
        executor.shutdown();
        assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
        assertEquals(1, done.get());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void workThatNoThreadTakesIsDoneByTheCaller() throws Exception {
        SideThread side = new SideThread("side");
        side.close();
        try (Logged logged = new Logged(SideThread.class)) {
            assertSame(Thread.currentThread(), run(side).getNow(null));
            List<String> lines = logged.lines();
            assertEquals(1, lines.size());
            assertTrue(lines.get(0).startsWith(
                    "no thread for TLS handshakes: the worker does them | "), lines.get(0));
        }
    }
}
