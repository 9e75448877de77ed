package io.millrace.balance;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.WorkerStats;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The fifth draft: the whole server, as an application embeds it.
 *
 * <p>Threads: any, one at a time.
 */
final class Millrace implements Server {

    private final HttpServer server;

    /** Starts a server with options that a subject has begun. */
    Millrace(ServerOptions.Builder options) throws IOException {
        server = HttpServer.start(options.port(0).build(),
                FolderStore.discarding(Contract.ARTICLE));
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public long[] threadBytes() {
        return server.stats().workers().stream()
                .mapToLong(WorkerStats::bytesIn).toArray();
    }

    @Override
    public void stop() {
        server.stop(Duration.ZERO);
    }
}
