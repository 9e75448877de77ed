package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.log.LogThrottle;
import io.millrace.log.SafeLog;
import io.millrace.transfer.BodyContract;
import io.millrace.transfer.Counters;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

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

    private final Selector selector;
    private final Resources resources;
    private final Deadlines deadlines;
    private final LogThrottle failures = new LogThrottle();
    private int open;

    Connections(Selector selector, Resources resources, Deadlines deadlines) {
        this.selector = selector;
        this.resources = resources;
        this.deadlines = deadlines;
    }

    boolean isEmpty() {
        return open == 0;
    }

    /** @param worker counts the workers of a server from 0 */
    void adopt(SocketChannel channel, int worker) {
        resources.counters.add(Counters.Figure.ADOPTED, 1);
        open++;
        try {
            Connection connection = new Connection(channel, resources);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
            // Last, so that nothing fails after it: each onAccepted is followed by an onClosed.
            if (ConnectionObserver.isWanted(resources.options)) {
                connection.observer = ConnectionObserver.accepted(resources.options,
                        resources.counters.read(Counters.Figure.ADOPTED) - 1, worker,
                        channel.getRemoteAddress());
            }
            deadlines.start(connection.deadline, Phase.IDLE, System.nanoTime());
        } catch (Throwable e) {
            closeSocket(channel);
            report("failed to register a connection with its worker", e);
        }
    }

    void forEach(Consumer<Connection> action) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                action.accept((Connection) key.attachment());
            }
        }
    }

    void visit(Connection connection, Visit visit) {
        try {
            Want want = visit.of(connection);
            if (want == Want.CLOSE) {
                // A connection is closed with a body half received only when its time is up.
                close(connection, Abandonment.TOO_SLOW, new ConnectionEnd());
            } else if (want != null) {
                apply(want, connection);
            }
        } catch (BodyContract.BodyException e) {
            // It has been logged. A response is being sent, so that no body is half received.
            close(connection, Abandonment.SERVER_FAILED, e.getCause());
        } catch (IOException e) {
            close(connection, Abandonment.PEER_LEFT, e);
            SafeLog.log(Worker.class, Level.DEBUG, "connection lost", e);
        } catch (Throwable e) {
            close(connection, Abandonment.SERVER_FAILED, e);
            report("connection closed after an unexpected failure", e);
        } finally {
            // A handler may have left its thread interrupted. The selector would never wait again,
            // and the next file to be written would be closed.
            Thread.interrupted();
        }
    }

    /** Counts and logs a failure that the client did not cause. */
    void report(String message, Throwable failure) {
        resources.counters.add(Counters.Figure.FAILED, 1);
        failures.log(Worker.class, Level.ERROR, message, failure, System.nanoTime());
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
     * Closes all: the server stops.
     *
     * @return how many had not had their last response
     */
    int endAll() {
        int[] cut = {open};
        HttpException stopped = new HttpException(Status.SERVICE_UNAVAILABLE,
                "the server is shutting down");
        forEach(connection -> {
            if (connection.isLingering()) {
                cut[0]--;
            }
        });
        forEach(connection -> close(connection, Abandonment.SERVER_STOPS, stopped));
        return cut[0];
    }

    private void close(Connection connection, Abandonment why, Throwable cause) {
        deadlines.start(connection.deadline, Phase.NONE, resources.nowNs);
        SocketChannel channel = (SocketChannel) connection.key.channel();
        if (connection.needsReset()) {
            resetAtClose(channel);
        }
        try {
            connection.close(why, cause);
        } catch (Throwable e) {
            report("failed to close a connection's exchange", e);
        }
        closeSocket(channel);
    }

    private static void resetAtClose(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException e) {
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
        }
    }

    /** The end of a healthy connection; cheap, as there is one for each. */
    private static final class ConnectionEnd extends EOFException {

        private static final long serialVersionUID = 1L;

        ConnectionEnd() {
            super("connection closed");
        }

        /** No stack trace: it would always be the same. */
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
