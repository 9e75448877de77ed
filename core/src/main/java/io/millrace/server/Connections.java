package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
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
 * The open connections of one worker: lets them be visited, asks the selector for what a visit
 * wants, and closes them. Whatever a visit throws ends that connection and nothing else.
 *
 * <p>Threads: the owning worker only.
 */
final class Connections {

    /** A part of a connection's life that says what is wanted next; null for nothing new. */
    @FunctionalInterface
    interface Visit {
        Want of(Connection connection) throws IOException;
    }

    private final Selector selector;
    private final Resources resources;
    private final Deadlines deadlines;
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
            // Last of what may fail: a listener that hears of a connection hears of its end too.
            if (ConnectionObserver.isWanted(resources.options)) {
                connection.observer = ConnectionObserver.accepted(resources.options,
                        resources.counters.read(Counters.Figure.ADOPTED) - 1, worker,
                        channel.getRemoteAddress());
            }
            deadlines.start(connection.deadline, Phase.IDLE, System.nanoTime());
        } catch (Throwable e) {
            closeSocket(channel);
            report("a connection can't be adopted", e);
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
            SafeLog.log(Worker.class, Level.DEBUG, "a connection broke", e);
        } catch (Throwable e) {
            close(connection, Abandonment.SERVER_FAILED, e);
            report("a connection failed", e);
        } finally {
            // A handler may have left its thread interrupted. The selector would never wait again,
            // and the next file to be written would be closed.
            Thread.interrupted();
        }
    }

    /** Counts and logs a failure that is no peer's. */
    void report(String message, Throwable failure) {
        resources.counters.add(Counters.Figure.FAILED, 1);
        SafeLog.log(Worker.class, Level.ERROR, message, failure);
    }

    private void apply(Want want, Connection connection) throws IOException {
        int interest = switch (want) {
            case READ, APPLICATION -> SelectionKey.OP_READ;
            case WRITE -> SelectionKey.OP_WRITE;
            case APPLICATION_ALONE -> 0;
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
        HttpException stopped = new HttpException(Status.SERVICE_UNAVAILABLE, "the server stops");
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
        if (connection.needsReset(why)) {
            resetAtClose(channel);
        }
        try {
            connection.close(why, cause);
        } catch (Throwable e) {
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
        resources.counters.add(Counters.Figure.CLOSED, 1);
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(Worker.class, Level.DEBUG, "a socket can't be closed", e);
        }
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
}
