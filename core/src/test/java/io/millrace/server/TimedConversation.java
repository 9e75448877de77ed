package io.millrace.server;

import io.millrace.http.Handler;
import io.millrace.transfer.Phase;

/**
 * A conversation with a clock that stands still between two steps.
 *
 * <p>Threads: the test's.
 */
final class TimedConversation {

    final Conversation conversation;
    private final Deadlines deadlines;
    private long nowNs = -5;

    TimedConversation(ServerOptions.Builder options, Handler handler) {
        conversation = new Conversation(options, handler);
        deadlines = new Deadlines(options.build());
    }

    /** Lets go on what goes on by itself, and the worker look at the time. */
    void go() {
        conversation.go();
        Connection connection = conversation.connection;
        deadlines.goOn(connection, connection.phase(conversation.want), nowNs);
    }

    /** Lets so much time pass; whether the connection's is up. */
    boolean isDueAfter(long ns) {
        nowNs += ns;
        return deadlines.due(nowNs) != null;
    }

    /** The server stands still for so long, which counts for no connection. */
    void standStill(long ns) {
        nowNs += ns;
        deadlines.forgive(ns);
    }

    /** Takes the connection off the list, as its close does. */
    void end() {
        deadlines.start(conversation.connection, Phase.NONE, nowNs);
    }

    /** Nanoseconds until the time is up; {@link Long#MAX_VALUE} for never. */
    long untilDueNs() {
        return deadlines.untilNextNs(nowNs);
    }
}
