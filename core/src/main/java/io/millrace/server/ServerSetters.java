package io.millrace.server;

import io.millrace.option.Options;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The setters of the builder of {@link ServerOptions}, in a file of their own to keep both short.
 *
 * <p>Threads: one at a time.
 *
 * @param <B> the builder; bound by a public type, which is what its methods return once erased
 */
abstract class ServerSetters<B extends Options.Builder<B>> // decision 82
        extends Options.Builder<B> {

    ServerSetters() {
        super(ServerOption.ALL);
    }

    /** Sets {@link ServerOptions#endpoints}. */
    public B endpoints(Endpoint... endpoints) {
        return set(ServerOption.ENDPOINTS, Arrays.asList(endpoints.clone()));
    }

    /** Sets {@link ServerOptions#endpoints} to this address, without TLS. */
    public B address(SocketAddress address) {
        return addresses(address);
    }

    /** Sets {@link ServerOptions#endpoints} to these addresses, without TLS. */
    public B addresses(SocketAddress... addresses) {
        return set(ServerOption.ENDPOINTS, Arrays.stream(addresses).map(Endpoint::of).toList());
    }

    /**
     * Sets the port of the only address and keeps all else.
     *
     * @throws IllegalStateException if there are several addresses, or it is a Unix domain socket
     */
    public B port(int port) {
        List<Endpoint> endpoints = get(ServerOption.ENDPOINTS);
        if (endpoints.size() != 1
                || !(endpoints.get(0).address() instanceof InetSocketAddress address)) {
            throw new IllegalStateException(
                    "port() needs exactly one TCP address, but the addresses are " + endpoints);
        }
        return endpoints(endpoints.get(0).at(address.isUnresolved()
                ? InetSocketAddress.createUnresolved(address.getHostString(), port)
                : new InetSocketAddress(address.getAddress(), port)));
    }

    /** Sets {@link ServerOptions#hosts}; none for the default. */
    public B hosts(String... names) {
        return set(ServerOption.HOSTS, List.of(names));
    }

    /** Sets {@link ServerOptions#trustedProxies}. */
    public B trustedProxies(String... networks) {
        return set(ServerOption.TRUSTED_PROXIES, List.of(networks));
    }

    /** Sets {@link ServerOptions#socketPermissions}. */
    public B socketPermissions(Set<PosixFilePermission> permissions) {
        return set(ServerOption.SOCKET_PERMISSIONS, permissions);
    }

    /** Sets {@link ServerOptions#reusePort}. */
    public B reusePort(boolean on) { return set(ServerOption.REUSE_PORT, on); }

    /** Sets {@link ServerOptions#backlog}. */
    public B backlog(int count) { return set(ServerOption.BACKLOG, count); }

    /** Sets {@link ServerOptions#receiveBufferBytes}. */
    public B receiveBufferBytes(int bytes) { return set(ServerOption.RECEIVE_BUFFER_BYTES, bytes); }

    /** Sets {@link ServerOptions#sendBufferBytes}. */
    public B sendBufferBytes(int bytes) { return set(ServerOption.SEND_BUFFER_BYTES, bytes); }

    /** Sets {@link ServerOptions#workers}. */
    public B workers(int count) { return set(ServerOption.WORKERS, count); }

    /** Sets {@link ServerOptions#dispatch}. */
    public B dispatch(Dispatch dispatch) { return set(ServerOption.DISPATCH, dispatch); }

    /** Sets {@link ServerOptions#inboxCapacity}. */
    public B inboxCapacity(int count) { return set(ServerOption.INBOX_CAPACITY, count); }

    /** Sets {@link ServerOptions#name}. */
    public B name(String name) { return set(ServerOption.NAME, name); }

    /** Sets {@link ServerOptions#daemon}. */
    public B daemon(boolean on) { return set(ServerOption.DAEMON, on); }

    /** Sets {@link ServerOptions#maxConnections}. */
    public B maxConnections(int count) { return set(ServerOption.MAX_CONNECTIONS, count); }

    /** Sets {@link ServerOptions#maxConnectionsPerPeer}. */
    public B maxConnectionsPerPeer(int count) {
        return set(ServerOption.MAX_CONNECTIONS_PER_PEER, count);
    }

    /** Sets {@link ServerOptions#maxKeptBytes}. */
    public B maxKeptBytes(long bytes) { return set(ServerOption.MAX_KEPT_BYTES, bytes); }

    /** Sets {@link ServerOptions#maxHeadBytes}. */
    public B maxHeadBytes(int bytes) { return set(ServerOption.MAX_HEAD_BYTES, bytes); }

    /** Sets {@link ServerOptions#maxTargetBytes}. */
    public B maxTargetBytes(int bytes) { return set(ServerOption.MAX_TARGET_BYTES, bytes); }

    /** Sets {@link ServerOptions#maxFields}. */
    public B maxFields(int count) { return set(ServerOption.MAX_FIELDS, count); }

    /** Sets {@link ServerOptions#maxBodyBytes}. */
    public B maxBodyBytes(long bytes) { return set(ServerOption.MAX_BODY_BYTES, bytes); }

    /** Sets {@link ServerOptions#maxChunkLineBytes}. */
    public B maxChunkLineBytes(int bytes) { return set(ServerOption.MAX_CHUNK_LINE_BYTES, bytes); }

    /** Sets {@link ServerOptions#headTimeout}. */
    public B headTimeout(Duration time) { return set(ServerOption.HEAD_TIMEOUT, time); }

    /** Sets {@link ServerOptions#idleTimeout}. */
    public B idleTimeout(Duration time) { return set(ServerOption.IDLE_TIMEOUT, time); }

    /** Sets {@link ServerOptions#firstByteTimeout}. */
    public B firstByteTimeout(Duration time) { return set(ServerOption.FIRST_BYTE_TIMEOUT, time); }

    /** Sets {@link ServerOptions#progressTimeout}. */
    public B progressTimeout(Duration time) { return set(ServerOption.PROGRESS_TIMEOUT, time); }

    /** Sets {@link ServerOptions#minBytesPerSecond}. */
    public B minBytesPerSecond(int rate) { return set(ServerOption.MIN_BYTES_PER_SECOND, rate); }

    /** Sets {@link ServerOptions#answerTimeout}. */
    public B answerTimeout(Duration time) { return set(ServerOption.ANSWER_TIMEOUT, time); }

    /** Sets {@link ServerOptions#stallWarning}. */
    public B stallWarning(Duration time) { return set(ServerOption.STALL_WARNING, time); }

    /** Sets {@link ServerOptions#drainTimeout}. */
    public B drainTimeout(Duration time) { return set(ServerOption.DRAIN_TIMEOUT, time); }

    /** Sets {@link ServerOptions#refusalBody}; null for none. */
    public B refusalBody(@Nullable RefusalBody form) {
        return set(ServerOption.REFUSAL_BODY, form);
    }

    /** Sets {@link ServerOptions#maxSkipBytes}. */
    public B maxSkipBytes(int bytes) { return set(ServerOption.MAX_SKIP_BYTES, bytes); }

    /** Sets {@link ServerOptions#lingerTimeout}. */
    public B lingerTimeout(Duration time) { return set(ServerOption.LINGER_TIMEOUT, time); }

    /** Sets {@link ServerOptions#lingerBytes}. */
    public B lingerBytes(long bytes) { return set(ServerOption.LINGER_BYTES, bytes); }

    /** Sets {@link ServerOptions#bytesPerVisit}. */
    public B bytesPerVisit(int bytes) { return set(ServerOption.BYTES_PER_VISIT, bytes); }

    /** Sets {@link ServerOptions#timePerVisit}. */
    public B timePerVisit(Duration time) { return set(ServerOption.TIME_PER_VISIT, time); }

    /** Sets {@link ServerOptions#pieceBytes}. */
    public B pieceBytes(int bytes) { return set(ServerOption.PIECE_BYTES, bytes); }

    /** Sets {@link ServerOptions#listeners} to this one; null for none. */
    public B listener(ServerListener listener) {
        return listeners(listener == null ? List.of() : List.of(listener));
    }

    /** Sets {@link ServerOptions#listeners}. */
    public B listeners(ServerListener... listeners) { return listeners(List.of(listeners)); }

    /** Sets {@link ServerOptions#listeners}. */
    public B listeners(List<ServerListener> listeners) {
        return set(ServerOption.LISTENERS, listeners);
    }

    /** Sets {@link ServerOptions#flightRecorder}. */
    public B flightRecorder(boolean on) { return set(ServerOption.FLIGHT_RECORDER, on); }
}
