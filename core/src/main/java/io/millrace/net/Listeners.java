package io.millrace.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * All that a server listens on, in the order of its addresses.
 *
 * <p>Threads: the acceptor only, but for {@link #addresses}.
 */
public final class Listeners implements Iterable<Listener> {

    private final Selector selector;
    private final List<Listener> all = new ArrayList<>();

    private Listeners(Selector selector) {
        this.selector = selector;
    }

    /**
     * Listens on all addresses, and has the selector report connections to accept.
     *
     * @throws IOException naming the address that can't be listened on; none is then
     */
    public static Listeners open(List<SocketAddress> addresses, Listener.Settings settings,
            Selector selector) throws IOException {
        Listeners listeners = new Listeners(selector);
        try {
            for (SocketAddress address : addresses) {
                Listener listener = Listener.open(address, settings);
                listeners.all.add(listener);
                listener.register(selector);
            }
        } catch (IOException | RuntimeException | Error e) {
            listeners.close();
            throw e;
        }
        return listeners;
    }

    // any thread

    /** The addresses, with the ports that the system picked. */
    public List<SocketAddress> addresses() {
        SocketAddress[] addresses = new SocketAddress[all.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = all.get(i).address();
        }
        return List.of(addresses);
    }

    // acceptor thread

    /** Which one it is, counted from 0. */
    public int indexOf(Listener listener) {
        return all.indexOf(listener);
    }

    /** Whether the selector reports connections to accept. */
    public void listen(boolean on) {
        for (SelectionKey key : selector.keys()) {
            key.interestOps(on ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    @Override
    public Iterator<Listener> iterator() {
        return all.iterator();
    }

    /** Closes all. */
    public void close() {
        for (Listener listener : all) {
            listener.close();
        }
    }
}
