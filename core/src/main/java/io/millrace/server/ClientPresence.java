package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Whether the client of one exchange is still there, and what the application wants to be run when
 * it leaves.
 *
 * <p>Threads: registration by any; all else by the owning worker, or by any once that has ended.
 */
final class ClientPresence implements ParsedHead.Presence { // decision 138

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
    /** What was registered too late for its event; null if there is none. */
    private List<Runnable> late;

    ClientPresence(ServerExchange exchange, Completions completions) {
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

    private void runLater(Runnable action) {
        synchronized (this) {
            late = with(late, action);
        }
        completions.signal(exchange).run();
    }

    private static List<Runnable> with(List<Runnable> actions, Runnable action) {
        List<Runnable> all = actions != null ? actions : new ArrayList<>(1);
        all.add(action);
        return all;
    }

    // worker thread

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

    /** Runs what was registered too late; whether there was anything. */
    boolean runLate() {
        List<Runnable> actions;
        synchronized (this) {
            actions = late;
            late = null;
        }
        run(actions);
        return actions != null;
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
                        "an action for a client that left failed", e);
            }
        }
    }
}
