package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.token.TokenFile;
import io.millrace.option.OptionException;
import io.millrace.server.Endpoint;
import io.millrace.server.ServerListener;
import io.millrace.server.ServerOptions;
import io.millrace.store.Contract;
import io.millrace.store.StoreOptions;
import io.millrace.tls.Tls;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the arguments of {@code serve} into the options of server and store.
 *
 * <p>Threads: main.
 */
public final class ServeSettings {

    private ServeSettings() {
    }

    /**
     * Checks all values, and the files that are read at the start, as far as that opens nothing.
     *
     * @param environment the variables of the process
     * @throws CommandException naming the first that is wrong, and where it was given
     */
    static void check(Arguments arguments, Map<String, String> environment)
            throws CommandException {
        if (!arguments.words().isEmpty()) {
            throw CommandException.usage("unexpected argument '" + arguments.words().get(0)
                    + "': serve takes only flags, see serve --help");
        }
        ServerOptions options = serverOptions(arguments, standIns(places(arguments)));
        AdminPart.check(arguments, options);
        AdminPart.checkHealthPath(arguments);
        StorePlan store = StorePlan.of(arguments, null);
        ServeHandlers.of(arguments, store);
        store.check(arguments, environment);
        if (TlsFlags.isGiven(arguments)) {
            RedirectServer.checkOptions(arguments);
            ServeTls.check(arguments);
        }
        Path tokenFile = tokenFile(arguments);
        if (tokenFile != null && !isReadOnce(tokenFile)) {
            TokenFile.read(tokenFile);
        }
        refuseWithin(store, arguments);
    }

    /** Refuses a store in which a client could reach what is not for it. */
    static void refuseWithin(StorePlan store, Arguments arguments) throws CommandException {
        Path configFile = Configuration.file(arguments);
        if (configFile != null) {
            store.refuseWithin("configuration file", configFile); // decision 560
        }
        Path tokenFile = tokenFile(arguments);
        if (tokenFile != null) {
            store.refuseWithin("token file", tokenFile);
        }
        if (TlsFlags.isGiven(arguments)) {
            ServeTls.refuseWithin(store, arguments);
        }
    }

    /** Whether a file is one that a check would take away, such as a pipe from the shell. */
    static boolean isReadOnce(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /**
     * The options of a server at some addresses; without any, at its default.
     *
     * @throws CommandException naming the flag whose value is out of range
     */
    static ServerOptions serverOptions(Arguments arguments, SocketAddress... addresses)
            throws CommandException {
        return serverOptions(arguments, null, List.of(), addresses);
    }

    /**
     * The same with TLS on all TCP addresses.
     *
     * @param tls null for none
     * @param listeners what it tells of requests
     */
    static ServerOptions serverOptions(Arguments arguments, Tls tls,
            List<ServerListener> listeners, SocketAddress... addresses) throws CommandException {
        try {
            ServerOptions.Builder builder = builder(arguments).listeners(listeners);
            if (addresses.length > 0) {
                builder.endpoints(endpoints(arguments, tls, addresses));
            }
            return builder.build();
        } catch (OptionException wrong) {
            throw ServeFlags.SERVER_FLAGS.refused(wrong, arguments);
        } catch (IllegalArgumentException wrong) { // of the addresses, which no single flag sets
            throw CommandException.usage("--address, --listen and --proxy-listen: "
                    + wrong.getMessage());
        }
    }

    /** All options of a server that flags set; none of them is checked yet. */
    static ServerOptions.Builder builder(Arguments arguments) {
        return ServeFlags.SERVER_FLAGS.set(ServerOptions.builder(), arguments);
    }

    /** A Unix domain socket has no TLS: nobody listens in between (decision 203). */
    private static Endpoint[] endpoints(Arguments arguments, Tls tls, SocketAddress[] addresses)
            throws CommandException {
        Endpoint[] endpoints = new Endpoint[addresses.length];
        for (int i = 0; i < endpoints.length; i++) {
            Endpoint plain = Endpoint.of(addresses[i]);
            endpoints[i] = tls != null && addresses[i] instanceof InetSocketAddress
                    ? plain.tls(tls) : plain;
        }
        ProxyFlags.apply(arguments, endpoints);
        return endpoints;
    }

    /**
     * The options of a store of files.
     *
     * @param rules null for none
     * @throws CommandException naming the flag whose value is out of range
     */
    static StoreOptions storeOptions(Arguments arguments, AccessRules rules)
            throws CommandException {
        StoreOptions.Builder builder =
                ServeFlags.STORE_FLAGS.set(StoreOptions.builder(), arguments);
        try {
            StoreOptions options = builder.access(rules).build();
            boolean lists = !options.noListing() && options.contract() != Contract.ARTICLE
                    && !arguments.of(ServeFlags.DISCARD);
            return lists ? builder.page(BrowserFlags.page(arguments)).build() : options;
        } catch (OptionException wrong) {
            throw ServeFlags.STORE_FLAGS.refused(wrong, arguments);
        }
    }

    /** The token file; null if there is none. */
    static Path tokenFile(Arguments arguments) throws CommandException {
        String text = arguments.of(ServeFlags.TOKEN_FILE);
        return text.isEmpty() ? null
                : TokenFile.path(arguments.nameOf(ServeFlags.TOKEN_FILE), text);
    }

    /** The folder of the store's objects; null if they are in none. */
    static Path keptFolder(Arguments arguments) throws CommandException {
        return arguments.of(ServeFlags.DISCARD) || BucketFlags.isGiven(arguments) ? null
                : folder(arguments);
    }

    /** The folder that the flags name. */
    static Path folder(Arguments arguments) throws CommandException {
        String name = arguments.nameOf(ServeFlags.DIR);
        String text = arguments.of(ServeFlags.DIR);
        int schemeEnd = schemeEnd(text);
        if (schemeEnd > 0) {
            // Only the scheme is repeated: behind it there may be a secret.
            throw CommandException.usage(name + " can't be a URL (" + text.substring(0, schemeEnd)
                    + ":...): write ./ before a folder's name that has a colon");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(name + " must be a folder: " + wrong.getMessage());
        }
    }

    /** Where the colon behind a URL's scheme is (RFC 3986 section 3.1); -1 if there is none. */
    public static int schemeEnd(String text) {
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

    /**
     * Where to listen; the first is what the banner ends in.
     *
     * @throws CommandException if the addresses don't go with other flags
     */
    static List<ListenAddress> places(Arguments arguments) throws CommandException {
        ListenAddress first = ListenAddress.of(arguments.of(ServeFlags.ADDRESS),
                arguments.of(ServeFlags.PORT).intValue());
        if (first.isUnix() && arguments.has(ServeFlags.PORT)) {
            throw CommandException.usage(arguments.nameOf(ServeFlags.PORT)
                    + " can't be used with --address " + arguments.of(ServeFlags.ADDRESS)
                    + ": a Unix domain socket has no port");
        }
        if (first.isUnix() && first.path().isEmpty()) {
            throw CommandException.usage(arguments.nameOf(ServeFlags.ADDRESS)
                    + " must name the socket's file: unix:PATH");
        }
        List<ListenAddress> places = new ArrayList<>(List.of(first));
        places.addAll(arguments.of(ServeFlags.LISTEN));
        places.addAll(ProxyFlags.places(arguments));
        if (TlsFlags.isGiven(arguments)) {
            RedirectServer.check(arguments, places);
        }
        return places;
    }

    /** The addresses of these places, looked up where they are names. */
    static SocketAddress[] addresses(List<ListenAddress> places) throws CommandException {
        SocketAddress[] addresses = new SocketAddress[places.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = places.get(i).address();
        }
        return addresses;
    }

    /** What stands for the addresses of these places where nothing is looked up. */
    static SocketAddress[] standIns(List<ListenAddress> places) throws CommandException {
        SocketAddress[] addresses = new SocketAddress[places.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = places.get(i).standIn();
        }
        return addresses;
    }
}
