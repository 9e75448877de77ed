package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.cli.TextList;
import io.millrace.server.Endpoint;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * The flags of addresses for proxies that send PROXY headers, made when they are asked for.
 *
 * <p>Threads: main.
 */
final class ProxyFlags extends FlagSource {

    private static final String TITLE = "Behind a proxy";
    private static final String PREFIX = "--proxy-";

    private static final class Made {

        static final Flag<List<String>> PROTOCOL = Flag.of("--proxy-protocol",
                TextList.NETWORKS, List.of(),
                "networks of proxies, whose connections begin with a PROXY header, version 1 or 2; "
                        + "all others are closed; unix: proxies on Unix domain sockets")
                .standardText("none");
        static final Flag<List<ListenAddress>> LISTEN = Flag.of("--proxy-listen",
                ListenAddress.LIST, List.of(),
                "more addresses to listen on, the only ones that --proxy-protocol is for; without "
                        + "it, it is for all").standardText("none");
    }

    @Override
    public Flag<?> named(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        return name.equals(Made.PROTOCOL.name()) ? Made.PROTOCOL
                : name.equals(Made.LISTEN.name()) ? Made.LISTEN : null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Flags.add(groups, TITLE, Made.PROTOCOL);
        Flags.add(groups, TITLE, Made.LISTEN);
    }

    private static boolean areGiven(Arguments arguments) {
        for (String name : arguments.settings().keySet()) {
            if (name.startsWith(PREFIX)) {
                return true;
            }
        }
        return false;
    }

    /** The addresses that are for proxies alone; they stand behind all others. */
    static List<ListenAddress> places(Arguments arguments) {
        return areGiven(arguments) ? arguments.of(Made.LISTEN) : List.of();
    }

    /**
     * Changes those endpoints that are for proxies.
     *
     * @param endpoints of all addresses
     * @throws CommandException if the flags don't go together, or a network is malformed
     */
    static void apply(Arguments arguments, Endpoint[] endpoints) throws CommandException {
        if (!areGiven(arguments)) {
            return;
        }
        String[] networks = networks(arguments);
        int own = arguments.of(Made.LISTEN).size();
        for (int i = own == 0 ? 0 : endpoints.length - own; i < endpoints.length; i++) {
            endpoints[i] = endpoints[i].proxies(networks);
        }
    }

    private static String[] networks(Arguments arguments) throws CommandException {
        if (!arguments.has(Made.PROTOCOL)) {
            throw CommandException.usage(arguments.nameOf(Made.LISTEN)
                    + " needs --proxy-protocol: name the networks of the proxies");
        }
        String[] networks = arguments.of(Made.PROTOCOL).toArray(new String[0]);
        try {
            Endpoint.of(new InetSocketAddress(0)).proxies(networks);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(
                    arguments.nameOf(Made.PROTOCOL) + ": " + wrong.getMessage());
        }
        return networks;
    }
}
