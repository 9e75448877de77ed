package io.millrace.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * Everything about a server that may be set, with its unit, default and reason. Each loop and queue
 * of the server is bounded by one of these. Immutable; made by {@link #builder}.
 *
 * @param address where to listen; port 0 lets the system pick one. Default 127.0.0.1:8080: a new
 *     server is not open to the network until somebody says so
 * @param workers worker threads. Default: one per processor, as workers never wait for anything but
 *     their selectors
 * @param backlog connections that the kernel keeps until they are accepted. Default 1024: a burst of
 *     clients is not turned away while the acceptor pauses
 * @param maxConnections connections open at once; the acceptor leaves further ones in the backlog
 *     until one closes. Default 16384: below the usual limit of open files, files included
 * @param inboxCapacity connections that may wait for one worker to adopt them, a power of two.
 *     Default 1024: more than arrive while a worker makes one turn
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
 * @param maxSkipBytes bytes of an unwanted body that are read and dropped to keep the connection.
 *     Default 256 KiB: about what a new connection costs
 * @param lingerTimeout how long an unwanted body is dropped after an answer that closes the
 *     connection. Default 30 s: a client that writes on and doesn't read still finds the answer
 * @param lingerBytes bytes of an unwanted body that are dropped in that time. Default 4 GiB: clients
 *     that can't read while they write get to see why they were refused
 * @param answerTimeout how long the application may take at a time: to decide or to answer what it
 *     has promised, to make room for a body, or to bring on one of unknown length. 503 beyond, or a
 *     closed connection if the answer has begun. Default 5 min: longer than clients wait
 * @param drainTimeout how long {@link HttpServer#close} lets exchanges finish. Default 30 s
 * @param bytesPerVisit body bytes moved for one connection before the next gets its turn. Default
 *     1 MiB: a fast peer never starves the others
 * @param pieceBytes bytes of a worker's buffer, moved by one system call. Default 256 KiB: a
 *     piece stays in a core's cache between read and write
 * @param listener hears what happens on connections; null for nobody. Default null
 * @param flightRecorder whether connections and exchanges are events of JFR. Default no: the JDK
 *     loads a hundred classes for the first event of all, whether it is recorded or not
 * @param name first part of the threads' names. Default "millrace"
 */
public record ServerOptions(
        InetSocketAddress address,
        int workers,
        int backlog,
        int maxConnections,
        int inboxCapacity,
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
        String name) {

    /**
     * Checks each value.
     *
     * @throws IllegalArgumentException naming the field, its range and the value
     */
    public ServerOptions {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(name, "name");
        check("workers", workers, 1, 1024);
        check("backlog", backlog, 1, 1 << 16);
        check("maxConnections", maxConnections, 1, 1 << 24);
        check("inboxCapacity", inboxCapacity, 2, 1 << 16);
        if (Integer.bitCount(inboxCapacity) != 1) {
            throw new IllegalArgumentException(
                    "inboxCapacity must be a power of two: " + inboxCapacity);
        }
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

        private InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
        private int workers = Math.min(1024, Runtime.getRuntime().availableProcessors());
        private int backlog = 1024;
        private int maxConnections = 16_384;
        private int inboxCapacity = 1024;
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
        private int bytesPerVisit = 1 << 20;
        private int pieceBytes = 256 * 1024;
        private ServerListener listener;
        private boolean flightRecorder;
        private String name = "millrace";

        private Builder() {
        }

        /** Sets {@link ServerOptions#address}. */
        public Builder address(InetSocketAddress address) {
            this.address = address;
            return this;
        }

        /** Sets the port of {@link ServerOptions#address} and keeps its host. */
        public Builder port(int port) {
            this.address = new InetSocketAddress(address.getAddress(), port);
            return this;
        }

        /** Sets {@link ServerOptions#workers}. */
        public Builder workers(int workers) {
            this.workers = workers;
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

        /**
         * The options.
         *
         * @throws IllegalArgumentException naming the field, its range and the value
         */
        public ServerOptions build() {
            return new ServerOptions(address, workers, backlog, maxConnections, inboxCapacity,
                    maxHeadBytes, maxTargetBytes, maxFields, maxBodyBytes, maxChunkLineBytes,
                    headTimeout, idleTimeout, progressTimeout, minBytesPerSecond, maxSkipBytes,
                    lingerTimeout, lingerBytes, answerTimeout, drainTimeout, bytesPerVisit, pieceBytes, listener, flightRecorder,
                    name);
        }
    }
}
