package io.millrace.server;

import io.millrace.option.Option;
import io.millrace.option.Options;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Everything about a server that may be set. Each loop and queue of the server is bounded by one of
 * these. Immutable; made by {@link #builder}. Threads: any.
 *
 * <p>The accessors say what each option sets, with its unit, default, range and the reason for the
 * default, as {@code ServerOption} declares it.
 *
 * @since 0.1
 */
public final class ServerOptions extends Options {

    private final List<SocketAddress> addresses = get(ServerOption.ADDRESSES);
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
    private final int maxHeadBytes = get(ServerOption.MAX_HEAD_BYTES);
    private final int maxTargetBytes = get(ServerOption.MAX_TARGET_BYTES);
    private final int maxFields = get(ServerOption.MAX_FIELDS);
    private final long maxBodyBytes = get(ServerOption.MAX_BODY_BYTES);
    private final int maxChunkLineBytes = get(ServerOption.MAX_CHUNK_LINE_BYTES);
    private final Duration headTimeout = get(ServerOption.HEAD_TIMEOUT);
    private final Duration idleTimeout = get(ServerOption.IDLE_TIMEOUT);
    private final Duration progressTimeout = get(ServerOption.PROGRESS_TIMEOUT);
    private final int minBytesPerSecond = get(ServerOption.MIN_BYTES_PER_SECOND);
    private final Duration answerTimeout = get(ServerOption.ANSWER_TIMEOUT);
    private final Duration drainTimeout = get(ServerOption.DRAIN_TIMEOUT);
    private final int maxSkipBytes = get(ServerOption.MAX_SKIP_BYTES);
    private final Duration lingerTimeout = get(ServerOption.LINGER_TIMEOUT);
    private final long lingerBytes = get(ServerOption.LINGER_BYTES);
    private final int bytesPerVisit = get(ServerOption.BYTES_PER_VISIT);
    private final Duration timePerVisit = get(ServerOption.TIME_PER_VISIT);
    private final int pieceBytes = get(ServerOption.PIECE_BYTES);
    private final ServerListener listener = get(ServerOption.LISTENER);
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

    /** Every option of a server, for programs that set options by name, such as by flags. */
    public static List<Option<?>> all() {
        return ServerOption.ALL.all();
    }

    /**
     * TCP addresses and Unix domain sockets to listen on, 1 to 64; port 0 picks a free one. Default
     * 127.0.0.1:8080: a new server is not open to the network until it is told to be. An address is
     * an {@link InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}, whose file is
     * made at start and removed at stop; a file on which no server answers is replaced.
     */
    public List<SocketAddress> addresses() { return addresses; }

    /**
     * Permissions of Unix domain socket files, or none to leave them to the system. Default
     * rw-------: other users get no access until it is granted to them. Java can't create a socket
     * with permissions, so the server binds it in a folder that only its user may enter and moves
     * it to its place when it has them: it is never reachable with laxer ones. Leave them to the
     * system where files have none.
     */
    public Set<PosixFilePermission> socketPermissions() { return socketPermissions; }

    /**
     * Share TCP ports with other servers (SO_REUSEPORT); the system distributes the connections.
     * Default off: two servers on one port are a mistake more often than a plan. A system without
     * it can't start such a server.
     */
    public boolean reusePort() { return reusePort; }

    /**
     * Most connections that the system queues until they are accepted (connections). Default 1024,
     * range 1 to 65536: a burst of clients is not turned away while the acceptor pauses.
     */
    public int backlog() { return backlog; }

    /**
     * SO_RCVBUF of TCP connections; 0: the system's default (bytes). Default 0, range 0 to 1 GiB:
     * the system's buffer grows by need, a fixed one doesn't. The system may take another size. A
     * Unix domain socket has only its client's send buffer.
     */
    public int receiveBufferBytes() { return receiveBufferBytes; }

    /**
     * SO_SNDBUF of connections; 0: the system's default (bytes). Default 0, range 0 to 1 GiB: the
     * system's buffer grows by need, a fixed one doesn't. The system may take another size.
     */
    public int sendBufferBytes() { return sendBufferBytes; }

    /**
     * Worker threads, which serve the connections (threads). Default one per processor, range 1 to
     * 1024: workers wait for nothing but their selectors.
     */
    public int workers() { return workers; }

    /**
     * Worker of a new connection: each in turn, or the one with the fewest bytes in flight. Default
     * ROUND_ROBIN: it needs no guess about what connections will do.
     */
    public Dispatch dispatch() { return dispatch; }

    /**
     * Most accepted connections that wait for one worker, a power of two (connections). Default
     * 1024, range 2 to 65536: fewer arrive during one turn of a worker.
     */
    public int inboxCapacity() { return inboxCapacity; }

    /**
     * First part of the threads' names. Default millrace: a thread dump shows whose threads they
     * are.
     */
    public String name() { return name; }

    /**
     * Let the JVM end while the server runs. Default off: a program whose main method has started a
     * server is not done.
     */
    public boolean daemon() { return daemon; }

    /**
     * Most connections open at once; more wait in the backlog (connections). Default 16384, range 1
     * to 16777216: it is below the usual limit of open files, with room for files.
     */
    public int maxConnections() { return maxConnections; }

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
     * 10000: each one costs time when a field is looked up.
     */
    public int maxFields() { return maxFields; }

    /**
     * Largest request body; larger ones get 413 (bytes). Default unlimited, range from 0: a body
     * costs no memory, and what takes it has limits of its own.
     */
    public long maxBodyBytes() { return maxBodyBytes; }

    /**
     * Longest size line of a chunk, extensions included; longer ones get 400 (bytes). Default 256,
     * range 16 to 64 KiB: extensions are not used in practice, and attacks need long ones.
     */
    public int maxChunkLineBytes() { return maxChunkLineBytes; }

    /**
     * Longest time for a request head, from first byte to last, before it gets 408. Default 20 s,
     * range 1 ms to 1 day: one byte a second doesn't hold a connection for long.
     */
    public Duration headTimeout() { return headTimeout; }

    /**
     * Longest pause between two requests before the connection is closed. Default 75 s, range 1 ms
     * to 1 day: it is longer than the 60 s of balancers, which must be the first to close.
     */
    public Duration idleTimeout() { return idleTimeout; }

    /**
     * Window over which a body's minimum rate is averaged. Default 60 s, range 1 ms to 1 day: a
     * transfer may stall for most of a minute, as phones do, and moves on. A slow client that moves
     * is never cut, however large the body.
     */
    public Duration progressTimeout() { return progressTimeout; }

    /**
     * Minimum rate of a body in either direction; slower ones get 408 or are cut (bytes per
     * second). Default 240, range 0 to 1 GiB: it is less than the slowest modem.
     */
    public int minBytesPerSecond() { return minBytesPerSecond; }

    /**
     * Longest wait for the application or the device before the request gets 503 or is cut. Default
     * 5 min, range 1 ms to 1 day: it is longer than clients wait. It covers each wait: for a
     * decision or a response that was promised, for room for a body, and for the bytes of a body of
     * unknown length.
     */
    public Duration answerTimeout() { return answerTimeout; }

    /**
     * Longest time that requests may take to finish when the server stops. Default 30 s, range 0 s
     * to 1 day: supervisors wait about as long before they kill a process. {@link HttpServer#close}
     * waits so long.
     */
    public Duration drainTimeout() { return drainTimeout; }

    /**
     * Most of an unread body, chunk framing included, that is dropped to keep the connection
     * (bytes). Default 256 KiB, range 0 to 1 GiB: a new connection costs about as much.
     */
    public int maxSkipBytes() { return maxSkipBytes; }

    /**
     * Longest time that an unread body is dropped after a response that closes the connection.
     * Default 30 s, range 1 ms to 1 day: a client that writes on without reading still finds the
     * response.
     */
    public Duration lingerTimeout() { return lingerTimeout; }

    /**
     * Most of an unread body that is dropped in that time (bytes). Default 4 GiB, range from 0:
     * clients that can't read while they write see why they were refused.
     */
    public long lingerBytes() { return lingerBytes; }

    /**
     * Most bytes moved for one connection before its worker serves others (bytes). Default 4 MiB,
     * range 4 KiB to 1 GiB: a visit empties a socket's buffer, so that its peer finds the whole
     * window open; measured in docs/benchmarks.md. Long transfers wait behind small ones, and have
     * 10 ms when their turn comes.
     */
    public int bytesPerVisit() { return bytesPerVisit; }

    /**
     * Time for pipelined requests of one connection before its worker serves others. Default 2 ms,
     * range 1 ms to 1 day: hundreds of small ones fit in, and a neighbour doesn't notice. What
     * doesn't fit waits behind the connections that ask for little, as long transfers do.
     */
    public Duration timePerVisit() { return timePerVisit; }

    /**
     * Size of a worker's buffer, which one system call moves (bytes). Default 256 KiB, range 4 KiB
     * to 16 MiB, at least maxHeadBytes: a piece stays in a core's cache between read and write;
     * BodyTransferBenchmark compares sizes.
     */
    public int pieceBytes() { return pieceBytes; }

    /**
     * Object that is told what happens on connections. Default none: figures are counted without
     * one. Null for none.
     */
    public ServerListener listener() { return listener; }

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
        return firstTcp(addresses);
    }

    static InetSocketAddress firstTcp(List<SocketAddress> addresses) {
        for (SocketAddress address : addresses) {
            if (address instanceof InetSocketAddress tcp) {
                return tcp;
            }
        }
        throw new IllegalStateException("no TCP address in " + addresses);
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
