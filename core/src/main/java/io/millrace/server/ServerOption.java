package io.millrace.server;

import io.millrace.option.Option;
import io.millrace.option.OptionGroup;
import io.millrace.option.OptionSet;
import io.millrace.option.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Declares every option of a server, once. An option that bounds another stands before it.
 *
 * <p>Threads: any.
 */
final class ServerOption {

    static final OptionSet ALL = new OptionSet();

    private static final OptionGroup LISTENING = ALL.group("Listening");
    private static final OptionGroup THREADS = ALL.group("Threads");
    private static final OptionGroup LIMITS = ALL.group("Limits");
    private static final OptionGroup TIMES = ALL.group("Times");
    private static final OptionGroup UNREAD = ALL.group("Unread bodies");
    private static final OptionGroup TUNING = ALL.group("Tuning");
    private static final OptionGroup OBSERVING = ALL.group("Observing");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int GIB = 1 << 30;

    // Listening

    static final Option<List<SocketAddress>> ADDRESSES = LISTENING
            .<List<SocketAddress>>object("addresses", List.class,
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080)))
            .rule(new AddressRule())
            .sets("TCP addresses and Unix domain sockets to listen on, 1 to 64; port 0 picks a "
                    + "free one")
            .standardText("127.0.0.1:8080")
            .because("a new server is not open to the network until it is told to be")
            .noFlag("--address, --port and --listen set it together");

    static final Option<Set<PosixFilePermission>> SOCKET_PERMISSIONS = LISTENING
            .<Set<PosixFilePermission>>object("socketPermissions", Set.class,
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
            .sets("permissions of Unix domain socket files, or none to leave them to the system")
            .standardText("rw-------")
            .because("other users get no access until it is granted to them")
            .flag("--socket-mode");

    static final Option<Boolean> REUSE_PORT = LISTENING.toggle("reusePort")
            .sets("share TCP ports with other servers (SO_REUSEPORT); the system distributes the "
                    + "connections")
            .because("two servers on one port are a mistake more often than a plan")
            .flag("--reuse-port");

    static final Option<Integer> BACKLOG = LISTENING
            .number("backlog", "connections", 1024, 1, 1 << 16)
            .sets("most connections that the system queues until they are accepted")
            .because("a burst of clients is not turned away while the acceptor pauses")
            .flag("--backlog");

    static final Option<Integer> RECEIVE_BUFFER_BYTES = LISTENING
            .number("receiveBufferBytes", "bytes", 0, 0, GIB)
            .sets("SO_RCVBUF of TCP connections; 0: the system's default")
            .because("the system's buffer grows by need, a fixed one doesn't")
            .flag("--receive-buffer");

    static final Option<Integer> SEND_BUFFER_BYTES = LISTENING
            .number("sendBufferBytes", "bytes", 0, 0, GIB)
            .sets("SO_SNDBUF of connections; 0: the system's default")
            .because("the system's buffer grows by need, a fixed one doesn't")
            .flag("--send-buffer");

    // Threads

    static final Option<Integer> WORKERS = THREADS
            .number("workers", "threads",
                    Math.min(1024, Runtime.getRuntime().availableProcessors()), 1, 1024)
            .sets("worker threads, which serve the connections")
            .standardText("one per processor")
            .because("workers wait for nothing but their selectors")
            .flag("--workers");

    static final Option<Dispatch> DISPATCH = THREADS.choice("dispatch", Dispatch.ROUND_ROBIN)
            .sets("worker of a new connection: each in turn, or the one with the fewest bytes in "
                    + "flight")
            .because("it needs no guess about what connections will do")
            .flag("--dispatch");

    static final Option<Integer> INBOX_CAPACITY = THREADS
            .number("inboxCapacity", "connections", 1024, 2, 1 << 16)
            .rule(Rule.powerOfTwo()) // queues index their slots by a mask
            .sets("most accepted connections that wait for one worker, a power of two")
            .because("fewer arrive during one turn of a worker")
            .flag("--inbox");

    static final Option<String> NAME = THREADS.object("name", String.class, "millrace")
            .sets("first part of the threads' names")
            .because("a thread dump shows whose threads they are")
            .noFlag("a program has one server");

    static final Option<Boolean> DAEMON = THREADS.toggle("daemon")
            .sets("let the JVM end while the server runs")
            .because("a program whose main method has started a server is not done")
            .noFlag("a program runs until a signal ends it");

    // Limits

    static final Option<Integer> MAX_CONNECTIONS = LIMITS
            .number("maxConnections", "connections", 16_384, 1, 1 << 24)
            .sets("most connections open at once; more wait in the backlog")
            .because("it is below the usual limit of open files, with room for files")
            .flag("--max-connections");

    static final Option<Integer> MAX_HEAD_BYTES = LIMITS
            .number("maxHeadBytes", "bytes", 16 << 10, 512, 1 << 20)
            .sets("largest request head (request line and header fields); larger ones get 431")
            .because("it is twice what browsers and proxies send")
            .flag("--max-head");

    static final Option<Integer> MAX_TARGET_BYTES = LIMITS
            .number("maxTargetBytes", "bytes", 8192, 64, 1 << 20)
            .atMost(MAX_HEAD_BYTES)
            .sets("longest request target; longer ones get 414")
            .because("RFC 9112 section 3 recommends at least 8000")
            .flag("--max-target");

    static final Option<Integer> MAX_FIELDS = LIMITS
            .number("maxFields", "field lines", 100, 1, 10_000)
            .sets("most header field lines in a request; more get 431")
            .because("each one costs time when a field is looked up")
            .flag("--max-fields");

    static final Option<Long> MAX_BODY_BYTES = LIMITS
            .number("maxBodyBytes", "bytes", Long.MAX_VALUE, 0, Long.MAX_VALUE)
            .sets("largest request body; larger ones get 413")
            .because("a body costs no memory, and what takes it has limits of its own")
            .flag("--max-body");

    static final Option<Integer> MAX_CHUNK_LINE_BYTES = LIMITS
            .number("maxChunkLineBytes", "bytes", 256, 16, 1 << 16)
            .sets("longest size line of a chunk, extensions included; longer ones get 400")
            .because("extensions are not used in practice, and attacks need long ones")
            .flag("--max-chunk-line");

    // Times

    static final Option<Duration> HEAD_TIMEOUT = TIMES
            .time("headTimeout", Duration.ofSeconds(20), SHORTEST, LONGEST)
            .sets("longest time for a request head, from first byte to last, before it gets 408")
            .because("one byte a second doesn't hold a connection for long")
            .flag("--head-timeout");

    static final Option<Duration> IDLE_TIMEOUT = TIMES
            .time("idleTimeout", Duration.ofSeconds(75), SHORTEST, LONGEST)
            .sets("longest pause between two requests before the connection is closed")
            .because("it is longer than the 60 s of balancers, which must be the first to close")
            .flag("--idle-timeout");

    static final Option<Duration> PROGRESS_TIMEOUT = TIMES
            .time("progressTimeout", Duration.ofSeconds(60), SHORTEST, LONGEST)
            .sets("window over which a body's minimum rate is averaged")
            .because("a transfer may stall for most of a minute, as phones do, and moves on")
            .flag("--progress-timeout");

    static final Option<Integer> MIN_BYTES_PER_SECOND = TIMES
            .number("minBytesPerSecond", "bytes per second", 240, 0, GIB)
            .sets("minimum rate of a body in either direction; slower ones get 408 or are cut")
            .because("it is less than the slowest modem")
            .flag("--min-rate");

    static final Option<Duration> ANSWER_TIMEOUT = TIMES
            .time("answerTimeout", Duration.ofMinutes(5), SHORTEST, LONGEST)
            .sets("longest wait for the application or the device before the request gets 503 or "
                    + "is cut")
            .because("it is longer than clients wait")
            .flag("--answer-timeout");

    static final Option<Duration> DRAIN_TIMEOUT = TIMES
            .time("drainTimeout", Duration.ofSeconds(30), Duration.ZERO, LONGEST)
            .sets("longest time that requests may take to finish when the server stops")
            .because("supervisors wait about as long before they kill a process")
            .flag("--drain");

    // Unread bodies

    static final Option<Integer> MAX_SKIP_BYTES = UNREAD
            .number("maxSkipBytes", "bytes", 256 << 10, 0, GIB)
            .sets("most of an unread body, chunk framing included, that is dropped to keep the "
                    + "connection")
            .because("a new connection costs about as much")
            .flag("--max-skip");

    static final Option<Duration> LINGER_TIMEOUT = UNREAD
            .time("lingerTimeout", Duration.ofSeconds(30), SHORTEST, LONGEST)
            .sets("longest time that an unread body is dropped after a response that closes the "
                    + "connection")
            .because("a client that writes on without reading still finds the response")
            .flag("--linger-timeout");

    static final Option<Long> LINGER_BYTES = UNREAD
            .number("lingerBytes", "bytes", 4L << 30, 0, Long.MAX_VALUE)
            .sets("most of an unread body that is dropped in that time")
            .because("clients that can't read while they write see why they were refused")
            .flag("--linger-bytes");

    // Tuning

    static final Option<Integer> BYTES_PER_VISIT = TUNING
            .number("bytesPerVisit", "bytes", 4 << 20, 4096, GIB)
            .sets("most bytes moved for one connection before its worker serves others")
            .because("a visit empties a socket's buffer, so that its peer finds the whole window "
                    + "open; measured in docs/benchmarks.md")
            .flag("--visit");

    static final Option<Duration> TIME_PER_VISIT = TUNING
            .time("timePerVisit", Duration.ofMillis(2), SHORTEST, LONGEST)
            .sets("time for pipelined requests of one connection before its worker serves others")
            .because("hundreds of small ones fit in, and a neighbour doesn't notice")
            .flag("--visit-time");

    static final Option<Integer> PIECE_BYTES = TUNING
            .number("pieceBytes", "bytes", 256 << 10, 4096, 1 << 24)
            .atLeast(MAX_HEAD_BYTES)
            .sets("size of a worker's buffer, which one system call moves")
            .because("a piece stays in a core's cache between read and write; "
                    + "BodyTransferBenchmark compares sizes")
            .flag("--piece");

    // Observing

    static final Option<ServerListener> LISTENER = OBSERVING
            .object("listener", ServerListener.class, (ServerListener) null)
            .sets("object that is told what happens on connections")
            .because("figures are counted without one")
            .noFlag("it is an object of the application");

    static final Option<Boolean> FLIGHT_RECORDER = OBSERVING.toggle("flightRecorder")
            .sets("record connections and exchanges as JFR events io.millrace.Connection and "
                    + "io.millrace.Exchange")
            .because("the JDK loads a hundred classes for the first event, recorded or not")
            .flag("--flight-recorder");

    private ServerOption() {
    }
}
