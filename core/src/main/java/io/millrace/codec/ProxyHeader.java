package io.millrace.codec;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.ProxyInfo;
import java.net.SocketAddress;

/**
 * What a PROXY header says of a connection.
 *
 * <p>Threads: any, immutable.
 *
 * @param source the client's address; null if the header has none
 * @param destination the address that the client has connected to; null with the source
 * @param info null if nothing else is told
 */
public record ProxyHeader(SocketAddress source, SocketAddress destination, ProxyInfo info) {

    /** Of a connection that is the proxy's own, or of one that it can't tell about. */
    static final ProxyHeader OWN = new ProxyHeader(null, null, null);

    /** The connection as the header has it; the addresses of the socket where it has none. */
    public ConnectionInfo of(ConnectionInfo socket) {
        if (source == null && info == null) {
            return socket;
        }
        ConnectionInfo.Builder builder = socket.toBuilder();
        if (source != null) {
            builder.peer(source).local(destination);
        }
        if (info != null) {
            builder.proxy(info);
        }
        return builder.build();
    }
}
