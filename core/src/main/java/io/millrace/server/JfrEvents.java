package io.millrace.server;

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
final class JfrEvents { // decision 17

    /** Never committed: tells whether a recording is on, without making an event. */
    private static final ConnectionEvent CONNECTION = new ConnectionEvent();
    private static final ExchangeEvent EXCHANGE = new ExchangeEvent();

    private JfrEvents() {
    }

    static boolean recordsConnections() {
        return CONNECTION.isEnabled();
    }

    static boolean recordsExchanges() {
        return EXCHANGE.isEnabled();
    }

    @Name("io.millrace.Connection")
    @Label("Connection")
    @Category("Millrace")
    @Description("A connection, from accept to close")
    @StackTrace(false)
    static final class ConnectionEvent extends Event {

        @Label("Worker")
        int worker;
        @Label("Connection Id")
        long connection;
        @Label("Peer")
        String peer;
        @Label("Close Reason")
        String cause;
    }

    @Name("io.millrace.Exchange")
    @Label("Exchange")
    @Category("Millrace")
    @Description("A request and its response, from the end of the head to the end of the response")
    @StackTrace(false)
    static final class ExchangeEvent extends Event {

        @Label("Worker")
        int worker;
        @Label("Connection Id")
        long connection;
        @Label("Method")
        String method;
        @Label("Target")
        String target;
        @Label("Status")
        @Description("0 if the connection closed before the response was complete")
        int status;
        @Label("Received")
        @DataAmount
        long received;
        @Label("Sent")
        @DataAmount
        long sent;
        @Label("Body Time")
        @Description("Nanoseconds from the end of the head to the end of the body; 0: no body")
        long bodyNs;
        @Label("Failure")
        String cause;
    }
}
