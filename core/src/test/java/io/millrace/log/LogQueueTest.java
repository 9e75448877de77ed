package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogQueueTest {

    private static final long MINUTE_NS = 60_000_000_000L;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch unread = new CountDownLatch(1);

    private void write(Class<?> source, Level level, String message, Throwable failure) {
        lines.add(message + (failure == null ? "" : " | " + failure.getMessage()));
    }

    /** As a pipe that is full and that no process reads. */
    private void block(Class<?> source, Level level, String message, Throwable failure) {
        begun.countDown();
        try {
            unread.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        write(source, level, message, failure);
    }

    private static void offer(LogQueue queue, Level level, String message) {
        queue.offer(LogQueueTest.class, level, message, null, 0);
    }

    @Test
    void linesAreWrittenInOrderByAThreadThatKeepsNoJvmAlive() {
        List<Thread> writers = new CopyOnWriteArrayList<>();
        LogQueue queue = new LogQueue((source, level, message, failure) -> {
            writers.add(Thread.currentThread());
            lines.add(message);
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2 * LogQueue.MOST_LINES; i++) {
            expected.add("line " + i);
            offer(queue, Level.WARNING, "line " + i);
            queue.flush(MINUTE_NS);
        }
        assertEquals(expected, lines);
        assertEquals(1, writers.stream().distinct().count());
        assertTrue(writers.get(0).isDaemon());
    }

    @Test
    void lineBehindAnInterruptIsWrittenByAnotherThread() throws InterruptedException {
        List<Thread> writers = new CopyOnWriteArrayList<>();
        LogQueue queue = new LogQueue((source, level, message, failure) -> {
            writers.add(Thread.currentThread());
            lines.add(message);
            Thread.currentThread().interrupt();
        });
        for (int i = 0; i < 2; i++) {
            offer(queue, Level.WARNING, "line " + i);
            queue.flush(MINUTE_NS);
            writers.get(i).join(60_000);
        }
        assertEquals(List.of("line 0", "line 1"), lines);
        assertNotSame(writers.get(0), writers.get(1));
    }

    @Test
    void writerThatBlocksHoldsNoOtherThreadAndWhatIsDroppedIsTold() throws Exception {
        LogQueue queue = new LogQueue(this::block);
        offer(queue, Level.WARNING, "first");
        begun.await();
        for (int i = 0; i < LogQueue.MOST_LINES; i++) {
            offer(queue, Level.WARNING, "kept");
        }
        offer(queue, Level.WARNING, "dropped");
        offer(queue, Level.ERROR, "dropped");
        queue.flush(1); // comes back without them
        assertEquals(List.of(), lines);
        assertEquals(2, queue.dropped());
        unread.countDown();
        queue.flush(MINUTE_NS);
        assertEquals("first", lines.get(0));
        assertEquals("log lines dropped, as they were not written in time: 2", lines.get(1));
        assertEquals(LogQueue.MOST_LINES + 2, lines.size());
        assertTrue(lines.subList(2, lines.size()).stream().allMatch("kept"::equals));
    }

    @Test
    void linesBelowWarningLeaveHalfOfTheQueueToTheOthers() throws Exception {
        LogQueue queue = new LogQueue(this::block);
        offer(queue, Level.WARNING, "first");
        begun.await();
        for (int i = 0; i <= LogQueue.MOST_MINOR_LINES; i++) {
            offer(queue, Level.DEBUG, "minor");
        }
        offer(queue, Level.WARNING, "last");
        unread.countDown();
        queue.flush(MINUTE_NS);
        assertEquals(LogQueue.MOST_MINOR_LINES + 2, lines.size());
        assertEquals("last", lines.get(lines.size() - 1));
    }

    @Test
    void lineWhoseStackTraceFindsNoMemoryIsWrittenWithoutIt() {
        LogQueue queue = new LogQueue((source, level, message, failure) -> {
            if (failure != null) {
                throw new OutOfMemoryError("a test's");
            }
            lines.add(message);
        });
        queue.offer(LogQueueTest.class, Level.ERROR, "failed", new Error("why"), 0);
        queue.flush(MINUTE_NS);
        assertEquals(List.of("failed"), lines);
    }

    @Test
    void linesThatCanNotBeWrittenAreToldOfByTheNextOneThatCan() {
        LogQueue queue = new LogQueue((source, level, message, failure) -> {
            if (message.equals("unwritable")) {
                throw new OutOfMemoryError("a test's");
            }
            write(source, level, message, failure);
        });
        offer(queue, Level.ERROR, "unwritable");
        offer(queue, Level.DEBUG, "unwritable");
        offer(queue, Level.ERROR, "written");
        queue.flush(MINUTE_NS);
        assertEquals(List.of("log lines dropped, as they were not written in time: 1", "written"),
                lines);
    }

    @Test
    void numberOfDroppedLinesThatCanNotBeWrittenIsToldWithTheLineAfter() {
        List<String> unwritable = new ArrayList<>(List.of("unwritable", "unwritable",
                "log lines dropped, as they were not written in time: 1"));
        LogQueue queue = new LogQueue((source, level, message, failure) -> {
            if (unwritable.remove(message)) {
                throw new OutOfMemoryError("a test's");
            }
            write(source, level, message, failure);
        });
        offer(queue, Level.ERROR, "unwritable");
        offer(queue, Level.ERROR, "written");
        offer(queue, Level.ERROR, "next");
        queue.flush(MINUTE_NS);
        assertEquals(List.of("written", "log lines dropped, as they were not written in time: 1",
                "next"), lines);
        assertEquals(1, queue.dropped());
    }

    @Test
    void flushThatIsInterruptedComesBackAndTheInterruptStays() throws Exception {
        LogQueue queue = new LogQueue(this::block);
        offer(queue, Level.WARNING, "first");
        begun.await();
        Thread.currentThread().interrupt();
        queue.flush(Long.MAX_VALUE);
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), lines);
        unread.countDown();
        queue.flush(MINUTE_NS);
        assertEquals(List.of("first"), lines);
    }

    // It may hold the classes of an application that has been unloaded.
    @Test
    void nothingIsKeptOfALineThatHasBeenWritten() {
        LogQueue queue = new LogQueue((source, level, message, failure) -> lines.add("written"));
        List<WeakReference<Object>> kept = new ArrayList<>();
        for (String text : List.of("failed", "failed again", "last")) {
            String message = text.equals("last") ? text // the thread has it still
                    : new String(text);
            Throwable failure = new IllegalStateException("why");
            kept.add(new WeakReference<>(text.equals("last") ? failure : message));
            kept.add(new WeakReference<>(failure));
            queue.offer(LogQueueTest.class, Level.ERROR, message, failure, 0);
        }
        queue.flush(MINUTE_NS);
        for (int i = 0; i < 200 && kept.stream().anyMatch(one -> one.get() != null); i++) {
            System.gc();
        }
        assertTrue(kept.stream().allMatch(one -> one.get() == null));
        assertEquals(3, lines.size());
    }
}
