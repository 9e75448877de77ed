package io.millrace.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Everything about a server that may be set, with its unit, default and reason. Each loop and queue
 * of the server is bounded by one of these. Immutable; made by {@link #builder}.
 *
 * @param addresses where to listen, 1 to 64 of {@link InetSocketAddress}, where port 0 lets the
 *     system pick one, and {@link UnixDomainSocketAddress}, whose file is made at start and removed
 *     at stop; a file on which no server answers is replaced. Default 127.0.0.1:8080: a new server
 *     is not open to the network until somebody says so
 * @param socketPermissions of the files of Unix domain sockets. Java can't make a socket with them,
 *     so it is made in a folder that only this user may enter, and moved to its place when it has
 *     them: nobody ever reaches it through laxer ones. Empty leaves them to the system, which is
 *     the only way where files have none. Default {@code rw-------}: a new server is not open to
 *     other users until somebody says so
 * @param reusePort whether other servers may listen on the same ports at the same time
 *     ({@code SO_REUSEPORT}), and the kernel deals connections among all. Default false: two
 *     servers on a port are a mistake more often than a plan. A system without it can't start such
 *     a server
 * @param workers worker threads. Default: one per processor, as workers never wait for anything but
 *     their selectors
 * @param dispatch how a new connection's worker is chosen. Default {@link Dispatch#ROUND_ROBIN}: no
 *     guess about what connections will do
 * @param backlog connections that the kernel keeps until they are accepted. Default 1024: a burst
 *     of clients is not turned away while the acceptor pauses
 * @param maxConnections connections open at once; the acceptor leaves further ones in the backlog
 *     until one closes. Default 16384: below the usual limit of open files, files included
 * @param inboxCapacity connections that may wait for one worker to adopt them, a power of two.
 *     Default 1024: more than arrive while a worker makes one turn
 * @param receiveBufferBytes the kernel's buffer of what a TCP connection has received; the kernel
 *     may take another size. Default 0, which is the system's: it grows by need, a fixed one
 *     doesn't. A Unix domain socket has only its client's send buffer
 * @param sendBufferBytes the kernel's buffer of what a connection has to send; the kernel may take
 *     another size. Default 0, which is the system's, for the same reason
 * @param maxHeadBytes bytes of a request line and its header fields; 431 beyond. Default 16 KiB:
 *     twice what browsers and proxies send
 * @param maxTargetBytes bytes of a request target; 414 beyond. Default 8192: RFC 9112 section 3
 *     recommends to support 8000
 * @param maxFields header field lines; 431 beyond. Default 100: each costs time in look-ups
 * @param maxBodyBytes bytes of a request body; 413 beyond. Default: no limit but the sink's, a
 *     body costs no memory
 * @param maxChunkLineBytes bytes of a chunk's size line with its extensions; 400 beyond. Default
 *     256: extensions are not used in practice, and a limit keeps them from carrying an attack
 * @param headTimeout from a head's first byte to its last. Default 20 s, as a whole, so that one
 *     byte a second doesn't hold a connection for long
 * @param idleTimeout between two requests. Default 60 s: what clients and proxies expect
 * @param progressTimeout window in which a body, in either direction, has to advance at
 *     {@code minBytesPerSecond}; else 408 or a closed connection. Default 20 s: a slow client that
 *     moves is never cut, however large the body
 * @param minBytesPerSecond the rate that counts as progress. Default 240: less than the slowest
 *     modem
 * @param maxSkipBytes bytes of an unwanted body that are read and dropped to keep the connection,
 *     the framing of chunks among them. Default 256 KiB: about what a new connection costs
 * @param lingerTimeout how long an unwanted body is dropped after an answer that closes the
 *     connection. Default 30 s: a client that writes on and doesn't read still finds the answer
 * @param lingerBytes bytes of an unwanted body that are dropped in that time. Default 4 GiB:
 *     clients that can't read while they write get to see why they were refused
 * @param answerTimeout how long the application may take at a time: to decide or to answer what it
 *     has promised, to make room for a body, or to bring on one of unknown length. 503 beyond, or a
 *     closed connection if the answer has begun. Default 5 min: longer than clients wait
 * @param drainTimeout how long {@link HttpServer#close} lets exchanges finish. Default 30 s
 * @param bytesPerVisit bytes moved for one connection before the worker looks at others. Default
 *     4 MiB: what a socket's buffer may hold, so that a visit leaves it empty and its peer finds
 *     the whole window open. Who moves so much at once waits behind those who move less, and has 10
 *     ms when its turn comes. PUT and GET of 40 MB, in docs/benchmarks.md, chose it
 * @param pieceBytes bytes of a worker's buffer, moved by one system call. Default 256 KiB: a
 *     piece stays in a core's cache between read and write; BodyTransferBenchmark compares sizes
 * @param listener hears what happens on connections; null for nobody. Default null
 * @param flightRecorder whether connections and exchanges are events of JFR. Default no: the JDK
 *     loads a hundred classes for the first event of all, whether it is recorded or not
 * @param name first part of the threads' names. Default "millrace"
 * @param daemon whether the threads let the JVM end. Default false: a program whose main method has
 *     started a server is not done
 * @since 0.1
 */
public record ServerOptions(
        List<SocketAddress> addresses,
        Set<PosixFilePermission> socketPermissions,
        boolean reusePort,
        int workers,
        Dispatch dispatch,
        int backlog,
        int maxConnections,
        int inboxCapacity,
        int receiveBufferBytes,
        int sendBufferBytes,
        int maxHeadBytes,
        int maxTargetBytes,
        int maxFields,
        long maxBodyBytes,
        int maxChunkLineBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration progressTimeout,
        int minBytesPerSecond,
        int maxSkipBytes,
        Duration lingerTimeout,
        long lingerBytes,
        Duration answerTimeout,
        Duration drainTimeout,
        int bytesPerVisit,
        int pieceBytes,
        ServerListener listener,
        boolean flightRecorder,
        String name,
        boolean daemon) {

    /**
     * Checks each value.
     *
     * @throws IllegalArgumentException naming the field, its range and the value
     */
    public ServerOptions {
        for (SocketAddress address : addresses) {
            check(address);
        }
        addresses = List.copyOf(addresses);
        check("number of addresses", addresses.size(), 1, 64);
        socketPermissions = Set.copyOf(socketPermissions);
        Objects.requireNonNull(dispatch, "dispatch");
        Objects.requireNonNull(name, "name");
        check("workers", workers, 1, 1024);
        check("backlog", backlog, 1, 1 << 16);
        check("maxConnections", maxConnections, 1, 1 << 24);
        check("inboxCapacity", inboxCapacity, 2, 1 << 16);
        if (Integer.bitCount(inboxCapacity) != 1) {
            throw new IllegalArgumentException(
                    "inboxCapacity must be a power of two: " + inboxCapacity);
        }
        check("receiveBufferBytes", receiveBufferBytes, 0, 1 << 30);
        check("sendBufferBytes", sendBufferBytes, 0, 1 << 30);
        check("maxHeadBytes", maxHeadBytes, 512, 1 << 20);
        check("maxTargetBytes", maxTargetBytes, 64, maxHeadBytes);
        check("maxFields", maxFields, 1, 10_000);
        check("maxBodyBytes", maxBodyBytes, 0, Long.MAX_VALUE);
        check("maxChunkLineBytes", maxChunkLineBytes, 16, 1 << 16);
        check("headTimeout", headTimeout);
        check("idleTimeout", idleTimeout);
        check("progressTimeout", progressTimeout);
        check("minBytesPerSecond", minBytesPerSecond, 0, 1 << 30);
        check("maxSkipBytes", maxSkipBytes, 0, 1 << 30);
        check("lingerTimeout", lingerTimeout);
        check("lingerBytes", lingerBytes, 0, Long.MAX_VALUE);
        check("answerTimeout", answerTimeout);
        if (drainTimeout.isNegative() || drainTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "drainTimeout must be in [0 s, 1 day]: " + drainTimeout);
        }
        check("bytesPerVisit", bytesPerVisit, 4096, 1 << 30);
        check("pieceBytes", pieceBytes, 4096, 1 << 24);
        if (pieceBytes < maxHeadBytes) {
            throw new IllegalArgumentException(
                    "pieceBytes must be at least maxHeadBytes: " + pieceBytes);
        }
    }

    private static final Duration LONGEST = Duration.ofDays(1);

    private static void check(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress tcp) {
            if (tcp.isUnresolved()) {
                throw new IllegalArgumentException("address is unknown: " + tcp.getHostString());
            }
        } else if (!(address instanceof UnixDomainSocketAddress unix)) {
            throw new IllegalArgumentException(
                    "address must be of TCP or a Unix domain socket: " + address);
        } else if (unix.toString().isEmpty()) {
            throw new IllegalArgumentException("address must have a path");
        }
    }

    private static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    field + " must be in [" + min + ", " + max + "]: " + value);
        }
    }

    private static void check(String field, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(field + " must be in [1 ms, 1 day]: " + value);
        }
    }

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

    /** The defaults. */
    public static ServerOptions defaults() {
        return builder().build();
    }

    /** A builder that starts at the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sets options by name; each is described at {@link ServerOptions}. Threads: one at a time.
     */
    public static final class Builder {

        private List<SocketAddress> addresses =
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
        private Set<PosixFilePermission> socketPermissions =
                Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        private boolean reusePort;
        private int workers = Math.min(1024, Runtime.getRuntime().availableProcessors());
        private Dispatch dispatch = Dispatch.ROUND_ROBIN;
        private int backlog = 1024;
        private int maxConnections = 16_384;
        private int inboxCapacity = 1024;
        private int receiveBufferBytes;
        private int sendBufferBytes;
        private int maxHeadBytes = 16 * 1024;
        private int maxTargetBytes = 8192;
        private int maxFields = 100;
        private long maxBodyBytes = Long.MAX_VALUE;
        private int maxChunkLineBytes = 256;
        private Duration headTimeout = Duration.ofSeconds(20);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration progressTimeout = Duration.ofSeconds(20);
        private int minBytesPerSecond = 240;
        private int maxSkipBytes = 256 * 1024;
        private Duration lingerTimeout = Duration.ofSeconds(30);
        private long lingerBytes = 4L << 30;
        private Duration answerTimeout = Duration.ofMinutes(5);
        private Duration drainTimeout = Duration.ofSeconds(30);
        private int bytesPerVisit = 4 << 20;
        private int pieceBytes = 256 * 1024;
        private ServerListener listener;
        private boolean flightRecorder;
        private String name = "millrace";
        private boolean daemon;

        private Builder() {
        }

        /** Sets {@link ServerOptions#addresses} to this one. */
        public Builder address(SocketAddress address) {
            return addresses(address);
        }

        /** Sets {@link ServerOptions#addresses}. */
        public Builder addresses(SocketAddress... addresses) {
            this.addresses = Arrays.asList(addresses.clone());
            return this;
        }

        /**
         * Sets the port of the only address that there is so far and keeps its host.
         *
         * @throws IllegalStateException if there are several, or it is a Unix domain socket
         */
        public Builder port(int port) {
            if (addresses.size() != 1
                    || !(addresses.get(0) instanceof InetSocketAddress address)) {
                throw new IllegalStateException("which port? The addresses are " + addresses);
            }
            return address(address.isUnresolved()
                    ? InetSocketAddress.createUnresolved(address.getHostString(), port)
                    : new InetSocketAddress(address.getAddress(), port));
        }

        /** Sets {@link ServerOptions#socketPermissions}. */
        public Builder socketPermissions(Set<PosixFilePermission> socketPermissions) {
            this.socketPermissions = socketPermissions;
            return this;
        }

        /** Sets {@link ServerOptions#reusePort}. */
        public Builder reusePort(boolean reusePort) {
            this.reusePort = reusePort;
            return this;
        }

        /** Sets {@link ServerOptions#workers}. */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /** Sets {@link ServerOptions#dispatch}. */
        public Builder dispatch(Dispatch dispatch) {
            this.dispatch = dispatch;
            return this;
        }

        /** Sets {@link ServerOptions#backlog}. */
        public Builder backlog(int backlog) {
            this.backlog = backlog;
            return this;
        }

        /** Sets {@link ServerOptions#maxConnections}. */
        public Builder maxConnections(int maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        /** Sets {@link ServerOptions#inboxCapacity}. */
        public Builder inboxCapacity(int inboxCapacity) {
            this.inboxCapacity = inboxCapacity;
            return this;
        }

        /** Sets {@link ServerOptions#receiveBufferBytes}. */
        public Builder receiveBufferBytes(int receiveBufferBytes) {
            this.receiveBufferBytes = receiveBufferBytes;
            return this;
        }

        /** Sets {@link ServerOptions#sendBufferBytes}. */
        public Builder sendBufferBytes(int sendBufferBytes) {
            this.sendBufferBytes = sendBufferBytes;
            return this;
        }

        /** Sets {@link ServerOptions#maxHeadBytes}. */
        public Builder maxHeadBytes(int maxHeadBytes) {
            this.maxHeadBytes = maxHeadBytes;
            return this;
        }

        /** Sets {@link ServerOptions#maxTargetBytes}. */
        public Builder maxTargetBytes(int maxTargetBytes) {
            this.maxTargetBytes = maxTargetBytes;
            return this;
        }

        /** Sets {@link ServerOptions#maxFields}. */
        public Builder maxFields(int maxFields) {
            this.maxFields = maxFields;
            return this;
        }

        /** Sets {@link ServerOptions#maxBodyBytes}. */
        public Builder maxBodyBytes(long maxBodyBytes) {
            this.maxBodyBytes = maxBodyBytes;
            return this;
        }

        /** Sets {@link ServerOptions#maxChunkLineBytes}. */
        public Builder maxChunkLineBytes(int maxChunkLineBytes) {
            this.maxChunkLineBytes = maxChunkLineBytes;
            return this;
        }

        /** Sets {@link ServerOptions#headTimeout}. */
        public Builder headTimeout(Duration headTimeout) {
            this.headTimeout = headTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#idleTimeout}. */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#progressTimeout}. */
        public Builder progressTimeout(Duration progressTimeout) {
            this.progressTimeout = progressTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#minBytesPerSecond}. */
        public Builder minBytesPerSecond(int minBytesPerSecond) {
            this.minBytesPerSecond = minBytesPerSecond;
            return this;
        }

        /** Sets {@link ServerOptions#maxSkipBytes}. */
        public Builder maxSkipBytes(int maxSkipBytes) {
            this.maxSkipBytes = maxSkipBytes;
            return this;
        }

        /** Sets {@link ServerOptions#lingerTimeout}. */
        public Builder lingerTimeout(Duration lingerTimeout) {
            this.lingerTimeout = lingerTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#lingerBytes}. */
        public Builder lingerBytes(long lingerBytes) {
            this.lingerBytes = lingerBytes;
            return this;
        }

        /** Sets {@link ServerOptions#answerTimeout}. */
        public Builder answerTimeout(Duration answerTimeout) {
            this.answerTimeout = answerTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#drainTimeout}. */
        public Builder drainTimeout(Duration drainTimeout) {
            this.drainTimeout = drainTimeout;
            return this;
        }

        /** Sets {@link ServerOptions#bytesPerVisit}. */
        public Builder bytesPerVisit(int bytesPerVisit) {
            this.bytesPerVisit = bytesPerVisit;
            return this;
        }

        /** Sets {@link ServerOptions#pieceBytes}. */
        public Builder pieceBytes(int pieceBytes) {
            this.pieceBytes = pieceBytes;
            return this;
        }

        /** Sets {@link ServerOptions#listener}. */
        public Builder listener(ServerListener listener) {
            this.listener = listener;
            return this;
        }

        /** Sets {@link ServerOptions#flightRecorder}. */
        public Builder flightRecorder(boolean flightRecorder) {
            this.flightRecorder = flightRecorder;
            return this;
        }

        /** Sets {@link ServerOptions#name}. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets {@link ServerOptions#daemon}. */
        public Builder daemon(boolean daemon) {
            this.daemon = daemon;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException naming the field, its range and the value
         */
        public ServerOptions build() {
            return new ServerOptions(addresses, socketPermissions, reusePort, workers, dispatch,
                    backlog, maxConnections, inboxCapacity, receiveBufferBytes, sendBufferBytes,
                    maxHeadBytes, maxTargetBytes, maxFields, maxBodyBytes, maxChunkLineBytes,
                    headTimeout, idleTimeout, progressTimeout, minBytesPerSecond, maxSkipBytes,
                    lingerTimeout, lingerBytes, answerTimeout, drainTimeout, bytesPerVisit,
                    pieceBytes, listener, flightRecorder, name, daemon);
        }
    }
}
