package io.millrace.server;

import io.millrace.log.SafeLog;
import io.millrace.net.Listener;
import io.millrace.net.ReadyKeys;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accepts the connections of all listeners and deals them to the workers.
 *
 * <p>When accepting fails, most often because descriptors are used up, or when there are as many
 * connections as allowed, it pauses: a listening socket stays ready all the time, and asking again
 * at once would only burn a processor.
 *
 * <p>Threads: what stands under "any thread" is for the server; all else runs on its own thread.
 */
final class Acceptor implements Runnable {

    private static final long PAUSE_MS = 50; // decisions 8 and 30
    /**
     * Accepted from one listener in one turn before the workers are woken. HandoffBenchmark
     * compares such a burst with a wake-up for each.
     */
    private static final int BURST = 64;

    private final Selector selector;
    private final ReadyKeys ready = new ReadyKeys();
    private final List<Listener> listeners = new ArrayList<>();
    /** An array, as going through a list for each connection would leave garbage. */
    private final Worker[] workers;
    private final Dealer dealer;
    private final int maxConnections;
    private final boolean[] dealtTo;

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final AtomicLong pauses = new AtomicLong();
    private volatile boolean stopping;

    private boolean paused;

    /**
     * Listens, but accepts nothing before {@link #run}.
     *
     * @throws IOException if one of the addresses can't be listened on; none is then
     */
    Acceptor(ServerOptions options, List<Worker> workers) throws IOException {
        this.workers = workers.toArray(new Worker[0]);
        dealer = Dealer.of(options.dispatch(), workers);
        maxConnections = options.maxConnections();
        dealtTo = new boolean[workers.size()];
        selector = Selector.open();
        try {
            for (SocketAddress address : options.addresses()) {
                Listener listener = Listener.open(address, listening(options));
                listeners.add(listener);
                listener.register(selector);
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    static Listener.Settings listening(ServerOptions options) {
        return new Listener.Settings(options.backlog(), options.reusePort(),
                options.receiveBufferBytes(), options.sendBufferBytes(),
                options.socketPermissions());
    }

    // any thread

    /** Where it listens, in the order of the options. */
    List<SocketAddress> addresses() {
        SocketAddress[] addresses = new SocketAddress[listeners.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = listeners.get(i).address();
        }
        return List.of(addresses);
    }

    void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Ends listening. At the end of {@link #run}, or by the server if it is never called. */
    void close() {
        listeners.forEach(Listener::close);
        try {
            selector.close();
        } catch (IOException e) {
            SafeLog.log(Acceptor.class, Level.WARNING, "failed to close a selector", e);
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
                turn();
            }
        } finally {
            close();
        }
    }

    private void turn() {
        try {
            if (paused) {
                // Nothing but a stop ends this early: no listener is looked at.
                selector.select(PAUSE_MS);
                paused = false;
                listenTo(SelectionKey.OP_ACCEPT);
            } else {
                ready.clear();
                selector.select(ready);
                acceptReady();
            }
        } catch (IOException | RuntimeException | Error e) {
            pause("unexpected failure", e);
        }
        wakeDealt();
    }

    private void acceptReady() {
        for (SelectionKey key = ready.poll(); key != null; key = ready.poll()) {
            acceptBurst((Listener) key.attachment());
        }
    }

    private void acceptBurst(Listener listener) {
        for (int i = 0; i < BURST && !stopping && !paused; i++) {
            if (open() >= maxConnections) {
                pause("connection limit " + maxConnections + " reached", null);
                return;
            }
            if (!hasRoom()) {
                pause("the inboxes of all workers are full", null);
                return;
            }
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                pause("accept failed: " + e.getMessage(), null);
                return;
            }
            if (channel == null) {
                return;
            }
            accepted.setRelease(accepted.getPlain() + 1);
            deal(channel, listener);
        }
    }

    private long open() {
        long open = 0;
        for (Worker worker : workers) {
            open += worker.connections();
        }
        return open;
    }

    private boolean hasRoom() {
        for (Worker worker : workers) {
            if (worker.hasRoom()) {
                return true;
            }
        }
        return false;
    }

    private void pause(String reason, Throwable cause) {
        paused = true;
        listenTo(0);
        if (pauses.getPlain() % 100 == 0) {
            // One line for many pauses: they come by the dozen.
            SafeLog.log(Acceptor.class, Level.WARNING, "accept paused: " + reason, cause);
        }
        pauses.setRelease(pauses.getPlain() + 1);
    }

    private void listenTo(int interest) {
        for (SelectionKey key : selector.keys()) {
            key.interestOps(interest);
        }
    }

    private void deal(SocketChannel channel, Listener listener) {
        try {
            listener.prepare(channel);
            int first = dealer.choose();
            for (int i = 0; i < workers.length; i++) {
                int worker = (first + i) % workers.length;
                if (workers[worker].offer(channel)) {
                    dealer.dealt(worker);
                    dealtTo[worker] = true;
                    return;
                }
            }
        } catch (IOException e) {
            // The peer has left already.
            SafeLog.log(Acceptor.class, Level.DEBUG, "connection lost before a worker took it", e);
        } catch (RuntimeException | Error e) {
            turnAway(channel);
            throw e;
        }
        turnAway(channel);
    }

    private void turnAway(SocketChannel channel) {
        turnedAway.setRelease(turnedAway.getPlain() + 1);
        try {
            channel.close();
        } catch (IOException e) {
            SafeLog.log(Acceptor.class, Level.DEBUG, "failed to close a socket", e);
        }
    }

    private void wakeDealt() {
        for (int i = 0; i < dealtTo.length; i++) {
            if (dealtTo[i]) {
                dealtTo[i] = false;
                workers[i].wakeup();
            }
        }
    }
}
