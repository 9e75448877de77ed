package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.server.Dispatch;
import io.millrace.server.ServerOptions;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The flags that set {@link ServerOptions}: their defaults come from there, and so do their ranges.
 *
 * <p>Threads: main.
 */
final class ServerFlags {

    private static final ServerOptions DEFAULTS = ServerOptions.defaults();

    static final Option<Long> WORKERS = number("--workers", "workers", DEFAULTS.workers(),
            "threads that serve connections; as many as processors unless given");

    private static final Option<Long> MAX_HEAD = size("--max-head", "maxHeadBytes",
            DEFAULTS.maxHeadBytes(), "a request line and its header fields; 431 beyond");
    private static final Option<Long> MAX_TARGET = size("--max-target", "maxTargetBytes",
            DEFAULTS.maxTargetBytes(), "a request target; 414 beyond; at most --max-head");
    private static final Option<Long> PIECE = size("--piece", "pieceBytes", DEFAULTS.pieceBytes(),
            "a worker's buffer, moved by one system call; at least --max-head");

    static final List<Option<?>> LISTENING = List.of(
            new Option<>("socketPermissions", Flag.of("--socket-mode", SocketMode.MODE,
                    DEFAULTS.socketPermissions(), "of the files of Unix domain sockets, octal: "
                            + "660 lets the group in; system leaves it to the umask")),
            new Option<>("reusePort", Flag.toggle("--reuse-port",
                    "let other servers listen on the same ports at the same time")),
            number("--backlog", "backlog", DEFAULTS.backlog(),
                    "connections that the system keeps until they are accepted"),
            size("--receive-buffer", "receiveBufferBytes", DEFAULTS.receiveBufferBytes(),
                    "what the system may hold of a TCP connection's input; 0: as much as it likes"),
            size("--send-buffer", "sendBufferBytes", DEFAULTS.sendBufferBytes(),
                    "what the system may hold of a connection's output; 0: as much as it likes"));

    static final List<Option<?>> LIMITS = List.of(
            number("--max-connections", "maxConnections", DEFAULTS.maxConnections(),
                    "connections open at once; further ones wait in the backlog"),
            MAX_HEAD,
            MAX_TARGET,
            number("--max-fields", "maxFields", DEFAULTS.maxFields(),
                    "header field lines of a request; 431 beyond"),
            new Option<>("maxBodyBytes", Flag.of("--max-body", FlagType.LIMIT, DEFAULTS.maxBodyBytes(),
                    "a request's body; 413 beyond")),
            size("--max-chunk-line", "maxChunkLineBytes", DEFAULTS.maxChunkLineBytes(),
                    "the size line of a chunk with its extensions; 400 beyond"));

    static final List<Option<?>> TIMES = List.of(
            time("--head-timeout", "headTimeout", DEFAULTS.headTimeout(),
                    "for a request's head, from its first byte to its last"),
            time("--idle-timeout", "idleTimeout", DEFAULTS.idleTimeout(),
                    "between two requests of a connection"),
            time("--progress-timeout", "progressTimeout", DEFAULTS.progressTimeout(),
                    "the window in which a body must move at --min-rate"),
            size("--min-rate", "minBytesPerSecond", DEFAULTS.minBytesPerSecond(),
                    "what a body must move in a second, averaged over that window"),
            time("--linger-timeout", "lingerTimeout", DEFAULTS.lingerTimeout(),
                    "how long an unwanted body is dropped, so that the client sees why"),
            new Option<>("lingerBytes", Flag.of("--linger-bytes", FlagType.LIMIT,
                    DEFAULTS.lingerBytes(),
                    "how much of an unwanted body is dropped in that time")),
            size("--max-skip", "maxSkipBytes", DEFAULTS.maxSkipBytes(),
                    "how much of an unwanted body is dropped to keep its connection"),
            time("--answer-timeout", "answerTimeout", DEFAULTS.answerTimeout(),
                    "how long the device may take before a request is answered with 503"),
            time("--drain", "drainTimeout", DEFAULTS.drainTimeout(),
                    "how long requests may go on after SIGTERM or Ctrl-C"));

    static final List<Option<?>> TUNING = List.of(
            new Option<>("dispatch", Flag.of("--dispatch", FlagType.oneOf(Dispatch.values()),
                    DEFAULTS.dispatch(), "the worker of a new connection: each in its turn, or the "
                            + "one with the fewest bytes in flight, then connections")),
            size("--visit", "bytesPerVisit", DEFAULTS.bytesPerVisit(),
                    "moved for one connection before its worker looks at others"),
            PIECE,
            number("--inbox", "inboxCapacity", DEFAULTS.inboxCapacity(),
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
    record Option<T>(String field, Flag<T> flag) {
    }

    /** The flags of some options. */
    static Flag<?>[] flags(List<Option<?>> options) {
        Flag<?>[] flags = new Flag<?>[options.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = options.get(i).flag();
        }
        return flags;
    }

    /**
     * Every option that has a flag here: all but the addresses, which are three flags, and the
     * recorder, which is a toggle; the listener and what concerns threads are a program's matter.
     */
    static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>();
        all.add(WORKERS);
        all.addAll(LISTENING);
        all.addAll(LIMITS);
        all.addAll(TIMES);
        all.addAll(TUNING);
        return all;
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
        set(builder, MAX_TARGET.field(), Math.min(DEFAULTS.maxTargetBytes(), maxHeadBytes));
        set(builder, PIECE.field(), Math.max(DEFAULTS.pieceBytes(), maxHeadBytes));
        for (Option<?> option : all()) {
            if (arguments.has(option.flag())) {
                set(builder, option.field(), arguments.of(option.flag()));
            }
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(inFlags(wrong.getMessage(), arguments));
        }
    }

    // A switch, as a function for each option would make the start of every store 20 ms longer.
    @SuppressWarnings("unchecked")
    private static void set(ServerOptions.Builder builder, String field, Object value) {
        switch (field) {
            case "workers" -> builder.workers(saturated(value));
            case "socketPermissions" ->
                    builder.socketPermissions((Set<PosixFilePermission>) value);
            case "reusePort" -> builder.reusePort((Boolean) value);
            case "backlog" -> builder.backlog(saturated(value));
            case "receiveBufferBytes" -> builder.receiveBufferBytes(saturated(value));
            case "sendBufferBytes" -> builder.sendBufferBytes(saturated(value));
            case "maxConnections" -> builder.maxConnections(saturated(value));
            case "maxHeadBytes" -> builder.maxHeadBytes(saturated(value));
            case "maxTargetBytes" -> builder.maxTargetBytes(saturated(value));
            case "maxFields" -> builder.maxFields(saturated(value));
            case "maxBodyBytes" -> builder.maxBodyBytes((Long) value);
            case "maxChunkLineBytes" -> builder.maxChunkLineBytes(saturated(value));
            case "headTimeout" -> builder.headTimeout((Duration) value);
            case "idleTimeout" -> builder.idleTimeout((Duration) value);
            case "progressTimeout" -> builder.progressTimeout((Duration) value);
            case "minBytesPerSecond" -> builder.minBytesPerSecond(saturated(value));
            case "lingerTimeout" -> builder.lingerTimeout((Duration) value);
            case "lingerBytes" -> builder.lingerBytes((Long) value);
            case "maxSkipBytes" -> builder.maxSkipBytes(saturated(value));
            case "answerTimeout" -> builder.answerTimeout((Duration) value);
            case "drainTimeout" -> builder.drainTimeout((Duration) value);
            case "dispatch" -> builder.dispatch((Dispatch) value);
            case "bytesPerVisit" -> builder.bytesPerVisit(saturated(value));
            case "pieceBytes" -> builder.pieceBytes(saturated(value));
            case "inboxCapacity" -> builder.inboxCapacity(saturated(value));
            default -> throw new AssertionError(field);
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

    private static Option<Long> number(String name, String field, long standard, String help) {
        return new Option<>(field, Flag.of(name, FlagType.NUMBER, standard, help));
    }

    private static Option<Long> size(String name, String field, long standard, String help) {
        return new Option<>(field, Flag.of(name, FlagType.SIZE, standard, help));
    }

    private static Option<Duration> time(String name, String field, Duration standard,
            String help) {
        return new Option<>(field, Flag.of(name, FlagType.TIME, standard, help));
    }

    /** What doesn't fit an int is past every range of ints, which the options will say. */
    private static int saturated(Object value) {
        return (int) Math.min((Long) value, Integer.MAX_VALUE);
    }
}
