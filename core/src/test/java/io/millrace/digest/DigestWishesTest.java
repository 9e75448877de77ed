package io.millrace.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.store.Reply;
import io.millrace.tree.Version;
import io.millrace.work.DaemonPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wishes for digests: when they are granted, shared, dropped and ended. */
class DigestWishesTest {

    private static final Response OBJECT = Response.of(Status.OK);
    private static final Response PLAIN = Response.of(Status.OK).with("X-Plain", "yes");

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger computed = new AtomicInteger();
    private DigestWishes wishes = new DigestWishes(4);

    @AfterEach
    void close() {
        release.countDown();
        wishes.close();
    }

    private static DigestWishes.Question question(String name) {
        return new DigestWishes.Question(name, new Version(1, 1, 1, true), null,
                DigestAlgorithm.SHA_256, null, null);
    }

    private Response compute(BooleanSupplier cancelled) throws InterruptedException {
        computed.incrementAndGet();
        release.await();
        return OBJECT;
    }

    private DigestWishes.Wish ask(String name, long bytes) {
        return wishes.ask(question(name), bytes, this::compute, () -> PLAIN);
    }

    private static Response known(DigestWishes.Wish wish) throws Exception {
        return wish.answer().get(60, TimeUnit.SECONDS);
    }

    @Test
    void wishesBeyondTheLimitAreDroppedAndLaterOnesGranted() throws Exception {
        List<DigestWishes.Wish> granted = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            granted.add(ask("k" + i, 1));
            assertNotNull(granted.get(i));
        }
        assertNull(ask("one more", 1));
        release.countDown();
        for (DigestWishes.Wish wish : granted) {
            assertSame(OBJECT, known(wish));
        }
        assertSame(OBJECT, known(ask("one more", 1)));
    }

    @Test
    void ofLongOnesOneIsGrantedAndShortOnesDoNotWaitForIt() throws Exception {
        AtomicBoolean shortDone = new AtomicBoolean();
        DigestWishes.Wish longOne = ask("long", DigestWishes.LONG_BYTES + 1);
        assertNull(ask("another", DigestWishes.LONG_BYTES + 1));
        DigestWishes.Wish shortOne = wishes.ask(question("short"), DigestWishes.LONG_BYTES,
                cancelled -> {
                    shortDone.set(true);
                    return OBJECT;
                }, () -> PLAIN);
        assertSame(OBJECT, known(shortOne));
        assertTrue(shortDone.get());
        assertFalse(longOne.answer().isDone());
        release.countDown();
        assertSame(OBJECT, known(longOne));
        assertNotNull(ask("another", DigestWishes.LONG_BYTES + 1));
    }

    @Test
    void shortOnesThatEndMakeRoomForNoSecondLongOne() throws Exception {
        DigestWishes.Wish longOne = ask("long", DigestWishes.LONG_BYTES + 1);
        for (int i = 0; i < 2; i++) {
            assertSame(OBJECT, known(wishes.ask(question("short"), DigestWishes.LONG_BYTES,
                    cancelled -> OBJECT, () -> PLAIN)));
            assertNull(ask("another", DigestWishes.LONG_BYTES + 1));
        }
        release.countDown();
        assertSame(OBJECT, known(longOne));
        assertSame(OBJECT, known(ask("another", DigestWishes.LONG_BYTES + 1)));
        assertNotNull(ask("one more", DigestWishes.LONG_BYTES + 1), "the place is free again");
    }

    /** A system that has no thread for wishes until it is told to. */
    private DaemonPool poolWithoutThreads(AtomicBoolean isScarce, Runnable beforeRefusal) {
        DaemonPool pool = new DaemonPool("digest-", 1, 10);
        ThreadFactory threads = pool.getThreadFactory();
        pool.setThreadFactory(task -> {
            if (isScarce.get()) {
                beforeRefusal.run();
                throw new OutOfMemoryError("unable to create native thread");
            }
            return threads.newThread(task);
        });
        return pool;
    }

    @Test
    void wishForWhichTheSystemHasNoThreadIsDroppedAndTakesNoPlace() throws Exception {
        AtomicBoolean isScarce = new AtomicBoolean(true);
        wishes = new DigestWishes(1, poolWithoutThreads(isScarce, () -> { }));
        assertNull(ask("a", DigestWishes.LONG_BYTES + 1));
        assertNull(ask("a", DigestWishes.LONG_BYTES + 1));
        isScarce.set(false);
        release.countDown();
        assertSame(OBJECT, known(ask("a", DigestWishes.LONG_BYTES + 1)));
        assertEquals(1, computed.get());
    }

    @Test
    void wishThatJoinedOneForWhichThereIsNoThreadGetsItsPlainResponse() throws Exception {
        List<DigestWishes.Wish> joined = new ArrayList<>();
        wishes = new DigestWishes(1, poolWithoutThreads(new AtomicBoolean(true),
                () -> joined.add(ask("a", 1))));
        assertNull(ask("a", 1));
        assertEquals(1, joined.size());
        assertSame(PLAIN, joined.get(0).answer().getNow(null));
        assertEquals(0, computed.get());
    }

    @Test
    void equalWishesShareOneComputationAndTheLastClosesTheBody() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        Body body = new Body() {
            @Override
            public long length() {
                return 1;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                target.put((byte) 'x');
                return 1;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        List<DigestWishes.Wish> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(wishes.ask(question("a"), DigestWishes.LONG_BYTES + 1,
                    cancelled -> compute(cancelled).with(body), () -> PLAIN));
        }
        release.countDown();
        for (DigestWishes.Wish wish : all) {
            assertEquals(0, closed.get());
            assertEquals("x", Reply.of(known(wish)).text());
            known(wish).body().close(); // once more, which is not that of another
        }
        assertEquals(1, closed.get());
        assertEquals(1, computed.get());
    }

    @Test
    void computationEndsWhenTheLastOfItsClientsHasLeft() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        DigestWishes.Work untilCancelled = cancelled -> {
            begun.countDown();
            while (!cancelled.getAsBoolean()) {
                Pause.briefly();
            }
            return null;
        };
        DigestWishes.Wish one = wishes.ask(question("a"), 1, untilCancelled, () -> PLAIN);
        DigestWishes.Wish two = wishes.ask(question("a"), 1, untilCancelled, () -> PLAIN);
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        one.gone();
        one.gone();
        assertFalse(two.answer().isDone(), "one still waits");
        two.gone();
        assertSame(PLAIN, known(one), "a half-closed client may still read");
        assertSame(PLAIN, known(two));
    }

    @Test
    void wishWhoseClientLeftBeforeItsTurnIsNotComputedAndNotJoined() throws Exception {
        DigestWishes.Wish first = ask("k0", 1);
        DigestWishes.Wish second = ask("k1", 1);
        DigestWishes.Wish left = ask("k2", 1);
        left.gone();
        DigestWishes.Wish next = ask("k2", 1);
        release.countDown();
        assertSame(OBJECT, known(first));
        assertSame(OBJECT, known(second));
        assertSame(PLAIN, known(left));
        assertSame(OBJECT, known(next));
        assertEquals(3, computed.get());
    }

    @Test
    void failureIsToldToAllAndPlainResponsesAreMadeIfThereIsNone() throws Exception {
        DigestWishes.Wish failed = wishes.ask(question("a"), 1, cancelled -> {
            throw new IOException("broken");
        }, () -> PLAIN);
        assertThrows(ExecutionException.class, () -> known(failed));
        assertSame(PLAIN, known(wishes.ask(question("b"), 1, cancelled -> null, () -> PLAIN)));
    }

    @Test
    void closedOnesAreDropped() {
        wishes.close();
        assertNull(ask("a", 1));
        wishes = new DigestWishes(0);
        assertFalse(wishes.isOn());
    }

    @Test
    void computationThatNobodyWaitedForLeavesTheOneAfterItToBeJoined() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        DigestWishes.Wish left = wishes.ask(question("a"), 1, cancelled -> {
            begun.countDown();
            goOn.await();
            return null;
        }, () -> PLAIN);
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        left.gone();
        DigestWishes.Wish next = ask("a", 1);
        goOn.countDown();
        assertSame(PLAIN, known(left));
        DigestWishes.Wish joined = ask("a", 1);
        release.countDown();
        assertEquals(200, known(next).status().code());
        assertEquals(200, known(joined).status().code());
        assertEquals(1, computed.get());
    }

    @Test
    void clientThatLeavesWithItsAnswerLeavesTheNextComputationToBeJoined() throws Exception {
        DigestWishes.Wish answered = wishes.ask(question("a"), 1, cancelled -> OBJECT,
                () -> PLAIN);
        assertSame(OBJECT, known(answered));
        DigestWishes.Wish next = ask("a", 1);
        answered.gone();
        DigestWishes.Wish joined = ask("a", 1);
        release.countDown();
        assertEquals(200, known(next).status().code());
        assertEquals(200, known(joined).status().code());
        assertEquals(1, computed.get());
    }

    @Test
    @Timeout(30)
    void closeEndsWhatIsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        DigestWishes.Wish wish = wishes.ask(question("a"), 1, cancelled -> {
            begun.countDown();
            while (!cancelled.getAsBoolean()) {
                Pause.briefly();
            }
            return null;
        }, () -> PLAIN);
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        wishes.close();
        assertSame(PLAIN, wish.answer().getNow(null));
    }
}
