package io.millrace.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import io.millrace.store.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done aside where the system has fewer threads than are wanted. */
class StoreExecutorTest {

    private static final Response OK = Response.of(Status.OK);

    /** A system with so many threads, which says what Java says when there are no more. */
    private static ThreadFactory system(int threads, AtomicInteger refused) {
        AtomicInteger left = new AtomicInteger(threads);
        return task -> {
            if (left.getAndDecrement() <= 0) {
                refused.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
            }
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void fewerThreadsThanWantedDoAll(int threads) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        try (StoreExecutor executor = new StoreExecutor(
                new DaemonPool(4, 100, system(threads, refused)))) {
            List<Response> responses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                responses.add(executor.later(RequestNotes.NONE, () -> {
                    release.await();
                    return OK;
                }));
                assertFalse(responses.get(i).stage().toCompletableFuture().isDone());
            }
            release.countDown();
            for (Response response : responses) {
                assertSame(OK, Client.known(response));
            }
        }
        assertEquals(1, refused.get(), "each refusal is a line of the JVM's on stderr");
    }

    @Test
    void taskThatHasBegunCannotBeTakenBackAndOneThatWaitsIsNeverRun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch cleaned = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        try (StoreExecutor executor = new StoreExecutor(1, 100)) {
            Response first = executor.later(RequestNotes.NONE, () -> {
                begun.countDown();
                release.await();
                return OK;
            });
            Response second = executor.later(RequestNotes.NONE, () -> {
                runs.incrementAndGet();
                return OK;
            }, cleaned::countDown);
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            assertFalse(((Withdrawable) first.stage()).withdraw());
            assertTrue(((Withdrawable) second.stage()).withdraw());
            release.countDown();
            assertSame(OK, Client.known(first));
            assertTrue(cleaned.await(60, TimeUnit.SECONDS));
            assertEquals(0, runs.get());
        }
    }

    // As the handlers around a store do it: BodyLimit, Cors.
    @Test
    void whatIsMadeOfAResponseIsTakenBackWithIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch cleaned = new CountDownLatch(1);
        try (StoreExecutor executor = new StoreExecutor(1, 100)) {
            CompletionStage<Response> first = executor.later(RequestNotes.NONE, () -> {
                begun.countDown();
                release.await();
                return OK;
            }).stage().thenApply(response -> response).handle((response, failure) -> response);
            CompletionStage<Response> second = executor.later(RequestNotes.NONE,
                    () -> OK, cleaned::countDown).stage().thenApply(response -> response);
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            assertFalse(assertInstanceOf(Withdrawable.class, first).withdraw());
            assertTrue(assertInstanceOf(Withdrawable.class, second).withdraw());
            release.countDown();
            assertSame(OK, first.toCompletableFuture().get(60, TimeUnit.SECONDS));
            assertTrue(cleaned.await(60, TimeUnit.SECONDS));
            assertFalse(second.toCompletableFuture().isDone());
        }
    }

    @Test
    void withoutAnyThreadTheCallingOneDoesIt() throws Exception {
        try (StoreExecutor executor = new StoreExecutor(
                new DaemonPool(4, 1, system(0, new AtomicInteger())))) {
            for (int i = 0; i < 5; i++) {
                Thread[] by = new Thread[1];
                Response response = executor.later(RequestNotes.NONE, () -> {
                    by[0] = Thread.currentThread();
                    return OK;
                });
                assertTrue(response.stage().toCompletableFuture().isDone());
                assertSame(Thread.currentThread(), by[0]);
            }
        }
    }

    @Test
    void whereThreadsAreScarceNoMoreWaitThanMay() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (StoreExecutor executor = new StoreExecutor(
                new DaemonPool(2, 1, system(1, new AtomicInteger())))) {
            executor.later(RequestNotes.NONE, () -> {
                busy.countDown();
                release.await();
                return OK;
            });
            assertTrue(busy.await(60, TimeUnit.SECONDS));
            Response waiting = executor.later(RequestNotes.NONE, () -> OK);
            assertNull(executor.later(RequestNotes.NONE, () -> OK));
            release.countDown();
            assertSame(OK, Client.known(waiting));
        }
    }

    @Test
    void closeWaitsForTheTasksThatItHas() throws Exception {
        StoreExecutor executor = new StoreExecutor(1, 10);
        CountDownLatch release = new CountDownLatch(1);
        List<Response> responses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            responses.add(executor.later(RequestNotes.NONE, () -> {
                release.await();
                return OK;
            }));
        }
        release.countDown();
        executor.close();
        for (Response response : responses) {
            assertTrue(response.stage().toCompletableFuture().isDone());
        }
    }

    @Test
    void closeThatIsInterruptedWaitsNoLongerAndSaysSo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        StoreExecutor executor = new StoreExecutor(1, 1);
        executor.execute(() -> {
            begun.countDown();
            while (release.getCount() > 0) {
                Pause.briefly();
            }
        });
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        Thread.currentThread().interrupt();
        try {
            assertThrows(IOException.class, executor::close);
            assertTrue(Thread.interrupted(), "the caller still has to learn of it");
        } finally {
            release.countDown();
        }
    }

    @Test
    void threadsAreNumberedAndKeepNoProcessAlive() throws Exception {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        try (StoreExecutor executor = new StoreExecutor(1, 1)) {
            executor.execute(() -> threads.add(Thread.currentThread()));
            Thread thread = threads.poll(60, TimeUnit.SECONDS);
            assertEquals("millrace-store-1", thread.getName());
            assertTrue(thread.isDaemon());
        }
    }

    @Test
    void taskThatThereIsNoPlaceForIsRejected() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (StoreExecutor executor = new StoreExecutor(1, 1)) {
            executor.later(RequestNotes.NONE, () -> {
                release.await();
                return OK;
            });
            executor.execute(() -> { });
            assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> { }));
            release.countDown();
        }
    }

    @Test
    void closedOneTakesNothing() throws Exception {
        StoreExecutor executor = new StoreExecutor(
                new DaemonPool(4, 1, system(0, new AtomicInteger())));
        executor.later(RequestNotes.NONE, () -> OK);
        executor.close();
        assertNull(executor.later(RequestNotes.NONE, () -> OK));
    }

    @Test
    void timeUntilTheTaskIsDoneIsNotedBeforeItsResponseIsKnown() throws Exception {
        RequestNotes notes = RequestNotes.kept();
        AtomicLong notedNs = new AtomicLong();
        long startNs = System.nanoTime();
        try (StoreExecutor executor = new StoreExecutor(1, 100)) {
            executor.later(notes, () -> OK).stage()
                    .thenAccept(response -> {
                        assertSame(OK, response);
                        notedNs.set(notes.deviceNs());
                    })
                    .toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        assertTrue(notedNs.get() > 0);
        assertTrue(notedNs.get() <= System.nanoTime() - startNs, () -> notedNs + " ns");
    }

    // Each that ends would have to be started again, and the system may refuse that.
    @Test
    void idleThreadsEndUntilTheSystemHasRefusedOne() throws Exception {
        DaemonPool pool = new DaemonPool(4, 100, system(1, new AtomicInteger()));
        assertTrue(pool.allowsCoreThreadTimeOut());
        try (StoreExecutor executor = new StoreExecutor(pool)) {
            executor.execute(() -> { });
            assertTrue(pool.allowsCoreThreadTimeOut());
            executor.execute(() -> { });
            assertFalse(pool.allowsCoreThreadTimeOut());
        }
    }

    @Test
    void poolThatHasNotEndedInTimeSaysSo() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        DaemonPool pool = new DaemonPool("pool-", 1, 1);
        pool.execute(() -> {
            while (release.getCount() > 0) {
                Pause.briefly();
            }
        });
        assertFalse(pool.end(0));
        release.countDown();
        assertTrue(pool.end(60));
    }
}
