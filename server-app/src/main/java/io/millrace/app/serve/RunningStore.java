package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.cli.ProgramVersion;
import io.millrace.app.cli.Units;
import io.millrace.app.log.ConsoleLog;
import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A server and the store that it serves, from start to stop.
 *
 * <p>Threads: one at a time.
 */
final class RunningStore {

    private final List<ListenAddress> places;
    private final ServerOptions options;
    private final ServedStore store;
    private final HttpServer server;
    private final long startNs = System.nanoTime();
    /** Null if there is none. */
    private RedirectServer redirect;
    /** Null if there is none. */
    private AdminPart admin;

    private RunningStore(List<ListenAddress> places, ServerOptions options, ServedStore store,
            Handler handler) throws IOException {
        this.places = places;
        this.options = options;
        this.store = store;
        this.server = Handover.start(options, handler, store);
    }

    /**
     * Starts a server over a store, which it closes when it stops or can't be started.
     *
     * @param places the addresses of the options as they were given
     * @param handler the store, or one around it
     */
    static RunningStore start(List<ListenAddress> places, ServerOptions options,
            ServedStore store, Handler handler) throws CommandException {
        try {
            return new RunningStore(places, options, store, handler);
        } catch (IOException e) {
            String failure = StartAdvice.here().listening(e);
            try {
                store.close();
            } catch (IOException alsoFailed) {
                failure += "; " + alsoFailed.getMessage();
            }
            throw CommandException.failure(failure);
        }
    }

    /** What runs; the last line ends in the first address, a URL if it is of TCP. */
    String banner() {
        // Not by a format: the first one loads the locale, and a start takes 5 ms longer.
        StringBuilder text = new StringBuilder("Millrace ").append(ProgramVersion.text())
                .append("\n  workers   ").append(options.workers())
                .append('\n');
        store.addTo(text);
        for (int i = 1; i < places.size(); i++) {
            text.append("  also on   ").append(url(i)).append('\n');
        }
        if (redirect != null) {
            redirect.addTo(text);
        }
        if (admin != null) {
            admin.addTo(text);
        }
        return text.append("listening on ").append(url(0)).append('\n').toString();
    }

    private String url(int place) {
        return places.get(place).url(server.addresses().get(place),
                options.endpoints().get(place).tls() != null);
    }

    /** Has a server of its own send clients of plain addresses here, if a flag asks for it. */
    void redirect(Arguments arguments, ServeParts parts) throws CommandException {
        if (!arguments.has(TlsFlags.Made.REDIRECT)) {
            return;
        }
        for (SocketAddress address : server.addresses()) {
            if (address instanceof InetSocketAddress https) {
                redirect = parts.add(
                        RedirectServer.start(arguments, https, options.listeners(), store));
                return;
            }
        }
    }

    /** Has a server of its own tell of this one, if a flag asks for it. */
    void admin(Arguments arguments, ServeParts parts) throws CommandException {
        if (!arguments.of(ServeFlags.ADMIN).isEmpty()) {
            admin = parts.add(AdminPart.start(arguments, options, server, store));
            admin.warnOfOthers(parts);
        }
    }

    /** What is served. */
    ServedStore store() {
        return store;
    }

    /** Warns if other machines can reach the server, for one that anybody may write to. */
    void warnOfOthers(ServeParts parts) {
        for (int i = 0; i < places.size(); i++) {
            if (server.addresses().get(i) instanceof InetSocketAddress bound
                    && !bound.getAddress().isLoopbackAddress()) {
                parts.warn("every client that can reach " + url(i) + " may write and delete:"
                        + " use --token-file or --read-only, or listen on 127.0.0.1");
                return;
            }
        }
    }

    /** How long requests have to finish when it stops. */
    Duration drainTimeout() {
        return options.drainTimeout();
    }

    /** Lets requests end, closes all, and prints what was served. */
    void stop(PrintStream out) throws IOException {
        Duration left = Handover.begin(server, store, admin, options.drainTimeout());
        if (server.stats().openConnections() > 0) {
            ConsoleLog.print(out, "stopping: requests have "
                    + Units.exactDuration(left)
                    + " to finish; a second signal stops at once" + System.lineSeparator());
            out.flush();
        }
        long beganNs = System.nanoTime();
        int cut = server.stop(left);
        stopBeside(Handover.left(left, beganNs));
        ConsoleLog.print(out, served(server.stats(), cut, System.nanoTime() - startNs));
        store.close();
    }

    /** Closes all at once, when something beside it can't be started. */
    void abort() throws CommandException {
        server.close();
        stopBeside(Duration.ZERO);
        try {
            store.close();
        } catch (IOException e) {
            throw CommandException.failure(e.getMessage());
        }
    }

    /** Before the folder is free: a process that waits for it listens at these addresses next. */
    private void stopBeside(Duration deadline) {
        if (redirect != null) {
            redirect.stop(deadline);
        }
        if (admin != null) {
            admin.close();
        }
    }

    /** What was served, and how evenly. */
    static String served(ServerStats stats, int cut, long elapsedNs) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "served %,d requests over %,d connections in %s: %s in, %s out%n",
                stats.requests(), stats.accepted(), Units.roundDuration(elapsedNs),
                Units.roundSize(stats.bytesIn()), Units.roundSize(stats.bytesOut())));
        List<WorkerStats> workers = stats.workers();
        long bytes = Math.max(1, stats.bytesIn() + stats.bytesOut());
        for (int i = 0; i < workers.size(); i++) {
            WorkerStats worker = workers.get(i);
            text.append(String.format(Locale.ROOT,
                    "  worker %-3d %5.1f %% of bytes, %,d requests, %,d connections%n",
                    i, 100.0 * (worker.bytesIn() + worker.bytesOut()) / bytes,
                    worker.requests(), worker.connections()));
        }
        long timedOut = workers.stream().mapToLong(WorkerStats::timedOut).sum();
        text.append(String.format(Locale.ROOT,
                "  connections: %,d cut at the end, %,d timed out, %,d turned away%n",
                cut, timedOut, stats.turnedAway()));
        return text.toString();
    }
}
