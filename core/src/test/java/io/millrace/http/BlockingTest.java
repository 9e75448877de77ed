package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.Pause;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingTest {

    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void release() {
        goOn.countDown();
    }

    private static Thread threadOf(Executor executor) {
        return CompletableFuture.supplyAsync(Thread::currentThread, executor).join();
    }

    private Runnable blocked(CountDownLatch begun) {
        return () -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
    }

    @Test
    void executorIsTheSameForAll() {
        assertSame(Blocking.executor(), Blocking.executor());
    }

    @Test
    void threadsAreDaemonsAndNamed() {
        Thread thread = threadOf(Blocking.executor());
        assertTrue(thread.isDaemon());
        assertTrue(thread.getName().matches("millrace-blocking-\\d+"), thread.getName());
    }

    @Test
    void threadsAreVirtualWhereJavaHasThem() throws ReflectiveOperationException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with Java 21");
        assertEquals(true, Thread.class.getMethod("isVirtual")
                .invoke(threadOf(Blocking.executor())));
    }

    @Test
    void asManyTasksBlockAtOnceAsThePoolOfJava17HasThreads() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(Blocking.MOST_THREADS);
        for (int i = 0; i < Blocking.MOST_THREADS; i++) {
            Blocking.executor().execute(blocked(begun));
        }
        assertTrue(begun.await(60, TimeUnit.SECONDS), begun::toString);
    }

    @Test
    void sinkIsNotAskedForWhereThereIsNoBody() {
        ExchangeStub exchange = new ExchangeStub();
        OffloadedHandler handler = new OffloadedHandler(request -> exchange, Blocking.executor());
        for (long bodyBytes : new long[] {0, 1}) {
            assertDoesNotThrow(() -> handler.handle(Request.of("PUT", "/").withBody(bodyBytes)))
                    .stage().toCompletableFuture().join();
            assertEquals(bodyBytes == 0 ? List.of() : List.of("sink"), exchange.calls);
        }
    }

    @Test
    void threadsOfThePoolEndWhenTheyAreIdle() {
        ThreadPoolExecutor pool = (ThreadPoolExecutor) Blocking.pool(2, 1);
        threadOf(pool);
        pool.setKeepAliveTime(1, TimeUnit.NANOSECONDS);
        while (pool.getPoolSize() > 0) {
            Pause.briefly();
        }
    }

    @Test
    void poolTakesTasksUpToItsBoundsAndRejectsOneMore() throws InterruptedException {
        Executor pool = Blocking.pool(2, 1);
        CountDownLatch begun = new CountDownLatch(2);
        pool.execute(blocked(begun));
        pool.execute(blocked(begun));
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        CountDownLatch third = new CountDownLatch(1);
        pool.execute(third::countDown);
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> { }));
        assertEquals(1, third.getCount());
        goOn.countDown();
        assertTrue(third.await(60, TimeUnit.SECONDS));
        Thread thread = threadOf(pool);
        assertTrue(thread.isDaemon());
        assertTrue(thread.getName().matches("millrace-blocking-[12]"), thread.getName());
    }
}
