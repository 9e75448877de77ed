package io.millrace.net;

import io.millrace.option.Rule;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Objects;

/** Checks the addresses to listen on. Threads: any. */
public final class AddressRule implements Rule<List<SocketAddress>> {

    /** More would be a mistake: 0.0.0.0 and [::] cover all addresses of a machine. */
    private static final int MAX_ADDRESSES = 64;

    @Override
    public String violation(List<SocketAddress> addresses) {
        for (SocketAddress address : addresses) {
            check(address);
        }
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException("number of addresses must be in [1, "
                    + MAX_ADDRESSES + "]: " + addresses.size());
        }
        return null;
    }

    private static void check(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress tcp) {
            if (tcp.isUnresolved()) {
                throw new IllegalArgumentException("address is unresolved: " + tcp.getHostString());
            }
        } else if (!(address instanceof UnixDomainSocketAddress unix)) {
            throw new IllegalArgumentException(
                    "address must be an InetSocketAddress or a UnixDomainSocketAddress: "
                            + address);
        } else if (unix.toString().isEmpty()) {
            throw new IllegalArgumentException(
                    "the path of a Unix domain socket address must not be empty");
        }
    }
}
