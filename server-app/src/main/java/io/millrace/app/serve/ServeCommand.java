package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.log.ConsoleLog;
import io.millrace.app.log.Lines;
import io.millrace.app.process.LastResort;
import io.millrace.app.process.Recordings;
import io.millrace.app.process.SecondSignal;
import io.millrace.app.process.ThreadEnd;
import io.millrace.app.token.TokenWatch;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The command {@code serve}: a file store until a signal ends it.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
public final class ServeCommand {

    private ServeCommand() {
    }

    public static int run(List<String> args, Map<String, String> environment, PrintStream out,
            PrintStream err) throws CommandException {
        Arguments commandLine = ServeFlags.FLAGS.parse(args);
        if (commandLine.of(Flags.HELP)) {
            out.print(ServeFlags.FLAGS.help());
            return 0;
        }
        Thread.setDefaultUncaughtExceptionHandler(
                new ThreadEnd(ServerOptions.defaults().name()));
        ServeParts parts = new ServeParts(Lines.aside(out), environment);
        SignalRules.install(parts.reloads());
        RunningStore serving = startAll(new Configuration(commandLine, environment), parts, err);
        LastResort last = LastResort.start(serving.drainTimeout());
        // From the first line on, whoever read it may send a signal.
        Runtime.getRuntime().addShutdownHook(new Thread("millrace-stop") {
            @Override
            public void run() {
                end(serving, parts, last, out, err);
            }
        });
        parts.printWarnings(err);
        ConsoleLog.print(out, serving.banner());
        out.flush();
        try {
            parts.reloads().run();
        } catch (InterruptedException unexpected) {
            ConsoleLog.printError(err, Level.ERROR, "interrupted");
        }
        return 0;
    }

    /**
     * Starts everything.
     *
     * @throws CommandException in one line, with nothing left running
     */
    static RunningStore startAll(Configuration configuration, ServeParts parts,
            PrintStream err) throws CommandException {
        try {
            Arguments arguments = configuration.read(parts);
            LogFlags.apply(arguments);
            if (Configuration.file(arguments) != null) {
                parts.changes().start(configuration, arguments);
                parts.reloads().add("the configuration", parts.changes());
                LogFlags.addTo(parts.changes());
            }
            return start(arguments, parts);
        } catch (CommandException failed) {
            parts.printWarnings(err); // a misspelt variable may be why
            try {
                parts.close();
            } catch (IOException alsoFailed) {
                throw CommandException.failure(
                        failed.getMessage() + "; " + alsoFailed.getMessage());
            }
            throw failed;
        }
    }

    /**
     * Opens what the server needs, then starts it, then what looks at it. This is the one place
     * where parts are added; each says itself how it is reloaded.
     *
     * @throws CommandException in one line; what was added before has to be closed
     */
    public static RunningStore start(Arguments arguments, ServeParts parts)
            throws CommandException {
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("unexpected argument '" + arguments.words().get(0)
                    + "': serve takes only flags, see serve --help");
        }
        List<ListenAddress> places = ServeSettings.places(arguments);
        ServeTls tls = TlsFlags.isGiven(arguments) ? ServeTls.read(arguments) : null;
        ServerOptions options = ServeSettings.serverOptions(arguments,
                tls == null ? null : tls.tls(), AccessLogFlags.open(arguments, parts),
                ServeSettings.addresses(places));
        StorePlan plan = StorePlan.of(arguments);
        AdminPart.checkHealthPath(arguments);
        AdminPart.warnOfHidden(arguments, plan, parts);
        ServeHandlers handlers = ServeHandlers.of(arguments, plan);
        ServeSettings.refuseWithin(plan, arguments);
        ServedStore store = plan.open(arguments, parts);
        RunningStore serving =
                RunningStore.start(places, options, store, handlers.around(store));
        startBeside(arguments, serving, tls, parts);
        if (plan.mayAllWrite()) {
            serving.warnOfOthers(parts);
        }
        ResourceCheck.warn(arguments, options, plan, parts);
        watchTokens(arguments, plan, serving, parts);
        return serving;
    }

    /** Starts the servers beside the one of the store. */
    private static void startBeside(Arguments arguments, RunningStore serving, ServeTls tls,
            ServeParts parts) throws CommandException {
        try {
            if (tls != null) {
                tls.addTo(parts);
                serving.redirect(arguments, parts);
            }
            serving.admin(arguments, parts);
        } catch (CommandException | RuntimeException | Error failed) {
            serving.abort(); // whatever it was: half of what was asked for must not run on
            throw failed;
        }
    }

    /** Has the token file read again when it changes, unless it can be read only once. */
    private static void watchTokens(Arguments arguments, StorePlan plan, RunningStore serving,
            ServeParts parts) throws CommandException {
        Path file = ServeSettings.tokenFile(arguments);
        if (file != null && Files.isRegularFile(file)) {
            TokenWatch watch = new TokenWatch(file, serving.store()::access,
                    serving.store()::access, parts.lines());
            parts.reloads().add("the tokens", watch::reload);
            parts.reloads().watch(watch::look);
            parts.changes().add(next -> {
                ServeSettings.refuseWithin(plan, next); // the folder that is served
                watch.moveTo(ServeSettings.tokenFile(next));
            }, ServeFlags.TOKEN_FILE);
        }
    }

    /** The server stops first, so that its parts see its last request. */
    private static void end(RunningStore serving, ServeParts parts, LastResort last,
            PrintStream out, PrintStream err) {
        last.begin();
        int exitCode = 0;
        try (parts) {
            SecondSignal.watch();
            serving.stop(out);
        } catch (IOException | RuntimeException | Error e) {
            ConsoleLog.printError(err, Level.ERROR, e.toString());
            exitCode = 1;
        }
        Recordings.await();
        // Not stderr: it holds nothing back, and may be a pipe that is full and not read.
        out.flush();
        // A JVM that a signal ends exits with the signal's number plus 128, unless halted before.
        Runtime.getRuntime().halt(exitCode);
    }
}
