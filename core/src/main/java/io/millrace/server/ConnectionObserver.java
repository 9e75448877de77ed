package io.millrace.server;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.transfer.BodyObserver;
import java.lang.System.Logger.Level;

/**
 * Reports the events of one connection to the listener and to JFR. A connection without either has
 * no observer.
 *
 * <p>Threads: the owning worker only.
 */
final class ConnectionObserver implements BodyObserver {

    private static final ServerListener NO_LISTENER = new ServerListener() { };

    private final ServerListener listener;
    private final boolean flightRecorder;
    private final ConnectionInfo connection;
    /** Null if the connection isn't recorded. */
    private final JfrEvents.ConnectionEvent connectionEvent;
    /** The exchange in progress; null if there is none. */
    private ExchangeInfo exchange;
    /** Null if the exchange isn't recorded. */
    private JfrEvents.ExchangeEvent event;
    private long receivedBytes;

    private ConnectionObserver(ServerOptions options, ConnectionInfo connection) {
        listener = options.listener() == null ? NO_LISTENER : options.listener();
        flightRecorder = options.flightRecorder();
        this.connection = connection;
        if (flightRecorder && JfrEvents.recordsConnections()) {
            connectionEvent = new JfrEvents.ConnectionEvent();
            connectionEvent.worker = connection.worker();
            connectionEvent.connection = connection.id();
            connectionEvent.peer = String.valueOf(connection.peer());
            connectionEvent.begin();
        } else {
            connectionEvent = null;
        }
    }

    /** Whether a new connection is to be observed. */
    static boolean isWanted(ServerOptions options) {
        return options.listener() != null || options.flightRecorder()
                && (JfrEvents.recordsConnections() || JfrEvents.recordsExchanges());
    }

    /** Begins to observe a connection. */
    static ConnectionObserver accepted(ServerOptions options, ConnectionInfo connection) {
        ConnectionObserver observer = new ConnectionObserver(options, connection);
        observer.tell(() -> observer.listener.onAccepted(observer.connection));
        return observer;
    }

    void refused(ConnectionInfo connection, Status status) {
        tell(() -> listener.onRefused(connection, status, System.nanoTime()));
    }

    void head(RequestHead head, long number) {
        exchange = new ExchangeInfo(head.connection(), number, head.method(), head.target(),
                System.nanoTime());
        receivedBytes = 0;
        if (flightRecorder && JfrEvents.recordsExchanges()) {
            event = new JfrEvents.ExchangeEvent();
            event.worker = connection.worker();
            event.connection = connection.id();
            event.method = exchange.method();
            event.target = exchange.target();
            event.begin();
        }
        tell(() -> listener.onHead(exchange));
    }

    @Override
    public void progress(long receivedBytes) {
        this.receivedBytes = receivedBytes;
        tell(() -> listener.onProgress(exchange, receivedBytes, System.nanoTime()));
    }

    @Override
    public void body() {
        long nowNs = System.nanoTime();
        if (event != null) {
            event.bodyNs = nowNs - exchange.headNs();
        }
        tell(() -> listener.onBody(exchange, receivedBytes, nowNs));
    }

    void answered(Status status, long sentBytes) {
        if (event != null) {
            event.status = status.code();
            event.sent = sentBytes;
        }
        tell(() -> listener.onAnswered(exchange, status, sentBytes, System.nanoTime()));
        endExchange(null);
    }

    void closed(ConnectionInfo connection, Throwable cause) {
        if (exchange != null) {
            tell(() -> listener.onCut(exchange, cause, System.nanoTime()));
            endExchange(cause);
        }
        tell(() -> listener.onClosed(connection, cause, System.nanoTime()));
        if (connectionEvent != null) {
            connectionEvent.cause = cause.getMessage();
            connectionEvent.commit();
        }
    }

    private void endExchange(Throwable cause) {
        if (event != null) {
            event.received = receivedBytes;
            event.cause = cause == null ? null : cause.toString();
            event.commit();
            event = null;
        }
        exchange = null;
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            SafeLog.log(ConnectionObserver.class, Level.WARNING, "ServerListener failed", e);
        }
    }
}
