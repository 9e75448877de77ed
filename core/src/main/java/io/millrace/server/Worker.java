package io.millrace.server;

import io.millrace.http.Handler;
import io.millrace.log.SafeLog;
import io.millrace.log.StallWatch;
import io.millrace.net.PlaceWish;
import io.millrace.net.ReadyKeys;
import io.millrace.net.SpscQueue;
import io.millrace.transfer.Counters;
import io.millrace.transfer.LongTransfers;
import io.millrace.transfer.Phase;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One event loop: takes the connections that it is dealt, and says which of them is visited when:
 * those that are ready, those whose application has something to say, those whose time is up.
 *
 * <p>Threads: what stands under "any thread" is for the acceptor and the server; all else runs on
 * the worker's own thread.
 */
final class Worker implements Runnable, Dealer.WorkerLoad {

    /**
     * A visit may bring on the next completion at once, so that taking them could go on for ever.
     */
    private static final int COMPLETIONS_PER_TURN = 1024;
    /** After a turn that failed: if the next one fails too, it doesn't take a whole processor. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /**
     * More than a turn takes by itself, beyond what it waits: the process was stopped, or has
     * collected garbage. It is also what such a turn counts for, so that time goes on where each of
     * them is one.
     */
    private static final long MOST_PER_TURN_NS = TimeUnit.SECONDS.toNanos(1);

    private final int index;
    private final Selector selector;
    private final SpscQueue<Endpoint.Accepted> inbox;
    private final Counters counters = new Counters();
    private final Completions completions;
    private final Deadlines deadlines;
    private final ReadyKeys ready = new ReadyKeys();
    private final LongTransfers<Connection> longTransfers = new LongTransfers<>();
    /** The one that {@link #run} runs on; null before. */
    private Thread thread;
    /** When the last turn ended, with the pause if it failed. */
    private long turnEndNs;
    /** Null once the worker has ended, so that whoever keeps a stopped server keeps no buffers. */
    private Resources resources;
    /** Null once the worker has ended, for the same reason. */
    private Connections connections;

    /** The acceptor's wish for the place of an idle connection. */
    final PlaceWish place = new PlaceWish();

    /** The acceptor's: connections that it has put into the inbox. */
    private long dealt;

    /** What it calls, for the watch that looks at it; the same as the resources'. */
    private final StallWatch.Loop loop;
    private final Deadlines.Stop stop = new Deadlines.Stop();
    /** Connections that were cut when the time to stop was up. Written by the worker at its end. */
    private volatile int cut;

    /**
     * A worker that owns the selector from now on, even if its thread is never started.
     *
     * @param index counts the workers of a server from 0
     */
    Worker(ServerOptions options, Handler handler, int index, Selector selector) {
        this.index = index;
        this.selector = selector;
        inbox = new SpscQueue<>(options.inboxCapacity());
        completions = Completions.waking(selector);
        resources = new Resources(options, handler, counters, completions);
        loop = resources.loop;
        deadlines = new Deadlines(options);
        connections = new Connections(selector, resources, deadlines);
    }

    // acceptor thread

    /** What it calls. */
    StallWatch.Loop loop() {
        return loop;
    }

    /** Hands a connection over; false if the inbox is full. */
    boolean offer(Endpoint.Accepted accepted) {
        if (!inbox.offer(accepted)) {
            return false;
        }
        dealt++;
        return true;
    }

    /** Whether the next offer is taken. */
    boolean hasRoom() {
        return inbox.hasRoom();
    }

    /** Makes the worker look at its inbox. */
    void wakeup() {
        selector.wakeup();
    }

    @Override
    public long connections() {
        return dealt - counters.read(Counters.Figure.CLOSED);
    }

    @Override
    public long waiting() {
        return dealt - counters.read(Counters.Figure.ADOPTED);
    }

    @Override
    public long bytesInFlight() {
        return counters.read(Counters.Figure.BYTES_IN_FLIGHT);
    }

    // any thread

    /**
     * Lets exchanges finish until the deadline, then ends. After the acceptor has ended. Of several
     * deadlines the earliest counts.
     */
    void stop(long deadlineNs) {
        stop.at(deadlineNs);
        selector.wakeup();
    }

    /** Makes responses the last on their connections, and ends those that are idle then. */
    Deadlines.Stop endIdle(long untilNs) {
        stop.endIdleAt(untilNs);
        selector.wakeup();
        return stop;
    }

    /** Connections that had to be cut at the end. */
    int cut() {
        return cut;
    }

    Counters counters() {
        return counters;
    }

    // worker thread

    @Override
    public void run() {
        assert thread == null : "a worker runs once";
        thread = Thread.currentThread();
        loop.begins();
        String failed = thread.getName() + " failed and goes on";
        survive(null, null, 0);
        boolean done = false;
        readClocks();
        turnEndNs = resources.nowNs;
        while (!done) {
            try {
                done = isDone();
                if (!done) {
                    turn();
                }
            } catch (ClosedSelectorException e) {
                throw e; // no turn would ever work again
            } catch (Throwable e) { // languages without checked exceptions throw any
                survive(failed, e, PAUSE_NS);
                turnEndNs = System.nanoTime();
            }
        }
        end();
    }

    /**
     * Goes on after a failed turn. The heap may be full, so nothing is allocated here. The first
     * run of a line of code may allocate all the same, to find a class or a string: so it is
     * rehearsed, without a failure, when the thread starts.
     */
    private void survive(String message, Throwable failure, long pauseNs) { // decision 129
        try {
            connections.report(message, failure);
        } catch (Throwable again) {
            // The next turn matters more than this line.
        }
        LockSupport.parkNanos(pauseNs);
    }

    private boolean isDone() {
        if (!stop.isBegun()) {
            return false;
        }
        if (!resources.isDraining) {
            resources.isDraining = true;
            deadlines.stopBegins(System.nanoTime());
            adoptAll();
        }
        if (stop.isTimeToEndIdle(deadlines)) {
            readClocks();
            try {
                connections.endIdle(stop.latestNs(resources.nowNs));
            } finally {
                stop.idleHaveEnded();
            }
        }
        return stop.isOver(connections.isEmpty(), System.nanoTime());
    }

    private void turn() throws IOException {
        assert Thread.currentThread() == thread;
        connections.recover();
        ready.clear();
        loop.waits();
        long waitNs = longTransfers.isEmpty() ? untilNextNs() : 0;
        if (waitNs == 0) {
            selector.selectNow(ready);
        } else {
            // Rounded up, or the last millisecond would be spent turning; 0 waits for ever.
            long waitMs = waitNs == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(waitNs) + 1;
            selector.select(ready, waitMs);
        }
        long lastNs = resources.nowNs;
        readClocks();
        forgiveStandstill(waitNs, resources.nowNs - lastNs);
        counters.beginTurn(resources.nowNs);
        visitReady();
        adoptAll();
        if (!connections.takeCompletions(COMPLETIONS_PER_TURN)) {
            selector.wakeup(); // others have their turn, and what is left gets the next one
        }
        expireAll();
        visitLongTransfer();
        makePlace();
        counters.set(Counters.Figure.IDLE, deadlines.idle());
        turnEndNs = System.nanoTime();
        counters.endTurn(resources.nowNs, turnEndNs);
    }

    private long untilNextNs() {
        return Math.min(deadlines.untilNextNs(turnEndNs), stop.untilNextNs(turnEndNs));
    }

    /**
     * @param waitNs how long the wait was to take at most
     * @param tookNs how long it took, with the turn before it
     */
    private void forgiveStandstill(long waitNs, long tookNs) {
        if (waitNs != Long.MAX_VALUE) {
            long beyondNs = tookNs - waitNs - MOST_PER_TURN_NS;
            if (beyondNs > 0) {
                deadlines.forgive(beyondNs);
            }
        }
    }

    private void readClocks() {
        resources.isTurnLong = false;
        resources.nowNs = System.nanoTime();
        resources.epochMillis = System.currentTimeMillis();
    }

    private void visitReady() {
        for (SelectionKey key = ready.poll(); key != null; key = ready.poll()) {
            Connection connection = (Connection) key.attachment();
            if (Connections.isClosed(connection)) {
                continue; // another one's visit has made the worker end this connection
            }
            if (connection.link.waitsForTurn()) {
                longTransfers.add(connection);
                // It would be found ready in each turn until its own comes; its visit asks anew.
                key.interestOps(0);
            } else {
                connections.visit(connection, Connection::visit);
            }
        }
    }

    private void visitLongTransfer() {
        Connection connection = longTransfers.next(resources.nowNs);
        if (connection == null) {
            return;
        }
        if (connection.key.isValid()) { // else it has been closed while it waited
            resources.isTurnLong = false;
            connections.visit(connection, Connection::visit);
        }
        if (!connection.key.isValid() || !connection.link.budget.isUsedUp()) {
            longTransfers.pause();
        }
    }

    /** After all that was ready, so that no request that has come is mistaken for silence. */
    private void makePlace() {
        if (place.isWanted()) {
            connections.evictLongestIdle();
            place.made(deadlines.longestIdleSinceNs());
        } else {
            place.tell(deadlines.longestIdleSinceNs());
        }
    }

    private void adoptAll() {
        assert Thread.currentThread() == thread;
        for (Endpoint.Accepted next = inbox.poll(); next != null; next = inbox.poll()) {
            connections.adopt(next, index);
        }
    }

    private void expireAll() {
        boolean hasHeardAll = false;
        Connection connection;
        while ((connection = deadlines.due(resources.nowNs)) != null) {
            Phase phase = connection.timed();
            if (phase == Phase.APPLICATION && !hasHeardAll) {
                hasHeardAll = true;
                // What it waits for may be among them.
                connections.takeCompletions(completions.count());
                continue;
            }
            if (goesOn(connection, phase)) {
                continue;
            }
            counters.add(phase.timeouts, 1);
            connections.visit(connection, Connection::expire);
            if (!Connections.isClosed(connection)) {
                // An answer's time is its own, even if the phase is still the same.
                deadlines.begin(connection, connection.timed(), resources.nowNs);
            }
        }
    }

    /**
     * Whether the connection goes on all the same, its time begun anew; or has ended by itself. It
     * is visited once more: what it waits for may be in the socket since the server stood still, or
     * because many are ready at once. And a socket is reported as writable when a third of its
     * buffer is free, which may take a slow reader longer than the window; a write shows what it
     * has read so far.
     */
    private boolean goesOn(Connection connection, Phase phase) {
        boolean moves = phase == Phase.PROGRESS && deadlines.hasProgressed(connection);
        if (!moves) {
            connections.visit(connection, Connections::visitOverdue);
            if (!deadlines.isDue(connection, resources.nowNs)) {
                return true;
            }
            moves = connection.timed() == Phase.PROGRESS
                    && deadlines.hasProgressed(connection);
        }
        if (moves) {
            deadlines.begin(connection, Phase.PROGRESS, resources.nowNs);
        }
        return moves;
    }

    private void end() {
        assert Thread.currentThread() == thread;
        try {
            endAll();
        } catch (OutOfMemoryError e) {
            survive("no memory to close all connections: once more", e, PAUSE_NS);
            endAll(); // the first try has made room for the second
        } finally {
            discard();
        }
    }

    private void endAll() {
        adoptAll();
        cut += connections.endAll();
        completions.close();
    }

    /** Frees what the worker holds: at its end, or by the server if it was never started. */
    void discard() {
        assert thread == null || Thread.currentThread() == thread;
        loop.waits();
        resources.close();
        resources = null;
        connections = null;
        longTransfers.clear();
        try {
            // Closed connections hang on their cancelled keys, and the buffers on them, until the
            // next selection.
            selector.selectNow();
            selector.close();
        } catch (IOException e) {
            SafeLog.log(Worker.class, Level.WARNING, "failed to close a selector", e);
        }
    }
}
