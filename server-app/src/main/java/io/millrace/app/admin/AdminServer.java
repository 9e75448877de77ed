package io.millrace.app.admin;

import io.millrace.http.Handler;
import io.millrace.metrics.HealthHandler;
import io.millrace.metrics.MetricsHandler;
import io.millrace.metrics.MetricsSource;
import io.millrace.metrics.MetricsWriter;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FileStore;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The listener of {@code --admin}: metrics and health of the program, by a server of its own that
 * responds before the store is served and while that drains.
 *
 * <p>Threads: any.
 */
public final class AdminServer implements Closeable { // decision 222

    private static final int MAX_CONNECTIONS = 256;
    /** Scrapes that wait for the one before; the disk may hang. */
    private static final int MAX_WAITING = 16;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final long IDLE_SECONDS = 10;

    private final String version;
    private final HttpServer server;
    /** What is served; null until it is. */
    private volatile Served served;

    private record Served(HttpServer server, FileStore store) {

        void write(MetricsWriter out) {
            MetricsSource.of(server).write(out);
            MetricsSource.of(store).write(out);
        }
    }

    private AdminServer(ServerOptions options, String version) throws IOException {
        this.version = version;
        Handler ready = HealthHandler.builder().unless(() -> served == null, "starting")
                .unless(() -> served.server().isDraining(), "draining")
                .check(() -> served.store().checkFolder()).build();
        this.server = HttpServer.start(options, Routes.builder()
                .get("/metrics", MetricsHandler.of(this::write, MetricsSource.ofJvm()).on(aside()))
                .get("/health/live", HealthHandler.builder().build())
                .get("/health/ready", ready).build());
    }

    /**
     * Starts one that has nothing to tell of but the JVM, and is not ready.
     *
     * @param permissions of the files of Unix domain sockets
     * @param version of the program
     * @throws IOException as {@link HttpServer#start} does
     */
    public static AdminServer start(SocketAddress[] addresses,
            Set<PosixFilePermission> permissions, String version) throws IOException {
        return new AdminServer(ServerOptions.builder().addresses(addresses)
                .socketPermissions(permissions).name("millrace-admin").daemon(true).workers(1)
                .maxConnections(MAX_CONNECTIONS).maxHeadBytes(BUFFER_BYTES)
                .pieceBytes(BUFFER_BYTES).build(), version);
    }

    /** A thread for scrapes, which ask the file system how much room there is. */
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

    private void write(MetricsWriter out) {
        out.gauge("millrace_build_info", "1, with the version of the program.")
                .sample(1, "version", version);
        if (served != null) {
            served.write(out);
        }
    }

    /** From now on tells of this server and its store. */
    public void tellOf(HttpServer server, FileStore store) {
        served = new Served(server, store);
    }

    /** Where it listens, in the order in which the addresses were given. */
    public List<SocketAddress> addresses() {
        return server.addresses();
    }

    /** Ends it; nothing that it does is worth waiting for. */
    @Override
    public void close() {
        server.stop(Duration.ZERO);
    }
}
