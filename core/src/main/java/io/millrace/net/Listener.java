package io.millrace.net;

import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * One address that a server listens on, over TCP or in the file system.
 *
 * <p>Threads: the acceptor only, but for {@link #address}.
 */
public final class Listener {

    /**
     * How to listen.
     *
     * @param backlog connections that the system keeps until they are accepted
     * @param reusePort whether other sockets may listen on the same TCP address, and whether a
     *     Unix socket takes the place of another one that listens
     * @param receiveBufferBytes SO_RCVBUF of TCP connections; 0 for the system's default
     * @param sendBufferBytes SO_SNDBUF of connections; 0 for the system's default
     * @param socketPermissions of a Unix socket's file; empty for what the system gives it
     */
    public record Settings(int backlog, boolean reusePort, int receiveBufferBytes,
            int sendBufferBytes, Set<PosixFilePermission> socketPermissions) {
    }

    private final ServerSocketChannel socket;
    private final int sendBufferBytes;
    private final SocketAddress address;
    /** Null for TCP. */
    private final SocketFile file;

    private Listener(ServerSocketChannel socket, SocketAddress address, Settings settings)
            throws IOException {
        this.socket = socket;
        sendBufferBytes = settings.sendBufferBytes();
        socket.configureBlocking(false);
        if (address instanceof UnixDomainSocketAddress unix) {
            file = SocketFile.bind(socket, unix.getPath(), settings.backlog(),
                    settings.socketPermissions(), settings.reusePort());
            this.address = address;
        } else {
            file = null;
            bind(socket, address, settings);
            this.address = socket.getLocalAddress();
        }
    }

    /**
     * Listens.
     *
     * @throws IOException naming the address; a {@link BindException} if it is taken
     */
    public static Listener open(SocketAddress address, Settings settings) throws IOException {
        try {
            ServerSocketChannel socket = address instanceof UnixDomainSocketAddress
                    ? openUnix() : ServerSocketChannel.open();
            try {
                return new Listener(socket, address, settings);
            } catch (IOException | RuntimeException | Error e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw named(e, address);
        }
    }

    private static ServerSocketChannel openUnix() throws IOException {
        try {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system does not support Unix domain sockets", e);
        }
    }

    private static void bind(ServerSocketChannel socket, SocketAddress address,
            Settings settings) throws IOException {
        if (settings.reusePort()) {
            if (!socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                throw new IOException("this system does not support SO_REUSEPORT");
            }
            socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        if (settings.receiveBufferBytes() > 0) {
            // Before bind: accepted sockets inherit it, and agree on their window by it.
            socket.setOption(StandardSocketOptions.SO_RCVBUF, settings.receiveBufferBytes());
        }
        socket.bind(address, settings.backlog());
    }

    /** The failure with the address in its message; a BindException stays one. */
    private static IOException named(IOException e, SocketAddress address) {
        String message = "can't listen on " + text(address) + ": " + e.getMessage();
        if (e instanceof BindException) {
            BindException taken = new BindException(message);
            taken.initCause(e);
            return taken;
        }
        return new IOException(message, e);
    }

    /** An address as text: 127.0.0.1:80, [::1]:80 or unix:/run/server.sock. */
    public static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress tcp) {
            String host = tcp.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + tcp.getPort();
        }
        return "unix:" + address;
    }

    // any thread

    /** The address, with the port that the system picked for port 0. */
    public SocketAddress address() {
        return address;
    }

    // acceptor thread

    /** Has the selector report connections to accept; this is the key's attachment. */
    public void register(Selector selector) throws ClosedChannelException {
        socket.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    /** The next connection; null if there is none now. */
    public SocketChannel accept() throws IOException {
        return socket.accept();
    }

    /** Makes a connection ready for a worker. */
    public void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        if (file == null) {
            // A small response leaves in one write; waiting for an acknowledgement costs 40 ms.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        if (sendBufferBytes > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBufferBytes);
        }
    }

    /** Removes the file of a Unix socket, so that no client finds it any more. */
    public void hide() throws IOException {
        if (file != null) {
            file.remove();
        }
    }

    /** Closes the listener and removes the file of a Unix socket. */
    public void close() {
        try {
            socket.close();
            hide();
        } catch (IOException e) {
            SafeLog.log(Listener.class, Level.WARNING,
                    "failed to close the listener on " + text(address), e);
        }
    }
}
