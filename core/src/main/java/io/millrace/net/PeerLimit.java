package io.millrace.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How many connections each peer may have open. A peer is an IPv4 address, or a /64 of IPv6, which
 * is what one customer gets. Unix domain sockets have no limit.
 *
 * <p>Whoever closes a connection need not tell: those of a peer are looked through when it seems to
 * have too many, and all of them when as many were admitted as there were open the last time.
 *
 * <p>Threads: the acceptor, and workers whose connections come from a proxy that names its clients.
 */
public final class PeerLimit { // decision 133

    private static final int LEAST_SWEPT = 1024;

    private final int most;
    /** Whose connections are not counted. */
    private final Predicate<SocketAddress> exempt;
    private final Map<Long, List<Channel>> open = new HashMap<>();
    /** Connections in the lists, closed ones among them. */
    private int count;
    /** The count at which all lists are looked through. */
    private int sweepAt = LEAST_SWEPT;
    private long refused;

    /**
     * @param most connections of one peer
     * @param exempt peers without a limit
     */
    public PeerLimit(int most, Predicate<SocketAddress> exempt) {
        this.most = most;
        this.exempt = exempt;
    }

    /** Connections that one peer may have. */
    public int most() {
        return most;
    }

    /** Connections that might not stay. */
    public synchronized long refused() {
        return refused;
    }

    /** Whether a connection may stay; it counts until it is closed. */
    public boolean admit(SocketChannel channel) throws IOException {
        return admit(channel.getRemoteAddress(), channel);
    }

    /**
     * Whether the connection of a peer may stay; it counts until it is closed.
     *
     * @param peer at the other end of the connection, or of its proxy's
     */
    public synchronized boolean admit(SocketAddress peer, Channel channel) {
        if (!(peer instanceof InetSocketAddress address) || exempt.test(peer)) {
            return true;
        }
        if (count >= sweepAt) {
            sweep();
        }
        List<Channel> own =
                open.computeIfAbsent(peer(address.getAddress()), first -> new ArrayList<>(1));
        if (own.size() >= most) {
            count -= own.size();
            own.removeIf(one -> !one.isOpen());
            count += own.size();
            if (own.size() >= most) {
                refused++;
                return false;
            }
        }
        own.add(channel);
        count++;
        return true;
    }

    private void sweep() {
        count = 0;
        Iterator<List<Channel>> each = open.values().iterator();
        while (each.hasNext()) {
            List<Channel> own = each.next();
            own.removeIf(one -> !one.isOpen());
            count += own.size();
            if (own.isEmpty()) {
                each.remove();
            }
        }
        sweepAt = Math.max(LEAST_SWEPT, 2 * count);
    }

    /** The first 64 bits of an IPv6 address; of IPv4 those of a network that is never a peer's. */
    static long peer(InetAddress address) {
        byte[] bytes = address.getAddress();
        long peer = bytes.length == 4 ? 0xffff : 0;
        for (int i = 0; i < Math.min(8, bytes.length); i++) {
            peer = peer << 8 | bytes[i] & 0xff;
        }
        return peer;
    }

    /** Connections that are remembered, to test that closed ones are forgotten. */
    int remembered() {
        return count;
    }

    /** Peers that are remembered, for the same test. */
    int peers() {
        return open.size();
    }
}
