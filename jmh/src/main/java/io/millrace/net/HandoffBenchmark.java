package io.millrace.net;

import io.millrace.balance.ConditionMailbox;
import io.millrace.balance.Mailbox;
import io.millrace.balance.WakeupMailbox;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long is a connection's way from the acceptor to a waiting worker, by what they share?
 *
 * <p>An operation begins when the first of a burst is handed over by this thread, and ends when the
 * last has been taken by another, which was asleep at the beginning: in its selector, or for
 * {@code condition} at the condition variable. {@code condition} and {@code wakeup} are the
 * article's drafts 3 and 4, {@code spsc} is the server's own way, {@code locked} and {@code linked}
 * the same with the JDK's {@code ArrayBlockingQueue} and {@code ConcurrentLinkedQueue}. The drafts
 * signal each element, the others a burst. This side spins until the end, so two free processors
 * are needed; without them the figure is the scheduler's. Read the median.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class HandoffBenchmark {

    private static final int CAPACITY = 1024;
    /** From the last thing that the worker does awake until it is certainly asleep. */
    private static final long FALL_ASLEEP_NS = 20_000;
    /** More than will ever be taken: the worker has ended. */
    private static final long ENDED = Long.MAX_VALUE;

    @Param({"condition", "wakeup", "locked", "linked", "spsc"})
    public String way;

    @Param({"1", "64"})
    public int burst;

    private final Object element = new Object();

    private Selector selector;
    private Mailbox<Object> mailbox;
    private Thread worker;
    private volatile boolean stopping;
    private volatile boolean asleep;
    /** Elements taken so far; written by the worker. */
    private volatile long taken;
    private long handed;

    @Setup
    public void start() throws IOException {
        selector = Selector.open();
        mailbox = switch (way) {
            case "condition" -> new ConditionMailbox<>(selector);
            case "wakeup" -> new WakeupMailbox<>(selector);
            case "locked" -> QueueMailbox.locked(selector, CAPACITY);
            case "linked" -> QueueMailbox.linked(selector);
            case "spsc" -> QueueMailbox.spsc(selector, CAPACITY);
            default -> throw new IllegalArgumentException("way: " + way);
        };
        worker = new Thread(this::work, "worker");
        worker.start();
    }

    private void work() {
        try {
            long count = 0;
            while (!stopping) {
                asleep = true;
                mailbox.await(false);
                asleep = false;
                while (mailbox.poll() != null) {
                    count++;
                }
                taken = count;
            }
        } catch (IOException e) {
            throw new IllegalStateException("the worker broke", e);
        } finally {
            taken = ENDED;
        }
    }

    /** An operation takes microseconds, so that reading the clock around each does no harm. */
    @Setup(Level.Invocation)
    public void waitUntilAsleep() {
        awaitTaken();
        while (!asleep) {
            Thread.onSpinWait();
        }
        long fromNs = System.nanoTime();
        while (System.nanoTime() - fromNs < FALL_ASLEEP_NS) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    public long handOver() {
        for (int i = 0; i < burst; i++) {
            mailbox.put(element);
        }
        mailbox.flush();
        handed += burst;
        return awaitTaken();
    }

    private long awaitTaken() {
        long count = taken;
        while (count < handed) {
            Thread.onSpinWait();
            count = taken;
        }
        if (count == ENDED) {
            throw new IllegalStateException("the worker has ended");
        }
        return count;
    }

    @TearDown
    public void stop() throws IOException, InterruptedException {
        stopping = true;
        mailbox.wake();
        worker.join();
        selector.close();
    }
}
