package io.millrace.app.load;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The flags of {@code load}, and the plan that they make together.
 *
 * <p>Threads: main.
 */
final class LoadFlags {

    private static final String USAGE = """
            java -jar millrace.jar load http[s]://HOST[:PORT][/PATH] [FLAGS]

            Generates load on any HTTP/1.1 server and reports throughput, latency, evenness and
            errors. Each connection takes the next request from a shared counter, and sends it when
            the response to the one before is complete. So a server that treats its connections
            alike gives each about as many. A response with a status code other than 2xx is a
            failure. The exit code is 1 if a request failed.

            With --rate requests are due at even times, whatever the server does, and latencies
            count from then: a server that stops for a second has made all requests of that second
            late, also those that could not be sent. Without it they count from when a request was
            sent, which hides that.

            Keys: a number is appended to the path: /NAME-0, /NAME-1 and so on, or /load-0 if the
            path has no name. Without --keys each connection uses the key of its own number, so that
            no two write the same one. With --keys N request R uses key R mod N, so that N requests
            write each key once. With --keys 0 every request uses the URL as it is.

            Bodies look random, and the key, the seed and the size decide them. So --verify knows
            what a GET has to bring, in this run or a later one.

            docs/load.md explains more, with examples.
            """;

    private static final FlagType<Duration> TIME =
            QuantityType.timeIn(Duration.ofMillis(1), Duration.ofDays(7));
    private static final long STANDARD_REQUESTS = 10_000;

    static final Flag<Long> REQUESTS = Flag.of("--requests",
            FlagType.numberIn(1, 1_000_000_000_000L), STANDARD_REQUESTS,
            "total number of requests").standardText("10000, or no limit with --duration");
    static final Flag<Duration> DURATION = Flag.of("--duration", TIME, Duration.ZERO,
            "time in which requests are begun; those under way then are finished")
            .standardText("no limit");
    static final Flag<Long> RATE = Flag.of("--rate", FlagType.numberIn(1, 10_000_000), 0L,
            "requests due per second over all connections; latencies count from when a request was "
                    + "due").standardText("as fast as responses arrive");
    static final Flag<Duration> WARMUP = Flag.of("--warmup", TIME, Duration.ZERO,
            "time of the same load before the run, which is not counted").standardText("none");
    static final Flag<Long> CONNECTIONS = Flag.of("--connections", FlagType.numberIn(1, 4096), 32L,
            "number of connections, each with a thread");
    static final Flag<Boolean> FRESH = Flag.toggle("--fresh",
            "open a new connection for each request");
    static final Flag<Duration> TIMEOUT = Flag.of("--timeout",
            QuantityType.timeIn(Duration.ofMillis(1), Duration.ofDays(1)), Duration.ofSeconds(60),
            "longest time without a byte in either direction before a request fails");

    static final Flag<Method> METHOD = Flag.of("--method",
            ChoiceType.ofNames(Method.class), Method.PUT,
            "method of all requests; to GET what a PUT has stored, use the same --keys");
    static final Flag<SizeRange> SIZE = Flag.of("--size", SizeRange.TYPE,
            new SizeRange(40_000_000, 40_000_000), "body size of each PUT or POST, or "
                    + "SIZE..SIZE for a size of its own for each key; --verify expects it of a GET")
            .in("bytes");
    static final Flag<Long> KEYS = Flag.of("--keys", FlagType.numberIn(0, 1_000_000_000_000L),
            RequestKind.KEY_PER_CONNECTION, "number of keys that the requests are spread over")
            .standardText("one per connection");
    static final Flag<String> MIX = Flag.of("--mix", FlagType.FILE, "",
            "file of several kinds of requests, a line for each: WEIGHT METHOD [path=PATH] "
                    + "[keys=N] [size=SIZE] [accept=CODES]").standardText("none");
    static final Flag<List<String>> HEADER = Flag.of("--header", HeaderLines.TYPE,
            List.of(), "header field of each request, such as 'Authorization: Bearer X'; may be "
                    + "given several times").standardText("none");
    static final Flag<Set<Integer>> ACCEPT = Flag.of("--accept", StatusCodes.TYPE, Set.of(),
            "status codes beside 2xx that are no failure, such as 404,412").standardText("none");
    static final Flag<Boolean> VERIFY = Flag.toggle("--verify",
            "compare the body of each GET with what load has put at its key");
    static final Flag<Long> SEED = Flag.of("--seed", FlagType.numberIn(0, Integer.MAX_VALUE), 1L,
            "number that decides bodies, sizes of keys and the order of a mix");

    static final Flag<String> CACERT = Flag.of("--cacert", FlagType.FILE, "",
            "PEM file of the certificates that are trusted with https").standardText("the JDK's");
    static final Flag<Boolean> INSECURE = Flag.toggle("--insecure",
            "trust every certificate and name with https");

    static final Flag<Boolean> JSON = Flag.toggle("--json",
            "print the result as one JSON object");
    static final Flag<Boolean> PLOT = Flag.toggle("--plot",
            "print latencies by percentile, and speed and latency over time, as charts");
    static final Flag<String> SVG = Flag.of("--svg", FlagType.FILE, "",
            "file for the same charts as SVG").standardText("none");
    static final Flag<String> HGRM = Flag.of("--hgrm", FlagType.FILE, "",
            "file for all percentiles in the format of HdrHistogram").standardText("none");
    static final Flag<String> CSV = Flag.of("--csv", FlagType.FILE, "",
            "file for speed and latency over time").standardText("none");

    static final Flags FLAGS = new Flags("load", USAGE)
            .with("How much", REQUESTS, DURATION, RATE, WARMUP, CONNECTIONS, FRESH, TIMEOUT)
            .with("What", METHOD, SIZE, KEYS, MIX, HEADER, ACCEPT, VERIFY, SEED)
            .with("TLS", CACERT, INSECURE)
            .with("Results", JSON, PLOT, SVG, HGRM, CSV, Flags.HELP);

    private LoadFlags() {
    }

    /** What the arguments want. */
    static LoadPlan plan(Arguments given) throws CommandException {
        if (given.words().size() != 1) {
            throw CommandException.usage("load needs exactly one URL, see load --help");
        }
        LoadTarget target = LoadTarget.of(given.words().get(0));
        StringBuilder fields = new StringBuilder();
        for (String line : given.of(HEADER)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("host:")) {
                target = target.withAuthority(line.substring("host:".length()).strip());
            } else {
                fields.append(line).append("\r\n");
            }
        }
        RequestMix mix = new RequestMix(given.of(SEED), kinds(given, target));
        if (given.of(VERIFY) && mix.kinds().stream().noneMatch(k -> k.method() == Method.GET)) {
            throw CommandException.usage("--verify needs requests that GET, see --method");
        }
        long requests = given.has(DURATION) && !given.has(REQUESTS) ? Long.MAX_VALUE
                : given.of(REQUESTS);
        return new LoadPlan(target, mix, fields.toString(), requests,
                given.of(CONNECTIONS).intValue(), given.of(FRESH), given.of(TIMEOUT),
                given.of(RATE), given.of(DURATION), given.of(WARMUP), given.of(VERIFY));
    }

    private static List<RequestKind> kinds(Arguments given, LoadTarget target)
            throws CommandException {
        if (!given.has(MIX)) {
            Method method = given.of(METHOD);
            boolean sized = method.hasBody() || given.has(SIZE);
            return List.of(new RequestKind(1, method, target, given.of(KEYS),
                    sized ? given.of(SIZE) : null, given.of(ACCEPT)));
        }
        for (Flag<?> other : List.of(METHOD, SIZE, KEYS)) {
            if (given.has(other)) {
                throw CommandException.usage(
                        other.name() + " stands in the lines of --mix, not beside it");
            }
        }
        return MixFile.read(given.path(MIX), target, given.of(ACCEPT));
    }
}
