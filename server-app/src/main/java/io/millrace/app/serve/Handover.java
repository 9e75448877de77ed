package io.millrace.app.serve;

import io.millrace.app.log.ConsoleLog;
import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How one process of the program follows another without a gap: the order of the steps on either
 * side. {@code FolderStore.takeOver} and {@code FolderStore.awaitSuccessor} say what each does.
 * Nodes over one bucket follow each other as well, and share nothing for it.
 *
 * <p>Threads: main, and at the end the one of the shutdown hook.
 */
final class Handover {

    /** What a process that waits has to begin to listen; then it is taken for broken. */
    private static final Duration LISTENS = Duration.ofSeconds(5);
    /** What clients have to use a connection once more, and so to be told that it was the last. */
    private static final Duration IDLE = Duration.ofMillis(500); // decision 231
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private Handover() {
    }

    /**
     * Starts a server over a store. If its address is in use by the process that the store takes
     * over from, as one of the two was started without {@code --reuse-port}, it waits for that one
     * to stop.
     */
    static HttpServer start(ServerOptions options, Handler handler, ServedStore store)
            throws IOException {
        HttpServer server = null;
        boolean waits = false;
        while (server == null) {
            boolean mayBeOthers = store.isTakingOver();
            try {
                server = HttpServer.start(options, handler);
            } catch (BindException e) {
                if (!mayBeOthers) {
                    throw e;
                }
                if (!waits) {
                    warn(e.getMessage() + "; waiting, as the process before this one may have it:"
                            + " there is no gap if both are started with --reuse-port");
                }
                waits = true;
                LockSupport.parkNanos(RETRY_NS);
            }
        }
        try {
            store.listens();
        } catch (IOException e) {
            server.stop(Duration.ZERO);
            throw e;
        }
        return server;
    }

    /**
     * The first steps of a stop, if others go on: another process that waits for the folder
     * listens, this one accepts no more, and the folder is handed over as soon as the last change
     * is done.
     *
     * @param admin told of the server, where another process tells of itself now; null for none
     * @param longest how long all steps of the stop may take
     * @return what is left of that
     */
    static Duration begin(HttpServer server, ServedStore store, AdminPart admin,
            Duration longest) {
        long beganNs = System.nanoTime();
        Successor successor = Successor.NONE;
        try {
            successor = store.awaitSuccessor(shorter(LISTENS, longest));
        } catch (IOException e) {
            warn("failed to look for a process that waits for the folder: " + e.getMessage());
        }
        if (successor != Successor.NONE) {
            server.stopAccepting(shorter(IDLE, left(longest, beganNs)));
            store.handOver();
        }
        if (successor == Successor.SAME_ADDRESS && admin != null) {
            admin.close();
        }
        return roundedUp(left(longest, beganNs));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What is left of a time that began then; never negative. */
    static Duration left(Duration longest, long sinceNs) {
        Duration left = longest.minusNanos(System.nanoTime() - sinceNs);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** To tenths of a second: people read it. */
    private static Duration roundedUp(Duration time) {
        return Duration.ofMillis((time.toMillis() + 99) / 100 * 100);
    }

    private static void warn(String line) {
        ConsoleLog.printError(System.err, Level.WARNING, line);
    }
}
