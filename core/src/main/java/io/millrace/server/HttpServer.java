package io.millrace.server;

import io.millrace.http.Handler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP/1.1 server: one acceptor thread, a few worker threads, one handler.
 *
 * <pre>{@code
 * try (HttpServer server = HttpServer.start(ServerOptions.defaults(), request -> hello)) {
 *     System.out.println("http://127.0.0.1:" + server.address().getPort());
 *     ...
 * }
 * }</pre>
 *
 * <p>Any number of servers live in one JVM; they share nothing. The threads keep the JVM alive.
 *
 * <p>Threads: every method may be called by any thread, but {@link #stop} and {@link #close} not by
 * a worker, that is not within a handler.
 */
public final class HttpServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());

    private final ServerOptions options;
    private final Acceptor acceptor;
    private final InetSocketAddress address;
    private final List<Worker> workers;
    private final Thread acceptorThread;
    private final List<Thread> workerThreads = new ArrayList<>();

    private HttpServer(ServerOptions options, List<Worker> workers, Acceptor acceptor,
            InetSocketAddress address) {
        this.options = options;
        this.workers = workers;
        this.acceptor = acceptor;
        this.address = address;
        for (int i = 0; i < workers.size(); i++) {
            workerThreads.add(new Thread(workers.get(i), options.name() + "-worker-" + i));
        }
        acceptorThread = new Thread(acceptor, options.name() + "-acceptor");
    }

    /**
     * Starts a server. When this returns, connections are accepted.
     *
     * @param options where to listen, with how many workers, within which limits
     * @param handler called by all workers at once
     * @throws IOException if the address can't be listened on; nothing is left running then
     */
    public static HttpServer start(ServerOptions options, Handler handler) throws IOException {
        List<Worker> workers = new ArrayList<>();
        Acceptor acceptor = null;
        try {
            for (int i = 0; i < options.workers(); i++) {
                workers.add(new Worker(options, handler, i));
            }
            acceptor = new Acceptor(options, workers);
            HttpServer server = new HttpServer(options, workers, acceptor, acceptor.address());
            server.workerThreads.forEach(Thread::start);
            server.acceptorThread.start();
            LOG.log(Level.INFO, "listening on " + server.address);
            return server;
        } catch (IOException | RuntimeException | Error e) {
            if (acceptor != null) {
                acceptor.stop();
                acceptor.close();
            }
            workers.forEach(Worker::discard);
            throw e;
        }
    }

    /** Where the server listens, with the port that the system picked if 0 was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    /** What the server has done so far. */
    public ServerStats stats() {
        return new ServerStats(acceptor.accepted(), acceptor.turnedAway(), acceptor.pauses(),
                workers.stream().map(worker -> worker.counters().snapshot()).toList());
    }

    /**
     * Stops accepting, closes idle connections, lets the exchanges in progress finish, and returns
     * when all is closed and every thread has ended. May be called again, and then only waits.
     *
     * @param deadline how long exchanges may take; what is still open then is cut
     * @return the number of connections that had to be cut
     * @throws IllegalStateException if called by one of this server's workers
     */
    public int stop(Duration deadline) {
        if (workerThreads.contains(Thread.currentThread())) {
            throw new IllegalStateException("a handler can't stop the server that it runs in");
        }
        long deadlineNs = System.nanoTime() + deadline.toNanos();
        // This order, so that no connection is offered to a worker that has ended.
        acceptor.stop();
        boolean interrupted = join(acceptorThread);
        workers.forEach(worker -> worker.stop(deadlineNs));
        for (Thread thread : workerThreads) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        int cut = workers.stream().mapToInt(Worker::cut).sum();
        LOG.log(Level.INFO, "stopped listening on " + address + ", " + cut + " connections cut");
        return cut;
    }

    /** Stops, with {@link ServerOptions#drainTimeout} as deadline. */
    @Override
    public void close() {
        stop(options.drainTimeout());
    }

    /** Waits to the end, as a half-stopped server would be worse; returns whether interrupted. */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
