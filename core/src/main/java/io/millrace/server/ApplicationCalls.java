package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.transfer.ResponseSender;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the application asks of the server for one request: to run something when its client leaves,
 * to inform the client, to stop the body, to wait for longer or less long. What can't be done at
 * once waits for the worker.
 *
 * <p>Threads: calls of the application by any; all else by the owning worker, or by any once that
 * has ended.
 */
final class ApplicationCalls implements ParsedHead.Calls { // decision 138

    /** Informational responses may be dropped, so that no more than these wait for the worker. */
    private static final int MOST_LATE_INTERIMS = 16;

    /** In an int, as a long would make each request's object of this class larger. */
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final Duration LONGEST = Duration.ofMillis(NO_LIMIT);
    private static final long MS_NS = 1_000_000;

    private final ServerExchange exchange;
    private final Completions completions;
    /** Once true this is always true. */
    private boolean isHalfClosed;
    /** Once true this is always true. */
    private boolean isGone;
    /** What is run when the client sends no more; null if there is nothing. */
    private List<Runnable> whenHalfClosed;
    /** What is run when the connection ends; null if there is nothing. */
    private List<Runnable> whenGone;
    /** What is to be run by the worker at once; null if there is nothing. */
    private List<Runnable> late;
    /** Once true this is always true. */
    private boolean isStopAsked;
    /** The worker's: once true this is always true, and the body is to end if it isn't whole. */
    private boolean isBodyStopped;
    /** The worker's: how long it waits; 0 for as long as the options say, {@link #NO_LIMIT}. */
    private int limitMs;

    ApplicationCalls(ServerExchange exchange, Completions completions) {
        this.exchange = exchange;
        this.completions = completions;
    }

    // any thread

    @Override
    public void whenGone(Runnable action) {
        Objects.requireNonNull(action);
        synchronized (this) {
            if (!isGone) {
                whenGone = with(whenGone, action);
                return;
            }
        }
        runLater(action);
    }

    @Override
    public void whenHalfClosed(Runnable action) {
        Objects.requireNonNull(action);
        synchronized (this) {
            if (!isHalfClosed) {
                whenHalfClosed = with(whenHalfClosed, action);
                return;
            }
        }
        runLater(action);
    }

    @Override
    public void inform(Response response) {
        ResponseSender.checkInterim(response);
        if (exchange.connection.link.isVisited()) {
            send(response);
            return;
        }
        synchronized (this) {
            if (late != null && late.size() >= MOST_LATE_INTERIMS) {
                return;
            }
        }
        runLater(() -> send(response));
    }

    @Override
    public void stopBody() {
        synchronized (this) {
            if (isStopAsked) {
                return;
            }
        }
        runLater(() -> isBodyStopped = true);
        synchronized (this) {
            isStopAsked = true; // not before: it may have failed for want of memory
        }
    }

    @Override
    public void applicationTimeout(Duration limit) {
        int ms = limit.compareTo(LONGEST) < 0 ? (int) limit.plusNanos(MS_NS - 1).toMillis()
                : NO_LIMIT;
        if (exchange.connection.link.isVisited()) {
            limit(ms);
        } else {
            runLater(() -> limit(ms));
        }
    }

    private void runLater(Runnable action) {
        Runnable signal = null;
        synchronized (this) {
            if (late == null) { // one for all that wait; without memory for it none of them does
                signal = completions.signal(exchange, Completions.Kind.VISIT);
            }
            late = with(late, action);
        }
        if (signal != null) {
            signal.run();
        }
    }

    private static List<Runnable> with(List<Runnable> actions, Runnable action) {
        List<Runnable> all = actions != null ? actions : new ArrayList<>(1);
        all.add(action);
        return all;
    }

    // worker thread

    private void send(Response interim) {
        if (exchange.maySendInterim()) {
            exchange.connection.link.sender().inform(interim);
        }
    }

    private void limit(int ms) {
        limitMs = ms;
        if (exchange.connection.exchange() == exchange) { // else another one is timed
            exchange.connection.beginAnew();
        }
    }

    /** How long the worker waits for the application; 0 for as long as the options say. */
    long limitNs() {
        return limitMs == NO_LIMIT ? Deadlines.NO_LIMIT : limitMs * MS_NS;
    }

    /** Whether the application wants no more of the body. */
    boolean isBodyStopped() {
        return isBodyStopped;
    }

    /** The client sends no more. */
    void halfClose() {
        List<Runnable> actions;
        synchronized (this) {
            isHalfClosed = true;
            actions = whenHalfClosed;
            whenHalfClosed = null;
        }
        run(actions);
    }

    /** The connection has ended before the response has. */
    void leave() {
        halfClose();
        List<Runnable> actions;
        synchronized (this) {
            isGone = true;
            actions = whenGone;
            whenGone = null;
        }
        run(actions);
    }

    /** Runs what waits for the worker. */
    void runLate() {
        List<Runnable> actions;
        synchronized (this) {
            actions = late;
            late = null;
        }
        run(actions);
    }

    private static void run(List<Runnable> actions) {
        if (actions == null) {
            return;
        }
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (Throwable e) {
                SafeLog.log(Connection.class, Level.WARNING,
                        "an action that the application registered failed", e);
            }
        }
    }
}
