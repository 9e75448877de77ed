package io.millrace.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The events that JFR records.
 *
 * <p>Threads: any.
 */
public final class JfrEvents { // decision 17

    /** Never committed: tells whether a recording is on, without making an event. */
    private static final ConnectionEvent CONNECTION = new ConnectionEvent();
    private static final ExchangeEvent EXCHANGE = new ExchangeEvent();

    private JfrEvents() {
    }

    /** Whether a recording takes connections. */
    public static boolean recordsConnections() {
        return CONNECTION.isEnabled();
    }

    /** Whether a recording takes exchanges. */
    public static boolean recordsExchanges() {
        return EXCHANGE.isEnabled();
    }

    /** A connection. Threads: its worker. */
    @Name("io.millrace.Connection")
    @Label("Connection")
    @Category("Millrace")
    @Description("A connection, from accept to close")
    @StackTrace(false)
    public static final class ConnectionEvent extends Event {

        @Label("Worker")
        public int worker;
        @Label("Connection Id")
        public long connection;
        @Label("Peer")
        public String peer;
        @Label("Close Reason")
        public String cause;
    }

    /** A request and its response. Threads: the worker of its connection. */
    @Name("io.millrace.Exchange")
    @Label("Exchange")
    @Category("Millrace")
    @Description("A request and its response, from the end of the head to the end of the response")
    @StackTrace(false)
    public static final class ExchangeEvent extends Event {

        @Label("Worker")
        public int worker;
        @Label("Connection Id")
        public long connection;
        @Label("Method")
        public String method;
        @Label("Target")
        public String target;
        @Label("Status")
        @Description("0 if the connection closed before the response was complete")
        public int status;
        @Label("Received")
        @DataAmount
        public long received;
        @Label("Sent")
        @DataAmount
        public long sent;
        @Label("Body Time")
        @Description("Nanoseconds from the end of the head to the end of the body; 0: no body")
        public long bodyNs;
        @Label("Failure")
        public String cause;
    }
}
