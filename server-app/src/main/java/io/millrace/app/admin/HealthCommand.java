package io.millrace.app.admin;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command {@code health}: asks a running store whether it is well, for supervisors that go by
 * an exit code.
 *
 * <p>Threads: main.
 */
public final class HealthCommand {

    private static final String USAGE = """
            java -jar millrace.jar health [URL|HOST:PORT|unix:PATH] [FLAGS]

            Asks a store whether it is ready, at the address of its --admin or, with a URL, at its
            --health-path. The path is /health/ready if the URL has none. Without an address it asks
            the one of the variable MILLRACE_ADMIN, or else 127.0.0.1:9180.

            The exit code is 0 if the store is ready, 1 if it is not or can't be reached, 2 if the
            arguments are wrong. The line on stdout or stderr says why.
            """;

    static final Flag<Duration> TIMEOUT = Flag.of("--timeout",
            QuantityType.timeIn(Duration.ofMillis(1), Duration.ofHours(1)), Duration.ofSeconds(3),
            "longest time to wait for the response");

    static final Flags FLAGS = new Flags("health", USAGE).with("Flags", TIMEOUT, Flags.HELP);

    private static final String VARIABLE = "MILLRACE_ADMIN";
    private static final String STANDARD = "127.0.0.1:9180";
    /** More than any response of ours. */
    private static final int MOST_BYTES = 64 << 10;
    private static final Pattern RESPONSE = Pattern.compile(
            "HTTP/1\\.[01] ([0-9]{3})[ \\r].*?\\r\\n\\r\\n([^\\r\\n]*).*", Pattern.DOTALL);

    private HealthCommand() {
    }

    /**
     * Runs the command.
     *
     * @param environment its variables
     * @return the exit code
     */
    public static int run(List<String> args, Map<String, String> environment, PrintStream out)
            throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        List<String> words = arguments.words();
        if (words.size() > 1) {
            throw CommandException.usage("health takes one address, see health --help");
        }
        HealthTarget target =
                HealthTarget.of(words.isEmpty() ? standard(environment) : words.get(0));
        out.println(target.text() + ": " + ask(target, arguments.of(TIMEOUT)));
        return 0;
    }

    /** An empty variable counts as not set, as it does for serve. */
    private static String standard(Map<String, String> environment) {
        String admin = environment.getOrDefault(VARIABLE, "");
        return admin.isEmpty() ? STANDARD : admin;
    }

    /** What a store that is ready says. */
    private static String ask(HealthTarget target, Duration timeout) throws CommandException {
        Matcher response = RESPONSE.matcher(receive(target, timeout));
        if (!response.matches()) {
            throw CommandException.failure(target.text() + ": that is no HTTP response");
        }
        if (!response.group(1).equals("200")) {
            throw CommandException.failure(target.text() + ": not ready, "
                    + response.group(1) + " " + response.group(2));
        }
        return response.group(2);
    }

    /** The response; a thread of its own waits for it, as a blocking channel has no time-out. */
    private static String receive(HealthTarget target, Duration timeout) throws CommandException {
        if (target.address() instanceof InetSocketAddress tcp && tcp.isUnresolved()) {
            throw CommandException.failure("unknown host: " + tcp.getHostString());
        }
        try (SocketChannel channel = open(target)) {
            FutureTask<String> exchange = new FutureTask<>(() -> exchange(channel, target));
            Thread thread = new Thread(exchange, "millrace-health");
            thread.setDaemon(true);
            thread.start();
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw CommandException.failure(target.text() + ": no response within "
                    + TIMEOUT.kind().show(timeout));
        } catch (ExecutionException e) {
            throw CommandException.failure(target.text() + ": " + e.getCause().getMessage());
        } catch (IOException e) {
            throw CommandException.failure(target.text() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failure("interrupted");
        }
    }

    private static SocketChannel open(HealthTarget target) throws IOException {
        return target.address() instanceof InetSocketAddress ? SocketChannel.open()
                : SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    private static String exchange(SocketChannel channel, HealthTarget target)
            throws IOException {
        channel.connect(target.address());
        ByteBuffer request = StandardCharsets.US_ASCII.encode("GET " + target.path()
                + " HTTP/1.1\r\nHost: " + target.authority() + "\r\nConnection: close\r\n\r\n");
        while (request.hasRemaining()) {
            channel.write(request);
        }
        ByteBuffer response = ByteBuffer.allocate(MOST_BYTES);
        while (response.hasRemaining() && channel.read(response) >= 0) {
            continue; // to the end, or as much as is of use
        }
        if (response.position() == 0) {
            throw new EOFException("the connection was closed without a response");
        }
        return StandardCharsets.UTF_8.decode(response.flip()).toString();
    }
}
