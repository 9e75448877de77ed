package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EntryQueueTest {

    private final AtomicInteger started = new AtomicInteger();
    private final EntryQueue queue = new EntryQueue(started::incrementAndGet);
    private final Entry[] batch = new Entry[LogWriter.BATCH];

    private static Entry withTarget(int chars) {
        Entry entry = new Entry();
        entry.target = "x".repeat(chars);
        return entry;
    }

    @Test
    void firstEntryStartsTheThreadAndOthersDoNot() {
        assertEquals(0, started.get());
        queue.offer(new Entry());
        queue.offer(new Entry());
        assertEquals(1, started.get());
    }

    @Test
    void entryAfterTheThreadHasEndedStartsAnother() {
        queue.offer(new Entry());
        queue.ended();
        queue.offer(new Entry());
        assertEquals(2, started.get());
        assertEquals(2, queue.waiting());
    }

    @Test
    void entriesAreTakenInOrder() throws InterruptedException {
        Entry first = new Entry();
        Entry second = new Entry();
        queue.offer(first);
        queue.offer(second);
        assertEquals(2, queue.take(batch));
        assertSame(first, batch[0]);
        assertSame(second, batch[1]);
    }

    @Test
    void queueTakesTheMostEntriesAndDropsOneMore() throws InterruptedException {
        for (int i = 0; i < EntryQueue.MOST_ENTRIES; i++) {
            queue.offer(new Entry());
        }
        assertEquals(0, queue.dropped());
        queue.offer(new Entry());
        assertEquals(1, queue.dropped());
        assertEquals(LogWriter.BATCH, queue.take(batch));
        queue.offer(new Entry());
        assertEquals(1, queue.dropped());
        assertEquals(1, queue.takeDropped());
        assertEquals(0, queue.takeDropped());
        int left = EntryQueue.MOST_ENTRIES - LogWriter.BATCH + 1;
        for (int taken = 0; taken < left;) {
            taken += queue.take(batch);
        }
        assertEquals(0, queue.waiting());
    }

    @Test
    void queueTakesTheMostCharactersAndDropsOneMore() throws InterruptedException {
        int half = (int) EntryQueue.MOST_CHARS / 2;
        queue.offer(withTarget(half));
        queue.offer(withTarget(half));
        queue.offer(withTarget(0));
        assertEquals(0, queue.dropped());
        queue.offer(withTarget(1));
        assertEquals(1, queue.dropped());
        assertEquals(3, queue.take(batch));
        queue.offer(withTarget(half));
        assertEquals(1, queue.dropped());
    }

    @Test
    void nudgeIsTakenAsNothing() throws InterruptedException {
        queue.nudge();
        assertEquals(0, queue.take(batch));
        assertEquals(1, started.get());
    }

    @Test
    void closedQueueIsEmptiedAndTakesNothing() throws InterruptedException {
        queue.offer(new Entry());
        assertTrue(queue.close());
        assertFalse(queue.close());
        queue.offer(new Entry());
        assertEquals(1, queue.dropped());
        assertEquals(1, queue.take(batch));
        assertEquals(-1, queue.take(batch));
    }

    @Test
    void flushWithoutAThreadReturnsAtOnce() {
        assertTrue(queue.flush(Long.MAX_VALUE));
        queue.offer(new Entry());
        assertFalse(queue.flush(0));
    }

    @Test
    void threadThatEndsAsItWritesLeavesNothingToFlush() throws InterruptedException {
        queue.offer(new Entry());
        assertEquals(1, queue.take(batch));
        assertFalse(queue.flush(0));
        queue.ended();
        assertTrue(queue.flush(0));
    }
}
