package io.millrace.server;

import io.millrace.http.Handler;
import io.millrace.log.SafeLog;
import io.millrace.net.Listener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 server: one acceptor thread, a few worker threads, one handler.
 *
 * <pre>{@code
 * Response hello = Response.text("Hello, world!\n");
 * try (HttpServer server = HttpServer.start(8080, request -> hello)) {
 *     System.out.println("http://127.0.0.1:" + server.address().getPort());
 *     ...
 * }
 * }</pre>
 *
 * <p>Any number of servers can run in one JVM; they share nothing. The threads keep the JVM alive,
 * unless {@link ServerOptions#daemon} is on. They are named NAME-acceptor, NAME-worker-0,
 * NAME-worker-1 and so on, where NAME is {@link ServerOptions#name}. The server never interrupts
 * them.
 *
 * <p>Threads: any, except that a worker (so a handler) must not call {@link #stop} and {@link
 * #close}.
 *
 * <p>Errors: a failure never ends the server. An exception or error from a handler becomes a 500.
 * If no response is possible, the failure closes the connection, is logged and counted ({@link
 * WorkerStats#failed}). After a failed accept, the acceptor pauses and tries again. A
 * thread that can't go on tells {@link ServerListener#onThreadEnded}, then throws what ended it.
 *
 * @since 0.1
 */
public final class HttpServer implements AutoCloseable {

    /** Time for workers to close connections after the deadline; beyond it one is stuck. */
    private static final long CLOSING_NS = TimeUnit.SECONDS.toNanos(1);
    /** What a stop gives its last log lines to be written. A log that hangs takes no longer. */
    private static final long LOG_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration LONGEST_STOP = Duration.ofDays(365);

    private final ServerOptions options;
    private final Acceptor acceptor;
    private final List<Worker> workers;
    private final Thread acceptorThread;
    private final long startNs = System.nanoTime();
    private final List<Thread> workerThreads = new ArrayList<>();

    private HttpServer(ServerOptions options, List<Worker> workers, Acceptor acceptor) {
        SafeLog.prepare();
        this.options = options;
        this.workers = workers;
        this.acceptor = acceptor;
        for (int i = 0; i < workers.size(); i++) {
            workerThreads.add(thread(workers.get(i), "worker-" + i));
        }
        acceptorThread = thread(acceptor, "acceptor");
    }

    private Thread thread(Runnable work, String name) {
        Thread thread = new Thread(guarded(work, options.listeners()), options.name() + "-" + name);
        thread.setDaemon(options.daemon());
        return thread;
    }

    /** Tells of a thread that ends though nothing has stopped it. */
    static Runnable guarded(Runnable work, List<ServerListener> listeners) {
        return new Runnable() { // not a lambda, which costs a start 1 ms
            @Override
            public void run() {
                try {
                    work.run();
                } catch (Throwable e) {
                    try {
                        onThreadEnded(listeners, e);
                    } catch (Throwable again) { // a listener's, or no memory to tell it
                        e.addSuppressed(again);
                    }
                    throw e;
                }
            }
        };
    }

    private static void onThreadEnded(List<ServerListener> listeners, Throwable cause) {
        try {
            SafeLog.log(HttpServer.class, Level.ERROR,
                    "a thread of the server has ended, and its connections with it", cause);
            SafeLog.flush(LOG_NS); // the process may end next
        } catch (OutOfMemoryError e) {
            cause.addSuppressed(e);
        }
        for (ServerListener listener : listeners) {
            try {
                listener.onThreadEnded(Thread.currentThread().getName(), cause);
            } catch (Throwable e) {
                cause.addSuppressed(e);
            }
        }
    }

    /**
     * Starts a server on loopback that only this machine reaches, with all other options at their
     * defaults.
     *
     * @param port of 127.0.0.1; 0 picks a free one, which {@link #address} tells
     * @param handler called by all workers, at once
     * @throws IOException if the server can't listen on the port, as {@link #start(ServerOptions,
     *     Handler)} has it
     */
    public static HttpServer start(int port, Handler handler) throws IOException {
        return start(ServerOptions.builder().port(port).build(), handler);
    }

    /**
     * Starts a server. It accepts connections when this returns.
     *
     * @param options where to listen, the number of workers, all limits
     * @param handler called by all workers, at once
     * @throws IOException if the server can't listen on one of the addresses. The message names it:
     *     "can't listen on 127.0.0.1:80: Permission denied". It is a {@link java.net.BindException}
     *     if the address is in use. Nothing is left running or open then
     */
    public static HttpServer start(ServerOptions options, Handler handler) throws IOException {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        List<Worker> workers = new ArrayList<>();
        Acceptor acceptor = null;
        HttpServer server;
        try {
            for (int i = 0; i < options.workers(); i++) {
                workers.add(newWorker(options, handler, i));
            }
            acceptor = new Acceptor(options, workers);
            server = new HttpServer(options, workers, acceptor);
        } catch (IOException | RuntimeException | Error e) {
            if (acceptor != null) {
                acceptor.close();
            }
            workers.forEach(Worker::discard);
            throw e;
        }
        server.startThreads();
        try {
            // Not by SafeLog: the line names the caller, which helps people who try the library.
            System.getLogger(HttpServer.class.getName()).log(Level.INFO, "listening on "
                    + server.addressesText());
        } catch (RuntimeException | Error e) {
            server.stop(Duration.ZERO); // the caller has no server to stop
            throw e;
        }
        return server;
    }

    private static Worker newWorker(ServerOptions options, Handler handler, int index)
            throws IOException {
        Selector selector = Selector.open();
        try {
            return new Worker(options, handler, index, selector);
        } catch (RuntimeException | Error e) {
            selector.close();
            throw e;
        }
    }

    private void startThreads() {
        try {
            for (Thread thread : workerThreads) {
                thread.start();
            }
            acceptorThread.start();
        } catch (RuntimeException | Error e) {
            // The system has no more threads. The acceptor is started last, so it does not run.
            acceptor.close();
            for (int i = 0; i < workers.size(); i++) {
                if (workerThreads.get(i).getState() == Thread.State.NEW) {
                    workers.get(i).discard();
                } else {
                    workers.get(i).stop(System.nanoTime());
                    join(workerThreads.get(i), Long.MAX_VALUE);
                }
            }
            throw e;
        }
    }

    /**
     * The first TCP address that the server listens on, with the port that the system picked for
     * port 0.
     *
     * @throws IllegalStateException if it listens on Unix domain sockets only
     */
    public InetSocketAddress address() {
        return Endpoint.firstTcp(addresses());
    }

    /** All addresses that the server listens on, in the order of its options. */
    public List<SocketAddress> addresses() {
        return acceptor.addresses();
    }

    private String addressesText() {
        StringJoiner text = new StringJoiner(", ");
        for (SocketAddress address : addresses()) {
            text.add(Listener.text(address));
        }
        return text.toString();
    }

    /** Statistics since the start. */
    public ServerStats stats() {
        return ServerStats.builder().accepted(acceptor.accepted())
                .turnedAway(acceptor.turnedAway()).acceptPauses(acceptor.pauses())
                .overPeerLimit(acceptor.overPeerLimit()).maxConnections(options.maxConnections())
                .logDrops(SafeLog.dropped())
                .uptime(Duration.ofNanos(System.nanoTime() - startNs))
                .workers(workers.stream().map(worker -> WorkerStats.of(worker.counters()))
                        .toArray(WorkerStats[]::new))
                .build();
    }

    /**
     * Whether the server stops or has stopped, so that it accepts no more connections. Once true
     * this is always true.
     */
    public boolean isDraining() {
        return acceptor.isStopping();
    }

    /**
     * Stops accepting, for a server that another one takes over from; {@link #stop} has to follow.
     * From now on each response is the last on its connection and says so. So clients that go on
     * to use a connection leave it by themselves, and none is closed beside a request that is on
     * its way. Connections that have no request when the time is up are closed.
     *
     * <p>Returns when all open connections have a request, or as soon as the thread is interrupted.
     *
     * @param longestIdle how long connections without a request are kept
     * @throws IllegalStateException if called by a worker of this server
     */
    public void stopAccepting(Duration longestIdle) { // decision 231
        refuseWorkers("stopAccepting()");
        long untilNs = deadlineNs(longestIdle);
        acceptor.stop();
        boolean interrupted = join(acceptorThread, untilNs + CLOSING_NS - System.nanoTime());
        List<Deadlines.Stop> stops =
                workers.stream().map(worker -> worker.endIdle(untilNs)).toList();
        try {
            for (Deadlines.Stop stop : stops) {
                stop.awaitNoIdle(untilNs + CLOSING_NS - System.nanoTime());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseWorkers(String method) {
        if (workerThreads.contains(Thread.currentThread())) {
            throw new IllegalStateException(method
                    + " was called from a handler of this server; call it from another thread");
        }
    }

    private static long deadlineNs(Duration time) {
        Duration longest = time.compareTo(LONGEST_STOP) < 0 ? time : LONGEST_STOP;
        return System.nanoTime() + longest.toNanos();
    }

    /**
     * Stops the server:
     * <ol>
     *   <li>It accepts the connections that wait, then stops accepting and removes the files of
     *       Unix domain sockets.
     *   <li>It closes connections that have no request.
     *   <li>It lets requests that have arrived or are in progress finish, until the deadline.
     *   <li>It closes all other connections, and returns when every thread has ended.
     * </ol>
     * May be called again, even while another call waits: the earliest deadline counts.
     *
     * <p>A handler that blocks its worker beyond the deadline is not interrupted. A second later
     * this method returns without that worker, logs that, and counts its connections as cut. The
     * worker closes them and ends when the handler returns.
     *
     * @param deadline how long requests may take to finish
     * @return the number of connections that were cut
     * @throws IllegalStateException if called by a worker of this server
     */
    public int stop(Duration deadline) {
        refuseWorkers("stop()");
        long deadlineNs = deadlineNs(deadline);
        // This order, so that no connection is offered to a worker that has ended.
        acceptor.stop();
        boolean interrupted = join(acceptorThread, deadlineNs + CLOSING_NS - System.nanoTime());
        for (Worker worker : workers) {
            worker.stop(deadlineNs);
        }
        int cut = 0;
        for (int i = 0; i < workers.size(); i++) {
            Thread thread = workerThreads.get(i);
            long waitNs = deadlineNs + CLOSING_NS - System.nanoTime();
            interrupted |= join(thread, waitNs);
            cut += thread.isAlive() ? stuck(i) : workers.get(i).cut();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        logStop(cut);
        SafeLog.flush(LOG_NS);
        return cut;
    }

    private void logStop(int cut) {
        try {
            SafeLog.log(HttpServer.class, Level.INFO, "stopped listening on " + addressesText()
                    + ", " + cut + " connections cut", null);
        } catch (OutOfMemoryError e) { // whatever has filled the heap, the server has stopped
            SafeLog.log(HttpServer.class, Level.INFO, "stopped", e);
        }
    }

    /** Connections of a worker that doesn't come back from a handler. */
    private int stuck(int worker) {
        SafeLog.log(HttpServer.class, Level.WARNING,
                workerThreads.get(worker).getName()
                        + " is still inside a handler; the thread ends when the handler returns",
                null);
        return WorkerStats.of(workers.get(worker).counters()).openConnections();
    }

    /** Stops the server with {@link ServerOptions#drainTimeout} as the deadline. */
    @Override
    public void close() {
        stop(options.drainTimeout());
    }

    /** Waits even if interrupted, so that a stop is complete; returns whether it was. */
    private static boolean join(Thread thread, long waitNs) {
        boolean interrupted = false;
        long startNs = System.nanoTime();
        long leftNs = waitNs;
        while (thread.isAlive() && leftNs > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, leftNs);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            leftNs = waitNs - (System.nanoTime() - startNs);
        }
        return interrupted;
    }
}
