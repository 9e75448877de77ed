package io.millrace.app.load;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import io.millrace.app.cli.Terminal;
import io.millrace.app.load.LoadPlan.Method;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code load}: generates load on an HTTP/1.1 server and reports how fast, even and
 * correct the responses were.
 *
 * <p>Threads: main, and the one of the shutdown hook.
 */
public final class LoadCommand {

    private static final String USAGE = """
            java -jar millrace.jar load http://HOST[:PORT][/PATH] [FLAGS]

            Generates load on any HTTP/1.1 server and reports throughput, latency, evenness and
            errors. Each connection takes the next request from a shared counter, and sends it when
            the response to the one before is complete. So a server that treats its connections
            alike gives each about as many. A response with a status code other than 2xx is a
            failure. The exit code is 1 if a request failed.

            Keys: a number is appended to the path: /NAME-0, /NAME-1 and so on, or /load-0 if the
            path has no name. Without --keys each connection uses the key of its own number, so that
            no two write the same one. With --keys N request R uses key R mod N, so that N requests
            write each key once. With --keys 0 every request uses the URL as it is.
            """;

    static final Flag<Long> REQUESTS = Flag.of("--requests",
            FlagType.numberIn(1, 1_000_000_000_000L), 10_000L, "total number of requests");
    static final Flag<Long> SIZE = Flag.of("--size", QuantityType.SIZE, 40_000_000L,
            "body size of each PUT").in("bytes");
    static final Flag<Long> CONNECTIONS = Flag.of("--connections", FlagType.numberIn(1, 4096), 32L,
            "number of connections, each with a thread");
    static final Flag<Method> METHOD = Flag.of("--method",
            ChoiceType.ofNames(Method.class), Method.PUT,
            "method of all requests; to GET what a PUT has stored, use the same --keys");
    static final Flag<Long> KEYS = Flag.of("--keys", FlagType.numberIn(0, 1_000_000_000_000L),
            LoadPlan.KEY_PER_CONNECTION, "number of keys that the requests are spread over")
            .standardText("one per connection");
    static final Flag<Boolean> FRESH = Flag.toggle("--fresh",
            "open a new connection for each request");
    static final Flag<Duration> TIMEOUT = Flag.of("--timeout",
            QuantityType.timeIn(Duration.ofMillis(1), Duration.ofDays(1)), Duration.ofSeconds(60),
            "longest time without a byte in either direction before a request fails");
    static final Flag<Boolean> JSON = Flag.toggle("--json",
            "print the result as one JSON object");

    static final Flags FLAGS = new Flags("load", USAGE).with("Flags",
            REQUESTS, SIZE, CONNECTIONS, METHOD, KEYS, FRESH, TIMEOUT, JSON, Flags.HELP);

    /** How long a Ctrl-C waits for the result to be printed. */
    private static final long STOP_SECONDS = 5;

    private LoadCommand() {
    }

    /**
     * Runs the command.
     *
     * @return the exit code: 0 if every request succeeded, 1 otherwise
     */
    public static int run(List<String> args, PrintStream out, PrintStream err)
            throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        LoadPlan plan = plan(arguments);
        LoadRun run = new LoadRun(plan, resolve(plan.target()));
        ProgressBar bar = Terminal.onStderr() ? ProgressBar.on(err, plan.requests())
                : ProgressBar.none();
        CountDownLatch printed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> stop(run, printed, err), "millrace-stop"));
        try {
            LoadResult result = run.run(bar);
            out.print(arguments.of(JSON) ? LoadReport.json(result) + System.lineSeparator()
                    : LoadReport.text(result));
            out.flush();
            return result.isSuccess() ? 0 : 1;
        } catch (IOException e) {
            throw CommandException.failure(
                    "can't reach " + plan.target().url() + ": " + ErrorText.of(e));
        } catch (InterruptedException unexpected) {
            throw CommandException.failure("interrupted");
        } finally {
            printed.countDown();
        }
    }

    private static LoadPlan plan(Arguments arguments) throws CommandException {
        if (arguments.words().size() != 1) {
            throw CommandException.usage("load needs exactly one URL, see load --help");
        }
        Method method = arguments.of(METHOD);
        return new LoadPlan(LoadTarget.of(arguments.words().get(0)), method, arguments.of(REQUESTS),
                method == Method.PUT ? arguments.of(SIZE) : 0,
                arguments.of(CONNECTIONS).intValue(), arguments.of(KEYS), arguments.of(FRESH),
                arguments.of(TIMEOUT));
    }

    private static InetSocketAddress resolve(LoadTarget target) throws CommandException {
        try {
            return new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
        } catch (UnknownHostException unknown) {
            throw CommandException.failure("unknown host: " + target.host());
        }
    }

    /** The main thread prints what was measured so far, then the JVM ends as the signal wants. */
    private static void stop(LoadRun run, CountDownLatch printed, PrintStream err) {
        try {
            run.stop();
            if (!printed.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                err.println("millrace: no result within " + STOP_SECONDS + " s");
            }
        } catch (IOException | InterruptedException e) {
            err.println("millrace: " + e);
        }
    }
}
