package io.millrace.bucket.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.engine.BucketBuffers.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BucketBuffersTest {

    private static final int FIRST = BucketBuffers.FIRST_BYTES;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void exactlyAllRoomIsTakenAndOneByteMoreIsNot() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room most = buffers.tryTake(99);
        assertNotNull(most);
        assertNull(buffers.tryTake(2));
        assertNotNull(buffers.tryTake(1));
        assertEquals(100, buffers.takenBytes());
    }

    @Test
    void piecesAreAsLargeAsAThousandBodiesHaveRoomForTwo() {
        assertEquals(64 << 10, new BucketBuffers(16 << 20, 8 << 20).pieceBytes());
        assertEquals(64 << 10, new BucketBuffers(128 << 20, 8 << 20).pieceBytes());
        assertEquals((64 << 10) + 1, new BucketBuffers((128 << 20) + 2048, 8 << 20).pieceBytes());
        assertEquals(256 << 10, new BucketBuffers(512 << 20, 8 << 20).pieceBytes());
        assertEquals(256 << 10, new BucketBuffers(1L << 40, 8 << 20).pieceBytes());
    }

    @Test
    void roomThatIsGivenBackTwiceCountsOnce() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room room = buffers.tryTake(60);
        Room other = buffers.tryTake(40);
        room.close();
        room.close();
        assertEquals(40, buffers.takenBytes());
        other.close();
        assertEquals(0, buffers.takenBytes());
    }

    @Test
    void waitersGetRoomInTheirOrderAndALargeOneIsNotOvertaken() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room first = buffers.tryTake(60);
        CompletableFuture<Room> large = buffers.take(80, LONG);
        CompletableFuture<Room> small = buffers.take(10, LONG);
        assertFalse(small.isDone(), "it would fit, and overtake");
        assertNull(buffers.tryTake(1), "it would overtake both");
        first.close();
        assertEquals(80, large.join().bytes());
        assertEquals(10, small.join().bytes());
    }

    // As when there is no thread for the JDK's timer: nobody would give back what it got.
    @Test
    void wishThatCannotBeLimitedIsNeverGranted() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room first = buffers.tryTake(60);
        assertThrows(ArithmeticException.class,
                () -> buffers.take(80, Duration.ofSeconds(Long.MAX_VALUE)));
        first.close();
        assertEquals(0, buffers.takenBytes());
    }

    /** A node with more memory may have begun an upload in parts that this one has no room for. */
    @Test
    void wishForMoreThanThereIsInAllFailsAtOnceAndHoldsUpNobody() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room first = buffers.tryTake(60);
        for (CompletableFuture<Room> wish : List.of(buffers.take(101, LONG),
                first.grow(41, LONG))) {
            assertTrue(wish.isCompletedExceptionally());
            assertInstanceOf(TimeoutException.class,
                    assertThrows(ExecutionException.class, wish::get).getCause());
        }
        assertEquals(40, buffers.take(40, LONG).join().bytes());
        assertFalse(buffers.take(100, LONG).isDone(), "it may come");
    }

    @Test
    void waiterWhoseTimeIsOverLetsTheNextOneIn() throws Exception {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room first = buffers.tryTake(60);
        CompletableFuture<Room> large = buffers.take(80, Duration.ofMillis(1));
        CompletableFuture<Room> small = buffers.take(10, LONG);
        ExecutionException late =
                assertThrows(ExecutionException.class, () -> large.get(30, TimeUnit.SECONDS));
        assertEquals(TimeoutException.class, late.getCause().getClass());
        small.get(30, TimeUnit.SECONDS).close();
        first.close();
        assertEquals(0, buffers.takenBytes());
    }

    @Test
    void waiterThatIsCancelledLetsTheNextOneIn() throws Exception {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room first = buffers.tryTake(60);
        CompletableFuture<Room> large = buffers.take(80, LONG);
        CompletableFuture<Room> small = buffers.take(10, LONG);
        large.cancel(true);
        small.get(30, TimeUnit.SECONDS).close();
        first.close();
        assertEquals(0, buffers.takenBytes());
    }

    @Test
    void bodiesThatMayWaitForMoreLeaveRoomForOneWholePart() {
        BucketBuffers buffers = new BucketBuffers(8L * FIRST, 6L * FIRST);
        Room one = buffers.tryTakeFirst();
        Room two = buffers.tryTakeFirst();
        assertNull(buffers.tryTakeFirst(), "two would be held, and six are a part");
        CompletableFuture<Room> whole = one.grow(5L * FIRST, LONG);
        assertEquals(6L * FIRST, whole.join().bytes());
        CompletableFuture<Room> next = two.grow(5L * FIRST, LONG);
        assertFalse(next.isDone());
        one.close();
        assertEquals(6L * FIRST, next.join().bytes());
        assertNotNull(buffers.tryTakeFirst(), "neither may wait any more");
        two.close();
    }

    @Test
    void halfOfTheRoomIsHeldByBodiesThatMayWaitAtMost() {
        BucketBuffers buffers = new BucketBuffers(8L * FIRST, FIRST);
        for (int i = 0; i < 4; i++) {
            assertNotNull(buffers.tryTakeFirst());
        }
        assertNull(buffers.tryTakeFirst());
    }

    @Test
    void roomThatIsClosedWhileItWaitsForMoreIsNotGrown() {
        BucketBuffers buffers = new BucketBuffers(8L * FIRST, FIRST);
        Room first = buffers.tryTake(7L * FIRST);
        Room room = buffers.tryTakeFirst();
        CompletableFuture<Room> more = room.grow(FIRST, LONG);
        room.close();
        first.close();
        assertFalse(more.isDone());
        assertEquals(0, buffers.takenBytes());
        Room all = buffers.tryTake(8L * FIRST);
        assertNotNull(all, "the wish of a closed room holds nobody up");
    }

    @Test
    void growthAtOnceStopsAtTheLastByte() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room room = buffers.tryTake(50);
        assertFalse(room.tryGrow(51));
        assertTrue(room.tryGrow(50));
        room.shrink(70);
        assertEquals(30, buffers.takenBytes());
        room.close();
        assertFalse(room.tryGrow(1));
        assertEquals(0, buffers.takenBytes());
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIsAndLoseNothing() throws Exception {
        BucketBuffers buffers = new BucketBuffers(1000, 500);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CountDownLatch ends = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= 2000; i++) {
                    int bytes = 1 + (i * 7 + seed * 131) % 400;
                    CompletableFuture<Room> wish = buffers.take(bytes, LONG);
                    if (i % 5 == 0 && wish.cancel(true)) {
                        continue;
                    }
                    Room room = wish.join();
                    most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                    held.addAndGet(-bytes);
                    room.close();
                }
                ends.countDown();
            });
            thread.start();
            threads.add(thread);
        }
        assertTrue(ends.await(50, TimeUnit.SECONDS));
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(most.get() <= 1000, "held together: " + most);
        assertEquals(0, buffers.takenBytes());
        assertNotNull(buffers.tryTake(1000), "nobody waits any more");
    }

    @Test
    void thousandsThatGiveTheirRoomBackAtOnceFillNoStack() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room all = buffers.tryTake(100);
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            waiting.add(buffers.take(100, LONG).thenAccept(Room::close));
        }
        all.close();
        waiting.forEach(CompletableFuture::join);
        assertEquals(0, buffers.takenBytes());
    }

    @Test
    void firstRoomIsTakenToTheLastByteOfBothBounds() {
        BucketBuffers buffers = new BucketBuffers(4L * FIRST, 2L * FIRST);
        Room most = buffers.tryTake(3L * FIRST + 1);
        assertNull(buffers.tryTakeFirst(), "a byte is missing");
        most.shrink(1);
        Room first = buffers.tryTakeFirst();
        assertEquals(FIRST, first.bytes());
        assertEquals(4L * FIRST, buffers.takenBytes());
        most.close();
        assertNotNull(buffers.tryTakeFirst());
        assertNull(buffers.tryTakeFirst(), "two may wait");
        first.shrink(FIRST); // and waits for no more
        assertNotNull(buffers.tryTakeFirst());
        assertNull(buffers.tryTakeFirst());
    }

    @Test
    void roomThatGrowsOrIsClosedWaitsForNoMore() {
        BucketBuffers buffers = new BucketBuffers(4L * FIRST, 3L * FIRST);
        Room grown = buffers.tryTakeFirst();
        assertNull(buffers.tryTakeFirst());
        assertTrue(grown.tryGrow(1));
        Room closed = buffers.tryTakeFirst();
        closed.close();
        assertNotNull(buffers.tryTakeFirst());
        assertNull(buffers.tryTakeFirst());
    }

    @Test
    void nobodyGetsRoomAtOnceWhileAnotherWaits() {
        BucketBuffers buffers = new BucketBuffers(8L * FIRST, FIRST);
        Room room = buffers.tryTake(4L * FIRST);
        CompletableFuture<Room> large = buffers.take(5L * FIRST, LONG);
        assertFalse(room.tryGrow(1));
        assertNull(buffers.tryTakeFirst());
        CompletableFuture<Room> more = room.grow(1, LONG);
        assertFalse(more.isDone(), "in their order");
        large.cancel(true);
        assertTrue(more.isDone());
        assertEquals(4L * FIRST + 1, buffers.takenBytes());
    }

    @Test
    void roomThatIsGivenBackInPartLetsTheNextOneIn() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room room = buffers.tryTake(100);
        CompletableFuture<Room> next = buffers.take(40, LONG);
        room.shrink(39);
        assertFalse(next.isDone());
        room.shrink(1);
        assertEquals(40, next.join().bytes());
        room.close();
        room.shrink(10);
        assertEquals(40, buffers.takenBytes(), "there is nothing left to give back");
    }

    @Test
    void wishThatIsTakenBackWhileAnotherIsGrantedTakesNothing() {
        BucketBuffers buffers = new BucketBuffers(100, 50);
        Room all = buffers.tryTake(50);
        Room other = buffers.tryTake(50);
        CompletableFuture<Room> first = buffers.take(20, LONG);
        CompletableFuture<Room> second = buffers.take(30, LONG);
        CompletableFuture<Room> more = other.grow(40, LONG);
        first.thenRun(() -> {
            second.cancel(true);
            more.cancel(true);
        });
        all.close();
        assertEquals(70, buffers.takenBytes());
        assertEquals(50, other.bytes());
        assertNotNull(buffers.tryTake(30));
    }
}
