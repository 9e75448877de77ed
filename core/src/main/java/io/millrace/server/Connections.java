package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.log.LogThrottle;
import io.millrace.log.SafeLog;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.Counters;
import io.millrace.transfer.HeapBound;
import io.millrace.transfer.Phase;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * The open connections of one worker: visits them, registers the interest that a visit returns, and
 * closes them. An exception from a visit closes that connection only.
 *
 * <p>Threads: the owning worker only.
 */
final class Connections {

    /** A call to a connection that returns what to wait for next; null for no change. */
    @FunctionalInterface
    interface Visit {
        Want of(Connection connection) throws IOException;
    }

    /** Enough to find one without a request, few enough for one turn. */
    private static final int MOST_EVICTIONS_TRIED = 16;

    /**
     * After so much of a turn its further visits are short ones. A client that asks for little has
     * to wait for each of those that became ready with it, thousands at times.
     */
    private static final long FULL_VISITS_NS = TimeUnit.MILLISECONDS.toNanos(5); // decision 187

    /** Finding classes and strings for the first time takes most of it. */
    private static final int RESERVE_BYTES = 128 << 10;

    private final Selector selector;
    private final Resources resources;
    private final Deadlines deadlines;
    private final LogThrottle failures = new LogThrottle();
    private final ConnectionEnd tooMuch = new ConnectionEnd("it held too much memory");
    private final KeptMemory memory;
    private final String evicting;
    private final LogThrottle evictions = new LogThrottle();
    /** One for all: what an accept leaves on the heap counts for as long as nothing collects it. */
    private final ConnectionInfo.Builder infos = ConnectionInfo.builder();
    private int open;
    /** Given up when memory has run out, so that there is some to make room with. */
    private byte[] reserve = new byte[RESERVE_BYTES];
    /** Whether memory has run out since the last turn. */
    private boolean isShort;

    Connections(Selector selector, Resources resources, Deadlines deadlines) {
        this(selector, resources, deadlines, KeptMemory.heap(resources.options));
    }

    /** @param heap what may be kept when it is nearly full */
    Connections(Selector selector, Resources resources, Deadlines deadlines, HeapBound heap) {
        this.selector = selector;
        this.resources = resources;
        this.deadlines = deadlines;
        memory = new KeptMemory(selector, resources.options, heap, this::shed);
        evicting = "connection limit " + resources.options.maxConnections()
                + " reached: the longest idle connection is closed";
    }

    boolean isEmpty() {
        return open == 0;
    }

    /** @param worker counts the workers of a server from 0 */
    void adopt(Endpoint.Accepted accepted, int worker) {
        resources.loop.calls(accepted);
        SocketChannel channel = accepted.channel();
        resources.counters.add(Counters.Figure.ADOPTED, 1);
        open++;
        try {
            Connection connection =
                    new Connection(channel, accepted.layer(resources), resources);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
            long nowNs = System.nanoTime();
            connection.info = infos
                    .number(worker, resources.counters.read(Counters.Figure.ADOPTED) - 1)
                    .peer(channel.getRemoteAddress()).local(channel.getLocalAddress())
                    .accepted(nowNs, resources.epochMillis).build();
            // Last, so that nothing fails after it: each onAccepted is followed by an onClosed.
            if (ConnectionObserver.isWanted(resources.options)) {
                connection.observer = ConnectionObserver.accepted(resources.options, connection);
            }
            deadlines.start(connection, Phase.FIRST_BYTE, nowNs);
        } catch (Throwable e) {
            closeSocket(channel);
            report("failed to register a connection with its worker", e);
        }
    }

    /** Takes what the application has to say; whether that was all. */
    boolean takeCompletions(int most) {
        for (int left = most; left > 0; left--) {
            Completions.Completion completion = resources.completions.poll();
            if (completion == null) {
                return true;
            }
            visit(completion.connection(), completion);
        }
        return false;
    }

    /**
     * Ends the connections that have no request, not even one that has come and was not read. Those
     * that can't be looked at before {@code stopAtNs} are closed all the same.
     */
    void endIdle(long stopAtNs) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && ((Connection) key.attachment()).isIdle()) {
                visit((Connection) key.attachment(), stopAtNs - System.nanoTime() > 0
                        ? Connection::endIdle : idle -> Want.CLOSE);
            }
        }
    }

    void visit(Connection connection, Visit visit) {
        resources.loop.calls(connection);
        try {
            Want want = visit.of(connection);
            if (want == Want.CLOSE) {
                // A connection is closed with a body half received only when its time is up.
                close(connection, Abandonment.TOO_SLOW, new ConnectionEnd("the connection ended"));
            } else if (want != null) {
                apply(want, connection);
            }
            if (!isClosed(connection)) {
                memory.count(connection);
            }
            // The clock is not read for what is surely over soon.
            resources.isTurnLong |= connection.link.budget.isLarge()
                    && isLong(System.nanoTime() - resources.nowNs);
        } catch (BodyContract.BodyException e) {
            // It has been logged. A response is being sent, so that no body is half received.
            close(connection, Abandonment.SERVER_FAILED, e.getCause());
        } catch (Receiving.CutException e) {
            close(connection, e.why, e.getCause());
        } catch (IOException e) {
            close(connection, Abandonment.PEER_LEFT, e);
            SafeLog.log(Worker.class, Level.DEBUG, "connection lost", e);
        } catch (Throwable e) {
            close(connection, Abandonment.SERVER_FAILED, e);
            report("connection closed after an unexpected failure", e);
        } finally {
            resources.counters.endVisit(resources.nowNs);
            // A handler may have left its thread interrupted. The selector would never wait again,
            // and the next file to be written would be closed.
            Thread.interrupted();
        }
    }

    /** Goes on once more although time is up, and tells the application if it is waited for. */
    static Want visitOverdue(Connection connection) throws IOException {
        if (connection.exchange() != null) {
            connection.exchange().stall();
        }
        return connection.visit();
    }

    /** Whether further visits are short ones in a turn that has taken so long. */
    static boolean isLong(long turnNs) {
        return turnNs > FULL_VISITS_NS;
    }

    /** Closes the connection that gives way first, but for one whose request has just come. */
    void evictLongestIdle() {
        for (int left = MOST_EVICTIONS_TRIED; left > 0; left--) {
            Connection longest = deadlines.longestIdle();
            if (longest == null || !longest.isIdle() && !longest.isLingering()) {
                return;
            }
            visit(longest, longest.isLingering() ? Connections::endLinger : Connection::endIdle);
            if (isClosed(longest)) {
                resources.counters.add(Counters.Figure.EVICTED, 1);
                evictions.log(Worker.class, Level.WARNING, evicting, null, resources.nowNs);
                return;
            }
        }
    }

    /** What has come is dropped before: the system would reset the connection for it. */
    private static Want endLinger(Connection connection) throws IOException {
        connection.visit();
        return Want.CLOSE;
    }

    /** Counts and logs a failure that the client did not cause; rehearses it if both are null. */
    void report(String message, Throwable failure) {
        isShort |= failure instanceof OutOfMemoryError;
        resources.counters.add(Counters.Figure.FAILED, failure == null ? 0 : 1);
        failures.log(Worker.class, Level.ERROR, message, failure, System.nanoTime());
    }

    /** Gives up a connection that keeps too much. */
    private void shed(Connection connection) {
        resources.counters.add(Counters.Figure.SHED, 1);
        // What the kernel keeps for it is to be free, too.
        resetAtClose((SocketChannel) connection.key.channel());
        close(connection, Abandonment.TOO_SLOW, tooMuch);
    }

    private void apply(Want want, Connection connection) throws IOException {
        if (want == Want.LINGER) {
            ((SocketChannel) connection.key.channel()).shutdownOutput();
        }
        if (connection.key.interestOps() != want.interest) {
            connection.key.interestOps(want.interest);
        }
        deadlines.goOn(connection, connection.phase(want), resources.nowNs);
    }

    /**
     * Closes all: the server is shutting down.
     *
     * @return how many had not had their last response
     */
    int endAll() {
        HttpException stopped = new HttpException(Status.SERVICE_UNAVAILABLE,
                "the server is shutting down");
        int cut = 0;
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                Connection connection = (Connection) key.attachment();
                cut += connection.isLingering() ? 0 : 1;
                close(connection, Abandonment.SERVER_STOPS, stopped);
            }
        }
        return cut;
    }

    /** Whether a visit, be it another one's, has ended the connection. */
    static boolean isClosed(Connection connection) {
        // Not what the key says, which stays valid if there was no memory to cancel it.
        return connection.timed() == Phase.NONE;
    }

    private void close(Connection connection, Abandonment why, Throwable cause) {
        if (isClosed(connection)) {
            return; // a failure on the way to its end
        }
        deadlines.start(connection, Phase.NONE, resources.nowNs);
        memory.forget(connection);
        SocketChannel channel = (SocketChannel) connection.key.channel();
        if (connection.needsReset(why)) {
            resetAtClose(channel);
        } else {
            endOutput(connection);
        }
        try {
            connection.close(why, cause);
        } catch (Throwable e) {
            report("failed to close a connection's exchange", e);
        }
        closeSocket(channel);
    }

    private static void endOutput(Connection connection) {
        try {
            connection.link.layer.endOutput();
        } catch (IOException | RuntimeException | Error e) { // it has left, or no memory
            SafeLog.log(Worker.class, Level.DEBUG, "failed to tell a peer of the end", e);
        }
    }

    private static void resetAtClose(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | RuntimeException | Error e) { // of Unix domain, or no memory
            SafeLog.log(Worker.class, Level.DEBUG,
                    "failed to set SO_LINGER; closing without a reset", e);
        }
    }

    private void closeSocket(SocketChannel channel) {
        open--;
        resources.counters.add(Counters.Figure.CLOSED, 1);
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(Worker.class, Level.DEBUG, "failed to close a socket", e);
        } catch (RuntimeException | Error e) {
            report("failed to close a socket", e);
        }
    }

    /**
     * After memory has run out: makes room, and closes sockets for good that were closed while
     * there was no memory to cancel their keys.
     */
    void recover() {
        if (isShort) {
            reserve = null;
            try {
                memory.shedWhenShort();
                for (SelectionKey key : selector.keys()) {
                    if (!key.channel().isOpen()) {
                        key.cancel();
                    }
                }
                reserve = new byte[RESERVE_BYTES];
                isShort = false;
            } catch (OutOfMemoryError e) {
                // Tried again in the next turn: a visit that fails frees what its connection keeps.
                resources.counters.add(Counters.Figure.FAILED, 1);
            }
        }
    }

    /** The end of a connection that nothing broke, so one that costs little. */
    private static final class ConnectionEnd extends EOFException {

        private static final long serialVersionUID = 1L;

        ConnectionEnd(String why) {
            super(why);
        }

        /** No stack trace: it would always be the same. */
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
