package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Status;
import io.millrace.jfr.JfrEvents;
import io.millrace.log.SafeLog;
import io.millrace.transfer.BodyObserver;
import io.millrace.transfer.ResponseSender;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reports the events of one connection to the listeners and to JFR. A connection without either has
 * no observer.
 *
 * <p>Threads: the owning worker only.
 */
final class ConnectionObserver implements BodyObserver {

    private final List<ServerListener> listeners;
    private final boolean flightRecorder;
    private final Connection connection;
    /** Null if the connection isn't recorded. */
    private final JfrEvents.ConnectionEvent connectionEvent;
    /** When the request in progress began. */
    private long startNs;
    /** The exchange in progress; null if there is none. */
    private ExchangeInfo exchange;
    /** Null if the exchange isn't recorded. */
    private JfrEvents.ExchangeEvent event;

    private ConnectionObserver(ServerOptions options, Connection connection) {
        listeners = options.listeners();
        flightRecorder = options.flightRecorder();
        this.connection = connection;
        if (flightRecorder && JfrEvents.recordsConnections()) {
            connectionEvent = new JfrEvents.ConnectionEvent();
            connectionEvent.worker = connection.info.worker();
            connectionEvent.connection = connection.info.id();
            connectionEvent.begin();
        } else {
            connectionEvent = null;
        }
    }

    /** Whether a new connection is to be observed. */
    static boolean isWanted(ServerOptions options) {
        return !options.listeners().isEmpty() || options.flightRecorder()
                && (JfrEvents.recordsConnections() || JfrEvents.recordsExchanges());
    }

    /** Begins to observe a connection. */
    static ConnectionObserver accepted(ServerOptions options, Connection connection) {
        ConnectionObserver observer = new ConnectionObserver(options, connection);
        observer.tell(listener -> listener.onAccepted(connection.info));
        return observer;
    }

    /** The first byte of a head has come. */
    void begins() {
        startNs = System.nanoTime();
    }

    void head(ParsedHead head, long number) {
        exchange = new ExchangeInfo(head.connection(), number, head, startNs, System.nanoTime());
        head.notes(exchange.notes());
        if (flightRecorder && JfrEvents.recordsExchanges()) {
            event = new JfrEvents.ExchangeEvent();
            event.worker = connection.info.worker();
            event.connection = connection.info.id();
            event.method = exchange.method();
            event.target = exchange.target();
            event.begin();
        }
        tell(listener -> listener.onHead(exchange));
    }

    /** What came is no request. */
    void refused(String requestLine, long number, ResponseSender refusal) {
        long nowNs = System.nanoTime();
        exchange = new ExchangeInfo(connection.info, number, requestLine, startNs, nowNs);
        exchange.responds(refusal.status(), nowNs);
        exchange.ends(refusal.bodyBytes(), nowNs);
        tell(listener -> listener.onRefused(exchange, refusal.status(), nowNs));
        exchange = null;
    }

    /** The connection ends before the head is whole. */
    void cutInHead(String requestLine, long number, Abandonment why, Throwable cause) {
        exchange = new ExchangeInfo(connection.info, number, requestLine, startNs,
                System.nanoTime());
        cut(why, cause, 0);
    }

    @Override
    public void progress(long receivedBytes) {
        exchange.received(receivedBytes);
        tell(listener -> listener.onProgress(exchange, receivedBytes, System.nanoTime()));
    }

    @Override
    public void body() {
        long nowNs = System.nanoTime();
        if (event != null) {
            event.bodyNs = nowNs - exchange.headNs();
        }
        tell(listener -> listener.onBody(exchange, exchange.receivedBytes(), nowNs));
    }

    @Override
    public void received(long bytes) {
        exchange.received(bytes);
    }

    /** The exchange goes on in this state. */
    void entered(ExchangeState state) {
        if (state.isWaiting()) {
            exchange.waits(System.nanoTime());
        } else if (exchange.isWaiting()) {
            exchange.goesOn(System.nanoTime());
        }
    }

    /** The head of a response is on its way. */
    void responds(Status status) {
        exchange.responds(status, System.nanoTime());
    }

    void answered(Status status, long sentBytes) {
        long nowNs = System.nanoTime();
        exchange.ends(sentBytes, nowNs);
        tell(listener -> listener.onAnswered(exchange, status, sentBytes, nowNs));
        endExchange();
    }

    /** The exchange in progress ends with its connection; nothing if there is none. */
    void cut(Abandonment why, Throwable cause, long sentBytes) {
        if (exchange == null) {
            return;
        }
        long nowNs = System.nanoTime();
        exchange.ends(exchange.status() == null ? 0 : sentBytes, nowNs);
        exchange.cut(why, cause);
        tell(listener -> listener.onCut(exchange, cause, nowNs));
        endExchange();
    }

    void closed(Throwable cause) {
        tell(listener -> listener.onClosed(connection.info, cause, System.nanoTime()));
        if (connectionEvent != null) {
            connectionEvent.peer = String.valueOf(connection.info.peer());
            connectionEvent.cause = cause.getMessage();
            connectionEvent.commit();
        }
    }

    private void endExchange() {
        ExchangeInfo ended = exchange;
        exchange = null;
        ended.close();
        if (event != null) {
            event.status = ended.cause() == null ? ended.status().code() : 0;
            event.sent = ended.cause() == null ? ended.sentBytes() : 0;
            event.received = ended.receivedBytes();
            event.cause = ended.cause() == null ? null : ended.cause().toString();
            event.commit();
            event = null;
        }
    }

    private void tell(Consumer<ServerListener> call) {
        tell(listeners, call);
    }

    /** Each of the listeners, whatever another one throws. */
    private static void tell(List<ServerListener> listeners, Consumer<ServerListener> call) {
        for (ServerListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (Throwable e) {
                SafeLog.log(ConnectionObserver.class, Level.WARNING, "ServerListener failed", e);
            }
        }
    }

    /** Several listeners as one. Threads: as a listener's. */
    record All(List<ServerListener> listeners) implements ServerListener {

        @Override
        public void onAccepted(ConnectionInfo connection) {
            tell(listeners, each -> each.onAccepted(connection));
        }

        @Override
        public void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
            tell(listeners, each -> each.onRefused(exchange, status, nowNs));
        }

        @Override
        public void onHead(ExchangeInfo exchange) {
            tell(listeners, each -> each.onHead(exchange));
        }

        @Override
        public void onProgress(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            tell(listeners, each -> each.onProgress(exchange, receivedBytes, nowNs));
        }

        @Override
        public void onBody(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            tell(listeners, each -> each.onBody(exchange, receivedBytes, nowNs));
        }

        @Override
        public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
            tell(listeners, each -> each.onAnswered(exchange, status, sentBytes, nowNs));
        }

        @Override
        public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
            tell(listeners, each -> each.onCut(exchange, cause, nowNs));
        }

        @Override
        public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
            tell(listeners, each -> each.onClosed(connection, cause, nowNs));
        }

        @Override
        public void onThreadEnded(String thread, Throwable cause) {
            tell(listeners, each -> each.onThreadEnded(thread, cause));
        }
    }
}
