package io.millrace.app;

import io.millrace.server.Dispatch;
import io.millrace.server.ServerOptions;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The flags that set {@link ServerOptions}: their defaults come from there, and so do their ranges.
 *
 * <p>Threads: main.
 */
final class ServerFlags {

    private static final ServerOptions DEFAULTS = ServerOptions.defaults();

    static final Option<Long> WORKERS = number("--workers", "workers",
            ServerOptions::workers, (b, n) -> b.workers(saturated(n)),
            "threads that serve connections; as many as processors unless given");

    private static final Option<Long> MAX_HEAD = size("--max-head", "maxHeadBytes",
            o -> (long) o.maxHeadBytes(), (b, n) -> b.maxHeadBytes(saturated(n)),
            "a request line and its header fields; 431 beyond");
    private static final Option<Long> MAX_TARGET = size("--max-target", "maxTargetBytes",
            o -> (long) o.maxTargetBytes(), (b, n) -> b.maxTargetBytes(saturated(n)),
            "a request target; 414 beyond; at most --max-head");
    private static final Option<Long> PIECE = size("--piece", "pieceBytes",
            o -> (long) o.pieceBytes(), (b, n) -> b.pieceBytes(saturated(n)),
            "a worker's buffer, moved by one system call; at least --max-head");

    static final List<Option<?>> LISTENING = List.of(
            new Option<>("socketPermissions", Flag.of("--socket-mode", Kind.MODE,
                    DEFAULTS.socketPermissions(), "of the files of Unix domain sockets, octal: "
                            + "660 lets the group in; system leaves it to the umask"),
                    ServerOptions.Builder::socketPermissions),
            new Option<>("reusePort", Flag.toggle("--reuse-port",
                    "let other servers listen on the same ports at the same time"),
                    ServerOptions.Builder::reusePort),
            number("--backlog", "backlog",
                    ServerOptions::backlog, (b, n) -> b.backlog(saturated(n)),
                    "connections that the system keeps until they are accepted"),
            size("--receive-buffer", "receiveBufferBytes",
                    o -> (long) o.receiveBufferBytes(),
                    (b, n) -> b.receiveBufferBytes(saturated(n)),
                    "what the system may hold of a TCP connection's input; 0: as much as it likes"),
            size("--send-buffer", "sendBufferBytes",
                    o -> (long) o.sendBufferBytes(), (b, n) -> b.sendBufferBytes(saturated(n)),
                    "what the system may hold of a connection's output; 0: as much as it likes"));

    static final List<Option<?>> LIMITS = List.of(
            number("--max-connections", "maxConnections",
                    ServerOptions::maxConnections, (b, n) -> b.maxConnections(saturated(n)),
                    "connections open at once; further ones wait in the backlog"),
            MAX_HEAD,
            MAX_TARGET,
            number("--max-fields", "maxFields",
                    ServerOptions::maxFields, (b, n) -> b.maxFields(saturated(n)),
                    "header field lines of a request; 431 beyond"),
            new Option<>("maxBodyBytes", Flag.of("--max-body", Kind.LIMIT, DEFAULTS.maxBodyBytes(),
                    "a request's body; 413 beyond"), ServerOptions.Builder::maxBodyBytes),
            size("--max-chunk-line", "maxChunkLineBytes",
                    o -> (long) o.maxChunkLineBytes(), (b, n) -> b.maxChunkLineBytes(saturated(n)),
                    "the size line of a chunk with its extensions; 400 beyond"));

    static final List<Option<?>> TIMES = List.of(
            time("--head-timeout", "headTimeout",
                    ServerOptions::headTimeout, ServerOptions.Builder::headTimeout,
                    "for a request's head, from its first byte to its last"),
            time("--idle-timeout", "idleTimeout",
                    ServerOptions::idleTimeout, ServerOptions.Builder::idleTimeout,
                    "between two requests of a connection"),
            time("--progress-timeout", "progressTimeout",
                    ServerOptions::progressTimeout, ServerOptions.Builder::progressTimeout,
                    "the window in which a body must move at --min-rate"),
            size("--min-rate", "minBytesPerSecond",
                    o -> (long) o.minBytesPerSecond(), (b, n) -> b.minBytesPerSecond(saturated(n)),
                    "what a body must move in a second, averaged over that window"),
            time("--linger-timeout", "lingerTimeout",
                    ServerOptions::lingerTimeout, ServerOptions.Builder::lingerTimeout,
                    "how long an unwanted body is dropped, so that the client sees why"),
            new Option<>("lingerBytes", Flag.of("--linger-bytes", Kind.LIMIT,
                    DEFAULTS.lingerBytes(), "how much of an unwanted body is dropped in that time"),
                    ServerOptions.Builder::lingerBytes),
            size("--max-skip", "maxSkipBytes",
                    o -> (long) o.maxSkipBytes(), (b, n) -> b.maxSkipBytes(saturated(n)),
                    "how much of an unwanted body is dropped to keep its connection"),
            time("--answer-timeout", "answerTimeout",
                    ServerOptions::answerTimeout, ServerOptions.Builder::answerTimeout,
                    "how long the device may take before a request is answered with 503"),
            time("--drain", "drainTimeout",
                    ServerOptions::drainTimeout, ServerOptions.Builder::drainTimeout,
                    "how long requests may go on after SIGTERM or Ctrl-C"));

    static final List<Option<?>> TUNING = List.of(
            new Option<>("dispatch", Flag.of("--dispatch",
                    Kind.oneOf(Dispatch.values(),
                            name -> name.toLowerCase(Locale.ROOT).replace('_', '-')),
                    DEFAULTS.dispatch(), "the worker of a new connection: each in its turn, or the "
                            + "one with the fewest bytes in flight, then connections"),
                    ServerOptions.Builder::dispatch),
            size("--visit", "bytesPerVisit",
                    o -> (long) o.bytesPerVisit(), (b, n) -> b.bytesPerVisit(saturated(n)),
                    "moved for one connection before the next gets its turn"),
            PIECE,
            number("--inbox", "inboxCapacity",
                    ServerOptions::inboxCapacity, (b, n) -> b.inboxCapacity(saturated(n)),
                    "connections that may wait for a worker; a power of two"));

    static final Flag<Boolean> FLIGHT_RECORDER = Flag.toggle("--flight-recorder",
            "let the JDK's recorder see connections and exchanges, as io.millrace.Connection and "
                    + "io.millrace.Exchange; start it with java -XX:StartFlightRecording");

    private ServerFlags() {
    }

    /**
     * One option as a flag.
     *
     * @param field the option's name in {@link ServerOptions}
     */
    record Option<T>(String field, Flag<T> flag, BiConsumer<ServerOptions.Builder, T> setter) {

        void set(Arguments arguments, ServerOptions.Builder builder) {
            if (arguments.has(flag)) {
                setter.accept(builder, arguments.of(flag));
            }
        }
    }

    /** The flags of some options. */
    static Flag<?>[] flags(List<Option<?>> options) {
        return options.stream().map(Option::flag).toArray(Flag<?>[]::new);
    }

    /**
     * Every option that has a flag here: all but the addresses, which are three flags, and the
     * recorder, which is a toggle; the listener and what concerns threads are a program's matter.
     */
    static List<Option<?>> all() {
        return Stream.of(List.<Option<?>>of(WORKERS), LISTENING, LIMITS, TIMES, TUNING)
                .<Option<?>>flatMap(List::stream).toList();
    }

    /**
     * The options of a server at some addresses.
     *
     * @throws CommandException naming the flag whose value is out of range
     */
    static ServerOptions options(Arguments arguments, SocketAddress... addresses)
            throws CommandException {
        ServerOptions.Builder builder = ServerOptions.builder().addresses(addresses)
                .flightRecorder(arguments.of(FLIGHT_RECORDER));
        // Two defaults follow --max-head, so that it can be set alone.
        long maxHeadBytes = arguments.of(MAX_HEAD.flag());
        MAX_TARGET.setter().accept(builder, Math.min(DEFAULTS.maxTargetBytes(), maxHeadBytes));
        PIECE.setter().accept(builder, Math.max(DEFAULTS.pieceBytes(), maxHeadBytes));
        all().forEach(option -> option.set(arguments, builder));
        try {
            return builder.build();
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(inFlags(wrong.getMessage(), arguments));
        }
    }

    /** The message with flags in place of fields, and with the value as it was given. */
    private static String inFlags(String message, Arguments arguments) {
        String inFlags = message;
        for (Option<?> option : all()) {
            String name = option.flag().name();
            if (message.startsWith(option.field() + " ") && arguments.has(option.flag())) {
                int value = inFlags.lastIndexOf(": ");
                inFlags = (value < 0 ? inFlags : inFlags.substring(0, value))
                        + ": " + arguments.texts().get(name);
            }
            inFlags = Pattern.compile("\\b" + option.field() + "\\b").matcher(inFlags)
                    .replaceAll(name);
        }
        return inFlags;
    }

    private static Option<Long> number(String name, String field,
            Function<ServerOptions, Integer> standard,
            BiConsumer<ServerOptions.Builder, Long> setter, String help) {
        return new Option<>(field, Flag.of(name, Kind.NUMBER,
                standard.apply(DEFAULTS).longValue(), help), setter);
    }

    private static Option<Long> size(String name, String field,
            Function<ServerOptions, Long> standard,
            BiConsumer<ServerOptions.Builder, Long> setter, String help) {
        return new Option<>(field,
                Flag.of(name, Kind.SIZE, standard.apply(DEFAULTS), help), setter);
    }

    private static Option<Duration> time(String name, String field,
            Function<ServerOptions, Duration> standard,
            BiConsumer<ServerOptions.Builder, Duration> setter, String help) {
        return new Option<>(field,
                Flag.of(name, Kind.TIME, standard.apply(DEFAULTS), help), setter);
    }

    /** What doesn't fit an int is past every range of ints, which the options will say. */
    private static int saturated(long value) {
        return (int) Math.min(value, Integer.MAX_VALUE);
    }
}
