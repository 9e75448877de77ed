package io.millrace.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The end of a process whose stop takes too long. */
class LastResortTest {

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Its stop may take a millisecond. */
    private final class Ending extends LastResort {

        Ending() {
            super(Duration.ofMillis(1).minus(MARGIN));
        }

        @Override
        void end() {
            ended.countDown();
        }
    }

    @Test
    void processEndsOnceItsStopTakesTooLongAndNotBefore() throws Exception {
        LastResort last = new Ending();
        Thread thread = new Thread(last);
        thread.start();
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (thread.getState() != Thread.State.WAITING) { // for the stop, however long
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> thread.getState().name());
            LockSupport.parkNanos(200_000);
        }
        assertEquals(1, ended.getCount());
        last.begin();
        assertTrue(ended.await(60, TimeUnit.SECONDS));
        thread.join();
    }

    @Test
    void threadThatWaitsForTheStopIsThereFromTheStart() {
        LastResort.start(Duration.ofDays(1));
        assertTrue(Thread.getAllStackTraces().keySet().stream().anyMatch(
                thread -> thread.getName().equals("millrace-last-resort") && thread.isDaemon()));
    }

    @Test
    void stopMayTakeFiveSecondsBeyondTheDrain() {
        assertEquals(TimeUnit.SECONDS.toNanos(35),
                new LastResort(Duration.ofSeconds(30)).limitNs);
    }
}
