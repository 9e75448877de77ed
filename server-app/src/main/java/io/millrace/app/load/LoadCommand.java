package io.millrace.app.load;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.Terminal;
import io.millrace.app.load.wire.ClientTls;
import io.millrace.app.load.wire.SocketWire;
import io.millrace.app.load.wire.Wire;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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

    /** Shared out among the clients, so that a thousand of them run in a small heap as well. */
    private static final int BUFFER_BYTES_IN_ALL = 16 << 20;
    private static final int MIN_BUFFER_BYTES = 8 << 10;
    private static final int MAX_BUFFER_BYTES = 256 << 10;

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
        Arguments arguments = LoadFlags.FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(LoadFlags.FLAGS.help());
            return 0;
        }
        LoadPlan plan = LoadFlags.plan(arguments);
        ResultFiles files = ResultFiles.of(arguments);
        int bufferBytes = Math.max(MIN_BUFFER_BYTES,
                Math.min(MAX_BUFFER_BYTES, BUFFER_BYTES_IN_ALL / plan.connections()));
        LoadRun run = new LoadRun(plan, connector(arguments, plan, bufferBytes), bufferBytes);
        CountDownLatch printed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> stop(run, printed, err), "millrace-stop"));
        try {
            LoadResult result = run.run(progress(plan, err));
            out.print(arguments.of(LoadFlags.JSON)
                    ? JsonReport.of(result) + System.lineSeparator() : LoadReport.of(result));
            if (arguments.of(LoadFlags.PLOT)) {
                out.print(LoadCharts.text(result));
            }
            out.flush();
            files.write(result);
            return result.isSuccess() ? 0 : 1;
        } catch (IOException e) {
            throw CommandException.failure(Unreachable.text(plan.target(), e));
        } catch (InterruptedException unexpected) {
            throw CommandException.failure("interrupted");
        } finally {
            printed.countDown();
        }
    }

    private static Progress progress(LoadPlan plan, PrintStream err) {
        long startNs = -plan.warmup().toNanos();
        ProgressText text = new ProgressText(plan.requests(), startNs);
        return Terminal.onStderr() ? new ProgressBar(err, text)
                : new ProgressLines(err, text, startNs);
    }

    private static Wire.Connector connector(Arguments arguments, LoadPlan plan, int bufferBytes)
            throws CommandException {
        LoadTarget target = plan.target();
        String cacert = arguments.of(LoadFlags.CACERT);
        boolean insecure = arguments.of(LoadFlags.INSECURE);
        if (!target.secure() && (insecure || !cacert.isEmpty())) {
            throw CommandException.usage("--cacert and --insecure are for https://, not "
                    + target.url());
        }
        if (insecure && !cacert.isEmpty()) {
            throw CommandException.usage("--cacert and --insecure exclude each other");
        }
        if (!target.secure()) {
            InetSocketAddress address = resolve(target);
            return opening -> SocketWire.connect(address, plan.timeout(), opening);
        }
        ClientTls tls = insecure ? ClientTls.ofAny()
                : cacert.isEmpty() ? ClientTls.ofJdk()
                        : ClientTls.of(arguments.path(LoadFlags.CACERT));
        return tls.to(resolve(target), target.host(), plan.timeout(), bufferBytes);
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
