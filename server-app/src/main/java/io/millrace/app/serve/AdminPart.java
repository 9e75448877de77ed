package io.millrace.app.serve;

import io.millrace.app.admin.AdminHandler;
import io.millrace.app.admin.HealthPath;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.cli.ProgramVersion;
import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The server of {@code --admin}, which tells of the store's until that has drained; and {@code
 * --health-path}.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
final class AdminPart implements Closeable { // decision 222

    private final List<ListenAddress> places;
    private final HttpServer server;

    private AdminPart(List<ListenAddress> places, HttpServer server) {
        this.places = places;
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @param options of the server that it tells of
     * @throws CommandException in one line, if it can't listen
     */
    static AdminPart start(Arguments arguments, ServerOptions options, HttpServer server,
            ServedStore store) throws CommandException {
        List<ListenAddress> places = arguments.of(ServeFlags.ADMIN);
        ServerOptions own = options(arguments, options, ServeSettings.addresses(places));
        try {
            Handler handler = AdminHandler.of(server, store.metrics(), store::check,
                    store.uploads(), options.listeners(), ProgramVersion.text());
            return new AdminPart(places, Handover.start(own, handler, store));
        } catch (IOException e) {
            throw CommandException.failure(StartAdvice.here().listening(e));
        }
    }

    private static ServerOptions options(Arguments arguments, ServerOptions options,
            SocketAddress[] addresses) throws CommandException {
        try {
            return AdminHandler.options().reusePort(options.reusePort())
                    .socketPermissions(options.socketPermissions()).addresses(addresses).build();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(arguments.nameOf(ServeFlags.ADMIN) + ": "
                    + e.getMessage());
        }
    }

    /**
     * Checks the addresses, if there are any, as far as that looks none up.
     *
     * @param options of the server that it tells of
     */
    static void check(Arguments arguments, ServerOptions options) throws CommandException {
        List<ListenAddress> places = arguments.of(ServeFlags.ADMIN);
        if (!places.isEmpty()) {
            options(arguments, options, ServeSettings.standIns(places));
        }
    }

    /** Where it listens, a line each. */
    void addTo(StringBuilder banner) {
        for (int i = 0; i < places.size(); i++) {
            banner.append("  admin     ").append(url(i)).append('\n');
        }
    }

    private String url(int place) {
        return places.get(place).url(server.addresses().get(place), false);
    }

    /** Warns if other machines can reach it. */
    void warnOfOthers(ServeParts parts) {
        for (int i = 0; i < places.size(); i++) {
            if (server.addresses().get(i) instanceof InetSocketAddress bound
                    && !bound.getAddress().isLoopbackAddress()) {
                parts.warn("every client that can reach " + url(i) + " may read the metrics:"
                        + " let --admin listen on 127.0.0.1 or a Unix domain socket");
            }
        }
    }

    /** Ends it; nothing that it does is worth waiting for. May be called again. */
    @Override
    public void close() {
        server.stop(Duration.ZERO);
    }

    /** A handler around the store, with a path for health checks if a flag asks for it. */
    static Handler withHealthPath(Arguments arguments, ServedStore store, Handler next) {
        String path = arguments.of(ServeFlags.HEALTH_PATH);
        return path.isEmpty() ? next : new HealthPath(path, store::check, next);
    }

    /**
     * Checks the path for health checks.
     *
     * @throws CommandException if no request can be for that path
     */
    static void checkHealthPath(Arguments arguments) throws CommandException {
        String path = arguments.of(ServeFlags.HEALTH_PATH);
        if (!path.isEmpty() && !HealthPath.isPath(path)) {
            throw CommandException.usage(arguments.nameOf(ServeFlags.HEALTH_PATH)
                    + " must begin with a slash and have no query or escapes: " + path);
        }
    }

    /** Warns if the path for health checks hides an object. */
    static void warnOfHidden(Arguments arguments, StorePlan plan, ServeParts parts) {
        String path = arguments.of(ServeFlags.HEALTH_PATH);
        if (!path.isEmpty() && plan.isObject(path)) {
            parts.warn(arguments.nameOf(ServeFlags.HEALTH_PATH) + " hides the object " + path
                    + ": choose another path, such as /.millrace-health, which no object can have");
        }
    }
}
