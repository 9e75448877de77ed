package io.millrace.server;

import io.millrace.codec.HostRules;
import io.millrace.codec.Networks;
import io.millrace.option.Option;
import io.millrace.option.OptionGroup;
import io.millrace.option.OptionSet;
import io.millrace.option.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    private static final OptionGroup ERRORS = ALL.group("Errors");
    private static final OptionGroup UNREAD = ALL.group("Unread bodies");
    private static final OptionGroup TUNING = ALL.group("Tuning");
    private static final OptionGroup OBSERVING = ALL.group("Observing");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long MIB = 1 << 20;
    private static final int GIB = 1 << 30;
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    /** No lambda and no stream: with the classes that they need, they cost each start some ms. */
    private static final class HostsRule implements Rule<List<String>> {

        @Override
        public String violation(List<String> names) {
            for (String name : names) {
                if (!HostRules.isName(name)) {
                    return "must have names or addresses without ports, such as example.org, "
                            + "*.example.org or [::1]";
                }
            }
            return null;
        }
    }

    /** Loads nothing for an empty list. */
    private static final class NetworksRule implements Rule<List<String>> {

        @Override
        public String violation(List<String> networks) {
            return networks.isEmpty() ? null : Networks.violation(networks);
        }
    }

    // Listening

    static final Option<List<Endpoint>> ENDPOINTS = LISTENING
            .<List<Endpoint>>object("endpoints", List.class, List.of(Endpoint.of(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080))))
            .rule(new Endpoint.ListRule())
            .sets("TCP addresses and Unix domain sockets to listen on, 1 to 64; port 0 picks a "
                    + "free one")
            .standardText("127.0.0.1:8080")
            .because("a new server is not exposed to the network")
            .noFlag("--address, --port and --listen set it together");

    static final Option<List<String>> HOSTS = LISTENING
            .<List<String>>object("hosts", List.class, List.of())
            .rule(new HostsRule())
            .sets("hosts that requests may be for, without ports; others get 421; *.NAME: any one "
                    + "label before NAME; *: every host")
            .standardText("this machine's names on loopback, every host elsewhere")
            .because("no web page can reach a server on loopback under a name of its own (DNS "
                    + "rebinding)")
            .flag("--host");

    static final Option<List<String>> TRUSTED_PROXIES = LISTENING
            .<List<String>>object("trustedProxies", List.class, List.of())
            .rule(new NetworksRule())
            .sets("networks of proxies that name their clients by Forwarded, X-Forwarded-For and "
                    + "X-Forwarded-Proto; unix: proxies behind Unix domain sockets")
            .standardText("none")
            .because("any client can send these fields")
            .flag("--trust-proxy");

    static final Option<Set<PosixFilePermission>> SOCKET_PERMISSIONS = LISTENING
            .<Set<PosixFilePermission>>object("socketPermissions", Set.class,
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
            .sets("permissions of Unix domain socket files, whatever the umask")
            .standardText("rw-------")
            .because("other users have no access by default; the empty set leaves them to the "
                    + "system")
            .flag("--socket-mode");

    static final Option<Boolean> REUSE_PORT = LISTENING.toggle("reusePort")
            .sets("share TCP ports with other servers (SO_REUSEPORT), and take the files of Unix "
                    + "domain sockets over from them")
            .because("two servers at one address are usually a mistake")
            .flag("--reuse-port");

    static final Option<Integer> BACKLOG = LISTENING
            .number("backlog", "connections", 1024, 1, 1 << 16)
            .sets("most connections that wait in the system to be accepted")
            .because("clients are not refused in a burst or while accept is paused")
            .flag("--backlog");

    static final Option<Integer> RECEIVE_BUFFER_BYTES = LISTENING
            .number("receiveBufferBytes", "bytes", 0, 0, GIB)
            .sets("SO_RCVBUF of TCP connections; 0: the system's default")
            .because("the system's own buffer grows as needed; a fixed one doesn't")
            .flag("--receive-buffer");

    static final Option<Integer> SEND_BUFFER_BYTES = LISTENING
            .number("sendBufferBytes", "bytes", 0, 0, GIB)
            .sets("SO_SNDBUF of connections; 0: the system's default")
            .because("the system's own buffer grows as needed; a fixed one doesn't")
            .flag("--send-buffer");

    // Threads

    static final Option<Integer> WORKERS = THREADS
            .number("workers", "threads",
                    Math.min(1024, Runtime.getRuntime().availableProcessors()), 1, 1024)
            .sets("worker threads, which serve the connections")
            .standardText("one per processor")
            .because("workers block only in their selectors")
            .flag("--workers");

    static final Option<Dispatch> DISPATCH = THREADS.choice("dispatch", Dispatch.ROUND_ROBIN)
            .sets("worker of a new connection: each in turn, or the one with the fewest bytes in "
                    + "flight")
            .because("it makes no assumption about future load")
            .flag("--dispatch");

    static final Option<Integer> INBOX_CAPACITY = THREADS
            .number("inboxCapacity", "connections", 1024, 2, 1 << 16)
            .rule(Rule.powerOfTwo()) // queues index their slots by a mask
            .sets("most accepted connections that wait for one worker; a power of two")
            .because("fewer arrive during one turn of the event loop")
            .flag("--inbox");

    static final Option<String> NAME = THREADS.object("name", String.class, "millrace")
            .sets("prefix of the thread names")
            .because("a thread dump shows which threads belong to the server")
            .noFlag("a program has one server");

    static final Option<Boolean> DAEMON = THREADS.toggle("daemon")
            .sets("let the JVM end while the server runs")
            .because("a program should not end when its main method has started a server")
            .noFlag("a program runs until a signal ends it");

    // Limits

    static final Option<Integer> MAX_CONNECTIONS = LIMITS
            .number("maxConnections", "connections",
                    (int) Math.min(16_384, Math.max(64, HEAP_BYTES / (16 << 10))), 1, 1 << 24)
            .sets("most connections open at once; at the limit the longest idle one is closed, and "
                    + "new ones wait while none is idle")
            .standardText("16384, or one per 16 KiB of heap if that is less")
            .because("it is below the usual limit of open files, with room for files, and a "
                    + "connection takes up to 3 KB beside maxKeptBytes")
            .flag("--max-connections");

    static final Option<Integer> MAX_CONNECTIONS_PER_PEER = LIMITS
            .number("maxConnectionsPerPeer", "connections", 0, 0, 1 << 24)
            .sets("most connections open at once from one IPv4 address or IPv6 /64 network; more "
                    + "are closed; 0: no limit")
            .because("clients behind one proxy or router share an address")
            .flag("--max-connections-per-peer");

    static final Option<Long> MAX_KEPT_BYTES = LIMITS
            .number("maxKeptBytes", "bytes", Math.max(MIB, HEAP_BYTES / 4), MIB, Long.MAX_VALUE)
            .sets("most memory for request heads, unprocessed input and unsent output of all "
                    + "connections; beyond it those that hold most are reset")
            .standardText("a quarter of the heap")
            .because("the rest is the application's, and a full heap serves no client")
            .flag("--max-kept");

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
            .because("each line costs time in every lookup")
            .flag("--max-fields");

    static final Option<Long> MAX_BODY_BYTES = LIMITS
            .number("maxBodyBytes", "bytes", Long.MAX_VALUE, 0, Long.MAX_VALUE)
            .sets("largest request body; larger ones get 413")
            .because("a body costs no memory, and the application has its own limits")
            .flag("--max-body");

    static final Option<Integer> MAX_CHUNK_LINE_BYTES = LIMITS
            .number("maxChunkLineBytes", "bytes", 256, 16, 1 << 16)
            .sets("longest chunk-size line, extensions included; longer ones get 400")
            .because("extensions are unused in practice, and attacks need long ones")
            .flag("--max-chunk-line");

    // Times

    static final Option<Duration> HEAD_TIMEOUT = TIMES
            .time("headTimeout", Duration.ofSeconds(20), SHORTEST, LONGEST)
            .sets("longest time from the first to the last byte of a request head; slower ones "
                    + "get 408")
            .because("a client that sends one byte a second cannot hold a connection")
            .flag("--head-timeout");

    static final Option<Duration> IDLE_TIMEOUT = TIMES
            .time("idleTimeout", Duration.ofSeconds(75), SHORTEST, LONGEST)
            .sets("longest pause between two requests before the connection is closed")
            .because("it is longer than the 60 s of balancers, which must be the first to close")
            .flag("--idle-timeout");

    static final Option<Duration> FIRST_BYTE_TIMEOUT = TIMES
            .time("firstByteTimeout", Duration.ofSeconds(20), SHORTEST, LONGEST)
            .atMost(IDLE_TIMEOUT)
            .sets("longest time from a connection's start to the first byte of a request before "
                    + "the connection is closed")
            .because("clients connect to send at once; browsers that connect ahead give up or "
                    + "connect again")
            .flag("--first-byte-timeout");

    static final Option<Duration> PROGRESS_TIMEOUT = TIMES
            .time("progressTimeout", Duration.ofSeconds(60), SHORTEST, LONGEST)
            .sets("window over which a body's minimum rate is averaged")
            .because("a client that makes progress is never cut off, however large the body, nor "
                    + "for a pause of half a minute")
            .flag("--progress-timeout");

    static final Option<Integer> MIN_BYTES_PER_SECOND = TIMES
            .number("minBytesPerSecond", "bytes per second", 240, 0, GIB)
            .sets("minimum rate of a body in either direction; slower ones get 408 or are cut; "
                    + "0: none, a body may even stop")
            .because("it is slower than the slowest modem")
            .flag("--min-rate");

    static final Option<Duration> ANSWER_TIMEOUT = TIMES
            .time("answerTimeout", Duration.ofMinutes(5), SHORTEST, LONGEST)
            .sets("longest wait for the application or the device; then the request gets 503 or "
                    + "is cut off")
            .because("clients give up earlier")
            .flag("--answer-timeout");

    static final Option<Duration> STALL_WARNING = TIMES
            .time("stallWarning", Duration.ofSeconds(1), Duration.ZERO, LONGEST)
            .sets("time after which a worker that is held by one call is logged, with request and "
                    + "stack; 0: never")
            .because("everything else that a worker does in one go takes milliseconds")
            .flag("--stall-warning");

    static final Option<Duration> DRAIN_TIMEOUT = TIMES
            .time("drainTimeout", Duration.ofSeconds(30), Duration.ZERO, LONGEST)
            .sets("longest time that requests may take to finish when the server stops")
            .because("supervisors wait about that long before they kill a process")
            .flag("--drain");

    // Errors

    static final Option<RefusalBody> REFUSAL_BODY = ERRORS
            .object("refusalBody", RefusalBody.class, (RefusalBody) null)
            .sets("the form of error responses that the server makes itself, and of HttpExceptions "
                    + "without a response of their own")
            .because("a line of text is readable everywhere")
            .noFlag("it is an object of the application");

    // Unread bodies

    static final Option<Integer> MAX_SKIP_BYTES = UNREAD
            .number("maxSkipBytes", "bytes", 256 << 10, 0, GIB)
            .sets("most bytes of an unread body, chunk framing included, to discard so that the "
                    + "connection can be kept")
            .because("a new connection costs about as much")
            .flag("--max-skip");

    static final Option<Duration> LINGER_TIMEOUT = UNREAD
            .time("lingerTimeout", Duration.ofSeconds(30), SHORTEST, LONGEST)
            .sets("longest time to discard an unread body after a response that closes the "
                    + "connection")
            .because("a client that keeps writing without reading still gets the response")
            .flag("--linger-timeout");

    static final Option<Long> LINGER_BYTES = UNREAD
            .number("lingerBytes", "bytes", 4L << 30, 0, Long.MAX_VALUE)
            .sets("most bytes of an unread body to discard in that time")
            .because("clients that read only after writing still see why they were refused")
            .flag("--linger-bytes");

    // Tuning

    static final Option<Integer> BYTES_PER_VISIT = TUNING
            .number("bytesPerVisit", "bytes", 1 << 20, 4096, GIB)
            .sets("most bytes moved for one connection before its worker serves others")
            .because("a small request waits for one visit, and a long transfer keeps its turn for "
                    + "many; measured in docs/benchmarks.md")
            .flag("--visit");

    static final Option<Duration> TIME_PER_VISIT = TUNING
            .time("timePerVisit", Duration.ofMillis(2), SHORTEST, LONGEST)
            .sets("time for pipelined requests of one connection before its worker serves others")
            .because("hundreds of small ones fit in, and a neighbour doesn't notice")
            .flag("--visit-time");

    static final Option<Integer> PIECE_BYTES = TUNING
            .number("pieceBytes", "bytes",
                    pieceBytes(HEAP_BYTES, Runtime.getRuntime().availableProcessors()), 4096,
                    1 << 24)
            .atLeast(MAX_HEAD_BYTES)
            .sets("size of a worker's buffer: the most that one system call moves")
            .standardText("1 MiB, or 256 KiB with a small heap")
            .because("a file system keeps a file that is written in long pieces in fewer, larger "
                    + "units of memory; measured in docs/benchmarks.md")
            .flag("--piece");

    // Observing

    static final Option<List<ServerListener>> LISTENERS = OBSERVING
            .<List<ServerListener>>object("listeners", List.class, List.of())
            .sets("listeners for events on connections, each told of all")
            .standardText("none")
            .because("the counters work without one")
            .noFlag("they are objects of the application");

    static final Option<Boolean> FLIGHT_RECORDER = OBSERVING.toggle("flightRecorder")
            .sets("record connections and exchanges as JFR events io.millrace.Connection and "
                    + "io.millrace.Exchange")
            .because("the JDK loads a hundred classes for the first event, recorded or not")
            .flag("--flight-recorder");

    private ServerOption() {
    }

    /** Direct memory may be as large as the heap, unless another limit is set. */
    static int pieceBytes(long heapBytes, int processors) { // decision 476
        return processors * MIB <= heapBytes / 4 ? 1 << 20 : 256 << 10;
    }
}
