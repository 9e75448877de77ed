package io.millrace.app.admin;

import io.millrace.accesslog.AccessLog;
import io.millrace.http.Handler;
import io.millrace.metrics.HealthHandler;
import io.millrace.metrics.MetricsHandler;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerListener;
import io.millrace.server.ServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What the listener of {@code --admin} responds to: metrics, health and unfinished uploads of the
 * program.
 *
 * <p>Threads: any.
 */
public final class AdminHandler {

    private static final int MAX_CONNECTIONS = 256;
    private static final int BUFFER_BYTES = 16 << 10;
    /** Scrapes that wait for the one before; the disk may hang. */
    private static final int MAX_WAITING = 16;
    private static final long IDLE_SECONDS = 10;

    private AdminHandler() {
    }

    /** The options of a server for this handler, but for its addresses. */
    public static ServerOptions.Builder options() {
        return ServerOptions.builder().name("millrace-admin").daemon(true).workers(1)
                .maxConnections(MAX_CONNECTIONS).maxHeadBytes(BUFFER_BYTES)
                .pieceBytes(BUFFER_BYTES);
    }

    /**
     * A handler that tells of a server and its store.
     *
     * @param store writes the metrics of the store
     * @param check finds out whether the store can be used
     * @param listeners of the server; it tells of an access log among them, too
     * @param uploads of the store; null if it keeps none
     * @param version of the program
     */
    public static Handler of(HttpServer server, MetricsSource store, HealthHandler.Check check,
            ResumableUploads uploads, List<ServerListener> listeners, String version) {
        List<MetricsSource> sources = new ArrayList<>();
        sources.add(out -> out.gauge("millrace_build_info", "1, with the version of the program.")
                .sample(1, "version", version));
        sources.add(MetricsSource.of(server));
        sources.add(store);
        for (ServerListener listener : listeners) {
            if (listener instanceof AccessLog log) {
                sources.add(MetricsSource.of(log));
            }
        }
        sources.add(MetricsSource.ofJvm());
        Handler metrics = MetricsHandler.of(sources.toArray(new MetricsSource[0]));
        Handler ready = HealthHandler.builder().unless(server::isDraining, "draining")
                .check(check).build();
        ThreadPoolExecutor aside = aside();
        return Routes.builder().get("/metrics", Handler.blocking(aside, metrics::handle))
                .get("/uploads", Handler.blocking(aside, new UploadsHandler(uploads)::handle))
                .get("/health/live", HealthHandler.builder().build())
                .get("/health/ready", ready).build();
    }

    /** A thread for what asks the file system. */
    private static ThreadPoolExecutor aside() {
        ThreadPoolExecutor aside = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "millrace-metrics");
                    thread.setDaemon(true);
                    return thread;
                });
        aside.allowCoreThreadTimeOut(true);
        return aside;
    }
}
