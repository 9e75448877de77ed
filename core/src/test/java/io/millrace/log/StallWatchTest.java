package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loops that are held, by a clock that the test has. */
class StallWatchTest {

    private static final long MS = 1_000_000;
    private static final String ADVICE = "; its other connections wait: run what blocks on other "
            + "threads, with Handler.blocking";

    private final StallWatch.Loop loop = new StallWatch.Loop();
    private final StallWatch.Loop other = new StallWatch.Loop();
    private final StallWatch watch = new StallWatch(StallWatchTest.class, List.of(loop, other),
            Duration.ofSeconds(1));
    private long nowNs = Long.MAX_VALUE - 300 * MS; // a clock that runs over
    private Logged logged;

    @BeforeEach
    void begin() throws Exception {
        logged = new Logged(StallWatchTest.class);
        Thread.currentThread().setName("worker");
        loop.begins();
        watch.look(nowNs);
    }

    @AfterEach
    void end() throws Exception {
        logged.close();
    }

    /** Looks every 250 ms, until so much time has passed. */
    private void pass(long ms) {
        for (long passed = 0; passed < ms; passed += 250) {
            nowNs += 250 * MS;
            watch.look(nowNs);
        }
    }

    private static String line(String seconds, String callee) {
        return "worker has been held for " + seconds + " s by " + callee + ADVICE
                + " | io.millrace.log.StallWatch$StackOf: stack of worker";
    }

    @Test
    void looksAreFourTimesAsFrequentAsTheWarning() {
        assertEquals(250, watch.periodMs());
        assertEquals(1, new StallWatch(StallWatchTest.class, List.of(), Duration.ofMillis(1))
                .periodMs());
    }

    @Test
    void callIsLoggedAtTheLimitAndNotBefore() {
        loop.calls("GET /slow");
        pass(1000);
        assertEquals(List.of(), logged.lines());
        pass(250);
        assertEquals(List.of(line("1.0", "GET /slow")), logged.lines());
    }

    @Test
    void callIsLoggedOnceHoweverLongItLasts() {
        loop.calls("GET /slow");
        pass(60_000);
        assertEquals(1, logged.lines().size());
    }

    @Test
    void nextCallIsLoggedAgain() {
        loop.calls("GET /1");
        pass(2000);
        loop.calls("GET /2");
        pass(2000);
        assertEquals(List.of(line("1.0", "GET /1"), line("1.0", "GET /2")), logged.lines());
    }

    @Test
    void manyShortCallsAreNone() {
        for (int i = 0; i < 40; i++) {
            loop.calls("GET /");
            pass(750);
        }
        assertEquals(List.of(), logged.lines());
    }

    @Test
    void loopThatWaitsIsNotHeld() {
        loop.calls("GET /");
        loop.waits();
        pass(60_000);
        assertEquals(List.of(), logged.lines());
    }

    @Test
    void loopThatHasNotBegunIsNotHeld() {
        other.calls("GET /");
        pass(60_000);
        assertEquals(List.of(), logged.lines());
    }

    @Test
    void loopsThatAreHeldAtOnceAreAllNamed() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread second = new Thread(() -> {
            other.begins();
            other.calls("GET /other");
            called.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "second");
        second.start();
        called.await();
        loop.calls("GET /slow");
        pass(1250);
        end.countDown();
        second.join();
        assertEquals(2, logged.lines().size());
        assertTrue(logged.lines().get(1).startsWith("second has been held for 1.0 s by GET /other"),
                logged.lines().get(1));
    }

    @Test
    void timeInWhichTheProcessStoodStillIsNoCalls() {
        loop.calls("GET /");
        pass(500);
        nowNs += 60_000 * MS;
        watch.look(nowNs); // counts for one period
        assertEquals(List.of(), logged.lines());
        pass(250);
        assertEquals(List.of(), logged.lines());
        pass(250);
        assertEquals(List.of(line("1.0", "GET /")), logged.lines());
    }

    @Test
    void looksThatComeALittleLateAreNoStandstill() {
        loop.calls("GET /");
        for (int i = 0; i < 4; i++) {
            nowNs += 400 * MS;
            watch.look(nowNs);
        }
        assertEquals(List.of(line("1.2", "GET /")), logged.lines());
    }

    @Test
    void clockMayBeginAnywhere() {
        for (long startNs : new long[] {0, -60_000 * MS, 60_000 * MS}) {
            StallWatch early = new StallWatch(StallWatchTest.class, List.of(loop),
                    Duration.ofSeconds(1));
            loop.calls("GET /" + startNs);
            for (long passed = 0; passed <= 1000; passed += 250) {
                early.look(startNs + passed * MS);
            }
        }
        assertEquals(List.of(line("1.0", "GET /0"), line("1.0", "GET /-60000000000"),
                line("1.0", "GET /60000000000")), logged.lines());
    }

    @Test
    void longTextIsCutAt200Characters() {
        loop.calls("x".repeat(200));
        pass(1250);
        loop.calls("x".repeat(201));
        pass(1250);
        assertEquals(List.of(line("1.0", "x".repeat(200)), line("1.0", "x".repeat(200) + "...")),
                logged.lines());
    }

    /** A request that is being replaced while it is read. */
    @Test
    void callWhoseTextCannotBeReadIsLookedAtAgain() {
        List<String> texts = new ArrayList<>();
        loop.calls(new Object() {
            @Override
            public String toString() {
                texts.add("read");
                if (texts.size() == 1) {
                    throw new IndexOutOfBoundsException();
                }
                return "GET /";
            }
        });
        pass(1500);
        assertEquals(List.of(line("1.2", "GET /")), logged.lines());
    }

    @Test
    void callThatEndsWhileItIsReadIsNotLogged() {
        loop.calls(new Object() {
            @Override
            public String toString() {
                loop.calls("another");
                return "GET /";
            }
        });
        pass(1500);
        assertEquals(List.of(), logged.lines());
    }
}
