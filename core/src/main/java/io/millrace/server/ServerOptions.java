package io.millrace.server;

import io.millrace.option.Option;
import io.millrace.option.Options;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a server, made by {@link #builder}. Every loop and queue of the server is bounded
 * by one of them.
 *
 * <p>Each accessor states what the option sets, its unit, default and range, and the reason for the
 * default, as {@code ServerOption} declares it.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class ServerOptions extends Options {

    private final List<Endpoint> endpoints = get(ServerOption.ENDPOINTS);
    private final List<String> hosts = get(ServerOption.HOSTS);
    private final List<String> trustedProxies = get(ServerOption.TRUSTED_PROXIES);
    private final Set<PosixFilePermission> socketPermissions = get(ServerOption.SOCKET_PERMISSIONS);
    private final boolean reusePort = get(ServerOption.REUSE_PORT);
    private final int backlog = get(ServerOption.BACKLOG);
    private final int receiveBufferBytes = get(ServerOption.RECEIVE_BUFFER_BYTES);
    private final int sendBufferBytes = get(ServerOption.SEND_BUFFER_BYTES);
    private final int workers = get(ServerOption.WORKERS);
    private final Dispatch dispatch = get(ServerOption.DISPATCH);
    private final int inboxCapacity = get(ServerOption.INBOX_CAPACITY);
    private final String name = get(ServerOption.NAME);
    private final boolean daemon = get(ServerOption.DAEMON);
    private final int maxConnections = get(ServerOption.MAX_CONNECTIONS);
    private final int maxConnectionsPerPeer = get(ServerOption.MAX_CONNECTIONS_PER_PEER);
    private final long maxKeptBytes = get(ServerOption.MAX_KEPT_BYTES);
    private final int maxHeadBytes = get(ServerOption.MAX_HEAD_BYTES);
    private final int maxTargetBytes = get(ServerOption.MAX_TARGET_BYTES);
    private final int maxFields = get(ServerOption.MAX_FIELDS);
    private final long maxBodyBytes = get(ServerOption.MAX_BODY_BYTES);
    private final int maxChunkLineBytes = get(ServerOption.MAX_CHUNK_LINE_BYTES);
    private final Duration headTimeout = get(ServerOption.HEAD_TIMEOUT);
    private final Duration idleTimeout = get(ServerOption.IDLE_TIMEOUT);
    private final Duration firstByteTimeout = get(ServerOption.FIRST_BYTE_TIMEOUT);
    private final Duration progressTimeout = get(ServerOption.PROGRESS_TIMEOUT);
    private final int minBytesPerSecond = get(ServerOption.MIN_BYTES_PER_SECOND);
    private final Duration answerTimeout = get(ServerOption.ANSWER_TIMEOUT);
    private final Duration stallWarning = get(ServerOption.STALL_WARNING);
    private final Duration drainTimeout = get(ServerOption.DRAIN_TIMEOUT);
    private final RefusalBody refusalBody = get(ServerOption.REFUSAL_BODY);
    private final int maxSkipBytes = get(ServerOption.MAX_SKIP_BYTES);
    private final Duration lingerTimeout = get(ServerOption.LINGER_TIMEOUT);
    private final long lingerBytes = get(ServerOption.LINGER_BYTES);
    private final int bytesPerVisit = get(ServerOption.BYTES_PER_VISIT);
    private final Duration timePerVisit = get(ServerOption.TIME_PER_VISIT);
    private final int pieceBytes = get(ServerOption.PIECE_BYTES);
    private final List<ServerListener> listeners = get(ServerOption.LISTENERS);
    private final boolean flightRecorder = get(ServerOption.FLIGHT_RECORDER);

    private ServerOptions(Builder builder) {
        super(builder);
    }

    /** The defaults. */
    public static ServerOptions defaults() {
        return builder().build();
    }

    /** A builder that starts at the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Every option of a server, for programs that set options by name, for example from flags. */
    public static List<Option<?>> all() {
        return ServerOption.ALL.all();
    }

    /**
     * TCP addresses and Unix domain sockets to listen on, 1 to 64; port 0 picks a free one. Default
     * 127.0.0.1:8080: a new server is not exposed to the network. An address is an {@link
     * InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}. The file of a Unix domain
     * socket is created at start and removed at stop; a file left by a dead server is replaced.
     */
    public List<Endpoint> endpoints() { return endpoints; }

    /** The addresses of {@link #endpoints}. */
    public List<SocketAddress> addresses() {
        return endpoints.stream().map(Endpoint::address).toList();
    }

    /**
     * Hosts that requests may be for, without ports; others get 421; *.NAME: any one label before
     * NAME; *: every host. Default this machine's names on loopback, every host elsewhere: no web
     * page can reach a server on loopback under a name of its own (DNS rebinding). Case does not
     * matter. Empty for the default.
     *
     * <p>A server is on loopback if it has TCP addresses and all are loopback addresses. The
     * machine's names are loopback addresses such as 127.0.0.1 and [::1], localhost and names that
     * end in .localhost, names without a dot, and its host name. Behind a proxy on the same machine
     * that passes on the public name, set that name here. HTTP/1.0 requests without a host are
     * served.
     */
    public List<String> hosts() { return hosts; }

    /**
     * Networks of proxies that name their clients by Forwarded, X-Forwarded-For and
     * X-Forwarded-Proto; unix: proxies behind Unix domain sockets. Default none: any client can
     * send these fields. A network is an address or like 10.0.0.0/8 and fd00::/8.
     *
     * <p>{@link io.millrace.http.RequestHead#connection} then tells of the client that they name.
     * Of several proxies in a row each has to be in these networks: the client is the right-most
     * address that isn't. Requests whose fields are malformed, or name two clients, get 400.
     */
    public List<String> trustedProxies() { return trustedProxies; }

    /**
     * Permissions of Unix domain socket files, whatever the umask. Default rw-------: other users
     * have no access by default; the empty set leaves them to the system. Java can't create a
     * socket with permissions. So the server binds it in a folder that only its user may enter,
     * sets its permissions, and moves it to its place: it is never reachable with laxer ones. Use
     * the empty set where files have no permissions.
     */
    public Set<PosixFilePermission> socketPermissions() { return socketPermissions; }

    /**
     * Share TCP ports with other servers (SO_REUSEPORT), and take the files of Unix domain sockets
     * over from them. Default off: two servers at one address are usually a mistake. The system
     * distributes the connections of a port; those of a socket's file go to the server that began
     * last. On a system without SO_REUSEPORT no server starts that listens on TCP.
     */
    public boolean reusePort() { return reusePort; }

    /**
     * Most connections that wait in the system to be accepted (connections). Default 1024, range 1
     * to 65536: clients are not refused in a burst or while accept is paused.
     */
    public int backlog() { return backlog; }

    /**
     * SO_RCVBUF of TCP connections; 0: the system's default (bytes). Default 0, range 0 to 1 GiB:
     * the system's own buffer grows as needed; a fixed one doesn't. The system may take another
     * size. A Unix domain socket has only its client's send buffer.
     */
    public int receiveBufferBytes() { return receiveBufferBytes; }

    /**
     * SO_SNDBUF of connections; 0: the system's default (bytes). Default 0, range 0 to 1 GiB: the
     * system's own buffer grows as needed; a fixed one doesn't. The system may take another size.
     */
    public int sendBufferBytes() { return sendBufferBytes; }

    /**
     * Worker threads, which serve the connections (threads). Default one per processor, range 1 to
     * 1024: workers block only in their selectors.
     */
    public int workers() { return workers; }

    /**
     * Worker of a new connection: each in turn, or the one with the fewest bytes in flight. Default
     * ROUND_ROBIN: it makes no assumption about future load.
     */
    public Dispatch dispatch() { return dispatch; }

    /**
     * Most accepted connections that wait for one worker; a power of two (connections). Default
     * 1024, range 2 to 65536: fewer arrive during one turn of the event loop.
     */
    public int inboxCapacity() { return inboxCapacity; }

    /**
     * Prefix of the thread names. Default millrace: a thread dump shows which threads belong to the
     * server.
     */
    public String name() { return name; }

    /**
     * Let the JVM end while the server runs. Default off: a program should not end when its main
     * method has started a server.
     */
    public boolean daemon() { return daemon; }

    /**
     * Most connections open at once; at the limit the longest idle one is closed, and new ones wait
     * while none is idle (connections). Default 16384, or one per 16 KiB of heap if that is less,
     * range 1 to 16777216: it is below the usual limit of open files, with room for files, and a
     * connection takes up to 3 KB beside maxKeptBytes.
     */
    public int maxConnections() { return maxConnections; }

    /**
     * Most connections open at once from one IPv4 address or IPv6 /64 network; more are closed; 0:
     * no limit (connections). Default 0, range 0 to 16777216: clients behind one proxy or router
     * share an address. Proxies in trustedProxies and Unix domain sockets have no limit.
     */
    public int maxConnectionsPerPeer() { return maxConnectionsPerPeer; }

    /**
     * Most memory for request heads, unprocessed input and unsent output of all connections; beyond
     * it those that hold most are reset (bytes). Default a quarter of the heap, range from 1 MiB:
     * the rest is the application's, and a full heap serves no client. Each worker has an equal
     * share, which is never less than what one connection may hold.
     */
    public long maxKeptBytes() { return maxKeptBytes; }

    /**
     * Largest request head (request line and header fields); larger ones get 431 (bytes). Default
     * 16 KiB, range 512 to 1 MiB: it is twice what browsers and proxies send.
     */
    public int maxHeadBytes() { return maxHeadBytes; }

    /**
     * Longest request target; longer ones get 414 (bytes). Default 8 KiB, range 64 to 1 MiB, at
     * most maxHeadBytes: RFC 9112 section 3 recommends at least 8000.
     */
    public int maxTargetBytes() { return maxTargetBytes; }

    /**
     * Most header field lines in a request; more get 431 (field lines). Default 100, range 1 to
     * 10000: each line costs time in every lookup.
     */
    public int maxFields() { return maxFields; }

    /**
     * Largest request body; larger ones get 413 (bytes). Default unlimited, range from 0: a body
     * costs no memory, and the application has its own limits.
     */
    public long maxBodyBytes() { return maxBodyBytes; }

    /**
     * Longest chunk-size line, extensions included; longer ones get 400 (bytes). Default 256, range
     * 16 to 64 KiB: extensions are unused in practice, and attacks need long ones.
     */
    public int maxChunkLineBytes() { return maxChunkLineBytes; }

    /**
     * Longest time from the first to the last byte of a request head; slower ones get 408. Default
     * 20 s, range 1 ms to 1 day: a client that sends one byte a second cannot hold a connection.
     */
    public Duration headTimeout() { return headTimeout; }

    /**
     * Longest pause between two requests before the connection is closed. Default 75 s, range 1 ms
     * to 1 day: it is longer than the 60 s of balancers, which must be the first to close.
     */
    public Duration idleTimeout() { return idleTimeout; }

    /**
     * Longest time from a connection's start to the first byte of a request before the connection
     * is closed. Default 20 s, range 1 ms to 1 day, at most idleTimeout: clients connect to send at
     * once; browsers that connect ahead give up or connect again.
     */
    public Duration firstByteTimeout() { return firstByteTimeout; }

    /**
     * Window over which a body's minimum rate is averaged. Default 60 s, range 1 ms to 1 day: a
     * client that makes progress is never cut off, however large the body, nor for a pause of half
     * a minute.
     */
    public Duration progressTimeout() { return progressTimeout; }

    /**
     * Minimum rate of a body in either direction; slower ones get 408 or are cut; 0: none, a body
     * may even stop (bytes per second). Default 240, range 0 to 1 GiB: it is slower than the
     * slowest modem.
     */
    public int minBytesPerSecond() { return minBytesPerSecond; }

    /**
     * Longest wait for the application or the device; then the request gets 503 or is cut off.
     * Default 5 min, range 1 ms to 1 day: clients give up earlier. It covers each wait: for a
     * decision or a response that was promised, for room for a body, and for the bytes of a body of
     * unknown length. {@link io.millrace.http.Handler#within} sets another one for a handler.
     */
    public Duration answerTimeout() { return answerTimeout; }

    /**
     * Time after which a worker that is held by one call is logged, with request and stack; 0:
     * never. Default 1 s, range 0 s to 1 day: everything else that a worker does in one go takes
     * milliseconds. The line comes while the call lasts, once, up to a quarter later.
     */
    public Duration stallWarning() { return stallWarning; }

    /**
     * Longest time that requests may take to finish when the server stops. Default 30 s, range 0 s
     * to 1 day: supervisors wait about that long before they kill a process. {@link
     * HttpServer#close} waits that long.
     */
    public Duration drainTimeout() { return drainTimeout; }

    /**
     * The form of error responses that the server makes itself, and of HttpExceptions without a
     * response of their own. Default none: a line of text is readable everywhere. Null for none.
     */
    public @Nullable RefusalBody refusalBody() { return refusalBody; }

    /**
     * Most bytes of an unread body, chunk framing included, to discard so that the connection can
     * be kept (bytes). Default 256 KiB, range 0 to 1 GiB: a new connection costs about as much.
     */
    public int maxSkipBytes() { return maxSkipBytes; }

    /**
     * Longest time to discard an unread body after a response that closes the connection. Default
     * 30 s, range 1 ms to 1 day: a client that keeps writing without reading still gets the
     * response.
     */
    public Duration lingerTimeout() { return lingerTimeout; }

    /**
     * Most bytes of an unread body to discard in that time (bytes). Default 4 GiB, range from 0:
     * clients that read only after writing still see why they were refused.
     */
    public long lingerBytes() { return lingerBytes; }

    /**
     * Most bytes moved for one connection before its worker serves others (bytes). Default 1 MiB,
     * range 4 KiB to 1 GiB: a small request waits for one visit, and a long transfer keeps its turn
     * for many; measured in docs/benchmarks.md. Long transfers wait behind small ones, and have 10
     * ms when their turn comes.
     */
    public int bytesPerVisit() { return bytesPerVisit; }

    /**
     * Time for pipelined requests of one connection before its worker serves others. Default 2 ms,
     * range 1 ms to 1 day: hundreds of small ones fit in, and a neighbour doesn't notice. What
     * doesn't fit waits behind the connections that ask for little, as long transfers do.
     */
    public Duration timePerVisit() { return timePerVisit; }

    /**
     * Size of a worker's buffer: the most that one system call moves (bytes). Default 1 MiB, or 256
     * KiB with a small heap, range 4 KiB to 16 MiB, at least maxHeadBytes: a file system keeps a
     * file that is written in long pieces in fewer, larger units of memory; measured in
     * docs/benchmarks.md. A heap is small if 1 MiB for each processor is more than a quarter of it.
     */
    public int pieceBytes() { return pieceBytes; }

    /**
     * Listeners for events on connections, each told of all. Default none: the counters work
     * without one.
     */
    public List<ServerListener> listeners() { return listeners; }

    /**
     * Record connections and exchanges as JFR events io.millrace.Connection and
     * io.millrace.Exchange. Default off: the JDK loads a hundred classes for the first event,
     * recorded or not.
     */
    public boolean flightRecorder() { return flightRecorder; }

    /**
     * The first TCP address of {@link #addresses}.
     *
     * @throws IllegalStateException if all are Unix domain sockets
     */
    public InetSocketAddress address() {
        return Endpoint.firstTcp(addresses());
    }

    /**
     * Sets options by name; the accessor of each describes it. Values are checked when all are set,
     * by {@link #build}. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder extends ServerSetters<Builder> {

        private Builder() {
        }

        /**
         * The options.
         *
         * @throws io.millrace.option.OptionException naming the option, its range and the value
         */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
