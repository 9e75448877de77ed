package io.millrace.net;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * How many elements a second does one thread hand to another, by the queue between them?
 *
 * <p>The figure to read is that of {@code poll}: an element that arrived; the group's is the sum of
 * both sides. Neither side sleeps, so this is the queue's own cost without any wake-up's, which
 * {@link HandoffBenchmark} adds. The
 * {@code linked} queue has no bound, and grows where the producer is the faster one; {@code locked}
 * is a mutex with conditions, which nobody waits on here. Both sides spin: without two processors
 * to themselves a bounded queue's figure is the scheduler's.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class SpscQueueBenchmark {

    private static final int CAPACITY = 1024;

    @Param({"spsc", "linked", "locked"})
    public String queue;

    private final Object element = new Object();
    private Predicate<Object> queueOffer;
    private Supplier<Object> queuePoll;

    @Setup
    public void prepare() {
        switch (queue) {
            case "spsc" -> {
                SpscQueue<Object> spsc = new SpscQueue<>(CAPACITY);
                queueOffer = spsc::offer;
                queuePoll = spsc::poll;
            }
            case "linked" -> {
                ConcurrentLinkedQueue<Object> linked = new ConcurrentLinkedQueue<>();
                queueOffer = linked::offer;
                queuePoll = linked::poll;
            }
            case "locked" -> {
                ArrayBlockingQueue<Object> locked = new ArrayBlockingQueue<>(CAPACITY);
                queueOffer = locked::offer;
                queuePoll = locked::poll;
            }
            default -> throw new IllegalArgumentException("queue: " + queue);
        }
    }

    @Benchmark
    @Group("queue")
    @GroupThreads(1)
    public boolean offer(Control control) {
        while (!queueOffer.test(element)) {
            // The other side may have left for good.
            if (control.stopMeasurement) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    @Benchmark
    @Group("queue")
    @GroupThreads(1)
    public Object poll(Control control) {
        Object taken = queuePoll.get();
        while (taken == null && !control.stopMeasurement) {
            Thread.onSpinWait();
            taken = queuePoll.get();
        }
        return taken;
    }

    /** Each iteration begins with an empty queue. */
    @TearDown(Level.Iteration)
    public void drain() {
        Object taken = element;
        while (taken != null) {
            taken = queuePoll.get();
        }
    }
}
