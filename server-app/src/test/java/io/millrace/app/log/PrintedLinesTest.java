package io.millrace.app.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lines that are printed aside: what is read of them, and how many wait for a slow reader. */
class PrintedLinesTest {

    /** A stream whose lines a test takes, one by one. */
    private static class Taken extends PrintStream {

        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Taken() {
            super(new ByteArrayOutputStream());
        }

        @Override
        public void print(String line) {
            lines.add(line.strip());
        }

        String next() throws InterruptedException {
            return lines.poll(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void lineIsReadAtOnceWhateverTheStreamHoldsBack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Lines(new PrintStream(new BufferedOutputStream(bytes)), Runnable::run).print("a b");
        assertEquals("a b" + System.lineSeparator(), bytes.toString());
    }

    @Test
    void whileNobodyReads16LinesWaitAndThoseBeyondAreDropped() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Taken out = new Taken() {
            @Override
            public void print(String line) {
                begun.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.print(line);
            }
        };
        Lines lines = Lines.aside(out);
        lines.print("0");
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).forEach(lines::print);
        release.countDown();
        for (int i = 0; i <= 16; i++) {
            assertEquals("" + i, out.next());
        }
        lines.print("later");
        assertEquals("later", out.next());
    }

    @Test
    void threadOfTheLinesKeepsNoProcessAlive() throws Exception {
        Taken out = new Taken() {
            @Override
            public void print(String line) {
                super.print(Thread.currentThread().getName() + Thread.currentThread().isDaemon());
            }
        };
        Lines.aside(out).print("a");
        assertEquals("millrace-lines" + true, out.next());
    }

    @Test
    void lineOfTheLogHasItsClassItsLevelAndItsFailure() {
        ConsoleLog.set(LogLevel.WARNING, LogFormat.JSON);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(bytes, true));
        try {
            Lines lines = new Lines(System.out, Runnable::run);
            lines.log(PrintedLinesTest.class, System.Logger.Level.INFO, "held back", null);
            lines.log(PrintedLinesTest.class, System.Logger.Level.ERROR, "a {0}",
                    new IllegalStateException("because"));
        } finally {
            System.setErr(stderr);
            ConsoleLog.reset();
        }
        List<String> all = bytes.toString().lines().toList();
        assertEquals(1, all.size(), all.toString());
        assertTrue(all.get(0).contains("\"level\":\"ERROR\",\"logger\":\""
                + PrintedLinesTest.class.getName()), all.get(0));
        assertTrue(all.get(0).contains("\"message\":\"a {0}\",\"exception\":"
                + "\"java.lang.IllegalStateException: because\\n"), all.get(0));
    }
}
