package io.millrace.app;

import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Units;
import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import io.millrace.store.Contract;
import io.millrace.store.FileStore;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
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
    private final FileStore store;
    private final String whatIsKept;
    private final Contract contract;
    private final HttpServer server;
    /** Lines of the banner about what else runs. */
    private final List<String> lines = new ArrayList<>();
    private final long startNs = System.nanoTime();

    private RunningStore(List<ListenAddress> places, ServerOptions options, FileStore store,
            Handler handler, String whatIsKept, Contract contract) throws IOException {
        this.places = places;
        this.options = options;
        this.store = store;
        this.whatIsKept = whatIsKept;
        this.contract = contract;
        this.server = HttpServer.start(options, handler);
    }

    /**
     * Starts a server over a store, which it closes when it stops or can't be started.
     *
     * @param places the addresses of the options as they were given
     * @param handler the store, or what leads to it
     * @param whatIsKept what the banner says about the store
     */
    static RunningStore start(List<ListenAddress> places, ServerOptions options, FileStore store,
            Handler handler, String whatIsKept, Contract contract) throws CommandException {
        try {
            return new RunningStore(places, options, store, handler, whatIsKept, contract);
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
        StringBuilder text = new StringBuilder("Millrace ").append(Main.version())
                .append("\n  workers   ").append(options.workers())
                .append("\n  store     ").append(whatIsKept)
                .append("\n  contract  ").append(contract.name().toLowerCase(Locale.ROOT))
                .append('\n');
        for (int i = 1; i < places.size(); i++) {
            text.append("  also on   ").append(url(i)).append('\n');
        }
        for (String line : lines) {
            text.append("  ").append(line).append('\n');
        }
        return text.append("listening on ").append(url(0)).append('\n').toString();
    }

    private String url(int place) {
        return places.get(place).url(server.addresses().get(place));
    }

    /** Adds a line to the banner. */
    void addLine(String line) {
        lines.add(line);
    }

    /** What serves. */
    HttpServer server() {
        return server;
    }

    /** What is served. */
    FileStore store() {
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
        if (server.stats().openConnections() > 0) {
            ConsoleLog.print(out, "stopping: requests have "
                    + Units.exactDuration(options.drainTimeout())
                    + " to finish; a second signal stops at once" + System.lineSeparator());
            out.flush();
        }
        int cut = server.stop(options.drainTimeout());
        ConsoleLog.print(out, served(server.stats(), cut, System.nanoTime() - startNs));
        store.close();
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
