package io.millrace.balance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The article's first and second draft: reactors that accept for themselves, all at one port, among
 * which the kernel spreads the connections by a hash of their addresses.
 *
 * <p>Threads: any, one at a time.
 */
final class AcceptingReactors implements Server {

    private static final int BACKLOG = 1024;

    private final List<Reactor> reactors = new ArrayList<>();
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** Starts that many reactors. */
    AcceptingReactors(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Selector selector = Selector.open();
            ServerSocketChannel listener = ServerSocketChannel.open();
            if (count > 1) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(address, BACKLOG);
            address = (InetSocketAddress) listener.getLocalAddress();
            reactors.add(new Reactor("reactor-" + i, selector,
                    new ListenerArrivals(selector, listener)));
        }
        reactors.forEach(Reactor::start);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public long[] threadBytes() {
        return reactors.stream().mapToLong(Reactor::bodyBytes).toArray();
    }

    @Override
    public void stop() throws InterruptedException {
        for (Reactor reactor : reactors) {
            reactor.stop();
        }
    }
}
