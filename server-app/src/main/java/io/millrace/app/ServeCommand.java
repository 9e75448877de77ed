package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.server.ServerOptions;
import io.millrace.store.FileStore;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The command {@code serve}: a file store until a signal ends it.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
final class ServeCommand {

    private static final String USAGE = """
            java -jar millrace.jar [serve] [FLAGS]

            Stores, serves and deletes files: PUT, GET and DELETE of /KEY, until SIGTERM or Ctrl-C.
            """;

    static final Flag<String> ADDRESS = Flag.of("--address", FlagType.HOST,
            ServerOptions.defaults().address().getAddress().getHostAddress(),
            "where to listen: an IP address or host name of this machine; 0.0.0.0 for all, IPv6 "
                    + "too; or unix:PATH for a Unix domain socket alone");
    static final Flag<Long> PORT = Flag.of("--port", FlagType.numberIn(0, 65_535),
            (long) ServerOptions.defaults().address().getPort(), "0 picks a free one");
    static final Flag<List<ListenAddress>> LISTEN = Flag.of("--listen",
            ListenAddress.LIST, List.of(),
            "where to listen besides, such as [::1]:8080,unix:/run/millrace.sock; may be repeated");
    static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "data",
            "where the files are kept; made if it is missing");
    static final Flag<Boolean> DISCARD = Flag.toggle("--discard",
            "take every PUT and keep nothing, to measure all but the disk; GET answers 404");
    static final Flags FLAGS = new Flags("serve", USAGE)
            .with("The server", ADDRESS, PORT, LISTEN, DIR, ServerFlags.WORKERS.flag(), DISCARD,
                    Flags.HELP)
            .with("The store", StoreFlags.flags())
            .with("Listening", ServerFlags.flags(ServerFlags.LISTENING))
            .with("Limits", ServerFlags.flags(ServerFlags.LIMITS))
            .with("Times", ServerFlags.flags(ServerFlags.TIMES))
            .with("Tuning", ServerFlags.flags(ServerFlags.TUNING))
            .with("Observing", ServerFlags.FLIGHT_RECORDER);

    private ServeCommand() {
    }

    static int run(List<String> args, PrintStream out, PrintStream err) throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        RunningStore serving = start(arguments);
        // From the first line on, whoever read it may send a signal.
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> end(serving, out, err), "millrace-stop"));
        out.print(serving.banner());
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException unexpected) {
            err.println("millrace: interrupted");
        }
        return 0;
    }

    /**
     * Opens the store and starts the server over it.
     *
     * @throws CommandException in one line, with nothing left running
     */
    static RunningStore start(Arguments arguments) throws CommandException {
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("serve takes flags only, not '" + arguments.words().get(0)
                    + "', see serve --help");
        }
        List<ListenAddress> places = places(arguments);
        ServerOptions options = ServerFlags.options(arguments, addresses(places));
        StoreOptions storeOptions = StoreFlags.options(arguments);
        if (arguments.of(DISCARD)) {
            return RunningStore.start(places, options, FileStore.discarding(storeOptions),
                    "keeps nothing", storeOptions.contract());
        }
        Path folder = folder(arguments.of(DIR));
        return RunningStore.start(places, options, open(folder, storeOptions),
                "files in " + folder.toAbsolutePath().normalize(), storeOptions.contract());
    }

    private static FileStore open(Path folder, StoreOptions options)
            throws CommandException {
        try {
            return FileStore.open(folder, options);
        } catch (IOException e) {
            throw CommandException.failure(e.getMessage());
        }
    }

    private static Path folder(String text) throws CommandException {
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(DIR.name() + " must be a folder: " + wrong.getMessage());
        }
    }

    /** Where to listen; the first is what the banner ends in. */
    private static List<ListenAddress> places(Arguments arguments) throws CommandException {
        ListenAddress first = ListenAddress.of(arguments.of(ADDRESS),
                arguments.of(PORT).intValue());
        if (first.isUnix() && arguments.has(PORT)) {
            throw CommandException.usage("--port goes with an IP address, not with "
                    + arguments.of(ADDRESS));
        }
        List<ListenAddress> places = new ArrayList<>(List.of(first));
        places.addAll(arguments.of(LISTEN));
        return places;
    }

    private static SocketAddress[] addresses(List<ListenAddress> places) throws CommandException {
        SocketAddress[] addresses = new SocketAddress[places.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = places.get(i).address();
        }
        return addresses;
    }

    private static void end(RunningStore serving, PrintStream out, PrintStream err) {
        int exitCode = 0;
        try {
            SecondSignal.watch();
            serving.stop(out);
        } catch (IOException | RuntimeException | Error e) {
            err.println("millrace: " + e);
            exitCode = 1;
        }
        Recordings.await();
        out.flush();
        err.flush();
        // A JVM that a signal ends exits with the signal's number plus 128, unless halted before.
        Runtime.getRuntime().halt(exitCode);
    }
}
