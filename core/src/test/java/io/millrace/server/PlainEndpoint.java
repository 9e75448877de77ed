package io.millrace.server;

import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/**
 * Hands a worker sockets as the acceptor of an address without TLS does.
 *
 * <p>Threads: any.
 */
final class PlainEndpoint {

    private static final Endpoint ENDPOINT = Endpoint.of(new InetSocketAddress(0));

    private PlainEndpoint() {
    }

    static Endpoint.Accepted accepted(SocketChannel channel) {
        return new Endpoint.Accepted(channel, ENDPOINT, null);
    }
}
