package io.millrace.server;

import io.millrace.codec.Networks;
import io.millrace.log.LogThrottle;
import io.millrace.log.SafeLog;
import io.millrace.log.StallWatch;
import io.millrace.net.Listener;
import io.millrace.net.Listeners;
import io.millrace.net.PeerLimit;
import io.millrace.net.PlaceWish;
import io.millrace.net.ReadyKeys;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Accepts the connections of all listeners and deals them to the workers.
 *
 * <p>When there are as many connections as allowed, the longest idle one is closed for the next.
 * When none is idle, or accepting fails, most often because descriptors are used up, it pauses: a
 * listening socket stays ready all the time, and asking again at once would only burn a processor.
 *
 * <p>While connections are open, it also looks whether a call of a worker takes too long.
 *
 * <p>Threads: what stands under "any thread" is for the server; all else runs on its own thread.
 */
final class Acceptor implements Runnable {

    private static final long PAUSE_MS = 50; // decisions 8 and 30
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
    /**
     * Accepted from one listener in one turn before the workers are woken. HandoffBenchmark
     * compares such a burst with a wake-up for each.
     */
    private static final int BURST = 64;

    private final Selector selector;
    private final ReadyKeys ready = new ReadyKeys();
    private final List<Endpoint> endpoints;
    /** Of each endpoint one, in the same order. */
    private final Listeners listeners;
    /** An array, as going through a list for each connection would leave garbage. */
    private final Worker[] workers;
    private final Dealer dealer;
    private final int maxConnections;
    /** Accepted from one listener before it is closed: as many as the system lets wait, twice. */
    private final int mostAtTheEnd;
    /** Null if there is no limit. */
    private final PeerLimit peers;
    private final LogThrottle refusals = new LogThrottle();
    private final LogThrottle strangers = new LogThrottle();
    private final LogThrottle failures = new LogThrottle();
    /** Set by the constructor: a constant would be made where it is used, for the first time. */
    private final String failed;
    private final boolean[] dealtTo;
    /** Null for none. */
    private final StallWatch stalls;

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
        failed = "accept paused: the acceptor failed";
        endpoints = options.endpoints();
        dealer = Dealer.of(options.dispatch(), workers);
        maxConnections = options.maxConnections();
        mostAtTheEnd = 2 * options.backlog();
        // Behind the address of a proxy there are many clients.
        peers = options.maxConnectionsPerPeer() == 0 ? null
                : new PeerLimit(options.maxConnectionsPerPeer(),
                        Networks.of(options.trustedProxies())::contain);
        dealtTo = new boolean[workers.size()];
        selector = Selector.open();
        for (Worker worker : workers) {
            worker.place.whenMade(selector);
        }
        stalls = options.stallWarning().isZero() ? null : new StallWatch(Worker.class,
                workers.stream().map(Worker::loop).toList(), options.stallWarning());
        try {
            listeners = Listeners.open(options.addresses(), listening(options), selector);
        } catch (IOException | RuntimeException | Error e) {
            selector.close();
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
        return listeners.addresses();
    }

    void stop() {
        stopping = true;
        selector.wakeup();
    }

    boolean isStopping() {
        return stopping;
    }

    /** Ends listening. At the end of {@link #run}, or by the server if it is never called. */
    void close() {
        listeners.close();
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

    long overPeerLimit() {
        return peers == null ? 0 : peers.refused();
    }

    long pauses() {
        return pauses.get();
    }

    // acceptor thread

    @Override
    public void run() {
        survive(null, 0);
        try {
            while (!stopping) {
                turn();
            }
            acceptRest();
        } finally {
            close();
        }
    }

    /**
     * Accepts what waits in the system, right before the listeners are closed: a close resets it,
     * though its clients are connected and may have sent their requests. A Unix domain socket can't
     * be found any more by then. Over TCP what comes between the last look and the close is lost.
     */
    private void acceptRest() { // decision 230
        try {
            for (SelectionKey key : selector.keys()) {
                key.cancel();
            }
            selector.selectNow(); // or a close would be put off until the next selection
            for (Listener listener : listeners) {
                listener.hide();
                acceptRest(listener);
                listener.close();
            }
        } catch (IOException e) {
            SafeLog.log(Acceptor.class, Level.WARNING, "accept failed before the stop", e);
        } finally {
            wakeDealt();
        }
    }

    private void acceptRest(Listener listener) throws IOException {
        for (int left = mostAtTheEnd; left > 0 && open() < maxConnections && hasRoom(); left--) {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            accepted.setRelease(accepted.getPlain() + 1);
            deal(channel, listener);
            if (left % BURST == 0) {
                wakeDealt();
            }
        }
    }

    private void turn() {
        try {
            if (paused) {
                // No listener is looked at. A stop ends this early, or a worker that made place.
                selector.select(ready, PAUSE_MS);
                paused = false;
                listeners.listen(true);
            } else {
                ready.clear();
                selector.select(ready, stalls != null && open() > 0 ? stalls.periodMs() : 0);
                acceptReady();
            }
            wakeDealt();
            if (stalls != null) {
                stalls.look(System.nanoTime());
            }
        } catch (ClosedSelectorException e) {
            throw e; // no turn would ever work again
        } catch (Throwable e) { // a provider's sneaky ones, too
            survive(e, PAUSE_NS);
        }
    }

    /** As {@link Worker} does, and rehearsed like there. Who was dealt something is woken next. */
    private void survive(Throwable failure, long pauseNs) { // decision 129
        try {
            pauses.setRelease(pauses.getPlain() + (failure == null ? 0 : 1));
            failures.log(Acceptor.class, Level.ERROR, failure == null ? null : failed, failure,
                    System.nanoTime());
        } catch (Throwable again) {
            // The next turn matters more than this line.
        }
        LockSupport.parkNanos(pauseNs);
    }

    private void acceptReady() {
        for (SelectionKey key = ready.poll(); key != null; key = ready.poll()) {
            acceptBurst((Listener) key.attachment());
        }
    }

    private void acceptBurst(Listener listener) {
        for (int i = 0; i < BURST && !stopping && !paused; i++) {
            if (open() >= maxConnections) {
                // Behind the first of a burst there may be none that waits: the next turn knows.
                if (i == 0 && !awaitPlace()) {
                    pause("connection limit " + maxConnections + " reached");
                }
                return;
            }
            if (!hasRoom()) {
                pause("the inboxes of all workers are full");
                return;
            }
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                pause("accept failed: " + e.getMessage());
                return;
            }
            if (channel == null) {
                return;
            }
            accepted.setRelease(accepted.getPlain() + 1);
            deal(channel, listener);
        }
    }

    /** Whether the connection may stay; else it is closed. Clients of a proxy are counted later. */
    private boolean admit(SocketChannel channel, Endpoint endpoint) throws IOException {
        if (!endpoint.admits(channel.getRemoteAddress())) {
            turnedAway.setRelease(turnedAway.getPlain() + 1);
            refuse(channel, strangers, " is not among the proxies (--proxy-protocol, "
                    + "Endpoint.proxies) that " + endpoint.address() + " is for");
            return false;
        }
        if (peers != null && !endpoint.isProxied() && !peers.admit(channel)) {
            refuse(channel, refusals, " has " + peers.most() + " open");
            return false;
        }
        return true;
    }

    private static void refuse(SocketChannel channel, LogThrottle kind, String why)
            throws IOException {
        kind.log(Acceptor.class, Level.WARNING, "connection closed: its address "
                + channel.getRemoteAddress() + why, null, System.nanoTime());
        channel.close();
    }

    /**
     * Lets the worker with the longest idle connection close it, and waits for that.
     *
     * @return whether there is one; else every connection has a request
     */
    private boolean awaitPlace() {
        Worker longest = null;
        for (Worker worker : workers) {
            long sinceNs = worker.place.idleSinceNs();
            if (sinceNs != PlaceWish.NEVER
                    && (longest == null || sinceNs - longest.place.idleSinceNs() < 0)) {
                longest = worker;
            }
        }
        if (longest == null) {
            return false;
        }
        paused = true;
        listeners.listen(false);
        longest.place.want();
        longest.wakeup();
        return true;
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

    private void pause(String reason) {
        paused = true;
        listeners.listen(false);
        if (pauses.getPlain() % 100 == 0) {
            // One line for many pauses: they come by the dozen.
            SafeLog.log(Acceptor.class, Level.WARNING, "accept paused: " + reason, null);
        }
        pauses.setRelease(pauses.getPlain() + 1);
    }

    private void deal(SocketChannel channel, Listener listener) {
        try {
            Endpoint endpoint = endpoints.get(listeners.indexOf(listener));
            if (!admit(channel, endpoint)) {
                return;
            }
            listener.prepare(channel);
            Endpoint.Accepted accepted = new Endpoint.Accepted(channel, endpoint, peers);
            int first = dealer.choose();
            for (int i = 0; i < workers.length; i++) {
                int worker = (first + i) % workers.length;
                if (workers[worker].offer(accepted)) {
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
