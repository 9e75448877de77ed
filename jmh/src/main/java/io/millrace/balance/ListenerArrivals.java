package io.millrace.balance;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The article's first two drafts: a reactor that accepts for itself, from a listener in its own
 * selector.
 *
 * <p>Threads: as said at {@link Arrivals}.
 */
final class ListenerArrivals implements Arrivals<SocketChannel> {

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final SelectionKey key;

    /** Arrivals at a listener that isn't registered yet. */
    ListenerArrivals(Selector selector, ServerSocketChannel listener) throws IOException {
        this.selector = selector;
        this.listener = listener;
        listener.configureBlocking(false);
        key = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public void await(boolean ownsConnections) throws IOException {
        selector.select();
    }

    @Override
    public SocketChannel poll() throws IOException {
        return selector.selectedKeys().contains(key) ? listener.accept() : null;
    }

    @Override
    public void wake() {
        selector.wakeup();
    }
}
