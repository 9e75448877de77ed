package io.millrace.server;

import io.millrace.net.DueHeap;
import io.millrace.transfer.Phase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When connections time out: a list per {@link Phase}, in which everything waits equally long, so
 * that the order of arrival is the order of the deadlines. Nothing in them is ever searched or
 * sorted. Only an exchange that waits for the application with a limit of its own is in a heap.
 *
 * <p>Threads: the owning worker only, but for {@link Stop}.
 */
final class Deadlines {

    /** A place in one of the lists, or in the heap: each connection is one, and each list's end. */
    static class Entry extends DueHeap.Entry { // decision 529

        private Entry previous = this;
        private Entry next = this;
        private Phase phase = Phase.NONE;
        /** Whether the time begins anew after this visit. */
        private boolean beginsAnew;
        /** What was when the time began. */
        private long progressAtStart;

        /** What is being timed. */
        Phase timed() {
            return phase;
        }

        /** Lets the time begin anew after this visit, even if it waits for the same as before. */
        void beginAnew() {
            beginsAnew = true;
        }
    }

    /**
     * When a worker ends, in two steps that need not both come: those of its connections that are
     * idle, then all.
     *
     * <p>Threads: {@link #at}, {@link #endIdleAt} and {@link #awaitNoIdle} by any, all else by the
     * owning worker.
     */
    static final class Stop {

        /** What is set, in primitive fields: the heap may be full. */
        private volatile boolean ends;
        private volatile long atNs;
        private volatile boolean endsIdle;
        private volatile long endIdleAtNs;
        private final CountDownLatch idle = new CountDownLatch(1);

        // any thread

        /** Sets when all have to be done; of several moments the earliest counts. */
        synchronized void at(long deadlineNs) {
            if (!ends || deadlineNs - atNs < 0) {
                atNs = deadlineNs;
                ends = true; // last: it says that the other is there
            }
        }

        /** Sets when those that are idle have to go. */
        void endIdleAt(long deadlineNs) {
            endIdleAtNs = deadlineNs;
            endsIdle = true;
        }

        /** Waits until those that were idle have ended. */
        void awaitNoIdle(long waitNs) throws InterruptedException {
            idle.await(waitNs, TimeUnit.NANOSECONDS);
        }

        // worker thread

        /** Whether each response is the last on its connection. */
        boolean isBegun() {
            return ends || endsIdle;
        }

        /** Whether those that are idle have to end now; asked once it has begun. */
        boolean isTimeToEndIdle(Deadlines deadlines) {
            return idle.getCount() > 0 && (ends || deadlines.longestIdle() == null
                    || endIdleAtNs - System.nanoTime() <= 0);
        }

        /** {@link #isTimeToEndIdle} is false from now on. */
        void idleHaveEnded() {
            idle.countDown();
        }

        /** The last moment at which anything is done. */
        long latestNs(long nowNs) {
            return ends ? atNs : nowNs + RANK_NS;
        }

        /** Whether the worker ends now. */
        boolean isOver(boolean isEmpty, long nowNs) {
            return ends && (isEmpty || atNs - nowNs <= 0);
        }

        /** Nanoseconds until the next step, at least 0; {@link Long#MAX_VALUE} if none is set. */
        long untilNextNs(long nowNs) {
            if (ends) {
                return Math.max(0, atNs - nowNs);
            }
            return endsIdle && idle.getCount() > 0
                    ? Math.max(0, endIdleAtNs - nowNs) : Long.MAX_VALUE;
        }
    }

    /** In which a connection has no request, in the order in which they give way. */
    private static final Phase[] IDLE_PHASES = {Phase.LINGER, Phase.FIRST_BYTE, Phase.IDLE};
    /** 36 years: longer than any connection is idle, short enough to be subtracted twice. */
    private static final long RANK_NS = 1L << 60;
    /** A limit of an exchange that never passes. */
    static final long NO_LIMIT = RANK_NS;

    /**
     * How long a connection lingers at most once the server stops: long enough for a client to see
     * its last response, short enough for what kills a process that takes ten seconds to stop.
     */
    static final long LINGER_AT_STOP_NS = TimeUnit.SECONDS.toNanos(5); // decision 242

    private final Entry[] lists = new Entry[Phase.values().length];
    /** Those that wait for the application with a limit of their own. */
    private final DueHeap<Connection> limited = new DueHeap<>(); // decision 405
    private final int[] lengths = new int[lists.length];
    private final long[] timeoutsNs = new long[lists.length];
    /** What a body has to move in a window of {@link Phase#PROGRESS}. */
    private final long minProgressBytes;
    /** For how long the server has stood still; only grows. */
    private long standstillNs;

    Deadlines(ServerOptions options) {
        for (int i = 0; i < lists.length; i++) {
            lists[i] = new Entry();
        }
        set(Phase.FIRST_BYTE, options.firstByteTimeout());
        set(Phase.IDLE, options.idleTimeout());
        set(Phase.HEAD, options.headTimeout());
        set(Phase.PROGRESS, options.progressTimeout());
        set(Phase.LINGER, options.lingerTimeout());
        set(Phase.APPLICATION, options.answerTimeout());
        minProgressBytes = (long) Math.ceil(options.minBytesPerSecond()
                * (options.progressTimeout().toMillis() / 1000.0));
    }

    private void set(Phase phase, Duration timeout) {
        timeoutsNs[phase.ordinal()] = timeout.toNanos();
    }

    /** The server stops: connections linger for less long, and so do those that linger now. */
    void stopBegins(long nowNs) {
        int linger = Phase.LINGER.ordinal();
        timeoutsNs[linger] = Math.min(timeoutsNs[linger], LINGER_AT_STOP_NS);
        long latestNs = nowNs - standstillNs + timeoutsNs[linger];
        for (Entry entry = lists[linger].next; entry != lists[linger]; entry = entry.next) {
            if (latestNs - entry.deadlineNs < 0) {
                entry.deadlineNs = latestNs;
            }
        }
    }

    /** Begins the connection's time anew if it has come to another phase or exchange. */
    void goOn(Connection connection, Phase phase, long nowNs) {
        Entry entry = connection; // whose private fields are reached by this type only
        if (phase != entry.phase || entry.beginsAnew
                // An application that brings a little at a time has not stopped.
                || phase == Phase.APPLICATION
                        && connection.link.progress() != entry.progressAtStart) {
            begin(connection, phase, nowNs);
        }
    }

    /** Begins the connection's time, and the count of what it moves in that time. */
    void begin(Connection connection, Phase phase, long nowNs) {
        Entry entry = connection;
        entry.beginsAnew = false;
        entry.progressAtStart = connection.link.progress();
        start(connection, phase, nowNs);
    }

    /** Whether the connection has moved as much as it has to in a window since its time began. */
    boolean hasProgressed(Connection connection) {
        Entry entry = connection;
        return connection.link.progress() - entry.progressAtStart >= minProgressBytes;
    }

    /** Lets the connection's time begin at {@code nowNs}; {@link Phase#NONE} takes it off. */
    void start(Connection connection, Phase phase, long nowNs) {
        Entry entry = connection;
        entry.previous.next = entry.next;
        entry.next.previous = entry.previous;
        limited.remove(connection);
        lengths[entry.phase.ordinal()]--;
        lengths[phase.ordinal()]++;
        entry.phase = phase;
        long limitNs = phase == Phase.APPLICATION ? limitNs(connection.exchange()) : 0;
        if (phase == Phase.NONE || limitNs > 0) {
            entry.previous = entry;
            entry.next = entry;
            entry.deadlineNs = nowNs - standstillNs + limitNs;
            if (limitNs > 0 && limitNs < NO_LIMIT) {
                limited.add(connection);
            }
            return;
        }
        Entry list = lists[phase.ordinal()];
        entry.deadlineNs = nowNs - standstillNs + timeoutsNs[phase.ordinal()];
        entry.previous = list.previous;
        entry.next = list;
        list.previous.next = entry;
        list.previous = entry;
    }

    private static long limitNs(ServerExchange exchange) {
        return exchange == null ? 0 : exchange.calls.limitNs();
    }

    /** Connections that have no request. */
    int idle() {
        return lengths[Phase.FIRST_BYTE.ordinal()] + lengths[Phase.IDLE.ordinal()];
    }

    /** A connection whose time is up, or null. It stays listed until {@link #start}. */
    Connection due(long nowNs) {
        for (Entry list : lists) {
            if (list.next != list && isUp(list.next, nowNs)) {
                return (Connection) list.next;
            }
        }
        Connection first = limited.first();
        return first != null && isUp(first, nowNs) ? first : null;
    }

    private boolean isUp(Entry entry, long nowNs) {
        return entry.deadlineNs - (nowNs - standstillNs) <= 0;
    }

    /** Whether the connection's time is up. */
    boolean isDue(Connection connection, long nowNs) {
        return connection.timed() != Phase.NONE && isUp(connection, nowNs);
    }

    /** The server has stood still for so long: that counts for no connection. */
    void forgive(long durationNs) {
        standstillNs += durationNs;
    }

    /**
     * The connection to close first if a place is wanted: of those that have had their last
     * response the longest so, else of those that have never sent a byte, else of those between two
     * requests. Null if each has a request.
     */
    Connection longestIdle() { // decisions 132 and 142
        for (Phase phase : IDLE_PHASES) {
            Entry list = lists[phase.ordinal()];
            if (list.next != list) {
                return (Connection) list.next;
            }
        }
        return null;
    }

    /**
     * Since when {@link #longestIdle} has been so, to be compared with that of other workers: the
     * phases that go first count as begun decades earlier. {@link Long#MAX_VALUE} if there is none.
     */
    long longestIdleSinceNs() {
        int ranks = IDLE_PHASES.length;
        for (Phase phase : IDLE_PHASES) {
            ranks--;
            Entry list = lists[phase.ordinal()];
            if (list.next != list) {
                return startNs(list.next) - ranks * RANK_NS;
            }
        }
        return Long.MAX_VALUE;
    }

    private long startNs(Entry entry) {
        return entry.deadlineNs - timeoutsNs[entry.phase.ordinal()];
    }

    /** Nanoseconds until the next deadline, at least 0; {@link Long#MAX_VALUE} if there is none. */
    long untilNextNs(long nowNs) {
        long least = Long.MAX_VALUE;
        for (Entry list : lists) {
            if (list.next != list) {
                least = Math.min(least, untilNs(list.next, nowNs));
            }
        }
        Connection first = limited.first();
        return first == null ? least : Math.min(least, untilNs(first, nowNs));
    }

    private long untilNs(Entry entry, long nowNs) {
        return Math.max(0, entry.deadlineNs - (nowNs - standstillNs));
    }
}
