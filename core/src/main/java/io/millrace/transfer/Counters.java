package io.millrace.transfer;

import io.millrace.codec.ParsedHead;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;

/**
 * A worker's counters: figures, a count of responses by method and status class, of refusals by
 * status code, and a histogram of how long requests took.
 *
 * <p>Threads: the owning worker only, except for what stands under "any thread".
 */
public final class Counters {

    /** What is counted; WorkerStats of the server says what each is. */
    public enum Figure {
        CLOSED, ADOPTED, IDLE, BYTES_IN, BYTES_OUT, BYTES_IN_FLIGHT, UPLOADS, LATENCY_NS, LINGERED,
        CUT, FAILED, SHED, EVICTED, FIRST_BYTE_TIMEOUTS, IDLE_TIMEOUTS, HEAD_TIMEOUTS,
        PROGRESS_TIMEOUTS, LINGER_TIMEOUTS, APPLICATION_TIMEOUTS
    }

    /** Upper bounds of the histogram, in microseconds; one bucket more is for what took longer. */
    public static final List<Long> LATENCY_BOUNDS_US = List.of(100L, 250L, 500L, 1_000L, 2_500L,
            5_000L, 10_000L, 25_000L, 50_000L, 100_000L, 250_000L, 500_000L, 1_000_000L,
            2_500_000L, 5_000_000L, 10_000_000L, 30_000_000L, 60_000_000L, 300_000_000L);
    private static final long[] BOUNDS_NS = boundsNs();

    /** Of what has no method that is known: a request of another one, or what is no request. */
    public static final int OTHER_METHOD = ParsedHead.METHODS.size();
    /** Status codes of three digits begin with one of these. */
    private static final int STATUS_CLASSES = 10;
    public static final int LEAST_REFUSAL = 400;
    public static final int MOST_REFUSAL = 599;

    /**
     * Most bytes of one body that count as in flight: more than one body moves before the next
     * connection arrives, yet so few that no number of connections can overflow the sum.
     */
    private static final long MOST_IN_FLIGHT = 1L << 36;

    // Where each kind begins in the cells.
    private static final int BUSY = Figure.values().length;
    private static final int RESPONSES = BUSY + 1;
    private static final int REFUSALS = RESPONSES + (OTHER_METHOD + 1) * STATUS_CLASSES;
    private static final int LATENCIES = REFUSALS + MOST_REFUSAL - LEAST_REFUSAL + 1;
    private static final int CELLS = LATENCIES + BOUNDS_NS.length + 1;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[CELLS];
    /** Turns are timed from here, so that a time and a bit fit into a cell. */
    private final long originNs = System.nanoTime();
    /** Nanoseconds of all turns that have ended. */
    private long endedTurnsNs;
    /** Requests that came and were answered in this turn, and are not in the histogram yet. */
    private int untimed;

    /** Without a stream: those of numbers are 12 classes more for each start. */
    private static long[] boundsNs() {
        long[] bounds = new long[LATENCY_BOUNDS_US.size()];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = LATENCY_BOUNDS_US.get(i) * 1000;
        }
        return bounds;
    }

    // worker thread

    public void add(Figure figure, long count) {
        add(figure.ordinal(), count);
    }

    private void add(int cell, long count) {
        set(cell, cells[cell] + count);
    }

    public void set(Figure figure, long value) {
        set(figure.ordinal(), value);
    }

    private void set(int cell, long value) {
        // Opaque: a reader sees each figure whole and sooner or later; the order among figures
        // doesn't matter to it.
        CELL.setOpaque(cells, cell, value);
    }

    /**
     * Updates the bytes that a body still has to move: from 0 when its length becomes known, to 0
     * when it is complete or given up.
     */
    public void inFlight(long bytesBefore, long bytesNow) {
        long change = Math.min(bytesNow, MOST_IN_FLIGHT) - Math.min(bytesBefore, MOST_IN_FLIGHT);
        if (change != 0) {
            add(Figure.BYTES_IN_FLIGHT, change);
        }
    }

    /** A turn begins. The worker is busy until it ends, however long a handler holds it. */
    public void beginTurn(long nowNs) {
        // One cell for both, so that a reader never sees the time of a turn twice or not at all.
        set(BUSY, endedTurnsNs - (nowNs - originNs) << 1 | 1);
    }

    /** The turn ends that began at {@code beganNs}. */
    public void endTurn(long beganNs, long nowNs) {
        endedTurnsNs += nowNs - beganNs;
        set(BUSY, endedTurnsNs << 1);
    }

    /**
     * Requests have been answered.
     *
     * @param method the index in {@link ParsedHead#METHODS}, or {@link #OTHER_METHOD}
     */
    public void responded(int method, int status, long count) {
        add(RESPONSES + method * STATUS_CLASSES + status / 100, count);
    }

    /** The server itself has made error responses. */
    public void refused(int status, long count) {
        assert status >= LEAST_REFUSAL && status <= MOST_REFUSAL : status;
        add(REFUSALS + status - LEAST_REFUSAL, count);
    }

    /**
     * Takes the time of a request. If it came in this turn, that is done when its visit ends: many
     * small ones take one look at the clock, and the write that sends their responses counts.
     *
     * @param headNs when its head had come, by the clock of the turn
     * @param turnNs the clock of this turn
     */
    public void time(long headNs, long turnNs) {
        if (headNs == turnNs) {
            untimed++;
        } else {
            addLatency(System.nanoTime() - headNs, 1);
        }
    }

    public void endVisit(long turnNs) {
        if (untimed > 0) {
            addLatency(System.nanoTime() - turnNs, untimed);
            untimed = 0;
        }
    }

    /** So many requests have taken so long each. */
    public void addLatency(long ns, long count) {
        int bucket = 0;
        while (bucket < BOUNDS_NS.length && ns > BOUNDS_NS[bucket]) {
            bucket++;
        }
        add(LATENCIES + bucket, count);
        add(Figure.LATENCY_NS, ns * count);
    }

    // any thread

    public long read(Figure figure) {
        return read(figure.ordinal());
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    /** Nanoseconds of all turns, the one in progress included. */
    public long busyNs() {
        long cell = read(BUSY);
        // The clock is read after the cell: never before the turn in it has begun.
        return (cell & 1) == 0 ? cell >> 1 : (cell >> 1) + System.nanoTime() - originNs;
    }

    /** Responses of a class, such as 2 for 200 to 299. */
    public long responses(int method, int statusClass) {
        return read(RESPONSES + method * STATUS_CLASSES + statusClass);
    }

    /** All responses. */
    public long responses() {
        return sum(RESPONSES, REFUSALS);
    }

    public long refusals(int status) {
        return read(REFUSALS + status - LEAST_REFUSAL);
    }

    /** Requests in a bucket of the histogram. */
    public long latencies(int bucket) {
        return read(LATENCIES + bucket);
    }

    public long timeouts() {
        return sum(Figure.FIRST_BYTE_TIMEOUTS.ordinal(),
                Figure.APPLICATION_TIMEOUTS.ordinal() + 1);
    }

    private long sum(int from, int to) {
        long sum = 0;
        for (int cell = from; cell < to; cell++) {
            sum += read(cell);
        }
        return sum;
    }

    /** The figures by their names. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        for (Figure figure : Figure.values()) {
            text.add(figure + "=" + read(figure));
        }
        return text.toString();
    }

    /** The sum of all, as it is now; nothing changes it any more. */
    public static Counters sum(Collection<Counters> all) {
        Counters sum = new Counters();
        for (Counters counters : all) {
            for (int cell = 0; cell < CELLS; cell++) {
                sum.cells[cell] += cell == BUSY ? counters.busyNs() << 1 : counters.read(cell);
            }
        }
        return sum;
    }
}
