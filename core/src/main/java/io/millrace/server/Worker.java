package io.millrace.server;

import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.net.ReadyKeys;
import io.millrace.net.SpscQueue;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One event loop: adopts the connections that it is dealt, visits those that are ready, ends those
 * whose time is up. The only one that touches its selector's keys.
 *
 * <p>Threads: what stands under "any thread" is for the acceptor and the server; all else runs on
 * the worker's own thread.
 */
final class Worker implements Runnable, WorkerLoad {

    /** Nobody has asked the worker to stop. */
    private static final long NEVER = Long.MAX_VALUE;
    /**
     * A visit may bring on the next completion at once, so that taking them could go on for ever.
     */
    private static final int COMPLETIONS_PER_TURN = 1024;
    /** After a turn that failed: if the next one fails too, it doesn't take a whole processor. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final int index;
    private final Selector selector;
    private final SpscQueue<SocketChannel> inbox;
    private final Counters counters = new Counters();
    private final Completions completions;
    private final Deadlines deadlines;
    private final ReadyKeys ready = new ReadyKeys();
    private final LongTransfers longTransfers = new LongTransfers();
    /** Null once the worker has ended, so that whoever keeps a stopped server keeps no buffers. */
    private Resources resources;

    /** The acceptor's: connections that it has put into the inbox. */
    private long dealt;

    /** When the worker has to be done; {@link #NEVER} until the server stops. */
    private volatile long stopAtNs = NEVER;
    /** Connections that were cut when the time to stop was up. Written by the worker at its end. */
    private volatile int cut;

    private int open;

    /**
     * A worker that owns the selector from now on, even if its thread is never started.
     *
     * @param index counts the workers of a server from 0
     */
    Worker(ServerOptions options, Handler handler, int index, Selector selector) {
        this.index = index;
        this.selector = selector;
        inbox = new SpscQueue<>(options.inboxCapacity());
        completions = new Completions(selector::wakeup);
        resources = new Resources(options, handler, counters, completions);
        deadlines = new Deadlines(options);
    }

    // acceptor thread

    /** Hands a connection over; false if the inbox is full. */
    boolean offer(SocketChannel channel) {
        if (!inbox.offer(channel)) {
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
    synchronized void stop(long deadlineNs) {
        if (stopAtNs == NEVER || deadlineNs - stopAtNs < 0) {
            stopAtNs = deadlineNs == NEVER ? NEVER - 1 : deadlineNs;
        }
        selector.wakeup();
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
        boolean done = false;
        while (!done) {
            try {
                done = isDone();
                if (!done) {
                    turn();
                }
            } catch (IOException | RuntimeException | Error e) {
                report(Thread.currentThread().getName() + " failed and goes on", e);
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        end();
    }

    private boolean isDone() {
        if (stopAtNs == NEVER) {
            return false;
        }
        if (!resources.isDraining) {
            resources.isDraining = true;
            adoptAll();
            endIdle();
        }
        return open == 0 || stopAtNs - System.nanoTime() <= 0;
    }

    private void turn() throws IOException {
        ready.clear();
        long waitNs = longTransfers.isEmpty() ? untilNextNs() : 0;
        if (waitNs == 0) {
            selector.selectNow(ready);
        } else {
            // Rounded up, or the last millisecond would be spent turning; 0 waits for ever.
            long waitMs = waitNs == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(waitNs) + 1;
            selector.select(ready, waitMs);
        }
        readClocks();
        visitReady();
        adoptAll();
        takeCompletions();
        expireAll();
        visitLongTransfer();
        counters.add(Counters.Figure.BUSY_NS, System.nanoTime() - resources.nowNs);
    }

    private long untilNextNs() {
        if (deadlines.isEmpty() && stopAtNs == NEVER) {
            return Long.MAX_VALUE;
        }
        long nowNs = System.nanoTime();
        long wait = deadlines.untilNextNs(nowNs);
        return stopAtNs == NEVER ? wait : Math.max(0, Math.min(wait, stopAtNs - nowNs));
    }

    private void readClocks() {
        resources.nowNs = System.nanoTime();
        resources.epochMillis = System.currentTimeMillis();
    }

    private void visitReady() {
        for (SelectionKey key = ready.poll(); key != null; key = ready.poll()) {
            Connection connection = (Connection) key.attachment();
            if (connection.isInLongTransfer()) {
                longTransfers.add(connection);
                // It would be found ready in each turn until its own comes; its visit asks anew.
                key.interestOps(0);
            } else {
                visit(connection, Connection::visit);
            }
        }
    }

    private void visitLongTransfer() {
        Connection connection = longTransfers.next(resources.nowNs);
        if (connection == null) {
            return;
        }
        if (connection.key.isValid()) { // else it has been closed while it waited
            visit(connection, Connection::visit);
        }
        if (!connection.key.isValid() || !connection.hasUsedBudget()) {
            longTransfers.pause();
        }
    }

    private void adoptAll() {
        for (SocketChannel channel = inbox.poll(); channel != null; channel = inbox.poll()) {
            adopt(channel);
        }
    }

    private void adopt(SocketChannel channel) {
        counters.add(Counters.Figure.ADOPTED, 1);
        open++;
        try {
            Connection connection = new Connection(channel, resources);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
            // Last of what may fail: who hears of a connection is to hear of its end as well.
            if (ConnectionObserver.isWanted(resources.options)) {
                connection.observer = ConnectionObserver.accepted(resources.options,
                        counters.read(Counters.Figure.ADOPTED) - 1, index,
                        channel.getRemoteAddress());
            }
            deadlines.start(connection.deadline, Phase.IDLE, System.nanoTime());
        } catch (IOException | RuntimeException | Error e) {
            closeSocket(channel);
            report("a connection can't be adopted", e);
        }
    }

    private void takeCompletions() {
        for (int left = COMPLETIONS_PER_TURN; left > 0; left--) {
            Completions.Completion completion = completions.poll();
            if (completion == null) {
                return;
            }
            visit(completion.exchange().connection(),
                    connection -> connection.onCompletion(completion));
        }
        // Others have their turn, and what is left gets the next one.
        selector.wakeup();
    }

    private void expireAll() {
        Connection connection;
        while ((connection = deadlines.due(resources.nowNs)) != null) {
            if (connection.deadline.phase() == Phase.PROGRESS && isMoving(connection)) {
                continue;
            }
            counters.add(Counters.Figure.TIMED_OUT, 1);
            visit(connection, Connection::expire);
            if (connection.key.isValid()) {
                // An answer's time is its own, even if the phase is still the same.
                deadlines.begin(connection, connection.deadline.phase(), resources.nowNs);
            }
        }
    }

    /** Whether the connection goes on, its time begun anew; or has ended by itself. */
    private boolean isMoving(Connection connection) {
        if (!deadlines.hasProgressed(connection)) {
            // A socket is reported as writable when a third of its buffer is free, which may take a
            // slow reader longer than the window. A write shows what it has read so far.
            visit(connection, Connection::visit);
            if (deadlines.due(resources.nowNs) != connection) {
                return true;
            }
        }
        if (deadlines.hasProgressed(connection)) {
            deadlines.begin(connection, Phase.PROGRESS, resources.nowNs);
            return true;
        }
        return false;
    }

    /** A part of a connection's life that says what is wanted next; null for nothing new. */
    @FunctionalInterface
    private interface Visit {
        Want of(Connection connection) throws IOException;
    }

    private void visit(Connection connection, Visit visit) {
        try {
            Want want = visit.of(connection);
            if (want == Want.CLOSE) {
                close(connection, new ConnectionEnd());
            } else if (want != null) {
                apply(want, connection);
            }
        } catch (ResponseSender.BodyException e) {
            close(connection, e.getCause()); // which has been logged
        } catch (IOException e) {
            close(connection, peerTrouble(e));
            SafeLog.log(Worker.class, Level.DEBUG, "a connection broke", e);
        } catch (RuntimeException | Error e) {
            close(connection, e);
            report("a connection failed", e);
        } finally {
            // A handler may have left its thread interrupted. The selector would never wait again,
            // and the next file to be written would be closed.
            Thread.interrupted();
        }
    }

    private void report(String message, Throwable failure) {
        counters.add(Counters.Figure.FAILED, 1);
        SafeLog.log(Worker.class, Level.ERROR, message, failure);
    }

    /** The end of every connection that nothing broke, so one that costs little. */
    private static final class ConnectionEnd extends EOFException {

        private static final long serialVersionUID = 1L;

        ConnectionEnd() {
            super("the connection ended");
        }

        /** Says nothing: it is always the same. */
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** An exchange tells trouble of the peer from trouble of its own sink by the type. */
    private static Throwable peerTrouble(IOException e) {
        EOFException trouble = new EOFException(e.getMessage());
        trouble.initCause(e);
        return trouble;
    }

    private void apply(Want want, Connection connection) throws IOException {
        int interest = switch (want) {
            case READ -> SelectionKey.OP_READ;
            case WRITE -> SelectionKey.OP_WRITE;
            case APPLICATION -> 0;
            case LINGER -> {
                ((SocketChannel) connection.key.channel()).shutdownOutput();
                yield SelectionKey.OP_READ;
            }
            case CLOSE -> throw new AssertionError();
        };
        if (connection.key.interestOps() != interest) {
            connection.key.interestOps(interest);
        }
        deadlines.goOn(connection, connection.phase(want), resources.nowNs);
    }

    /**
     * Ends the connections that have no request, not even one that has come and was not read. Those
     * that nobody may look at any more in time are closed all the same.
     */
    private void endIdle() {
        readClocks();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && ((Connection) key.attachment()).isIdle()) {
                visit((Connection) key.attachment(), stopAtNs - System.nanoTime() > 0
                        ? Connection::endIdle : connection -> Want.CLOSE);
            }
        }
    }

    private void close(Connection connection, Throwable cause) {
        deadlines.start(connection.deadline, Phase.NONE, resources.nowNs);
        SocketChannel channel = (SocketChannel) connection.key.channel();
        if (connection.needsReset()) {
            resetAtClose(channel);
        }
        try {
            connection.close(cause);
        } catch (RuntimeException | Error e) {
            report("a connection can't be ended", e);
        }
        closeSocket(channel);
    }

    private static void resetAtClose(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException e) {
            SafeLog.log(Worker.class, Level.DEBUG, "a connection that can't be reset is closed", e);
        }
    }

    private void closeSocket(SocketChannel channel) {
        open--;
        counters.add(Counters.Figure.CLOSED, 1);
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(Worker.class, Level.DEBUG, "a socket can't be closed", e);
        }
    }

    /** Connections that have been answered and only wait for their clients to leave. */
    private int lingering() {
        int count = 0;
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && ((Connection) key.attachment()).isLingering()) {
                count++;
            }
        }
        return count;
    }

    private void end() {
        try {
            adoptAll();
            cut = open - lingering();
            HttpException stopped =
                    new HttpException(Status.SERVICE_UNAVAILABLE, "the server stops");
            for (SelectionKey key : selector.keys()) {
                if (key.isValid()) {
                    close((Connection) key.attachment(), stopped);
                }
            }
            completions.close();
        } finally {
            discard();
        }
    }

    /** Frees what the worker holds: at its end, or by the server if it was never started. */
    void discard() {
        resources.close();
        resources = null;
        longTransfers.clear();
        try {
            // Closed connections hang on their cancelled keys, and the buffers on them, until the
            // next selection.
            selector.selectNow();
            selector.close();
        } catch (IOException e) {
            SafeLog.log(Worker.class, Level.WARNING, "a selector can't be closed", e);
        }
    }
}
