package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpscQueueTest {

    @Test
    void emptyQueueYieldsNull() {
        assertNull(new SpscQueue<String>(2).poll());
    }

    @Test
    void fullQueueRefusesAndKeepsWhatItHas() {
        SpscQueue<Integer> queue = new SpscQueue<>(4);
        for (int i = 0; i < 4; i++) {
            assertTrue(queue.hasRoom());
            assertTrue(queue.offer(i));
        }
        assertFalse(queue.hasRoom());
        assertFalse(queue.offer(4));
        for (int i = 0; i < 4; i++) {
            assertEquals(i, queue.poll());
        }
        assertNull(queue.poll());
    }

    @Test
    void placeThatIsFreedIsUsedAgain() {
        SpscQueue<Integer> queue = new SpscQueue<>(2);
        assertTrue(queue.offer(0));
        for (int i = 1; i < 100; i++) {
            assertTrue(queue.offer(i));
            assertFalse(queue.offer(-1));
            assertEquals(i - 1, queue.poll());
        }
    }

    @Test
    void capacityOfOneHoldsOne() {
        SpscQueue<Integer> queue = new SpscQueue<>(1);
        assertTrue(queue.offer(1));
        assertFalse(queue.offer(2));
        assertEquals(1, queue.poll());
    }

    @Test
    void capacityThatIsNoPowerOfTwoIsRefused() {
        for (int capacity : new int[] {-1, 0, 3, 1000}) {
            var e = assertThrows(IllegalArgumentException.class,
                    () -> new SpscQueue<String>(capacity));
            assertEquals("capacity must be a power of two: " + capacity, e.getMessage());
        }
    }

    @Test
    void millionNumbersArriveInOrder() throws Exception {
        // So large that threads that share one busy processor don't change places too often.
        SpscQueue<Integer> queue = new SpscQueue<>(1024);
        int count = 1_000_000;
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                while (!queue.offer(i)) {
                    Thread.yield();
                }
            }
        });
        for (int i = 0; i < count; i++) {
            Integer number = queue.poll();
            while (number == null) {
                Thread.yield();
                number = queue.poll();
            }
            assertEquals(i, number.intValue());
        }
        producer.get(60, TimeUnit.SECONDS);
        assertNull(queue.poll());
    }
}
