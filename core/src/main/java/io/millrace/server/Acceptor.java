package io.millrace.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accepts connections and deals them to the workers in turn.
 *
 * <p>When accepting fails, most often because descriptors are used up, or when there are as many
 * connections as allowed, it pauses: the listening socket stays ready all the time, and asking again
 * at once would only burn a processor.
 *
 * <p>Threads: what stands under "any thread" is for the server; all else runs on its own thread.
 */
final class Acceptor implements Runnable {

    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Accepted in one turn before the workers are woken. */
    private static final int BURST = 64;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final List<Worker> workers;
    private final int maxConnections;
    private final SelectionKey key;
    private final boolean[] dealtTo;

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final AtomicLong pauses = new AtomicLong();
    private volatile boolean stopping;

    private int next;
    private boolean paused;

    /** Listens, but accepts nothing before {@link #run}. */
    Acceptor(ServerOptions options, List<Worker> workers) throws IOException {
        this.workers = workers;
        maxConnections = options.maxConnections();
        dealtTo = new boolean[workers.size()];
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        try {
            listener.bind(options.address(), options.backlog());
            listener.configureBlocking(false);
            key = listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException | RuntimeException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    // any thread

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Closes what {@link #run} would have closed, if it is never called. */
    void close() {
        try {
            listener.close();
            selector.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the listening socket can't be closed", e);
        }
    }

    long accepted() {
        return accepted.get();
    }

    long turnedAway() {
        return turnedAway.get();
    }

    long pauses() {
        return pauses.get();
    }

    // acceptor thread

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (paused) {
                    selector.select(TimeUnit.NANOSECONDS.toMillis(PAUSE_NS));
                    paused = false;
                    key.interestOps(SelectionKey.OP_ACCEPT);
                } else {
                    selector.select();
                }
                selector.selectedKeys().clear();
                acceptBurst();
                wakeDealt();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.ERROR, "accepting ends", e);
        } finally {
            close();
        }
    }

    private void acceptBurst() {
        for (int i = 0; i < BURST && !stopping; i++) {
            if (open() >= maxConnections) {
                pause("at the limit of " + maxConnections + " connections", null);
                return;
            }
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                pause("can't accept", e);
                return;
            }
            if (channel == null) {
                return;
            }
            accepted.setRelease(accepted.getPlain() + 1);
            deal(channel);
        }
    }

    private long open() {
        long gone = turnedAway.getPlain();
        for (Worker worker : workers) {
            gone += worker.counters().read(Counters.Figure.CLOSED);
        }
        return accepted.getPlain() - gone;
    }

    private void pause(String reason, IOException e) {
        if (pauses.getPlain() % 100 == 0) {
            // One line for many pauses: they come by the dozen.
            LOG.log(Level.WARNING, "accepting pauses: " + reason
                    + (e == null ? "" : ": " + e.getMessage()));
        }
        pauses.setRelease(pauses.getPlain() + 1);
        paused = true;
        key.interestOps(0);
    }

    private void deal(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            // A small answer leaves in one write; waiting for an acknowledgement costs 40 ms.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            // The peer has left already.
            LOG.log(Level.DEBUG, "a connection broke before it was dealt", e);
            turnAway(channel);
            return;
        }
        for (int i = 0; i < workers.size(); i++) {
            int worker = next;
            next = (next + 1) % workers.size();
            if (workers.get(worker).offer(channel)) {
                dealtTo[worker] = true;
                return;
            }
        }
        turnAway(channel);
    }

    private void turnAway(SocketChannel channel) {
        turnedAway.setRelease(turnedAway.getPlain() + 1);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a socket can't be closed", e);
        }
    }

    private void wakeDealt() {
        for (int i = 0; i < dealtTo.length; i++) {
            if (dealtTo[i]) {
                dealtTo[i] = false;
                workers.get(i).wakeup();
            }
        }
    }
}
