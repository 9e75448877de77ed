package io.millrace.app.load;

import io.millrace.app.load.stats.Lateness;
import io.millrace.app.load.stats.LoadStats;
import io.millrace.app.load.stats.Timeline;
import io.millrace.app.load.wire.ClientProgress;
import io.millrace.app.load.wire.ErrorText;
import io.millrace.app.load.wire.LoadConnection;
import io.millrace.app.load.wire.ResponseParser;
import io.millrace.app.load.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One client of a load run: takes the next request until there is none, waits until it is due, and
 * sends it over one connection or a fresh one for each.
 *
 * <p>Threads: its own, but for what stands under "any thread".
 */
final class LoadClient {

    /** After so long without a request the server may have ended the connection. */
    private static final long IDLE_NS = 500_000_000;

    private final LoadPlan plan;
    private final int number;
    private final Wire.Connector connector;
    private final LoadClock clock;
    private final RequestMaker request;
    private final ResponseParser response;
    private final ByteBuffer in;
    private final ClientProgress progress;

    private LoadStats[] tallies;
    private Lateness lateness = new Lateness();
    private Timeline timeline;
    /** Null while there is none; closed here, or by {@link #watch} or {@link #stop} to unblock. */
    private volatile LoadConnection connection;
    /** What {@link #stop} closes while there is no connection yet; null at other times. */
    private volatile Closeable opening;
    /** Null until it runs. */
    private volatile Thread thread;
    private volatile boolean stopped;
    private long endNs;

    /**
     * A client.
     *
     * @param number from 0; the client begins with this request
     * @param readBytes bytes read at once
     */
    LoadClient(LoadPlan plan, int number, Wire.Connector connector, BodyPattern pattern,
            LoadClock clock, int readBytes) {
        this.plan = plan;
        this.number = number;
        this.connector = connector;
        this.clock = clock;
        request = new RequestMaker(plan, number, pattern);
        response = new ResponseParser(request.check());
        in = ByteBuffer.allocateDirect(readBytes);
        progress = new ClientProgress(clock::nowNs);
        tallies = new LoadStats[plan.mix().kinds().size()];
    }

    /** Connects, so that the first request needn't. */
    void connect() throws IOException {
        try {
            connection = new LoadConnection(connector.connect(this::opens), progress);
            progress.onConnected();
        } finally {
            opening = null; // last, so that stop() finds one of both
        }
    }

    private void opens(Closeable socket) throws IOException {
        opening = socket;
        // Whoever stopped the client before found nothing to close.
        if (stopped) {
            socket.close();
        }
    }

    /**
     * Sends the requests of the phases that fall to this client. Only those of the last phase are
     * counted.
     */
    void run(List<LoadPhase> phases, Timeline measured) {
        thread = Thread.currentThread();
        try {
            for (LoadPhase phase : phases) {
                tallies = new LoadStats[tallies.length];
                lateness = new Lateness();
                timeline = phase == phases.get(phases.size() - 1) ? measured
                        : new Timeline(phase.startNs());
                long n = phase.first(number, clock.nowNs());
                while (n != LoadPhase.NONE && !stopped) {
                    request(phase, n);
                    n = phase.next(clock.nowNs());
                }
            }
        } finally {
            endNs = clock.nowNs();
            end();
        }
    }

    private void request(LoadPhase phase, long n) {
        long takenNs = clock.nowNs();
        long dueNs = phase.dueNs(n, takenNs);
        long startNs = awaitDue(dueNs, takenNs);
        if (stopped) {
            return;
        }
        if (phase.isPaced() && dueNs - takenNs > 0) {
            lateness.onWoken(startNs - dueNs);
        } else if (phase.isPaced()) {
            lateness.onQueued(startNs - dueNs);
        }
        boolean idle = startNs - progress.movedNs() > IDLE_NS;
        request.next(n);
        progress.onRequest(startNs);
        try {
            if (idle && connection != null && connection.isEnded()) {
                abandon();
            }
            exchange(dueNs, startNs);
        } catch (IOException e) {
            // What fails because the run was stopped says nothing about the server.
            if (!stopped) {
                boolean expired = connection != null && connection.expired();
                tally().onError(expired ? ErrorText.TIMED_OUT : ErrorText.of(e));
                timeline.onError(clock.nowNs());
            }
            abandon();
        }
        progress.onDone();
    }

    private long awaitDue(long dueNs, long fromNs) {
        long nowNs = fromNs;
        while (dueNs - nowNs > 0 && !stopped) {
            clock.awaitNs(dueNs);
            nowNs = clock.nowNs();
        }
        return nowNs;
    }

    private void exchange(long dueNs, long startNs) throws IOException {
        if (connection == null) {
            connect();
        }
        response.next(request.kind().method() == Method.HEAD);
        connection.send(request.head(), request.body(), in, response);
        boolean sentWhole = response.status() < 300;
        connection.receive(in, response);
        count(dueNs, startNs, clock.nowNs());
        if (!sentWhole) {
            // No farewell: a server that reads no more would make its bytes wait.
            abandon();
        } else if (plan.fresh() || !response.keepAlive()) {
            end();
        }
    }

    private void count(long dueNs, long startNs, long nowNs) {
        RequestKind kind = request.kind();
        String fault = request.check().fault(response.status());
        if (fault.isEmpty()) {
            tally().onResponse(response.status(), kind.accepts(response.status()), nowNs - dueNs,
                    nowNs - startNs,
                    kind.method().hasBody() ? request.body().bytes() : response.bodyBytes());
            timeline.onResponse(nowNs, nowNs - dueNs);
        } else {
            tally().onFault("wrong body", kind.method() + " " + request.target() + ": " + fault);
            timeline.onError(nowNs);
        }
    }

    private LoadStats tally() {
        int kind = request.kindIndex();
        if (tallies[kind] == null) {
            tallies[kind] = new LoadStats();
        }
        return tallies[kind];
    }

    private void end() {
        if (connection != null) {
            closeBy(connection::end);
        }
    }

    private void abandon() {
        if (connection != null) {
            closeBy(connection::close);
        }
    }

    private void closeBy(Closeable way) {
        connection = null;
        try {
            way.close();
        } catch (IOException gone) {
            // Of a connection that nobody needs any more: the server was faster to end it.
            return;
        }
    }

    // any thread

    /**
     * Ends a request that is stuck.
     *
     * @param sinceNs a request that has not moved a byte since then may have been refused
     * @param expiryNs one that has not moved a byte since then has failed
     */
    void watch(long sinceNs, long expiryNs) {
        LoadConnection watched = connection;
        if (watched == null || !progress.isBusy()) {
            return;
        }
        long movedNs = progress.movedNs();
        try {
            if (movedNs - expiryNs < 0) {
                watched.expire();
            } else if (movedNs - sinceNs < 0) {
                watched.unblock();
            }
        } catch (IOException gone) {
            // The client's own thread has closed it, or meets the same failure and counts it.
        }
    }

    /** Makes the client end soon; a request that is under way is not counted. */
    void stop() throws IOException {
        stopped = true;
        Closeable connecting = opening; // before the other, which is there when this is not
        LoadConnection stopping = connection;
        if (connecting != null) {
            connecting.close();
        }
        if (stopping != null) {
            stopping.close();
        }
        LockSupport.unpark(thread);
    }

    ClientProgress progress() {
        return progress;
    }

    // main thread, once the client's thread has ended

    /** What it has counted of a kind of request; null if it sent none. */
    LoadStats tally(int kind) {
        return tallies[kind];
    }

    /** How late it was; nothing if requests weren't due at times. */
    Lateness lateness() {
        return lateness;
    }

    /** When it had nothing more to do. */
    long endNs() {
        return endNs;
    }
}
