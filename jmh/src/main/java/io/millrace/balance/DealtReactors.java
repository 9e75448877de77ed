package io.millrace.balance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The article's third and fourth draft: one acceptor that deals connections to reactors in turn,
 * through a mailbox each.
 *
 * <p>Threads: any, one at a time; the acceptor has its own.
 */
final class DealtReactors implements Server {

    private static final int BACKLOG = 1024;

    private final List<Mailbox<SocketChannel>> mailboxes = new ArrayList<>();
    private final List<Reactor> reactors = new ArrayList<>();
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Thread acceptor = new Thread(this::accept, "acceptor");

    /** Starts that many reactors, with mailboxes of one kind. */
    DealtReactors(int count, Function<Selector, Mailbox<SocketChannel>> kind) throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        address = (InetSocketAddress) listener.getLocalAddress();
        for (int i = 0; i < count; i++) {
            Selector selector = Selector.open();
            Mailbox<SocketChannel> mailbox = kind.apply(selector);
            mailboxes.add(mailbox);
            reactors.add(new Reactor("reactor-" + i, selector, mailbox));
        }
        reactors.forEach(Reactor::start);
        acceptor.start();
    }

    private void accept() {
        try {
            for (int next = 0; true; next = (next + 1) % mailboxes.size()) {
                Mailbox<SocketChannel> mailbox = mailboxes.get(next);
                mailbox.put(listener.accept());
                mailbox.flush();
            }
        } catch (AsynchronousCloseException e) {
            // The end that stop has asked for.
        } catch (IOException e) {
            // The clients wait in vain, and the run ends with that.
            throw new IllegalStateException("accepting broke", e);
        }
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
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException("the listener can't be closed", e);
        }
        acceptor.join();
        for (Reactor reactor : reactors) {
            reactor.stop();
        }
    }
}
