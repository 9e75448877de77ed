package io.millrace.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.server.Logged;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvictorTest {

    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final long NOW = 2_000_000_000L;

    private final AtomicLong clockMs = new AtomicLong(NOW * 1000);
    private final Uses uses = new Uses(clockMs::get);
    private final FakeObjects objects = new FakeObjects();

    private Evictor started(long afterSeconds, long toBytes) {
        Evictor evictor = new Evictor(new EvictionLimits(afterSeconds, toBytes), objects, uses);
        objects.changed = evictor::changed;
        evictor.start();
        return evictor;
    }

    private static void await(BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it never happens");
            Pause.briefly();
        }
    }

    @Test
    void startEvictsWhatIsTooOldOrTooMuch() {
        objects.put("old", 10, NOW - 500, 0);
        objects.put("a", 50, NOW - 30, 0);
        objects.put("b", 50, NOW - 20, 0);
        try (Evictor evictor = started(100, 60)) {
            await(() -> evictor.stats().passes() > 0);
            assertEquals(new EvictionStats(1, 1, 1, 60, 0), evictor.stats());
            assertEquals(List.of("old", "a"), objects.removed());
        }
    }

    @Test
    void byteBeyondTheLimitEvicts() {
        objects.put("a", 50, NOW - 30, 0);
        objects.put("b", 50, NOW - 20, 0);
        try (Evictor evictor = started(0, 100)) {
            await(() -> evictor.stats().passes() > 0);
            objects.put("c", 1, NOW - 5, 0);
            evictor.changed(1);
            await(() -> evictor.stats().passes() > 1);
            assertEquals(List.of("a"), objects.removed());
        }
    }

    @Test
    void refusedPutEvicts() {
        objects.put("a", 50, NOW - 30, 0);
        objects.put("b", 50, NOW - 20, 0);
        try (Evictor evictor = started(0, 100)) {
            await(() -> evictor.stats().passes() > 0);
            evictor.makeRoom();
            await(() -> evictor.stats().passes() > 1);
            assertEquals(List.of("a"), objects.removed());
        }
    }

    @Test
    void closeTellsFilesOfReads() {
        objects.put("a", 50, NOW - 500, 0);
        objects.put("b", 50, NOW - 500, NOW - 60);
        Evictor evictor = started(1000, 0);
        await(() -> evictor.stats().passes() > 0);
        uses.used("a");
        uses.used("b");
        assertEquals(Map.of(), objects.noted);
        evictor.close();
        assertEquals(Map.of("a", NOW), objects.noted);
    }

    @Test
    void refusedPutEvictsNothingWhereBytesAreNoReason() {
        objects.put("a", 50, NOW - 30, 0);
        try (Evictor evictor = started(1000, 0)) {
            await(() -> evictor.stats().passes() > 0);
            assertFalse(evictor.makesRoom());
            evictor.makeRoom();
            assertEquals(List.of(), objects.removed());
        }
        assertEquals(1, objects.walks, "the next pass waits for its time");
        assertTrue(new Evictor(new EvictionLimits(0, 1), objects, uses).makesRoom());
    }

    @Test
    void closeEndsAPassThatIsUnderWay() {
        for (int i = 0; i < 10; i++) {
            objects.put("o" + i, 10, NOW - 500 + i, 0);
        }
        Evictor[] evictor = new Evictor[1];
        Thread closing = new Thread(() -> evictor[0].close());
        CountDownLatch started = new CountDownLatch(1);
        objects.beforeRemoval = () -> {
            awaitQuietly(started);
            if (closing.getState() == Thread.State.NEW) {
                closing.start();
                await(() -> closing.getState() == Thread.State.TIMED_WAITING); // for this thread
            }
        };
        evictor[0] = started(1, 0);
        started.countDown();
        await(() -> objects.removed().size() > 0);
        await(() -> closing.getState() == Thread.State.TERMINATED);
        assertEquals(List.of("o0"), objects.removed());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void threadKeepsNoProcessAlive() {
        try (Evictor evictor = started(1000, 0)) {
            await(() -> evictor.stats().passes() > 0);
            assertTrue(thread().isDaemon());
            assertEquals(Thread.MIN_PRIORITY, thread().getPriority(), "requests come first");
        }
    }

    private static Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(one -> one.getName().equals("millrace-evict")).findAny().orElseThrow();
    }

    @Test
    void threadRestsBetweenPasses() {
        try (Evictor evictor = started(1000, 0)) {
            await(() -> evictor.stats().passes() > 0);
            Thread thread = thread();
            await(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }
    }

    @Test
    void passesGoOnAfterOneThatFailed() throws Exception {
        objects.listable = false;
        objects.put("a", 50, NOW - 500, 0);
        try (Logged logged = new Logged(Evictor.class); Evictor evictor = started(1, 0)) {
            await(() -> logged.lines().toString().contains("an eviction pass failed"));
            objects.listable = true;
            await(() -> evictor.stats().passes() > 0);
            assertTrue(objects.removed().contains("a"));
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void passesGoOnAfterAnError(Error error) throws Exception {
        objects.put("a", 50, NOW - 500, 0);
        AtomicReference<Error> next = new AtomicReference<>(error);
        objects.beforeRemoval = () -> {
            Error now = next.getAndSet(null);
            if (now != null) {
                throw now;
            }
        };
        try (Logged logged = new Logged(Evictor.class); Evictor evictor = started(1, 0)) {
            await(() -> evictor.stats().passes() > 0);
            assertEquals(List.of("a"), objects.removed());
            assertEquals(List.of("an eviction pass failed | " + error), logged.lines());
        }
    }

    /** Classes whose initializer finds the heap full can never be used after that. */
    static Stream<Error> errors() {
        return Stream.of(new OutOfMemoryError("meant"), new NoClassDefFoundError("meant"));
    }

    @Test
    void passThatEvictsOrCannotIsALineOfTheLog() throws Exception {
        objects.put("old", 10, NOW - 500, 0);
        objects.put("a", 50, NOW - 30, 0);
        objects.put("b", 50, NOW - 20, 0);
        assertEquals(List.of("evicted 2 objects of 60 bytes: 1 not used for 100 s, "
                + "1 beyond 60 bytes; 50 bytes are left"), linesOfAPass());
        assertEquals(List.of(), linesOfAPass(), "there is nothing to tell");
        objects.put("old", 10, NOW - 500, 0);
        objects.stuck.add("old");
        assertEquals(List.of("evicted 0 objects of 0 bytes: 0 not used for 100 s, "
                + "0 beyond 60 bytes; 1 can't be deleted; 60 bytes are left"), linesOfAPass());
    }

    private List<String> linesOfAPass() throws Exception {
        try (Logged logged = Logged.fromInfo(Evictor.class)) {
            Evictor evictor = started(100, 60);
            await(() -> evictor.stats().passes() > 0);
            evictor.close(); // the line comes after the figures
            assertEquals(objects.stuck.size(), evictor.stats().failed());
            return List.copyOf(logged.lines());
        }
    }

    @Test
    void interruptOfTheThreadThatClosesIsKept() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        objects.put("a", 10, NOW - 500, 0);
        objects.beforeRemoval = () -> {
            begun.countDown();
            awaitQuietly(release);
        };
        Evictor evictor = started(100, 0);
        awaitQuietly(begun);
        Thread.currentThread().interrupt();
        evictor.close();
        release.countDown();
        assertTrue(Thread.interrupted());
    }
}
