package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.option.OptionException;
import io.millrace.server.ServerOptions;
import io.millrace.store.FileStore;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code serve}: a file store until a signal ends it.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
final class ServeCommand {

    private static final String USAGE = """
            java -jar millrace.jar [serve] [FLAGS]

            Stores, serves and deletes files: PUT, GET and DELETE of /KEY, until SIGTERM or Ctrl-C.
            A KEY may have folders (/a/b/c); GET of a folder (/a/b/) lists it.

            The response codes are those of RFC 9110: 201 for a new object, 204 for a replaced or
            deleted one, 404 for a missing one, 405 for other methods. With --contract article they
            are those of the 2017 program that Millrace descends from: 200 for PUT and DELETE, 304
            for an empty PUT, which stores nothing, and 404 for other methods.
            """;

    private static final String SERVER = "The server";
    private static final String STORE = "The store";
    private static final String RIGHTS = "Who may do what";
    /** A token file is read a second or so after its last change. */
    private static final long LOOK_MS = 500;

    static final Flag<String> ADDRESS = Flag.of("--address", FlagType.HOST,
            "127.0.0.1",
            "IP address or host name to listen on, 0.0.0.0 for all, IPv6 too; or unix:PATH for a "
                    + "Unix domain socket");
    static final Flag<Long> PORT = Flag.of("--port", FlagType.numberIn(0, 65_535),
            8080L,
            "TCP port to listen on; 0 picks a free one");
    static final Flag<List<ListenAddress>> LISTEN = Flag.of("--listen", ListenAddress.LIST,
            List.of(), "more addresses to listen on, such as [::1]:8080,unix:/run/millrace.sock; "
                    + "may be repeated");
    static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "data",
            "folder of the files, created if it is missing");
    static final Flag<Boolean> DISCARD = Flag.toggle("--discard",
            "store nothing, to measure everything but the disk: PUT succeeds, GET gets 404");
    static final Flag<String> TOKEN_FILE = Flag.of("--token-file", FlagType.FILE, "",
            "file of the tokens that requests must carry, by Bearer or as the password of Basic; "
                    + "each line is NAME TOKEN RIGHTS [/PREFIX/], with RIGHTS of r, w, d and l, or "
                    + "the only line a token; read again when it changes").standardText("none");

    static final OptionFlags STORE_FLAGS = new OptionFlags(StoreOptions.all());
    static final OptionFlags SERVER_FLAGS = new OptionFlags(ServerOptions.all());
    static final Flags FLAGS = new Flags("serve", USAGE)
            .with(SERVER, ADDRESS, PORT, LISTEN, Flags.HELP)
            .with(STORE, DIR, DISCARD)
            .with(RIGHTS, TOKEN_FILE)
            .with(STORE_FLAGS)
            .with(SERVER_FLAGS);

    private ServeCommand() {
    }

    static int run(List<String> args, PrintStream out, PrintStream err) throws CommandException {
        Arguments arguments = FLAGS.parse(args);
        if (arguments.of(Flags.HELP)) {
            out.print(FLAGS.help());
            return 0;
        }
        Thread.setDefaultUncaughtExceptionHandler(
                new ThreadEnd(ServerOptions.defaults().name()));
        RunningStore serving = start(arguments);
        LastResort last = LastResort.start(serving.drainTimeout());
        // From the first line on, whoever read it may send a signal.
        Runtime.getRuntime().addShutdownHook(new Thread("millrace-stop") {
            @Override
            public void run() {
                end(serving, last, out, err);
            }
        });
        SignalRules.install();
        if (mayAllWrite(arguments)) {
            serving.warn(err);
        }
        out.print(serving.banner());
        out.flush();
        try {
            await(watch(arguments, serving, out));
        } catch (InterruptedException unexpected) {
            err.println("millrace: interrupted");
        }
        return 0;
    }

    /** Whether a client needs no token to change what is kept. */
    private static boolean mayAllWrite(Arguments arguments) throws CommandException {
        return arguments.of(TOKEN_FILE).isEmpty() && !arguments.of(DISCARD)
                && !storeOptions(arguments).readOnly();
    }

    /** The watch of the token file; null if there is none, or one that can be read only once. */
    private static TokenWatch watch(Arguments arguments, RunningStore serving, PrintStream out)
            throws CommandException {
        String tokens = arguments.of(TOKEN_FILE);
        if (tokens.isEmpty()) {
            return null;
        }
        Path file = TokenFile.path(TOKEN_FILE.name(), tokens);
        return Files.isRegularFile(file)
                ? new TokenWatch(file, serving.store(), out, TokenWatch.linesAside()) : null;
    }

    /** Waits for the end of the program, which is a signal, and looks at the token file. */
    private static void await(TokenWatch watch) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        if (watch == null) {
            never.await();
        }
        while (!never.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
            watch.look();
        }
    }

    /**
     * Opens the store and starts the server over it.
     *
     * @throws CommandException in one line, with nothing left running
     */
    static RunningStore start(Arguments arguments) throws CommandException {
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("unexpected argument '" + arguments.words().get(0)
                    + "': serve takes only flags, see serve --help");
        }
        List<ListenAddress> places = places(arguments);
        ServerOptions options = serverOptions(arguments, addresses(places));
        StoreOptions storeOptions = storeOptions(arguments);
        if (arguments.of(DISCARD)) {
            return RunningStore.start(places, options, FileStore.discarding(storeOptions),
                    "discards all objects", storeOptions.contract());
        }
        Path folder = folder(arguments.of(DIR));
        String tokenFile = arguments.of(TOKEN_FILE);
        if (!tokenFile.isEmpty()) {
            TokenFile.refuseWithin(folder, TokenFile.path(TOKEN_FILE.name(), tokenFile));
        }
        return RunningStore.start(places, options, open(folder, storeOptions),
                "files in " + folder.toAbsolutePath().normalize(), storeOptions.contract());
    }

    /**
     * The options of a server at some addresses.
     *
     * @throws CommandException naming the flag whose value is out of range
     */
    static ServerOptions serverOptions(Arguments arguments, SocketAddress... addresses)
            throws CommandException {
        try {
            return SERVER_FLAGS.set(ServerOptions.builder().addresses(addresses), arguments)
                    .build();
        } catch (OptionException wrong) {
            throw SERVER_FLAGS.refused(wrong, arguments);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(wrong.getMessage());
        }
    }

    /**
     * The options of a store.
     *
     * @throws CommandException if the token file can't be used, or naming the flag whose value is
     *     out of range
     */
    static StoreOptions storeOptions(Arguments arguments) throws CommandException {
        StoreOptions.Builder builder = STORE_FLAGS.set(StoreOptions.builder(), arguments);
        String tokenFile = arguments.of(TOKEN_FILE);
        if (!tokenFile.isEmpty()) {
            builder.access(TokenFile.read(TokenFile.path(TOKEN_FILE.name(), tokenFile)));
        }
        try {
            return builder.build();
        } catch (OptionException wrong) {
            throw STORE_FLAGS.refused(wrong, arguments);
        }
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
        int schemeEnd = schemeEnd(text);
        if (schemeEnd > 0) {
            // Only the scheme is repeated: behind it there may be a secret.
            throw CommandException.usage(DIR.name() + " can't be a URL ("
                    + text.substring(0, schemeEnd)
                    + ":...): write ./ before a folder's name that has a colon");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(DIR.name() + " must be a folder: " + wrong.getMessage());
        }
    }

    /** Where the colon behind a URL's scheme is (RFC 3986 section 3.1); -1 if there is none. */
    static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                // One letter is a drive of Windows.
                return i > 1 ? i : -1;
            }
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            boolean later = c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !later)) {
                return -1;
            }
        }
        return -1;
    }

    /** Where to listen; the first is what the banner ends in. */
    private static List<ListenAddress> places(Arguments arguments) throws CommandException {
        ListenAddress first =
                ListenAddress.of(arguments.of(ADDRESS), arguments.of(PORT).intValue());
        if (first.isUnix() && arguments.has(PORT)) {
            throw CommandException.usage("--port can't be used with --address "
                    + arguments.of(ADDRESS) + ": a Unix domain socket has no port");
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

    private static void end(RunningStore serving, LastResort last, PrintStream out,
            PrintStream err) {
        last.begin();
        int exitCode = 0;
        try {
            SecondSignal.watch();
            serving.stop(out);
        } catch (IOException | RuntimeException | Error e) {
            err.println("millrace: " + e);
            exitCode = 1;
        }
        Recordings.await();
        // Not stderr: it holds nothing back, and may be a pipe that is full and not read.
        out.flush();
        // A JVM that a signal ends exits with the signal's number plus 128, unless halted before.
        Runtime.getRuntime().halt(exitCode);
    }
}
