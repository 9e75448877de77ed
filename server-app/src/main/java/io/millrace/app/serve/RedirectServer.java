package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.serve.TlsFlags.Made;
import io.millrace.http.Handler;
import io.millrace.route.HttpsRedirect;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerListener;
import io.millrace.server.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A server of its own, with one worker, that sends clients of plain addresses to HTTPS.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
final class RedirectServer implements Closeable {

    private final List<ListenAddress> places;
    private final HttpServer server;

    private RedirectServer(List<ListenAddress> places, HttpServer server) {
        this.places = places;
        this.server = server;
    }

    /**
     * Checks that there is an address to redirect to.
     *
     * @param places where the server listens
     */
    static void check(Arguments arguments, List<ListenAddress> places) throws CommandException {
        if (arguments.has(Made.REDIRECT) && places.stream().allMatch(ListenAddress::isUnix)) {
            throw CommandException.usage(arguments.nameOf(Made.REDIRECT) + " needs a TCP address to"
                    + " redirect to: all addresses are Unix domain sockets");
        }
    }

    /**
     * Starts it.
     *
     * @param https the first address of the server that it redirects to
     * @param listeners what it tells of requests
     * @param store of that server; while it takes over, the process before may have the address
     * @throws CommandException in one line, if it can't listen there
     */
    static RedirectServer start(Arguments arguments, InetSocketAddress https,
            List<ServerListener> listeners, ServedStore store) throws CommandException {
        List<ListenAddress> places = arguments.of(Made.REDIRECT);
        Long port = arguments.of(Made.HTTPS_PORT);
        ServerOptions options =
                options(arguments, listeners, ServeSettings.addresses(places));
        try {
            Handler handler =
                    new HttpsRedirect(port == null ? https.getPort() : port.intValue());
            return new RedirectServer(places, Handover.start(options, handler, store));
        } catch (IOException e) {
            throw CommandException.failure(StartAdvice.here().listening(e));
        }
    }

    private static ServerOptions options(Arguments arguments, List<ServerListener> listeners,
            SocketAddress[] addresses) throws CommandException {
        try {
            return ServeSettings.builder(arguments).addresses(addresses).workers(1)
                    .name("millrace-redirect").listeners(listeners).build();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(arguments.nameOf(Made.REDIRECT) + ": " + e.getMessage());
        }
    }

    /** Checks its addresses, if there are any, as far as that looks none up. */
    static void checkOptions(Arguments arguments) throws CommandException {
        List<ListenAddress> places = arguments.of(Made.REDIRECT);
        if (!places.isEmpty()) {
            options(arguments, List.of(), ServeSettings.standIns(places));
        }
    }

    /** Where it listens, a line each. */
    void addTo(StringBuilder banner) {
        for (int i = 0; i < places.size(); i++) {
            banner.append("  redirects ")
                    .append(places.get(i).url(server.addresses().get(i), false)).append('\n');
        }
    }

    /**
     * Ends it.
     *
     * @param deadline how long requests may take to finish
     */
    void stop(Duration deadline) {
        server.stop(deadline);
    }

    /** Ends it without waiting for requests. Does nothing after {@link #stop}. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
